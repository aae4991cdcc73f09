"""Forecasts of months before the start: blind to what came later, in true time, and held against the year before."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.read_series import read_series
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.forecasts import check_forecasts, forecast_origins
from tests.evaluated import known_series_fit

pytestmark = pytest.mark.unit
LEVEL = load_series_model().leaving_out("slope").with_harmonics(1)


def asked(series, plan):
    """What is asked of forecasts: no draws of the fit are used."""
    return known_series_fit(series, plan, LEVEL)


def monthly(first, counts):
    periods = pd.period_range(first, periods=len(counts), freq="M").astype(str)
    return read_series(pd.DataFrame({"period": periods, "admissions": counts, "population": 1000}))


def test_errors_are_scaled_by_those_of_the_year_before():
    counts = [1000 + month for month in range(44)]
    table = check_forecasts(asked(monthly("2014-01", counts), Interruption("2016-09"))).table
    assert (table["observed"] - table["seasonal_naive"]).tolist() == [12.0] * len(table)
    assert table["scaled_error"].tolist() == pytest.approx((table["observed"] - table["predicted"]).abs() / 12)
    assert table["origin"].unique().tolist() == ["2016-01-01", "2016-02-01", "2016-03-01"]
    assert table["period"].max() == "2016-08-01"


def test_forecasts_are_blind_to_what_came_later():
    series, truth = simulate_series(Sizes(periods=48, before=36), seed=1)
    later = series["period"] >= np.datetime64("2018-01")
    other = series.assign(admissions=series["admissions"].where(~later, 5 * series["admissions"]))
    first = [check_forecasts(asked(part, truth.plan)).table.query("origin == '2018-01-01'") for part in (series, other)]
    assert first[0]["predicted"].tolist() == first[1]["predicted"].tolist()
    assert first[0]["held"].mean() > 0.75
    assert not first[1]["held"].any()


def test_time_runs_on_through_a_break():
    """After a year that is masked, the year before is not the row twelve before."""
    counts = np.r_[np.full(26, 500), np.full(13, 100), 501 + np.arange(30)]
    table = check_forecasts(asked(monthly("2018-01", counts), Interruption("2022-10"))).table
    naive = table.drop_duplicates("period").set_index("period")["seasonal_naive"]
    assert naive.loc[:"2022-03-01"].isna().all(), "a year before lies in the break"
    assert naive.loc["2022-04-01":].tolist() == [501.0 + month for month in range(6)]


def test_too_little_data_has_no_forecasts():
    series, truth = simulate_series(Sizes(periods=48, before=29), seed=1)
    assert forecast_origins(series, truth.plan) == []
    assert check_forecasts(asked(series, truth.plan)).table.empty
    series, truth = simulate_series(Sizes(periods=48, before=30), seed=1)
    assert len(forecast_origins(series, truth.plan)) == 1
