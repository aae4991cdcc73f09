"""Years are read where somebody says that they are years, and nowhere else."""

import pandas as pd
import pytest

from equitymodel.data.series.annual_periods import are_years, starts_of_years
from equitymodel.data.series.periods import Periods, read_periods
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

CALENDAR = [f"{year}" for year in range(2000, 2012)]
FINANCIAL = [f"{year}/{(year + 1) % 100:02d}" for year in range(2000, 2012)]


def read(labels, frequency="annual"):
    return read_periods(pd.Series(labels), DataLog("series"), Periods(frequency=frequency))


@pytest.mark.parametrize(("labels", "first", "label"), [
    (CALENDAR, "2000-01-01", "2000"),
    (FINANCIAL, "2000-04-01", "2000/01"),
    ([text.replace("/", "-") for text in FINANCIAL], "2000-04-01", "2000/01"),
    ([f"{year}-04-01" for year in CALENDAR], "2000-04-01", "2000/01"),
    ([f"{year}-03-31" for year in CALENDAR], "1999-04-01", "1999/00"),
    ([f"{year}-12-31" for year in CALENDAR], "2000-01-01", "2000"),
    ([f"{year}-07" for year in CALENDAR], "2000-07-01", "year from 2000-07-01"),
])  # fmt: skip
def test_years_start_when_their_labels_say(labels, first, label):
    starts, frequency = read(labels)
    assert starts.iloc[0] == pd.Timestamp(first)
    assert frequency.label(starts.iloc[0]) == label
    assert frequency.elapsed(pd.DatetimeIndex(starts)).tolist() == list(range(len(labels)))


@pytest.mark.parametrize("labels", [CALENDAR, FINANCIAL])
def test_years_are_not_read_as_a_series_unless_asked_for(labels):
    with pytest.raises(EquityDataError, match="frequency='annual'"):
        read(labels, None)


@pytest.mark.parametrize("labels", [["2001", "2002", "2003/04", "2004"], ["FY2001", "FY2002", "FY2003"],
                                    ["2001-04-17", "2002-04-17", "2003-04-17"], ["2001-04", "2001-05", "2001-06"]])  # fmt: skip
def test_what_may_be_other_years_or_none_is_refused(labels):
    with pytest.raises(EquityDataError):
        read(labels)


def test_parts_of_the_reading():
    assert not are_years("quarter", pd.date_range("2001-04-01", periods=3, freq="12MS"))
    assert starts_of_years({"a": pd.Timestamp("2020-12-31")})["a"] == pd.Timestamp("2020-01-01")
