"""A series as it was known on a day: nothing later is known, and the calendar may go on."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.series.as_of import ended_by, hide_counts_from, truncate_at
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import OptionError
from tests.data.series_changes import MONTHS, SHUT

pytestmark = pytest.mark.unit

DAYS = ["2017-01-01", dt.date(2017, 1, 1), pd.Timestamp("2017-01-01")]


@pytest.fixture(scope="module")
def series():
    counts = ["*", *[str(50 + month) for month in range(23)]]
    rows = pd.DataFrame({"period": MONTHS, "admissions": counts, "population": np.arange(1000, 1024)})
    return read_series(rows, periods=Periods(breaks=SHUT), small_numbers="lt5")


@pytest.mark.parametrize("day", DAYS, ids=["text", "date", "time stamp"])
def test_periods_that_end_by_a_day_are_told_however_the_day_is_given(day, series):
    assert ended_by(series, day).tolist() == [True] * 12 + [False] * 12


def test_a_period_that_ends_after_the_day_is_not_known(series):
    assert ended_by(series, "2016-12-31").sum() == 11


@pytest.mark.parametrize("name", ["admissions", "admissions_low", "admissions_high"])
def test_later_counts_are_hidden_and_nothing_else(name, series):
    hidden = hide_counts_from(series, "2017-01-01")
    assert hidden[name].isel(period=slice(12, None)).isnull().all()
    assert hidden[name].isel(period=slice(12)).equals(series[name].isel(period=slice(12)))
    assert hidden["exposure"].equals(series["exposure"])


def test_the_calendar_goes_on_with_the_last_exposure_and_its_own_working_days(series):
    longer = truncate_at(series, "2017-01-01", months=3)
    assert longer["period"].dt.strftime("%Y-%m").values.tolist() == [*MONTHS[:12], "2017-01", "2017-02", "2017-03"]
    assert longer["admissions"].isel(period=slice(12, None)).isnull().all()
    assert longer["exposure"].isel(period=slice(11, None)).values.ravel().tolist() == [1011] * 4
    assert longer["working_days"].values[12:].tolist() == [21, 20, 23]
    assert longer["elapsed"].values.tolist() == list(range(15))


def test_declared_breaks_are_masked_in_new_periods_too(series):
    masked = truncate_at(series, "2016-04-01", months=6)["masked"]
    assert masked["period"].dt.strftime("%Y-%m").values[masked.values].tolist() == ["2016-05", "2016-06"]


def test_a_day_before_any_period_ended_is_refused(series):
    with pytest.raises(OptionError, match="no period of the series ends by 2016-01-15"):
        truncate_at(series, "2016-01-15", months=3)
