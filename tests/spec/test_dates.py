"""Dates as users have them."""

import datetime as dt

import pandas as pd
import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.dates import read_day

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2023-04", dt.date(2023, 4, 1)),
        ("2004-Q1", dt.date(2004, 1, 1)),
        ("2023 Q4", dt.date(2023, 10, 1)),
        ("2024-02-29", dt.date(2024, 2, 29)),
        (dt.date(2023, 4, 17), dt.date(2023, 4, 17)),
        (dt.datetime(2023, 4, 17, 23, 59), dt.date(2023, 4, 17)),
        (pd.Timestamp("2023-04-17 12:00"), dt.date(2023, 4, 17)),
    ],
)
def test_a_day_is_read_whatever_its_type(value, day):
    found = read_day(value)
    assert found == day
    assert type(found) is dt.date


@pytest.mark.parametrize(
    "value", ["2023", "17/04/2023", "2023-13", "2023-02-30", "2023-Q5", "0000-Q1", "2023/24 Q1", 2023, None, pd.NaT]
)
def test_what_is_no_date_is_refused_with_a_way_out(value):
    with pytest.raises(SpecError, match="is not a date"):
        read_day(value)
