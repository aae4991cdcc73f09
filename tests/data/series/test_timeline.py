"""Time is laid out as it passed: frequencies, gaps, working days and breaks."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import add_up_series, read_series
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import check_last_period, check_timeline, lay_out_time, period_days, without_last
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import OptionError
from tests.data.changes import chain
from tests.data.series_changes import (
    LATER,
    MONTHS,
    SHUT,
    england,
    financial,
    only,
    quarters,
    read,
    rules_of,
    starting,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("change", "frequency", "days"), [
    (lambda table: table, "monthly", 20), (starting("2016-01-04", "7D"), "weekly", 5),
    (starting("2016-01-03", "7D"), "weekly", 3),
    (quarters(lambda year, number: f"{year}-Q{number}"), "quarterly", 63),
    (starting("2012-01-01", "QS"), "quarterly", 64),
])  # fmt: skip
def test_the_frequency_is_found_from_the_dates_and_stated(change, frequency, days, table):
    series = read(change(table), periods=Periods(breaks=None))
    assert series.attrs["frequency"] == frequency
    assert series["working_days"].values[0] == days
    assert series["elapsed"].values.tolist() == list(range(24))


@pytest.mark.parametrize(
    ("days", "counted"), [("working", [20, 21, 21]), ("calendar", [31, 29, 31]), ("equal", [1, 1, 1])]
)
def test_admissions_are_spread_over_the_days_that_were_asked_for(days, counted, table):
    series = read(table, periods=Periods(breaks=None, days=days))
    assert period_days(series).values[:3].tolist() == counted
    assert period_days(add_up_series(series)).values[:3].tolist() == counted


def test_weeks_by_iso_number_start_on_mondays(table):
    series = read(starting("2016-01-04", "7D", "%G-W%V")(table))
    assert series["period"].dt.dayofweek.values.tolist() == [0] * 24


def test_weeks_that_end_on_a_date_start_six_days_before(table):
    wednesdays = starting("2016-01-06", "7D")(table)
    first = {
        week: pd.Timestamp(read(wednesdays, periods=Periods(week=week))["period"].values[0])
        for week in ("starting", "ending")
    }
    assert first == {"starting": pd.Timestamp("2016-01-06"), "ending": pd.Timestamp("2015-12-31")}


def test_financial_quarters_begin_in_april(table):
    series = read(quarters(financial)(table), periods=Periods(breaks=None))
    assert pd.Timestamp(series["period"].values[0]) == pd.Timestamp("2010-01-01")
    plain = read(quarters(lambda year, number: f"{year} Q{number}")(table), periods=Periods(breaks=None))
    assert plain["period"].equals(series["period"])


@given(st.sets(st.integers(0, 23), min_size=6))
def test_elapsed_time_does_not_close_gaps(kept):
    months = sorted(kept | {0, 1})
    rows = pd.DataFrame({"period": [MONTHS[month] for month in months], "admissions": 50, "population": 1.0})
    series = read_series(rows, periods=Periods(gaps="keep", frequency="monthly"))
    assert series["elapsed"].values.tolist() == months


def test_a_gap_inside_a_declared_break_needs_no_leave(table):
    gone = chain(LATER, only("not '2020-02' < period < '2020-05'"))(table)
    series = read(gone, periods=Periods(breaks="england_pandemic"))
    assert {"T22", "T16"} <= rules_of(series)
    assert np.diff(series["elapsed"]).max() == 3


def test_the_pandemic_is_masked_unless_told_otherwise(table):
    series = read(LATER(table))
    shut = series["period"].dt.strftime("%Y-%m").values[series["masked"].values]
    assert (shut[0], len(shut)) == ("2020-03", 3)
    assert not read(LATER(table), periods=Periods(breaks=None))["masked"].any()


def test_breaks_are_listed_with_their_sources(table):
    noted = json.loads(read(starting("2022-02-01", form="%Y-%m")(table)).attrs["breaks"])
    named = {item["id"]: item for item in noted}
    assert "strike_doctors_2023_03" in named
    assert named["icb_2022"]["masked"] is False
    assert all(item["source"] for item in noted)


def test_a_break_without_a_confirmed_source_says_so_and_masks_nothing(table):
    series = read(starting("2019-01-01", form="%Y-%m")(table), periods=Periods(breaks="england_pandemic"))
    (shown,) = data_log(series).query("rule == 'T17'")["rows"]
    assert "opcs_4_9, 2020-04-01: procedures coded in OPCS-4.9 from this day (source: not confirmed)" in shown
    masked = {item["id"] for item in json.loads(series.attrs["breaks"]) if item["masked"]}
    assert masked == {"england_pandemic"}


def test_boundaries_matter_only_where_there_are_areas(table):
    later = starting("2022-02-01", form="%Y-%m")
    noted = json.loads(read_series(later(england(table)), small_numbers="exact").attrs["breaks"])
    assert "icb_2022" not in {item["id"] for item in noted}


def test_a_break_of_ones_own_masks_every_period_it_touches(table):
    series = read(table, periods=Periods(breaks=SHUT))
    assert series["period"].dt.strftime("%Y-%m").values[series["masked"].values].tolist() == ["2016-05", "2016-06"]


def test_several_known_breaks_are_masked_by_name(table):
    later = starting("2022-02-01", form="%Y-%m")(table)
    series = read(later, periods=Periods(breaks=("strike_doctors_2023_03", "strike_nurses_2022_12_15")))
    assert series["masked"].sum() == 2


def test_an_unknown_break_suggests_a_known_one(table):
    with pytest.raises(OptionError, match="Did you mean 'england_pandemic'"):
        read(table, periods=Periods(breaks="england_pandemics"))


def test_days_of_strikes_are_counted_in_their_period(table):
    days = read(starting("2022-02-01", form="%Y-%m")(table))["strike_days"]
    assert days.sel(period="2023-03-01") == 3
    assert days.sel(period="2022-12-01") == 2
    assert days.sel(period="2022-11-01") == 0


# Whether the last period is whole


def admissions(*per_day, masked=()):
    """A monthly series with so many admissions a working day."""
    starts = pd.date_range("2016-01-01", periods=len(per_day), freq="MS")
    series = xr.Dataset(coords={"period": starts})
    time = lay_out_time(series, FREQUENCIES["monthly"], Periods(breaks=None), DataLog())
    shut = np.isin(np.arange(len(per_day)), masked)
    counts = np.array(per_day) * time["working_days"].values
    return time.assign(admissions=("period", counts), masked=("period", shut))


def rules_of_last_period(series):
    log = DataLog()
    check_timeline(series, log)
    return [found.rule for found in log.findings]


@pytest.mark.parametrize(("last", "rules"), [(6.9, ["T14"]), (7.1, [])])
def test_the_last_period_is_held_against_the_least_of_the_year_before_and_not_the_average(last, rules):
    """August has 10 a day, other months 20: 7.1 is far below the average, and not below August."""
    usual = [20.0] * 7 + [10.0] + [20.0] * 4
    assert rules_of_last_period(admissions(*usual, last)) == rules


def test_only_the_last_twelve_periods_count_and_masked_ones_do_not():
    assert rules_of_last_period(admissions(1.0, *[20.0] * 12, 10.0)) == ["T14"]
    assert rules_of_last_period(admissions(10.0, *[20.0] * 11, 7.1)) == []
    assert rules_of_last_period(admissions(*[20.0] * 6, 1.0, *[20.0] * 5, 10.0, masked=[6])) == ["T14"]
    assert rules_of_last_period(admissions(*[20.0] * 12, 1.0, masked=[12])) == []


def test_with_too_few_periods_before_nothing_is_said():
    assert rules_of_last_period(admissions(*[20.0] * 5, 1.0)) == []
    assert rules_of_last_period(admissions(*[20.0] * 6, 1.0)) == ["T14"]


def test_a_period_that_is_not_over_is_named():
    log = DataLog()
    today = pd.Timestamp.today().normalize().replace(day=1)
    check_last_period(pd.DatetimeIndex([today - pd.DateOffset(months=1), today]), FREQUENCIES["monthly"], log)
    assert [(found.rule, found.rows) for found in log.findings] == [("T13", (f"{today:%Y-%m}",))]


def test_years_are_spread_over_nothing_and_four_weeks_over_their_working_days():
    def days_of(name, step):
        starts = pd.date_range("2015-01-05", periods=4, freq=step)
        time = lay_out_time(xr.Dataset(coords={"period": starts}), FREQUENCIES[name], Periods(), DataLog())
        return SeriesFacts.of(time).days, time["working_days"].values.tolist()

    assert days_of("four_weekly", "28D") == ("working", [20, 20, 20, 18])
    assert days_of("annual", "12MS")[0] == "equal"


def test_no_more_periods_are_left_out_than_there_are():
    starts = pd.date_range("2023-01-01", periods=4, freq="MS")
    frame = pd.DataFrame({"period": starts.repeat(2), "value": range(8)})
    log = DataLog()
    assert without_last(frame, FREQUENCIES["monthly"], 3, log)["value"].tolist() == [0, 1]
    assert log.findings[0].rows == ("2023-02", "2023-03", "2023-04")
    assert without_last(frame, FREQUENCIES["monthly"], 0, DataLog()) is not None
    for too_many in (4, 6):
        with pytest.raises(OptionError, match=f"leaves out {too_many} periods, and the series has 4"):
            without_last(frame, FREQUENCIES["monthly"], too_many, DataLog())
