"""Other models that can be defended: five that differ, and none that leaves out what the data before call for."""

import numpy as np
import pytest

from equitymodel.estimands.defensible_models import other_models, share_nearer_than_zero, why_not_defensible
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit
MODEL = load_series_model()


@pytest.mark.parametrize("model", [MODEL, MODEL.leaving_out("slope", "trend").including("variation").with_harmonics(1)])
def test_other_models_are_the_default_and_five_that_differ(model):
    tried = other_models(model)
    assert len(set(tried.values())) == 6
    assert tried["default"] == model


def test_each_name_says_what_a_variant_has():
    tried = other_models(MODEL)
    assert not tried["level only"].has("slope")
    assert tried["extra variation"].has("variation")
    assert not tried["no trend before"].has("trend")
    both = tried["1 harmonic, level only"]
    assert (both.harmonics, both.has("slope")) == (1, False)


def test_a_term_is_called_for_above_nine_tenths():
    without = MODEL.leaving_out("trend")
    assert why_not_defensible(MODEL, without, {"trend": 0.9}) == ""
    assert "call for the trend that it leaves out" in why_not_defensible(MODEL, without, {"trend": 0.901})


def test_a_model_that_leaves_nothing_out_can_be_defended():
    called_for = {"trend": 0.99, "wave 2": 0.99}
    assert why_not_defensible(MODEL, MODEL.leaving_out("slope"), called_for) == "", "no data before can judge it"
    assert why_not_defensible(MODEL.leaving_out("trend"), MODEL, called_for) == "", "it has one term more"


def test_every_term_that_is_left_out_is_named():
    why = why_not_defensible(MODEL, MODEL.with_harmonics(1).leaving_out("trend"), {"trend": 0.95, "wave 2": 0.97})
    assert "wave 2 and the trend" in why
    assert "97, 95 % region" in why


def test_a_region_of_one_term_is_its_interval():
    draws = np.random.default_rng(1).normal(1.0, 0.5, size=(100_000, 1))
    assert share_nearer_than_zero(draws) == pytest.approx(0.9545, abs=0.003)  # two standard deviations
    twice = np.hstack([draws, draws])
    assert share_nearer_than_zero(twice) == pytest.approx(share_nearer_than_zero(draws)), "the same term twice"
