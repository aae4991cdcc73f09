"""Simulated series look like those that are read, and hold the truth they were made from."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import OptionError
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 5, 2), (1, 5, 1)])
def test_a_simulated_series_is_what_reading_its_table_gives(sizes):
    series, _ = simulate_series(
        Sizes(areas=sizes[0], groups=sizes[1], procedures=sizes[2], periods=30, before=20), seed=1
    )
    columns = series[["admissions", "exposure"]].rename(exposure="expected_admissions").to_dataframe().reset_index()
    keys = [key for key, size in zip(("ics", "deprivation", "procedure"), sizes, strict=True) if size > 1]
    table = columns[["period", *keys, "admissions", "expected_admissions"]]
    again = read_series(
        table,
        exposure="expected_admissions",
        areas="any",
        periods=Periods(breaks=None),
        groups=Deprivation("simulated"),
    )
    xr.testing.assert_allclose(again, series)
    assert list(again.data_vars) == list(series.data_vars)
    assert set(again.attrs) == set(series.attrs)


@given(st.floats(-0.3, 0.3), st.floats(-0.5, 0.5), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_truth_is_the_effect_that_was_asked_for(effect, gap_effect, seed):
    _, truth = simulate_series(Sizes(groups=5), change=Change(effect, gap=gap_effect), seed=seed)
    np.testing.assert_allclose(np.log(truth.rate_ratio).squeeze(), truth.effect, atol=1e-12)
    ratio = truth.fitted / truth.counterfactual
    np.testing.assert_allclose(ratio.isel(period=slice(0, 36)), 1)
    np.testing.assert_allclose(np.log(ratio.isel(period=-1)).squeeze(), truth.effect, atol=1e-12)
    between_ends = np.polyfit(truth.effect["position"], truth.effect, 1)[0]
    np.testing.assert_allclose(between_ends, gap_effect, atol=1e-9)


def test_noise_has_the_spread_and_memory_that_were_asked_for():
    _, truth = simulate_series(Sizes(areas=400, periods=60), noise=MonthlyNoise(0.1, autocorrelation=0.6), seed=3)
    noise = truth.noise.squeeze().values
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert np.corrcoef(noise[1:].ravel(), noise[:-1].ravel())[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.corrcoef(noise[:, 0], noise[:, 1])[0, 1] == pytest.approx(0, abs=0.35)


def test_shared_noise_moves_cells_together():
    _, truth = simulate_series(
        Sizes(areas=2, periods=400, before=300), noise=MonthlyNoise(autocorrelation=0, shared=0.5), seed=3
    )
    noise = truth.noise.squeeze().values
    assert np.corrcoef(noise.T)[0, 1] == pytest.approx(0.5, abs=0.1)


def test_counts_are_poisson_around_the_truth():
    series, truth = simulate_series(Sizes(areas=50), noise=MonthlyNoise(0.1), usual=Usual(20), seed=2)
    spread = ((series["admissions"] - truth.fitted) ** 2 / truth.fitted).mean()
    assert spread == pytest.approx(1, abs=0.05)


def test_a_month_with_more_working_days_has_more_admissions():
    _, truth = simulate_series(noise=MonthlyNoise(0), usual=Usual(season=0, gradient=0), seed=1)
    per_day = (
        truth.fitted.squeeze()
        / simulate_series(noise=MonthlyNoise(0), usual=Usual(season=0, gradient=0), seed=1)[0]["working_days"]
    )
    np.testing.assert_allclose(per_day, per_day[0])


def test_the_same_seed_gives_the_same_series():
    assert simulate_series(Sizes(groups=5), seed=4)[0].identical(simulate_series(Sizes(groups=5), seed=4)[0])
    assert not simulate_series(Sizes(groups=5), seed=4)[0].identical(simulate_series(Sizes(groups=5), seed=5)[0])


def test_there_is_one_change_for_each_group():
    with pytest.raises(OptionError, match="5 groups, and changes of 2"):
        simulate_series(Sizes(groups=5), change=Change(by_group=(0.1, 0.2)), seed=1)
