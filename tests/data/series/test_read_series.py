"""Series: every rule of periods is met by a file that breaks it, and time is laid out as it passed."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import add_up_series, read_series
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

IMD = Deprivation("IMD 2019")
MONTHS = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
AREAS = ("E54000055", "E54000063")


@pytest.fixture(scope="module")
def table():
    """Two years of two ICSs and five groups, as text: exact counts, and a population that does not move."""
    rows = [(period, ics, group, 40 + 3 * group + month % 5, 1000 * group)
            for month, period in enumerate(MONTHS) for ics in AREAS for group in range(1, 6)]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"]).astype(str)


def england(table):
    """Add the table up to one series."""
    numbers = table.assign(admissions=table["admissions"].astype(int), population=table["population"].astype(float))
    return numbers.groupby("period")[["admissions", "population"]].sum().reset_index()


# Ways to change the table.


def periods(rename):
    return lambda table: table.assign(period=table["period"].map(rename))


def starting(first, frequency="MS", form="%Y-%m-%d"):
    """Rename the 24 periods to others, in order."""
    dates = pd.date_range(first, periods=len(MONTHS), freq=frequency)
    return periods(dict(zip(MONTHS, dates.strftime(form), strict=True)))


def renamed(new, old=MONTHS[3]):
    return periods(lambda period: new if period == old else period)


def only(where):
    return lambda table: table.query(where)


def put(column, value, row=0):
    def change(table):
        changed = table.copy()
        changed.loc[changed.index[row], column] = value
        return changed

    return change


def chain(*changes):
    def change(table):
        for step in changes:
            table = step(table)
        return table

    return change


def scaled(column, factor, where):
    def change(table):
        rows = table.eval(where)
        numbers = (table.loc[rows, column].astype(float) * factor).round().astype(int).astype(str)
        return table.assign(**{column: table[column].where(~rows, numbers.reindex(table.index))})

    return change


def quarters(name):
    """Name 24 calendar quarters from 2010 on."""
    return periods({month: name(2010 + number // 4, number % 4 + 1) for number, month in enumerate(MONTHS)})


def financial(year, number):
    start = year - (number == 1)
    return f"{start}/{(start + 1) % 100:02d} Q{(number + 2) % 4 + 1}"


LATER = starting("2018-06-01", form="%Y-%m")
NEXT_YEAR = f"{pd.Timestamp.today().year + 1}-06"
SHUT = pd.DataFrame({"start": ["2016-05-10"], "end": ["2016-06-02"], "states": ["theatre shut"]})
BACKWARDS = SHUT.assign(end="2016-05-01")
FIRST = "period == '2016-01'"

CASES = [
    ("T01", only("period != '2016-05'"), {}),
    ("T01", starting("2016-01-31", "2ME"), {"periods": Periods(frequency="monthly")}),
    ("T02", renamed("2016-03"), {}),
    ("T02", lambda table: pd.concat([table, table.iloc[:1]]), {}),
    ("T02", renamed("Mar 2016"), {}),
    *[("T03", renamed(label), {}) for label in
      ("2016-13", "2016-00", "spring 2016", "2016-02-30", "2016-04-01T25:00", "1916-04", "2016-W54", "16-04")],
    ("T03", starting("2016-01-04", "7D", "%d/%m/%Y"), {"periods": Periods(day_first=False)}),
    ("T04", renamed("42461"), {}),
    ("T04", renamed("42461.0"), {}),
    *[("T05", renamed(label), {}) for label in ("2016/17", "2016-17", "2016/2017", "2016", "FY 2016/17")],
    ("T05", quarters(lambda year, _: f"{year}/{(year + 1) % 100:02d}"), {}),
    ("T06", starting("2016-01-01", form="%d/%m/%Y"), {}),
    ("T06", chain(starting("2016-01-01", form="%d/%m/%Y"), periods(lambda p: {"01/02/2016": "13/02/2016",
                                                                             "01/03/2016": "03/13/2016"}.get(p, p))), {}),
    ("T07", starting("2016-01-01", "D"), {}),
    ("T07", starting("2016-01-01", "YS"), {}),
    ("T07", renamed("2016-Q2"), {}),
    ("T07", renamed("2016-04-01"), {}),
    ("T07", LATER, {"periods": Periods(frequency="quarterly")}),
    ("T07", only("period < '2016-03'"), {}),
    ("T07", starting("2016-01-03", "7D"), {"periods": Periods(frequency="monthly")}),
    ("T07", periods(dict(zip(MONTHS, [*pd.date_range("2010-01-01", periods=12, freq="MS").strftime("%Y-%m"),
                                      *pd.date_range("2011-03-01", periods=12, freq="QS-MAR").strftime("%Y-%m")],
                             strict=True))), {}),
    ("T08", chain(starting("2016-01-03", "7D"), renamed("2016-01-25", "2016-01-24")), {}),
    ("T09", starting("2016-01-06", "7D"), {}),
    ("T10", starting("2016-01-01", form="%Y-%m-%dT00:00:00Z"), {}),
    ("T10", starting("2016-01-01", form="%Y-%m-%d 09:30"), {}),
    ("T11", starting("2016-01-31", "ME"), {}),
    ("T11", starting("2016-01-04", "7D", "%d/%m/%Y"), {}),
    ("T11", starting("2016-01-01", form="%d/%m/%Y"), {"periods": Periods(day_first=True)}),
    ("T11", starting("2016-01-03", "7D"), {}),
    ("T11", quarters(financial), {"periods": Periods(breaks=None)}),
    ("T12", only("period != '2016-05' or deprivation != '2'"), {}),
    ("T13", renamed(NEXT_YEAR, MONTHS[-1]), {"periods": Periods(gaps="keep")}),
    ("T14", scaled("admissions", 0.5, "period == '2017-12'"), {}),
    ("T15", lambda table: table, {"periods": Periods(drop_last=2)}),
    ("T16", LATER, {"periods": Periods(breaks="england_pandemic")}),
    ("T16", lambda table: table, {"periods": Periods(breaks=SHUT)}),
    ("T17", starting("2022-02-01", form="%Y-%m"), {"periods": Periods(breaks="england_pandemic")}),
    ("T18", lambda table: table, {"periods": Periods(breaks=BACKWARDS)}),
    ("T18", lambda table: table, {"periods": Periods(breaks=SHUT.drop(columns="end"))}),
    ("T18", lambda table: table, {"periods": Periods(breaks=SHUT.assign(start="spring"))}),
    ("T19", lambda table: table.drop(columns="population"), {}),
    ("T20", only("index != 3"), {"small_numbers": SmallNumbers(absent="zero")}),
    ("T21", scaled("population", 1.2, "period >= '2017-01'"), {}),
    ("T22", only("period != '2016-05'"), {"periods": Periods(gaps="keep")}),
    ("T22", only("period != '2016-05'"), {"periods": Periods(breaks=SHUT)}),
    ("T23", lambda table: table, {"periods": Periods(drop_last=22)}),
    ("K01", lambda table: table.drop(columns="period"), {}),
    ("K01", lambda table: table.rename(columns={"population": "expected_admissions"}), {}),
    ("K02", lambda table: table.assign(trust="RRK"), {}),
    ("K05", only("index != 3"), {}),
    ("K06", renamed(""), {}),
    ("K10", only("index != 3"), {"small_numbers": SmallNumbers(absent="suppressed")}),
    ("C05", put("admissions", "*"), {}),
    ("P01", put("population", "0"), {}),
    ("P03", put("population", "-5"), {}),
    ("D03", lambda table: table.query("deprivation != '3'"), {}),
    ("D04", lambda table: table, {"groups": Deprivation()}),
    ("G02", lambda table: table.assign(ics=table["ics"].replace("E54000063", "E54000052")), {}),
]  # fmt: skip
ALONG = {"T16": {"T22", "T17"}, "T17": {"T21"}, "T20": {"K07"}, "T15": set(), "T22": {"T16"}}
"""What else may be said along with a rule."""
ERRORS = [case for case in CASES if contract()[case[0]].severity == "error"]
OTHERS = [case for case in CASES if contract()[case[0]].severity != "error"]


def label(case):
    return f"{case[0]}-{'-'.join(map(str, case[2]))}".strip("-")


def read(table, **options):
    return read_series(table, **{"groups": IMD, **options})


def rules_of(series):
    return set(data_log(series)["rule"])


@pytest.mark.parametrize(("rule", "change", "options"), ERRORS, ids=[label(case) for case in ERRORS])
def test_an_error_names_the_rule_and_the_way_out(rule, change, options, table, save):
    path = save(series=change(table))["series"]
    with pytest.raises(EquityDataError) as error:
        read(path, **options)
    assert {found.rule for found in error.value.findings if found.severity == "error"} == {rule}
    assert contract()[rule].way_out in str(error.value)


@pytest.mark.parametrize(("rule", "change", "options"), OTHERS, ids=[label(case) for case in OTHERS])
def test_a_warning_or_repair_is_kept_with_the_series(rule, change, options, table, save):
    rules = rules_of(read(save(series=change(table))["series"], **options))
    assert rule in rules
    assert rules <= {rule} | ALONG.get(rule, set())


def test_every_rule_of_periods_has_a_case():
    assert {case[0] for case in CASES} >= {rule for rule in contract() if rule.startswith("T")}


def test_a_clean_series_leaves_an_empty_log_and_changes_no_count(table):
    series = read(table)
    assert data_log(series).empty
    assert series["admissions"].sum() == table["admissions"].astype(int).sum()
    assert series["exposure"].sum() == table["population"].astype(int).sum()


def test_all_four_dimensions_are_always_there(table):
    whole = read_series(england(table))
    assert whole["admissions"].dims == ("period", "ics", "deprivation", "procedure")
    assert [whole[dim].item() for dim in ("ics", "deprivation", "procedure")] == [
        "All ICSs", "All groups", "All procedures"]  # fmt: skip
    assert read(table)["deprivation"].values.tolist() == [1, 2, 3, 4, 5]


# Spellings of one period


SPELLINGS = ["%Y-%m", "%Y-%m-%d", "%Y/%m", "%Y%m", "%b %Y", "%B %Y", "%b-%y", "%d %B %Y", "%YM%m",
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


def test_a_date_that_can_only_be_read_one_way_settles_the_column(table):
    weeks = starting("2016-01-04", "7D", "%d/%m/%Y")(table)
    assert pd.Timestamp(read(weeks)["period"].values[1]) == pd.Timestamp("2016-01-11")
    american = starting("2016-01-04", "7D", "%m/%d/%Y")(table)
    assert read(american)["period"].equals(read(weeks)["period"])


def test_ambiguous_dates_are_read_as_asked(table):
    series = read(starting("2016-01-01", form="%d/%m/%Y")(table), periods=Periods(day_first=True))
    assert series.drop_attrs().identical(read(table).drop_attrs())


def test_a_serial_number_says_which_day_it_probably_was(table):
    with pytest.raises(EquityDataError, match="'42461' is probably 2016-04-01"):
        read(renamed("42461")(table))


def test_december_is_not_a_financial_year(table):
    series = read(starting("2010-07-01", form="%Y-%m")(table))
    assert {"2011-11", "2011-12"} <= set(series["period"].dt.strftime("%Y-%m").values)


# Frequencies and true time


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


# Breaks


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
    noted = json.loads(read_series(later(england(table))).attrs["breaks"])
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


# Rows that are absent, counts that are hidden


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_an_absent_row_is_what_was_asked_and_keeps_its_exposure(absent, value, table):
    series = read(only("period != '2016-05' or deprivation != '2'")(table), small_numbers=SmallNumbers(absent=absent))
    cell = series.sel(period="2016-05-01", deprivation=2, ics=AREAS[0]).squeeze()
    np.testing.assert_equal(cell["admissions"].item(), value)
    assert cell["exposure"] == 2000


def test_absent_exposure_lies_on_the_line_between_its_neighbours(table):
    grown = table.assign(population=table["period"].map({month: 100 + 10 * n for n, month in enumerate(MONTHS)}))
    series = read(
        only("period not in ('2016-05', '2017-12') or deprivation != '2'")(grown),
        small_numbers=SmallNumbers(absent="missing"),
    )
    exposure = series["exposure"].sel(deprivation=2, ics=AREAS[0]).squeeze()
    assert exposure.sel(period="2016-05-01") == 140
    assert exposure.sel(period="2017-12-01") == 320


def test_absent_rows_may_be_suppressed_counts(table):
    series = read(only("index != 3")(table), small_numbers=SmallNumbers("lt5", absent="suppressed"))
    cell = series.isel(period=0).sel(deprivation=4, ics=AREAS[0]).squeeze()
    assert (cell["admissions_low"], cell["admissions_high"]) == (0, 4)


def test_a_cell_without_any_rows_is_no_cell(table):
    gone = only("ics == 'E54000055' or deprivation != '2'")(table)
    series = read(gone, small_numbers=SmallNumbers(absent="zero"))
    cell = series.sel(ics="E54000063", deprivation=2)
    assert cell["admissions"].isnull().all()
    assert cell["exposure"].isnull().all()


def test_hidden_counts_are_intervals_and_exact_ones_are_not(table):
    series = read(put("admissions", "*")(table), small_numbers="lt5")
    hidden = series["admissions"].isnull()
    assert hidden.sum() == 1
    first = series.isel(period=0).sel(ics=AREAS[0], deprivation=1).squeeze()
    assert (first["admissions_low"], first["admissions_high"]) == (1, 4)
    assert "admissions_low" not in read(table)


def test_the_order_of_rows_changes_nothing(table):
    shuffled = table.sample(frac=1, random_state=1)
    assert read(shuffled).drop_attrs().identical(read(table).drop_attrs())


# Exposure


def test_expected_admissions_may_be_what_counts_are_compared_with(table):
    both = table.assign(expected_admissions="50")
    series = read(both, exposure="expected_admissions")
    assert (series["exposure"] == 50).all()
    assert series["population"].sum() == table["population"].astype(int).sum()
    assert "population" not in read(both)


def test_groups_are_placed_by_population(table):
    position = read(table)["position"]
    np.testing.assert_allclose(position, [1 / 30, 2 / 15, 0.3, 8 / 15, 5 / 6])


def test_a_group_with_nobody_in_it_is_no_cell(table):
    empty = table.assign(admissions=table["admissions"].where(table["deprivation"] != "1", "0"),
                         population=table["population"].where(table["deprivation"] != "1", "0"))  # fmt: skip
    series = read(empty)
    assert series.sel(deprivation=1)["exposure"].isnull().all()


def test_what_counts_cannot_be_compared_with_is_refused(table):
    with pytest.raises(OptionError, match="Did you mean 'population'"):
        read(table, exposure="populations")


def test_periods_left_out_at_the_end_are_named(table):
    series = read(table, periods=Periods(drop_last=2))
    assert data_log(series)["rows"].item() == "2017-11; 2017-12"
    assert series.sizes["period"] == 22
