"""Effects of an interruption: known truths come back, and swapping or scaling does what it must."""

import tracemalloc

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.series.read_series import add_up_series
from equitymodel.estimands import interrupted_series
from equitymodel.estimands.interrupted_series import (
    admissions_added,
    average_rate_ratio,
    counted_periods,
    cumulative_added,
    earlier_periods,
    new_counts,
    predicted_added,
)
from tests.evaluated import known_effect

pytestmark = pytest.mark.unit


def test_a_known_change_comes_back():
    series, plan, draws, truth = known_effect()
    counted = counted_periods(series, plan)
    assert float(average_rate_ratio(draws, counted).squeeze()) == pytest.approx(np.exp(0.1))
    by_cell = average_rate_ratio(draws, counted, by=("ics", "deprivation")).squeeze()
    np.testing.assert_allclose(by_cell, truth.rate_ratio.squeeze().transpose(*by_cell.dims))
    assert not (counted & earlier_periods(series, plan)).any()


def test_added_up_some_draws_at_a_time_is_the_same_and_takes_no_copy_of_all(monkeypatch):
    series, plan, draws, _ = known_effect()
    rng, counted = np.random.default_rng(1), counted_periods(series, plan)
    wide = draws.isel(draw=np.zeros(2001, dtype=int)).assign_coords(draw=np.arange(2001)) * 1.0
    many = wide.map(lambda each: each * rng.uniform(0.5, 2.0, each.shape))
    many["fitted"][{"draw": 7, "period": 40}] = np.nan
    for by in ((), ("period",), ("ics", "deprivation")):
        whole = [function(many, counted, by=by) for function in (average_rate_ratio, admissions_added)]
        monkeypatch.setattr(interrupted_series, "VALUES_AT_ONCE", many["fitted"].size // 10)
        parts = [function(many, counted, by=by) for function in (average_rate_ratio, admissions_added)]
        monkeypatch.undo()
        for one, other in zip(whole, parts, strict=True):
            xr.testing.assert_identical(one, other)
    monkeypatch.setattr(interrupted_series, "VALUES_AT_ONCE", many["fitted"].size // 100)
    tracemalloc.start()
    average_rate_ratio(many, counted)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < many["fitted"].nbytes / 4


def test_cumulative_admissions_end_at_the_total_and_begin_at_the_start():
    series, plan, draws, _ = known_effect()
    counted = counted_periods(series, plan)
    path = cumulative_added(draws, counted).squeeze()
    assert float(path[-1]) == pytest.approx(float(admissions_added(draws, counted).squeeze()))
    assert int(path.isnull().sum()) == 36


def test_the_predicted_effect_is_the_effect_and_the_noise_of_counts():
    series, plan, draws, _ = known_effect()
    counted = counted_periods(series, plan)
    many = draws.isel(draw=np.zeros(500, dtype=int))
    found = predicted_added(many, series["admissions"], counted, seed=1)
    expected = series["admissions"].where(counted).sum() - draws["counterfactual"].where(counted).sum()
    assert float(found.mean()) == pytest.approx(float(expected), abs=30)
    assert float(found.std()) == pytest.approx(float(np.sqrt(draws["counterfactual"].where(counted).sum())), rel=0.15)


def test_a_series_added_up_keeps_its_totals():
    series, _, _, _ = known_effect()
    total = add_up_series(series)
    assert total["admissions"].shape == (60, 1, 1, 1)
    np.testing.assert_allclose(
        total["admissions"].squeeze(), series["admissions"].sum(["ics", "deprivation", "procedure"])
    )
    by_group = add_up_series(series, ("ics", "procedure"))
    np.testing.assert_allclose(by_group["exposure"].squeeze(), series["exposure"].sum(["ics", "procedure"]))
    np.testing.assert_allclose(by_group["position"], series["position"])
    unknown = series.assign(admissions=series["admissions"].where(series["period"] != series["period"][3]))
    assert int(add_up_series(unknown)["admissions"].isnull().sum()) == 1


def test_new_counts_vary_more_where_there_is_overdispersion():
    mean = xr.DataArray(np.full((1, 20_000), 100.0), dims=("chain", "draw"))
    mean[0, 0] = np.nan
    variation = xr.DataArray(np.full((1, 20_000), 0.3), dims=("chain", "draw"))
    plain, wide = (new_counts(draws, mean, seed=1) for draws in (xr.Dataset(), xr.Dataset({"variation": variation})))
    assert float(plain.var()) == pytest.approx(100, rel=0.05)
    assert float(wide.var()) == pytest.approx(100 + (0.3 * 100) ** 2, rel=0.05)
    assert float(wide.mean()) == pytest.approx(100, rel=0.02)
    assert bool(plain[0, 0].isnull())
    assert bool(wide[0, 0].isnull())


def test_what_is_masked_is_neither_counted_nor_earlier():
    series, plan, _, _ = known_effect()
    masked = series.assign(masked=series["masked"].copy(data=np.arange(60) % 6 == 0))
    assert int(counted_periods(masked, plan).sum()) == 20
    assert int(earlier_periods(masked, plan).sum()) == 30
