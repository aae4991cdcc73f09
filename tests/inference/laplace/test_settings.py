"""How carefully to integrate: what provenance records of it."""

from dataclasses import fields

import pytest

from equitymodel.inference.laplace.settings import Laplace

pytestmark = pytest.mark.unit


def test_every_setting_is_recorded_with_its_value():
    published = Laplace(draws=7, correct_skew_above=0.25).published()
    assert len(published) == len(fields(Laplace))
    assert (published["draws"], published["bend_above"]) == (7, 0.25)
    assert "correct_skew_above" not in published


def test_what_is_drawn_by_default_is_what_a_sampler_would_draw():
    assert Laplace().draws * Laplace().chains == 4000
    assert Laplace().points < Laplace().draws
    assert Laplace().enough_points <= Laplace().points
