"""Following the way out that a message names changes the outcome: the rule is no longer met."""

import pandas as pd
import pytest

from equitymodel.cli.option_words import FLAG, in_options
from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.series.covariates import Covariate
from equitymodel.data.series.periods import Periods
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError
from tests.data import changes, series_changes
from tests.data.changes import (
    IMD,
    MONTHS,
    NO_SURREY_HIPS,
    RARE_HIPS,
    REVERSED,
    SURREY_HIPS,
    WITHOUT_AGE,
    YEARS,
    as_is,
    by_ethnicity,
    chain,
    count,
    fill,
    for_periods,
    given,
    only,
    rated,
    recode_both,
    summed,
    ten_or_more,
    unlike_ages,
)

pytestmark = pytest.mark.unit

NO_ROW = only("admissions", "index != 3")
SURREY_LATER = "ics == 'E54000063' and procedure == 'hip' and period == '2023'"
WARMTH = {month: str(number) for number, month in enumerate(series_changes.MONTHS)}


def warm(table):
    """Add a temperature that differs between ICSs."""
    degrees = [f"{WARMTH[month]}.{code[-1]}" for month, code in zip(table["period"], table["ics"], strict=True)]
    return table.assign(temperature=degrees)


def yearly(table):
    totals = table.assign(admissions=table["admissions"].astype(int), population=table["population"].astype(int))
    year = totals.groupby(["ics", "deprivation"])[["admissions", "population"]].sum().reset_index()
    return pd.concat([year.assign(period=str(each)) for each in range(2005, 2017)])


def either_order(table):
    """Date each month by a day that, read the other way, is of another month."""
    dates = {month: f"{1 + 5 * n % 12:02d}/{month[5:]}/{month[:4]}" for n, month in enumerate(series_changes.MONTHS)}
    return series_changes.periods(dates)(table)


def silent_month(table):
    gone = (table["ics"] == series_changes.AREAS[1]) & (table["period"] == "2016-04")
    return table.assign(admissions=table["admissions"].mask(gone, "0"))


