"""Rules that name a way out: tables that meet them, and what following it does to the table or to how it is read."""

import pandas as pd

from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.cell_periods import CellTime
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.series.covariates import Covariate
from equitymodel.data.series.periods import Periods
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.suppression import SmallNumbers
from tests.data import series_changes
from tests.data.as_sent import NHS_CODES
from tests.data.changes import (
    BY_BOTH,
    COSTS,
    IMD,
    MONTHS,
    NO_SURREY_HIPS,
    RARE_HIPS,
    RESIDENTS,
    REVERSED,
    SURREY_HIPS,
    WITHOUT_AGE,
    YEARS,
    as_is,
    by_both,
    by_ethnicity,
    chain,
    count,
    fill,
    for_periods,
    given,
    in_deciles,
    needed,
    only,
    only_both,
    over_months,
    put,
    rated,
    recode_both,
    rounded,
    summed,
    ten_or_more,
    times,
    unlike_ages,
)

NO_ROW = only("admissions", "index != 3")
SURREY_LATER = "ics == 'E54000063' and procedure == 'hip' and period == '2023'"
ROUNDED = chain(ten_or_more, rounded)
SCOTTISH = recode_both("ics", {code: f"S3700000{place}" for place, code in enumerate(NHS_CODES, 1)})
SOME_AT_BOTH = recode_both("ics", {**NHS_CODES, "E54000063": "QRL", "E54000025": "QPM"})
WARMTH = {month: str(number) for number, month in enumerate(series_changes.MONTHS)}


def one_year_hidden(tables):
    """Give two years: the first with a count of 3, in the second of which it is hidden."""
    small = YEARS({**ten_or_more(tables), "population": tables["population"]})
    counts = small["admissions"].reset_index(drop=True)
    counts.loc[counts.index[:1], "admissions"] = "3"
    counts.loc[counts.index[counts["period"] == "2023"][:1], "admissions"] = "*"
    return {**small, "admissions": counts}


def two_years():
    """A series of two ICSs and five groups by month."""
    rows = [(period, ics, group, 40 + 3 * group + month % 5, 1000 * group)
            for month, period in enumerate(series_changes.MONTHS) for ics in series_changes.AREAS
            for group in range(1, 6)]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"]).astype(str)


def warm(table):
    """Add a temperature that differs between ICSs."""
    degrees = [f"{WARMTH[month]}.{code[-1]}" for month, code in zip(table["period"], table["ics"], strict=True)]
    return table.assign(temperature=degrees)


def yearly(table):
    totals = table.assign(admissions=table["admissions"].astype(int), population=table["population"].astype(int))
    year = totals.groupby(["ics", "deprivation"])[["admissions", "population"]].sum().reset_index()
    return pd.concat([year.assign(period=str(each), admissions=year["admissions"] + 3 * each % 7)
                      for each in range(2005, 2017)])  # fmt: skip


def month_first(table):
    """Date the months of a year as in America: they may be the first twelve days of January."""
    return table[table["period"] < "2017"].assign(period=lambda rows: rows["period"].str[5:] + "/01/2016")


def one_day_a_year(table):
    return yearly(table).assign(period=lambda years: years["period"] + "-06-05")


def one_month(table):
    return table.query("period == '2016-01'").assign(period="2004-05")


def afresh(change):
    """Follow by making the table again, rather than by changing what is broken."""
    return (change,)


def followed(follow, broken, whole):
    """Follow a way out: from what is broken, or from what was whole."""
    return follow[0](whole) if isinstance(follow, tuple) else follow(broken)


def in_one_column(tables):
    """Give the labels of both groupings in one column."""
    return {name: frame.assign(both=frame["ethnicity"] + ", deprivation " + frame["deprivation"])
            .drop(columns=["ethnicity", "deprivation"]) if "deprivation" in frame else frame
            for name, frame in tables.items()}  # fmt: skip


def rounded_to_5(tables):
    """Round all counts to the nearest 5, and mark a low one."""
    frame = tables["admissions"]
    counts = (5 * (frame["admissions"].mask(frame["admissions"] == "[low]", "5").astype(int) / 5).round()).astype(int)
    return {**tables, "admissions": frame.assign(admissions=["[low]", *counts.astype(str)[1:]])}


def without_need(tables):
    return {name: table for name, table in tables.items() if name != "need"}


def without_costs(tables):
    return {name: table for name, table in tables.items() if name != "unit_costs"}


