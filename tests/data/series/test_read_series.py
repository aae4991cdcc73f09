"""Every rule of a series is met by a table that breaks it, and what is clean is read as it is."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.covariates import RULES as COVARIATE_RULES
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError, OptionError
from tests.data.changes import chain
from tests.data.series_changes import (
    AREAS,
    BACKWARDS,
    FIRST,
    LATER,
    MONTHS,
    NEXT_YEAR,
    SHUT,
    england,
    financial,
    only,
    periods,
    put,
    quarters,
    read,
    renamed,
    rules_of,
    scaled,
    starting,
)

pytestmark = pytest.mark.unit


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
    ("T06", periods({month: f"{1 + 7 * n % 12:02d}/{1 + 5 * n % 12:02d}/{1990 + n}" for n, month in enumerate(MONTHS)}), {}),
    ("T24", lambda table: table.query(FIRST).assign(period="2004-05"), {}),
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
    ("T34", put("admissions", "[z]"), {}),
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
    ("P02", put("admissions", "99999999"), {}),
    ("C40", put("population", "1e308"), {}),
    ("D06", lambda table: table.assign(**{name: table[name].mask(
        (table["ics"] == AREAS[1]) & (table["deprivation"] < "4"), "0") for name in ("admissions", "population")}), {}),
    ("T41", lambda table: table.assign(admissions=table["admissions"].mask(table["ics"] == AREAS[1], "0")), {}),
    ("T42", lambda table: table.assign(admissions=table["admissions"].mask(
        (table["ics"] == AREAS[1]) & (table["period"] == MONTHS[3]), "0")), {}),
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
    elsewhere = {rule.id for rule in COVARIATE_RULES}
    assert {case[0] for case in CASES} >= {rule for rule in contract() if rule.startswith("T")} - elsewhere


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
