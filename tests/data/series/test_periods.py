"""Labels of periods are read as the days on which they start, however they are spelt."""

import pandas as pd
import pytest

from equitymodel.data.series.periods import Periods, read_periods
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError
from tests.data.series_changes import read, renamed, rules_of, starting

pytestmark = pytest.mark.unit


SPELLINGS = ["RTT-%B-%Y", "%Y %b", "%Y%m%d", "%Y-%m", "%Y-%m-%d", "%Y/%m", "%Y%m", "%b %Y", "%B %Y", "%b-%y", "%d %B %Y", "%YM%m",
             "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00Z", "%d-%b-%Y"]  # fmt: skip


@pytest.mark.parametrize("form", SPELLINGS)
def test_one_month_in_many_spellings(form, table):
    spelt = read(starting("2016-01-01", form=form)(table))
    assert spelt.drop_attrs().identical(read(table).drop_attrs())


@pytest.mark.parametrize("kind", ["timestamps", "periods", "days"])
def test_dates_in_a_dataframe_are_read_as_they_are(kind, table):
    days = pd.to_datetime(table["period"] + "-01")
    dates = {"timestamps": days, "periods": days.dt.to_period("M"), "days": days.dt.date}[kind]
    assert read(table.assign(period=dates)).drop_attrs().identical(read(table).drop_attrs())


def test_midnight_in_summer_time_is_the_day_it_was_on_the_clock(table):
    local = pd.to_datetime(table["period"] + "-01").dt.tz_localize("Europe/London").dt.tz_convert("UTC")
    assert local.dt.strftime("%d %H").unique().tolist() == ["01 00", "31 23", "30 23"]
    series = read(table.assign(period=local.astype(str)))
    assert series.drop_attrs().identical(read(table).drop_attrs())
    assert rules_of(series) == {"T10"}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Paris", "America/New_York"])
def test_midnight_as_it_is_written_is_that_day_whatever_the_zone(zone, table):
    local = pd.to_datetime(table["period"] + "-01").dt.tz_localize(zone)
    for written in (local, local.map(lambda moment: moment.isoformat())):
        series = read(table.assign(period=written))
        assert series.drop_attrs().identical(read(table).drop_attrs())
        assert rules_of(series) == {"T10"}


def test_a_date_that_can_only_be_read_one_way_settles_the_column(table):
    weeks = starting("2016-01-04", "7D", "%d/%m/%Y")(table)
    assert pd.Timestamp(read(weeks)["period"].values[1]) == pd.Timestamp("2016-01-11")
    american = starting("2016-01-04", "7D", "%m/%d/%Y")(table)
    assert read(american)["period"].equals(read(weeks)["period"])


@pytest.mark.parametrize(("form", "day_first"), [("%d/%m/%Y", True), ("%d/%m/%Y", None), ("%d/%m/%y", None),
                                                 ("%d/%m/%Y 00:00", None), ("%m/%d/%Y", False)])  # fmt: skip
def test_dates_are_read_as_asked_or_as_the_column_decides(form, day_first, table):
    series = read(starting("2016-01-01", form=form)(table), periods=Periods(day_first=day_first))
    assert series.drop_attrs().identical(read(table).drop_attrs())


def test_a_serial_number_says_which_day_it_probably_was(table):
    with pytest.raises(EquityDataError, match="'42461' is probably 2016-04-01"):
        read(renamed("42461")(table))


def test_december_is_not_a_financial_year(table):
    series = read(starting("2010-07-01", form="%Y-%m")(table))
    assert {"2011-11", "2011-12"} <= set(series["period"].dt.strftime("%Y-%m").values)


# What is said about periods


@pytest.mark.parametrize(
    ("options", "says"),
    [({"frequency": "monthy"}, "frequency cannot be 'monthy'. Did you mean 'monthly'"),
     ({"gaps": "keeps"}, "gaps cannot be 'keeps'. Did you mean 'keep'"),
     ({"days": "holidays"}, "days cannot be 'holidays'. Known words: working, calendar, equal"),
     ({"week": "start"}, "week cannot be 'start'. Did you mean 'starting'"),
     ({"drop_last": -1}, "it cannot be -1"),
     ({"breaks": "england_pandemc"}, "no break is known as 'england_pandemc'. Did you mean 'england_pandemic'"),
     ({"breaks": ("england_pandemic", "icb_20222")}, "Did you mean 'icb_2022'")],
)  # fmt: skip
def test_a_word_without_a_meaning_is_refused_with_those_that_have_one(options, says):
    with pytest.raises(OptionError, match=says):
        Periods(**options)


def test_breaks_may_be_a_file_that_is_read_later():
    assert Periods(breaks="own.csv").breaks == "own.csv"


def test_starts_and_frequency_are_found_from_labels():
    log = DataLog()
    starts, frequency = read_periods(pd.Series(["2016-Q2", "2016-Q3", "2016-Q4"]), log)
    assert starts.dt.strftime("%Y-%m-%d").tolist() == ["2016-04-01", "2016-07-01", "2016-10-01"]
    assert (frequency.name, log.findings) == ("quarterly", [])


def test_weeks_named_by_their_last_day_are_read_with_a_line_in_the_log():
    log = DataLog()
    fridays = [f"w/e {day:%d/%m/%Y}" for day in pd.date_range("2024-04-05", periods=8, freq="7D")]
    starts, frequency = read_periods(pd.Series(fridays), log)
    assert frequency.name == "weekly"
    assert starts.iloc[0] == pd.Timestamp("2024-03-30")
    assert {item.rule for item in log.findings} == {"T11"}
    assert any("'w/e 05/04/2024' read as 2024-03-30" in row for item in log.findings for row in item.rows)


def test_a_week_that_ends_on_another_day_is_named():
    labels = pd.Series(["w/e 5 April 2024", "w/e 12 April 2024", "w/e 20 April 2024", "w/e 26 April 2024"])
    with pytest.raises(EquityDataError, match="T08"):
        read_periods(labels, DataLog())


def test_years_to_each_month_overlap_and_are_no_series():
    labels = pd.Series([f"12 months to {day:%B %Y}" for day in pd.date_range("2022-03-01", periods=6, freq="MS")])
    with pytest.raises(EquityDataError):
        read_periods(labels, DataLog(), Periods(frequency="annual"))