def silent_month(table):
    gone = (table["ics"] == series_changes.AREAS[1]) & (table["period"] == "2016-04")
    return table.assign(admissions=table["admissions"].mask(gone, "0"))


# The rule; what breaks it and how it is read; what following the way out does to the table, and to how it is read
CELLS = [
    ("U06", chain(by_both, only_both("deprivation in ('1', '2')")), BY_BOTH, in_one_column,
     {"groups": Group("both", "White British, deprivation 2")}),
    ("K02", fill("admissions", "trust", "RRK"), {}, as_is, {"ignore_columns": ("trust",)}),
    ("K05", NO_ROW, {}, as_is, {"small_numbers": SmallNumbers(absent="zero")}),
    ("K05", NO_ROW, {}, as_is, {"small_numbers": SmallNumbers(absent="missing")}),
    ("K10", chain(ten_or_more, NO_ROW), {"small_numbers": SmallNumbers(absent="suppressed")}, as_is,
     {"small_numbers": SmallNumbers("lt5", absent="suppressed")}),
    ("K13", for_periods(MONTHS[:9], "admissions"), {}, as_is, {"periods": "add_up"}),
    ("K14", for_periods(["before", "after"], "admissions", "population"), {}, as_is, {"periods": "add_up"}),
    ("C03", count(""), {}, as_is, {"small_numbers": SmallNumbers(markers={"": "not_available"})}),
    ("C05", chain(ten_or_more, count("*")), {}, as_is, {"small_numbers": "lt5"}),
    ("C05", chain(ten_or_more, count("*")), {}, as_is, {"small_numbers": "exclude"}),
    ("C08", NO_SURREY_HIPS, {}, chain(given("not_offered", SURREY_HIPS), only("admissions", "admissions != '0'")), {}),
    ("C09", RARE_HIPS, {}, given("not_offered", SURREY_HIPS), {}),
    ("C10", given("not_offered", SURREY_HIPS), {}, given("not_offered", {"ics": [], "procedure": []}), {}),
    ("C13", chain(ten_or_more, count("1-9")), {"small_numbers": "lt5"}, as_is, {"small_numbers": "1-9"}),
    ("C14", count("4"), {"small_numbers": "lt5"}, as_is, {"small_numbers": "error"}),
    ("C14", one_year_hidden, {"small_numbers": "lt5"}, as_is, {"small_numbers": "2022=exact,2023=lt5"}),
    ("C05", one_year_hidden, {}, as_is, {"small_numbers": "2023=lt5,others=exact"}),
    ("C32", one_year_hidden, {"small_numbers": "2023=lt5"}, as_is, {"small_numbers": "2023=lt5,others=exact"}),
    ("C17", chain(YEARS, fill("admissions", "admissions", "0", SURREY_LATER)), {},
     only("admissions", f"not ({SURREY_LATER})"), {"small_numbers": SmallNumbers(absent="missing")}),
    ("C20", chain(ten_or_more, count("[q]")), {"small_numbers": "lt5"}, as_is,
     {"small_numbers": SmallNumbers("lt5", markers={"[q]": "suppressed"})}),
    ("C20", chain(ten_or_more, count("[q]")), {}, as_is, {"small_numbers": SmallNumbers(markers={"[q]": "1-7"})}),
    ("C21", chain(ten_or_more, count("[z]")), {}, as_is, {"small_numbers": SmallNumbers(markers={"[z]": "zero"})}),
    ("C21", chain(ten_or_more, count("[z]")), {}, as_is,
     {"small_numbers": SmallNumbers(markers={"[z]": "not_available"})}),
    ("C25", count("[low]"), {}, rounded_to_5, {"small_numbers": "/5"}),
    ("C25", chain(ten_or_more, count("[low]")), {}, as_is, {"small_numbers": SmallNumbers(markers={"[low]": "1-2"})}),
    ("C26", ROUNDED, {}, as_is, {"small_numbers": "hes"}),
    ("C26", ROUNDED, {}, as_is, {"small_numbers": "/5"}),
    ("C26", ROUNDED, {}, as_is, {"small_numbers": "exact"}),
    ("C27", ROUNDED, {"small_numbers": "exclude"}, as_is, {"small_numbers": "hes"}),
    ("K16", for_periods(["2004-05"], "admissions", "population"), {}, as_is, {"periods": CellTime(frequency="annual")}),
    ("K16", for_periods(["2004-05"], "admissions", "population"), {}, times("population", 1 / 12),
     {"periods": CellTime(frequency="monthly")}),
    ("P07", for_periods(MONTHS, "admissions", "population"), {}, as_is, RESIDENTS),
    ("P11", count("200000"), {}, as_is, {"most_admissions": 10}),
    ("P13", times("population", 12), {}, times("population", 1 / 12), {}),
    ("P13", chain(SCOTTISH, over_months, for_periods(MONTHS, "population")),
     {"areas": "any"}, as_is, RESIDENTS),
    ("P14", chain(rated, summed("population", "sex")), {}, afresh(rated), {}),
    ("S13", chain(WITHOUT_AGE, summed("population", "age_band", "sex"), needed("1")), {}, without_need, {}),
    ("S13", chain(WITHOUT_AGE, summed("population", "age_band", "sex"), needed("1")), {}, afresh(rated), {}),
    ("G05", SOME_AT_BOTH, {}, as_is, {"areas": "icb2023"}),
    ("G05", SOME_AT_BOTH, {}, as_is, {"areas": "icb2026"}),
    ("G07", as_is, {"areas": "any"}, as_is, {"areas": "icb"}),
    ("D11", chain(in_deciles, NO_ROW), {"groups": Deprivation(IMD, quintiles=True)}, afresh(in_deciles), {}),
    ("D11", chain(in_deciles, needed("1"), put("need", "need_ratio", "1.1")), {"groups": Deprivation(IMD, quintiles=True)}, as_is,
     {"groups": Deprivation(IMD)}),
    ("D12", recode_both("deprivation", REVERSED), {"groups": Deprivation(IMD, direction="stated")}, as_is,
     {"groups": Deprivation(IMD, 5)}),
    ("G02", recode_both("ics", {"E54000063": "E54000052"}), {}, as_is, {"areas": "any"}),
    ("D01", recode_both("deprivation", REVERSED), {}, as_is, {"groups": Deprivation(IMD, 5)}),
    ("D04", as_is, {"groups": Deprivation()}, as_is, {"groups": Deprivation(IMD)}),
    ("U01", by_ethnicity, {"groups": Group("ethnicity")}, as_is, {"groups": Group("ethnicity", "White British")}),
    ("S07", chain(WITHOUT_AGE, summed("population", "age_band", "sex")), {}, afresh(rated), {}),
    ("N08", given("unit_costs", COSTS), {}, without_costs, {}),
    ("N08", given("unit_costs", COSTS), {}, YEARS, {}),
    ("S12", unlike_ages, {}, as_is, {"ages": Ages(rate_error=RateError(seed=1, draws=20))}),
]  # fmt: skip
SERIES = [
    ("T01", series_changes.only("period != '2016-05'"), {}, as_is, {"periods": Periods(gaps="keep")}),
    ("T05", yearly, {}, as_is, {"periods": Periods("annual")}),
    ("T06", month_first, {}, as_is, {"periods": Periods(day_first=False)}),
    ("T06", month_first, {}, lambda table: table.assign(period="2016-" + table["period"].str[:2] + "-01"), {}),
    ("T07", one_day_a_year, {"periods": Periods("annual")},
     lambda table: table.assign(period=table["period"].str[:4]), {}),
    ("T09", series_changes.starting("2016-01-06", "7D"), {}, as_is, {"periods": Periods(week="starting")}),
    ("T12", series_changes.only("period != '2016-05' or deprivation != '2'"), {}, as_is,
     {"small_numbers": SmallNumbers(absent="missing")}),
    ("T14", series_changes.scaled("admissions", 0.5, "period == '2017-12'"), {}, as_is, {"periods": Periods(drop_last=1)}),
    ("T17", series_changes.starting("2022-02-01", form="%Y-%m"), {}, as_is, {"periods": Periods(breaks=None)}),
    ("T24", one_month, {}, afresh(as_is), {}),
    ("T34", series_changes.put("admissions", "[z]"), {}, as_is, {"small_numbers": SmallNumbers(markers={"[z]": "zero"})}),
    ("T34", series_changes.put("admissions", "[z]"), {}, as_is,
     {"small_numbers": SmallNumbers(markers={"[z]": "not_available"})}),
    ("T33", warm, {"covariates": ["temperature"]}, as_is, {"covariates": [Covariate("temperature", by_cell=True)]}),
    ("T42", silent_month, {}, lambda table: table.query("admissions != '0'"),
     {"small_numbers": SmallNumbers(absent="missing")}),
]  # fmt: skip
