"""Starts of searches: batches are chosen, repeated and joined, and normal factors are made anew for other scales."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.grouped_start import GroupedStart
from equitymodel.inference.grouped.heavy_tails import TailSite
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.spec.library import load_model
from tests.inference.laplace.worlds import flatten, make_world, some_hyper

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def modes():
    field = lay_out_latent(load_model(), make_world(areas=4, groups=4, procedures=3))
    return find_modes(field, some_hyper(field, batches=3), field.zeros())


def test_batches_are_those_of_the_latent_field_and_of_what_data_say(modes):
    start = modes.start
    two = start.batches(np.array([2, 0]))
    np.testing.assert_array_equal(flatten(two.latent), flatten(modes.latent)[[2, 0]])
    np.testing.assert_array_equal(two.site.estimate, modes.site.estimate[[2, 0]])
    both = two.joined([start.batches(slice(1, 2))])
    np.testing.assert_array_equal(both.site.error, modes.site.error[[2, 0, 1]])
    chosen = start.choose(np.array([True, False, True]), both)
    np.testing.assert_array_equal(chosen.site.estimate, modes.site.estimate[[0, 0, 2]])
    np.testing.assert_array_equal(flatten(chosen.latent), flatten(modes.latent)[[0, 0, 2]])
    assert start.repeat(3) is start
    assert flatten(start.batches(slice(0, 1)).repeat(2).latent).shape[0] == 2


def test_without_what_data_say_there_is_no_factor(modes):
    alone = GroupedStart.of(modes.latent)
    assert alone.factor(np.zeros(3)) is None
    assert alone.joined([modes.start]).site is None
    assert alone.choose(np.array([True, False, True]), modes.start).site is None
    assert GroupedStart.of(alone) is alone


def test_factors_are_those_of_the_mixture_at_another_scale(modes):
    log_scale = np.log([0.05, 0.1, 0.2])
    site = TailSite(modes.site.estimate, modes.site.error, np.exp(2 * log_scale)[:, None, None, None])
    np.testing.assert_allclose(modes.start.factor(log_scale).precision, site.factor.precision)
    np.testing.assert_allclose(modes.start.factor(log_scale).pull, site.factor.pull)


def test_a_search_that_begins_where_another_ended_ends_there(modes):
    again = find_modes(modes.field, modes.hyper, modes.start)
    assert again.converged.all()
    np.testing.assert_allclose(again.log_marginal, modes.log_marginal, atol=0.02)
