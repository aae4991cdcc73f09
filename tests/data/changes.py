"""Ways to break small tables that keep the contract, and how they are read: for tests of the data room."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd

from equitymodel.data.cells.area_covariates import with_covariates
from equitymodel.data.cells.area_neighbours import with_neighbours
from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.read_cells import data_log, read_cells
from equitymodel.data.cells.unit_costs import read_unit_costs, with_unit_costs
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.read_tables import read_population
from equitymodel.data.tables.suppression import PUBLISHERS, show

IMD = "IMD 2019"
REVERSED = {str(group): str(6 - group) for group in range(1, 6)}
FROM_ZERO = {str(group): str(group - 1) for group in range(1, 6)}
ENDS = {"1": "1 - most deprived", "5": "5 - least deprived"}
SURREY_HIPS = {"ics": ["E54000063"], "procedure": ["hip"]}
COSTS = {"procedure": ["hip", "knee"], "unit_cost": ["9000", "8000"]}
YOUNG = "deprivation == '1' and age_band == '75+'"  # so few live there that their rate counts little
SUPPRESSED = ("*", "c", "[c]", "C", "suppressed", "[REDACTED]")
"""Markers that mean a small count."""
BOUNDED = ("<5", "< 5", "1-7", "<=5", "1\u20137", "\u22645", "Fewer than 5", "5 or fewer", "[1-7]")
"""Markers that state their own bounds."""
ABSENT = ("[x]", "x", ":", "..", "Not available", "[u]")
"""Markers that mean a count nobody knows."""
ASKED = ("[q]", "n/a", "NULL", "-", "\u2013", "**", "#N/A", "s", "many")
"""Markers that mean several things, or are not known."""


# Each takes the tables by name and gives them back changed.


def as_is(tables):
    return tables


def chain(*changes):
    def change(tables):
        for step in changes:
            tables = step(tables)
        return tables

    return change


def put(table, column, value, row=0):
    def change(tables):
        frame = tables[table].copy()
        frame.loc[frame.index[row], column] = value
        return {**tables, table: frame}

    return change


def count(value):
    return put("admissions", "admissions", value)


def fill(table, column, value, where=None):
    """Write one value in a column, in every row or in those that meet a condition."""

    def change(tables):
        frame = tables[table].copy()
        frame.loc[slice(None) if where is None else frame.eval(where), column] = value
        return {**tables, table: frame}

    return change


def times(table, factor, where=None):
    """Multiply the numbers of a table, in every row or in those that meet a condition."""

    def change(tables):
        frame = tables[table]
        numbers = frame[table].astype(float)
        rows = True if where is None else frame.eval(where)
        return {
            **tables,
            table: frame.assign(**{table: numbers.where(~pd.Series(rows, frame.index), numbers * factor)}),
        }

    return change


def recode(table, column, codes):
    return lambda tables: {**tables, table: tables[table].assign(**{column: tables[table][column].replace(codes)})}


def recode_both(column, codes):
    return chain(recode("admissions", column, codes), recode("population", column, codes))


def only(table, where):
    return lambda tables: {**tables, table: tables[table].query(where)}


def only_both(where):
    return chain(only("admissions", where), only("population", where))


def without(table, column):
    return lambda tables: {**tables, table: tables[table].drop(columns=column)}


def again(table, **values):
    """Give the first row once more, with some values changed."""
    return lambda tables: {**tables, table: pd.concat([tables[table], tables[table].iloc[:1].assign(**values)])}


def summed(table, *away):
    """Add a table up over some of its columns."""

    def change(tables):
        frame, value = tables[table], tables[table].columns[-1]
        keys = [column for column in frame.columns if column not in (*away, value)]
        total = frame.assign(**{value: frame[value].astype(float)}).groupby(keys)[value].sum()
        return {**tables, table: total.reset_index()}

    return change


def for_periods(labels, *names):
    """Give tables once for each of some periods."""

    def change(tables):
        each = {name: [tables[name].assign(period=label) for label in labels] for name in names}
        return {**tables, **{name: pd.concat(frames) for name, frames in each.items()}}

    return change


def for_two_years(*names):
    """Give tables once for each of two years."""
    return for_periods(("2022", "2023"), *names)


def encoded(encode):
    """Write the text of the admissions file as other bytes."""
    return lambda tables: {**tables, "admissions": encode(tables["admissions"].to_csv(index=False))}


def rewritten(old, new):
    return encoded(lambda text: text.replace(old, new, 1).encode())


def given(name, content):
    return lambda tables: {**tables, name: pd.DataFrame(content) if isinstance(content, dict) else content}


def named_in_cp1252(tables):
    frame = tables["admissions"].assign(ics_name="Surrey \u2013 board")
    return {**tables, "admissions": frame.to_csv(index=False).encode("cp1252")}


def measured_in_areas(more=None, **columns):
    """Add a table of one covariate, the distance to a hospital."""

    def change(tables):
        areas = sorted(set(tables["admissions"]["ics"]))
        rows = pd.DataFrame({"ics": areas, "name": "distance", "value": [str(n + 3) for n, _ in enumerate(areas)],
                             "unit": "km"}).assign(**columns)  # fmt: skip
        rows = rows if more is None else pd.concat([rows, rows.iloc[:1].assign(ics=more)])
        return {**tables, "covariates": rows}

    return change


def bordering(more=None, *, both_ways=True, first=0, without=None):
    """Add a table of neighbours, each area bordering on the next."""

    def change(tables):
        areas = sorted(set(tables["admissions"]["ics"]))[first:]
        pairs = [pair for n, pair in enumerate(pairwise(areas), start=1) if n != without]
        rows = [*pairs, *(pair[::-1] for pair in pairs if both_ways), *([] if more is None else [more])]
        return {**tables, "neighbours": pd.DataFrame(rows, columns=["area", "neighbour"])}

    return change


def needed(ratio):
    """Add a table of need."""

    def change(tables):
        keys = tables["admissions"][["ics", "deprivation", "procedure"]].drop_duplicates()
        return {**tables, "need": keys.assign(need_ratio=ratio)}

    return change


def error_of_need(value):
    """Add a standard error of need to every row, and this one to the first."""

    def change(tables):
        errors = ["0.1"] * len(tables["need"])
        return {**tables, "need": tables["need"].assign(need_ratio_se=[value, *errors[1:]])}

    return change


def rated(tables):
    """Take age and sex out of the admissions, and add rates that have them."""
    rates = tables["admissions"][["procedure", "age_band", "sex"]].drop_duplicates()
    rate = rates["age_band"].map({"00-64": "0.0005", "65-74": "0.006", "75+": "0.005"})
    return {**WITHOUT_AGE(tables), "rates": rates.assign(rate=rate)}


def unlike_ages(tables):
    """Let almost only the young live in group 1, and almost only the old in group 5."""
    few = "(deprivation == '1') == (age_band != '00-64') and deprivation in ('1', '5')"

    def thinned(frame, value):
        rare = frame.eval(few)
        return frame.assign(**{value: frame[value].astype(float).where(~rare, frame[value].astype(float) / 40).round()})

    return {name: thinned(frame, name).astype({name: int}).astype(str) for name, frame in tables.items()}


def ten_or_more(tables):
    """Leave no small counts."""
    frame = tables["admissions"]
    return {**tables, "admissions": frame.assign(admissions=frame["admissions"].astype(int).clip(lower=10).astype(str))}


def rounded(tables):
    """Show counts as Hospital Episode Statistics do."""
    frame = tables["admissions"]
    return {**tables, "admissions": frame.assign(admissions=show(frame["admissions"].astype(int), PUBLISHERS["hes"]))}


ETHNICITY = {"1": "Asian", "2": "Black", "3": "Mixed", "4": "Other", "5": "White British"}
BY_ETHNICITY = {"groups": Group("ethnicity", "White British")}


def by_ethnicity(tables):
    """Read the groups as those of ethnicity, which have no order."""
    named = {name: tables[name].assign(deprivation=tables[name]["deprivation"].replace(ETHNICITY)) for name in tables}
    return {name: frame.rename(columns={"deprivation": "ethnicity"}) for name, frame in named.items()}


BY_BOTH = {"groups": Group("ethnicity,deprivation", "White British", Deprivation(IMD))}


def by_both(tables):
    """Give every deprivation group of every area twice, in two groups of ethnicity."""
    return {
        name: pd.concat([frame.assign(ethnicity=label) for label in ("Asian", "White British")], ignore_index=True)
        if "deprivation" in frame
        else frame
        for name, frame in tables.items()
    }


def in_deciles(tables):
    """Divide each quintile into two deciles."""

    def divided(frame, value):
        whole = frame[value].astype(float)
        parts = [
            (2 * frame["deprivation"].astype(int) - 1, whole // 2),
            (2 * frame["deprivation"].astype(int), whole - whole // 2),
        ]
        halves = [
            frame.assign(deprivation=group.astype(str), **{value: part.astype(int).astype(str)})
            for group, part in parts
        ]
        return pd.concat(halves, ignore_index=True)

    return {name: divided(frame, name) for name, frame in tables.items()}


WITHOUT_AGE = summed("admissions", "age_band", "sex")
NO_SURREY_HIPS = fill("admissions", "admissions", "0", "ics == 'E54000063' and procedure == 'hip'")
RARE_HIPS = chain(fill("admissions", "admissions", "1", "procedure == 'hip'"), NO_SURREY_HIPS)
NO_HIPS = fill("admissions", "admissions", "0", "procedure == 'hip'")
FEW_HIPS = chain(NO_HIPS, fill("admissions", "admissions", "1", "procedure == 'hip' and age_band == '75+'"))
YEARS = for_two_years("admissions", "population")
RESIDENTS = {"population_is": "residents"}
UNITS = ("population_is", "most_admissions")
MONTHS = [f"2022-{month:02d}" for month in range(1, 13)]


def over_months(tables):
    """Spread the counts of a year over its months, so that they add up to what they were."""
    frame = tables["admissions"]
    counts = frame["admissions"].astype(int)
    each = [frame.assign(admissions=((counts + n) // 12).astype(str), period=month) for n, month in enumerate(MONTHS)]
    return {**tables, "admissions": pd.concat(each)}


BESIDE = ("rates", "unit_costs", "covariates", "neighbours")
"""Tables that do not go to `read_cells` by their names."""


def read(inputs, **options):
    tables = {name: table for name, table in inputs.items() if name not in BESIDE}
    if "rates" in inputs:
        options = {**options, "ages": replace(options.get("ages", Ages()), rates=inputs["rates"])}
    units = {name: options.pop(name) for name in UNITS if name in options}
    options = {"groups": Deprivation(IMD), **options}
    if units:
        tables["population"] = read_population(tables["population"], groups=options["groups"], **units)
    cells = read_cells(**tables, **options)
    if "neighbours" in inputs:
        cells = with_neighbours(cells, inputs["neighbours"])
    if "covariates" in inputs:
        cells = with_covariates(cells, inputs["covariates"], groups=options["groups"])
    return with_unit_costs(cells, read_unit_costs(inputs["unit_costs"])) if "unit_costs" in inputs else cells


def rules_of(cells):
    return set(data_log(cells)["rule"])