# The rule; what breaks it and how it is read; what following the way out does to the table, and to how it is read
CELLS = [
    ("K02", fill("admissions", "trust", "RRK"), {}, as_is, {"ignore_columns": ("trust",)}),
    ("K05", NO_ROW, {}, as_is, {"small_numbers": SmallNumbers(absent="zero")}),
    ("K05", NO_ROW, {}, as_is, {"small_numbers": SmallNumbers(absent="missing")}),
    ("K10", chain(ten_or_more, NO_ROW), {"small_numbers": SmallNumbers(absent="suppressed")}, as_is,
     {"small_numbers": SmallNumbers("lt5", absent="suppressed")}),
    ("K13", for_periods(MONTHS[:9], "admissions", "population"), {}, as_is, {"periods": "add_up"}),
    ("K14", for_periods(["before", "after"], "admissions", "population"), {}, as_is, {"periods": "add_up"}),
    ("C03", count(""), {}, only("admissions", "index != 0"), {"small_numbers": SmallNumbers(absent="missing")}),
    ("C05", chain(ten_or_more, count("*")), {}, as_is, {"small_numbers": "lt5"}),
    ("C05", chain(ten_or_more, count("*")), {}, as_is, {"small_numbers": "exclude"}),
    ("C08", NO_SURREY_HIPS, {}, chain(given("not_offered", SURREY_HIPS), only("admissions", "admissions != '0'")), {}),
    ("C09", RARE_HIPS, {}, given("not_offered", SURREY_HIPS), {}),
    ("C10", given("not_offered", SURREY_HIPS), {}, given("not_offered", {"ics": [], "procedure": []}), {}),
    ("C13", chain(ten_or_more, count("1-9")), {"small_numbers": "lt5"}, as_is, {"small_numbers": "1-9"}),
    ("C14", count("4"), {"small_numbers": "lt5"}, as_is, {"small_numbers": "error"}),
    ("C17", chain(YEARS, fill("admissions", "admissions", "0", SURREY_LATER)), {},
     only("admissions", f"not ({SURREY_LATER})"), {"small_numbers": SmallNumbers(absent="missing")}),
    ("G02", recode_both("ics", {"E54000063": "E54000052"}), {}, as_is, {"areas": "any"}),
    ("D01", recode_both("deprivation", REVERSED), {}, as_is, {"groups": Deprivation(IMD, 5)}),
    ("D04", as_is, {"groups": Deprivation()}, as_is, {"groups": Deprivation(IMD)}),
    ("U01", by_ethnicity, {"groups": Group("ethnicity")}, as_is, {"groups": Group("ethnicity", "White British")}),
    ("S07", chain(WITHOUT_AGE, summed("population", "age_band", "sex")), {}, None, {}),
    ("S12", unlike_ages, {}, as_is, {"ages": Ages(rate_error=RateError(seed=1, draws=20))}),
]  # fmt: skip
SERIES = [
    ("T01", series_changes.only("period != '2016-05'"), {}, None, {"periods": Periods(gaps="keep")}),
    ("T05", yearly, {}, None, {"periods": Periods("annual", breaks=None)}),
    ("T06", either_order, {}, None, {"periods": Periods(day_first=True)}),
    ("T09", series_changes.starting("2016-01-06", "7D"), {}, None, {"periods": Periods(week="starting")}),
    ("T12", series_changes.only("period != '2016-05' or deprivation != '2'"), {}, None,
     {"small_numbers": SmallNumbers(absent="missing")}),
    ("T14", series_changes.scaled("admissions", 0.5, "period == '2017-12'"), {}, None, {"periods": Periods(drop_last=1)}),
    ("T17", series_changes.starting("2022-02-01", form="%Y-%m"), {}, None, {"periods": Periods(breaks=None)}),
    ("T33", warm, {"covariates": ["temperature"]}, None, {"covariates": [Covariate("temperature", by_cell=True)]}),
    ("T42", silent_month, {}, lambda table: table.query("admissions != '0'"),
     {"small_numbers": SmallNumbers(absent="missing")}),
]  # fmt: skip
TRIED_ELSEWHERE = {"S09", "S10", "T07", "T13", "F10", "F14", "F16", "F20"}
"""Whose ways out are tried where bands, lengths and unfinished periods are, and in `tests/cli/test_sent_tables.py`."""
NOT_YET_TRIED = {
    "C20", "C21", "C25", "C26", "C27", "D11", "D12", "G05", "G07", "K16", "P07", "P11", "P13", "P14", "S13", "T24", "T34",
}  # fmt: skip
"""Whose ways out are named but followed by no test yet: a debt, which may only shrink."""


def met(read, rules_of, source, options):
    """Give the rules that a table meets, whether it is refused or read."""
    try:
        return rules_of(read(source, **options))
    except EquityDataError as error:
        return {found.rule for found in error.findings}


@pytest.mark.parametrize(("rule", "change", "options", "follow", "then"), CELLS, ids=[case[0] for case in CELLS])
def test_following_the_way_out_of_a_rule_of_cells_changes_the_outcome(
    rule, change, options, follow, then, tables, save
):
    broken = change(tables)
    assert rule in met(changes.read, changes.rules_of, save(**broken), options)
    better = rated(tables) if follow is None else follow(broken)
    assert rule not in met(changes.read, changes.rules_of, save(**better), {**options, **then})


@pytest.fixture(scope="module")
def table():
    rows = [(period, ics, group, 40 + 3 * group + month % 5, 1000 * group)
            for month, period in enumerate(series_changes.MONTHS) for ics in series_changes.AREAS
            for group in range(1, 6)]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"]).astype(str)


@pytest.mark.parametrize(("rule", "change", "options", "follow", "then"), SERIES, ids=[case[0] for case in SERIES])
def test_following_the_way_out_of_a_rule_of_series_changes_the_outcome(rule, change, options, follow, then, table):
    broken = change(table)
    assert rule in met(series_changes.read, series_changes.rules_of, broken, options)
    better = broken if follow is None else follow(broken)
    assert rule not in met(series_changes.read, series_changes.rules_of, better, {**options, **then})


def test_every_rule_whose_way_out_is_an_option_is_tried():
    with_options = {rule.id for rule in contract().values() if FLAG.search(in_options(rule.way_out))}
    assert with_options - {case[0] for case in [*CELLS, *SERIES]} == TRIED_ELSEWHERE | NOT_YET_TRIED
