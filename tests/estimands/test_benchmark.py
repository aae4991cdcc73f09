import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from scipy import stats

from equitymodel.errors import OptionError
from equitymodel.estimands.benchmark import probability_worse, rank_of_ics
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from tests.estimands.strategies import assert_same, label, made_fit, worlds

pytestmark = pytest.mark.unit

DRAWS = ("chain", "draw", "ics")
RATIO = label([[[0.7, 0.9, 1.1], [0.8, 0.7, 0.9]], [[0.6, 0.9, 1.2], [0.9, 0.8, 1.0]]], DRAWS)


def test_worse_means_a_ratio_below_the_benchmark():
    np.testing.assert_allclose(probability_worse(RATIO, 0.85), [0.75, 0.5, 0])


def test_a_benchmark_may_move_from_draw_to_draw():
    together = RATIO.mean("ics")  # 0.9 0.8 0.9 0.9
    np.testing.assert_allclose(probability_worse(RATIO, together), [0.5, 0.5, 0])


def test_the_probability_of_a_normal_posterior_is_that_of_the_normal():
    draws = xr.DataArray(stats.norm.ppf((np.arange(4000) + 0.5) / 4000, 0.9, 0.1)[None], dims=("chain", "draw"))
    assert float(probability_worse(draws, 1.0)) == pytest.approx(stats.norm.cdf(1), abs=0.001)


def test_an_ics_without_a_ratio_has_no_probability_and_no_rank():
    ratio = RATIO.where(RATIO["ics"] != "Dorset")
    assert probability_worse(ratio, 1.0).isnull().values.tolist() == [False, True, False]
    np.testing.assert_array_equal(rank_of_ics(ratio)[0, 0], [1, np.nan, 2])


def test_rank_1_is_the_widest_gap_in_each_draw():
    np.testing.assert_array_equal(rank_of_ics(RATIO)[0], [[1, 2, 3], [2, 1, 3]])


def test_equal_icss_share_a_rank():
    np.testing.assert_array_equal(rank_of_ics(label([[[0.8, 0.8, 0.9]]], DRAWS))[0, 0], [1.5, 1.5, 3])


@given(worlds())
def test_ranks_of_each_draw_are_those_of_plain_sorting(world):
    ratio = world[0].isel(deprivation=0) / world[0].isel(deprivation=-1)
    rank = rank_of_ics(ratio)
    assert bool((rank.sum("ics") == 6).all())
    one = {"chain": 0, "draw": 1, "procedure": 1}
    np.testing.assert_array_equal(rank[one], stats.rankdata(ratio[one]))


@given(worlds())
def test_the_order_of_icss_moves_ranks_along(world):
    ratio = world[0].isel(deprivation=0)
    assert_same(rank_of_ics(ratio.isel(ics=[2, 0, 1])), rank_of_ics(ratio).isel(ics=[2, 0, 1]))


def test_a_fit_is_set_beside_all_its_icss_together():
    fit = made_fit()
    together = rate_ratio(pooled_ratio(fit))
    np.testing.assert_allclose(probability_worse(fit), probability_worse(rate_ratio(fit), together))
    assert_same(rank_of_ics(fit), rank_of_ics(rate_ratio(fit)))
    assert rank_of_ics(fit).attrs == {"unit": "rank"}


def test_draws_need_a_benchmark():
    with pytest.raises(OptionError, match="give a benchmark"):
        probability_worse(RATIO)
