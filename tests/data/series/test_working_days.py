"""Working days of England, against dates announced by the government and another way to Easter."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.series.working_days import bank_holidays, count_working_days
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

ANNOUNCED = {
    2011: "0103 0422 0425 0429 0502 0530 0829 1226 1227",
    2012: "0102 0406 0409 0507 0604 0605 0827 1225 1226",
    2020: "0101 0410 0413 0508 0525 0831 1225 1228",
    2021: "0101 0402 0405 0503 0531 0830 1227 1228",
    2022: "0103 0415 0418 0502 0602 0603 0829 0919 1226 1227",
    2023: "0102 0407 0410 0501 0508 0529 0828 1225 1226",
    2026: "0101 0403 0406 0504 0525 0831 1225 1228",
    2027: "0101 0326 0329 0503 0531 0830 1227 1228",
}


@pytest.mark.parametrize(("year", "days"), ANNOUNCED.items())
def test_bank_holidays_are_those_announced(year, days):
    assert [f"{day:%m%d}" for day in bank_holidays(year)] == days.split()


@given(st.integers(1978, 2100))
def test_bank_holidays_are_different_weekdays(year):
    days = bank_holidays(year)
    assert len(set(days)) == len(days) >= 8
    assert all(day.weekday() < 5 for day in days)


@given(st.dates(date(1980, 1, 1), date(2090, 1, 1)), st.integers(0, 400), st.integers(0, 400))
def test_working_days_add_up_over_time(first, one, two):
    edges = pd.DatetimeIndex(pd.Timestamp(first) + pd.to_timedelta([0, one, one + two], unit="D"))
    parts = count_working_days(edges[:2], edges[1:])
    assert parts.sum() == count_working_days(edges[:1], edges[2:])[0]
    assert (parts <= np.ceil(np.array([one, two]) * 5 / 7) + 1).all()


def test_easter_moves_working_days_between_march_and_april():
    starts = pd.DatetimeIndex(["2023-03-01", "2023-04-01", "2024-03-01", "2024-04-01"])
    assert count_working_days(starts, starts + pd.DateOffset(months=1)).tolist() == [23, 18, 20, 21]


def test_years_before_the_early_may_holiday_are_refused():
    with pytest.raises(OptionError, match="from 1978 on"):
        bank_holidays(1977)
