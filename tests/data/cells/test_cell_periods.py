"""Labels of periods are read as days, and shorter periods make up whole years or are named."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_periods import CellPeriod, CellTime, add_up_to, read_cell_periods
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def weeks(count, first="2022-04-04"):
    return [f"{day:%Y-%m-%d}" for day in pd.date_range(first, periods=count, freq="7D")]


def months(count, first="2022-04-01"):
    return [f"{day:%Y-%m}" for day in pd.date_range(first, periods=count, freq="MS")]


@pytest.mark.parametrize(("labels", "middles", "years"), [
    (["2021", "2022"], [2021.5, 2022.5], 1.0),
    (["2022/23", "2021/22"], [2021.75, 2022.75], 1.0),
    (["2021-22", "2022-23", "2024-25"], [2021.75, 2022.75, 2024.75], 1.0),
    (["2010-11", "2011-12"], [2010.75, 2011.75], 1.0),
    (["FY 2021/22", "2022/2023"], [2021.75, 2022.75], 1.0),
    (["2021-04-01", "2022-04-01"], [2021.75, 2022.75], 1.0),
    (["2021-03-31", "2022-03-31"], [2020.75, 2021.75], 1.0),
    (["2021 Q2", "2021Q1"], [2021.125, 2021.375], 0.25),
    (["2021/22 Q1", "2021/22 Q2"], [2021.375, 2021.625], 0.25),
    (["2021-01-01", "2021-04-01", "2021-07-01"], [2021.125, 2021.375, 2021.625], 0.25),
    (["Apr-22", "May-22"], [2022 + 3.5 / 12, 2022 + 4.5 / 12], 1 / 12),
    (["2022-04-01", "2022-05-01"], [2022 + 3.5 / 12, 2022 + 4.5 / 12], 1 / 12),
    (["01/04/2021", "01/04/2022"], [2021.75, 2022.75], 1.0),
    (["2022/23 M01", "2022/23 M12"], [2022 + 3.5 / 12, 2023 + 2.5 / 12], 1 / 12),
    (["RTT-April-2023", "RTT-May-2023"], [2023 + 3.5 / 12, 2023 + 4.5 / 12], 1 / 12),
    (["FY2021/22", "FY22/23"], [2021.75, 2022.75], 1.0),
    (["2022-12"], [2022 + 11.5 / 12], 1 / 12),
])  # fmt: skip
def test_labels_say_when_periods_are_and_how_long(labels, middles, years):
    periods, faults = read_cell_periods(labels)
    assert not faults
    assert [period.middle for period in periods.values()] == pytest.approx(middles)
    assert [period.years for period in periods.values()] == pytest.approx([years] * len(labels))
    assert all(period.label == label for label, period in periods.items())


@pytest.mark.parametrize(("labels", "time", "start", "years"), [
    (["2004-05"], CellTime(frequency="annual"), "2004-04-01", 1.0),
    (["2004-05"], CellTime(frequency="monthly"), "2004-05-01", 1 / 12),
    (["2000-04", "2001-04", "2002-04"], CellTime(frequency="annual"), "2000-04-01", 1.0),
    (["2000-04", "2001-04", "2002-04"], CellTime(), "2000-04-01", 1 / 12),
    (["2022-04-01"], CellTime(frequency="quarterly"), "2022-04-01", 0.25),
    (["01/02/2018"], CellTime(frequency="monthly", day_first=True), "2018-02-01", 1 / 12),
    (["01/02/2018"], CellTime(frequency="monthly", day_first=False), "2018-01-01", 1 / 12),
    (weeks(3, "2022-04-08"), CellTime(week="ending"), "2022-04-02", 7 / 365.2425),
    (weeks(3, "2022-04-08"), CellTime(week="starting"), "2022-04-08", 7 / 365.2425),
])  # fmt: skip
def test_what_labels_leave_open_is_read_as_asked(labels, time, start, years):
    periods, faults = read_cell_periods(labels, time)
    assert not faults
    assert periods[labels[0]].start == pd.Timestamp(start)
    assert periods[labels[0]].years == pytest.approx(years)


def test_a_length_that_labels_exclude_is_refused():
    assert "longer than --frequency monthly" in read_cell_periods(["2022", "2023"], CellTime(frequency="monthly"))[1][0]
    with pytest.raises(OptionError, match="frequency cannot be"):
        CellTime(frequency="four_weekly")


def test_weeks_are_named_by_their_mondays_or_by_the_sundays_that_end_them():
    mondays, sundays = (read_cell_periods(weeks(3, first))[0] for first in ("2022-04-04", "2022-04-10"))
    assert [period.start for period in mondays.values()] == [period.start for period in sundays.values()]
    assert read_cell_periods(weeks(3, "2022-04-06"))[0] == {}


@pytest.mark.parametrize(("labels", "named"), [
    (["before", "2022"], "'before'"),
    (["FY2021", "FY2022"], "'FY2021' may be 2020/21 or 2021/22"),
    (["2021", "2021/22"], "'2021' is a calendar year"),
    (["2021", "2022 Q1"], "'2021'"),
    (["2021-22", "2021/22"], "'2021-22' and '2021/22' name the same period"),
    (["2022-04", "2022 Q2"], "'2022-04' is a month"),
    (["2022-04-01"], "the dates do not say how long periods are"),
    (["01/04/2021", "05/07/2022"], "say --day-first or --no-day-first"),
    (["2004-05"], "may be May 2004 or the year 2004/05"),
])  # fmt: skip
def test_what_cannot_be_read_is_named(labels, named):
    periods, faults = read_cell_periods(labels)
    assert periods == {}
    assert named in " ".join(faults)


@pytest.mark.parametrize(("labels", "wholes"), [
    (months(24), ["2022/23", "2023/24"]),
    (months(12, "2021-01-01"), ["2021"]),
    (months(12, "2021-07-01"), ["July 2021 to June 2022"]),
    ([*months(12), *months(12, "2024-04-01")], ["2022/23", "2024/25"]),
    (["2022 Q2", "2022 Q3", "2022 Q4", "2023 Q1"], ["2022/23"]),
    (weeks(104), ["2022/23", "2023/24"]),
])  # fmt: skip
def test_shorter_periods_make_up_years_that_begin_with_the_first_of_them(labels, wholes):
    added, faults = add_up_to(12, read_cell_periods(labels)[0].values())
    assert not faults
    assert list(added) == list(read_cell_periods(labels)[0])
    assert list(dict.fromkeys(whole.label for whole in added.values())) == wholes


def test_a_year_of_weeks_is_as_long_as_its_weeks():
    added, _ = add_up_to(12, read_cell_periods(weeks(52))[0].values())
    assert next(iter(added.values())).years == pytest.approx(52 * 7 / 365.2425)


@pytest.mark.parametrize(("labels", "named"), [
    (months(15), "2023/24: 3 of 12 months"),
    ([month for month in months(12) if month != "2022-08"], "2022/23: 11 of 12 months"),
    (["2022 Q2", "2022 Q4"], "2022/23: 2 of 4 quarters"),
    (weeks(100), "2023/24: 48 of 52 weeks"),
    (weeks(52, "2022-04-11"), "which is not the first of a month"),
])  # fmt: skip
def test_years_that_are_not_whole_are_named(labels, named):
    added, faults = add_up_to(12, read_cell_periods(labels)[0].values())
    assert added == {}
    assert named in faults[0]


def test_months_make_up_quarters():
    added, faults = add_up_to(3, read_cell_periods(months(6))[0].values())
    assert not faults
    assert list(dict.fromkeys(whole.label for whole in added.values())) == ["2022 Q2", "2022 Q3"]


def test_a_year_holds_its_months_and_no_other():
    year = CellPeriod("2022/23", pd.Timestamp("2022-04-01"), pd.Timestamp("2023-04-01"))
    inside = [period.label for period in read_cell_periods(months(15, "2022-03-01"))[0].values() if year.holds(period)]
    assert inside == months(12)
    assert not next(iter(read_cell_periods(["2022-04"])[0].values())).holds(year)
    assert year.is_year


@pytest.mark.parametrize("frequency", [None, "monthly", "annual"])
def test_periods_of_four_weeks_are_refused_with_the_cause(frequency):
    starts = pd.date_range("2022-04-04", periods=13, freq="28D")
    labels = [f"{day:%Y-%m-%d} to {day + pd.Timedelta(days=27):%Y-%m-%d}" for day in starts]
    read, faults = read_cell_periods(labels, CellTime(frequency=frequency))
    assert read == {}
    assert "13 of which are 364 days" in faults[0]
    assert "13 of which are 364 days" in read_cell_periods([f"{day:%Y-%m-%d}" for day in starts])[1][0]


def test_weeks_named_by_their_last_day_are_those_weeks():
    read, faults = read_cell_periods(["w/e 05/04/2024", "w/e 12/04/2024", "w/e 19/04/2024"])
    assert not faults
    assert [period.start for period in read.values()] == list(
        pd.to_datetime(["2024-03-30", "2024-04-06", "2024-04-13"])
    )


def test_years_that_overlap_are_refused_and_years_apart_are_read():
    rolling = ["12 months to March 2023", "12 months to April 2023"]
    assert "mixed" in read_cell_periods(rolling)[1][0] or "is a" in read_cell_periods(rolling)[1][0]
    quarterly = ["year ending June 2023", "year ending September 2023"]
    assert "overlap" in read_cell_periods(quarterly)[1][0]
    read, _ = read_cell_periods(["year ending March 2022", "year ending March 2023"])
    assert [period.start for period in read.values()] == list(pd.to_datetime(["2021-04-01", "2022-04-01"]))
