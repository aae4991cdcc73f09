"""The whole approximation, of cells and of series: what is measured, what decides, and what does not."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.approximate import approximate
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import silent
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Change, Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.laplace.worlds import MODELS, make_world

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module", params=["cells", "series"])
def field(request):
    if request.param == "cells":
        return GroupedSystem(lay_out_latent(MODELS["only_areas"], make_world(areas=4, groups=3, procedures=2)))
    series, truth = simulate_series(Sizes(periods=36, before=24), change=Change(0.2), seed=1)
    return SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))


def run(field, cores=1, seed=1, **settings):
    return approximate(field, Laplace(draws=200, chains=1, cores=cores, **settings), seed=seed, progress=silent)


@pytest.fixture(scope="module")
def found(field):
    return run(field)


def test_everything_that_is_checked_was_measured(found):
    assert {check.verdict for check in check_laplace(found.stats)} <= {"PASS", "WARN"}
    assert found.stats.attrs["integration"] == "importance"
    assert bool(found.stats["optimum_found"])
    assert 50 < float(found.stats["effective_points"]) <= 128
    assert 0 < int(found.stats["points"]) <= 128


def test_the_number_of_cores_and_a_repetition_change_nothing_and_the_seed_does(field, found):
    for again in (run(field, cores=2), run(field)):
        np.testing.assert_array_equal(again.draws.hyper, found.draws.hyper)
        assert again.stats.identical(found.stats)
    assert not np.array_equal(run(field, seed=2).draws.hyper, found.draws.hyper)


def test_draws_are_skew_corrected_where_mean_and_mode_lie_further_apart_than_is_asked(field, found):
    largest = float(found.stats["largest_shift"])
    for above, skewed in ((largest * 0.99, True), (largest * 1.01, False)):
        assert bool(run(field, correct_skew_above=above).stats["skew_corrected"]) is skewed


def test_progress_is_told_in_words_and_shares(field):
    told = []
    approximate(field, Laplace(draws=20, chains=1), seed=1, progress=lambda what, share: told.append((what, share)))
    assert told[0] == ("finding the mode of the hyperparameters", 0.0)
    assert told[-1] == ("drawing", 1.0)
    assert all(0 <= share <= 1 for _, share in told)
