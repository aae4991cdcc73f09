"""Written in any spelling and read back, a period is the same days."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.period_spellings import (
    SPELLINGS,
    first_day,
    readings_of,
    why_unread,
    write_period,
    write_periods,
)

pytestmark = pytest.mark.unit

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2024, 12, 31)).map(pd.Timestamp)
MONTHS = ("%Y-%m", "%Y/%m", "%Y%m", "%YM%m", "%b-%y", "%B %Y", "%b %Y", "%Y %b", "RTT-%B-%Y", "%m/%Y", "%b%Y", "%B-%Y")
EACH_DAY = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%d/%m/%Y 00:00", "%d/%m/%y", "%d-%b-%Y", "%d %B %Y",
            "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00", "%d.%m.%Y")  # fmt: skip
YEARS = ("{0}-{2:02d}", "{0}/{2:02d}", "{0}/{1}", "FY{0}/{2:02d}", "FY {0}-{2:02d}", "{0}{1}", "April {0} to March {1}",
         "{0}-04-01 to {1}-03-31")  # fmt: skip


def financial(day):
    """Give the financial year of a day, and the number of its month in it."""
    return day.year - (day.month < 4), (day.month - 4) % 12 + 1


def starts(label, kind):
    return [reading.start for reading in readings_of(label) if reading.kind == kind]


@given(DAYS, st.sampled_from(MONTHS), st.sampled_from([str, str.upper, str.lower]))
def test_a_month_is_the_same_in_any_spelling(day, form, case):
    assert starts(case(day.strftime(form)), "month") == [day.replace(day=1)]


@given(DAYS, st.sampled_from(EACH_DAY))
def test_a_day_is_the_same_in_any_spelling(day, form):
    assert starts(day.strftime(form), "day") == [day]


@given(DAYS, st.sampled_from(YEARS))
def test_a_financial_year_is_the_same_in_any_spelling(day, form):
    year, _ = financial(day)
    label = form.format(year, year + 1, (year + 1) % 100)
    assert starts(label, "year") == [pd.Timestamp(year, 4, 1)]


@given(
    DAYS, st.sampled_from(["{0}/{1:02d} M{2:02d}", "{0}-{1:02d} Month {2}", "M{2:02d} {0}/{1:02d}", "{0}/{1:02d} P{2}"])
)
def test_months_of_a_financial_year_count_from_april(day, form):
    year, month = financial(day)
    assert starts(form.format(year, (year + 1) % 100, month), "month") == [day.replace(day=1)]


@given(DAYS, st.sampled_from(["{0}-Q{1}", "{0} Q{1}", "Q{1} {0}", "{0} Quarter {1}"]),
       st.sampled_from(["{0}/{1:02d} Q{2}", "{0}-{1:02d} Q{2}", "Q{2} {0}/{1:02d}"]))  # fmt: skip
def test_a_quarter_is_the_same_by_either_year(day, calendar, form):
    year, month = financial(day)
    start = pd.Timestamp(day.year, 3 * day.quarter - 2, 1)
    assert starts(calendar.format(day.year, day.quarter), "quarter") == [start]
    assert starts(form.format(year, (year + 1) % 100, (month + 2) // 3), "quarter") == [start]


@given(DAYS, st.sampled_from(["{0} Week {1}", "{0}-W{1:02d}", "Week {1} {0}", "{0}W{1:02d}", "{0} wk {1}"]))
def test_weeks_are_those_of_iso_8601(day, form):
    year, week, _ = day.isocalendar()
    assert starts(form.format(year, week), "week") == [day - pd.Timedelta(days=day.weekday())]


@given(DAYS, st.sampled_from(["M", "Q", "Q-MAR", "Q-JUN", "Y", "Y-MAR", "Y-JUN", "W", "W-FRI"]))
def test_periods_of_pandas_are_the_days_they_have(day, frequency):
    period = day.to_period(frequency)
    (found,) = readings_of(write_period(period))
    assert found.start == period.start_time


def test_columns_of_periods_and_mixed_columns_are_written_out():
    column = pd.Series([pd.Period("2022-04", "M"), "2022-05"], dtype=object)
    assert write_periods(column).tolist() == ["2022-04", "2022-05"]
    assert write_periods(pd.Series(["a"])).tolist() == ["a"]


@pytest.mark.parametrize("label", [example for spelling in SPELLINGS for example in spelling.examples])
def test_every_example_is_read_by_its_own_spelling_and_one_way(label):
    assert len(readings_of(label)) == 1
    assert any(label in spelling.examples and spelling.pattern.match(label) for spelling in SPELLINGS)


@pytest.mark.parametrize("label", ["spring", "", "2022-13", "2022-23 M13", "2022-24", "Marvin 2022", "22-Apr", "w/e spring", "w/e 2023",
                                   "3 months to May 2023", "year ending 30 March 2023",
                                   "44652", "FY2022", "2022-W54", "31/02/2022", "2022-04-01 to 2022-05-15", "30/04/99",
                                   "May-Jul 2022"])  # fmt: skip
def test_what_is_no_period_is_not_read(label):
    assert readings_of(label) == ()
    assert why_unread(label)[0] in ("T03", "T04")


@given(DAYS, st.sampled_from(["w/e {0}", "W/E: {0}", "week ending {0}", "WE {0}", "Week ended {0}"]),
       st.sampled_from(EACH_DAY))  # fmt: skip
def test_a_week_is_named_by_its_last_day(day, form, date):
    (found,) = readings_of(form.format(day.strftime(date)))
    assert (found.kind, found.start, found.rule) == ("week", day - pd.Timedelta(days=6), "T11")


@given(DAYS, st.sampled_from(["w/c {0}", "wc {0}", "w/b {0}", "week commencing {0}", "Week beginning {0}"]))
def test_a_week_is_named_by_its_first_day(day, form):
    (found,) = readings_of(form.format(day.strftime("%d %B %Y")))
    assert (found.kind, found.start) == ("week", day)


@given(DAYS, st.sampled_from(["year ending {0:%B %Y}", "12 months to {0:%b %Y}", "Year to {0:%b-%y}",
                              "year ended {0:%d %B %Y}", "Twelve months ending {0:%B %Y}"]))  # fmt: skip
def test_a_year_is_named_by_its_last_month(day, form):
    end = day + pd.offsets.MonthEnd(0)
    (found,) = readings_of(form.format(end))
    assert (found.kind, found.rule) == ("year", "T11")
    assert found.start == end + pd.Timedelta(days=1) - pd.DateOffset(years=1)


def test_a_quarter_is_named_by_its_last_month():
    assert starts("quarter ending June 2022", "quarter") == starts("3 months to Jun 2022", "quarter")
    assert starts("quarter ending June 2022", "quarter") == [pd.Timestamp("2022-04-01")]


def test_a_time_of_day_is_dropped_by_name():
    assert readings_of("01/04/2022 13:45")[0].rule == "T10"
    assert readings_of("RTT-April-2023")[0].rule == "T11"
    assert first_day("year", 1960, 1) is None
