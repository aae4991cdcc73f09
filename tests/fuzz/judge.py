"""Holds what was read against what was written, cell by cell, and what was refused against what was changed."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.data.cells.read_cells import data_log
from equitymodel.errors import EquityDataError
from tests.fuzz.as_written import READ, expected, plain, said, sums, text_of

SHOWN = 5
MANY = re.compile(r"and \d[\d,]* more$|\(\d{2,} rows\)", re.MULTILINE)
"""What says that most of a table is meant."""
NAMING = ("period", "ics", "deprivation", "procedure")
CELLS = {"admissions": ("ics", "deprivation", "procedure"), "population": ("ics", "deprivation")}
PERIODS = ("period", "ics", "deprivation")


@dataclass(frozen=True)
class Change:
    """What was done to a table: the rows that came, the cells of those that came or went, and the columns that differ."""

    came: list[str]
    cells: list[list[str]]
    columns: list[str]

    @classmethod
    def between(cls, before, after, name_row):
        """Compare a table with what it was."""
        if [*map(str, before.columns)] != [*map(str, after.columns)]:
            return cls([], [], other_names(before, after))
        was, is_now = ([tuple(map(shown, row)) for row in frame.to_numpy(dtype=object)] for frame in (before, after))
        gone, new = Counter(was) - Counter(is_now), Counter(is_now) - Counter(was)
        came = [place for place, row in enumerate(is_now) if row in new]
        left = [place for place, row in enumerate(was) if row in gone]
        return cls([*map(name_row, came)], [*cells_at(before, left), *cells_at(after, came)], differing(before, after))


def other_names(before, after):
    """Name the columns that came or went, or that took the place of another."""
    counts = [Counter(map(str, frame.columns)) for frame in (before, after)]
    turned = [name for name, other in zip(before.columns, after.columns, strict=False) if name != other]
    return [str(name) for name in [*(counts[0] - counts[1]), *(counts[1] - counts[0])] or turned]


def shown(value):
    return f"{type(value).__name__} {value!r}" if not isinstance(value, str) else value


def differing(before, after):
    """Name the columns with other values; none where rows came or went."""
    if len(before) != len(after):
        return []
    pairs = ((name, before[name].to_numpy(dtype=object), after[name].to_numpy(dtype=object)) for name in before)
    return [str(name) for name, was, is_now in pairs if [*map(shown, was)] != [*map(shown, is_now)]]


def cells_at(frame, places):
    """Give what names the cells of some rows: what they are read as, or what stands there."""
    names = {str(name).strip().lower(): place for place, name in enumerate(frame.columns)}
    keys = [key for key in NAMING if key in names]
    return [[naming(key, frame.iat[place, names[key]]) for key in keys] for place in places]


def naming(key, value):
    read = READ[key](value)
    return f"{read:%Y-%m}" if isinstance(read, pd.Timestamp) else text_of(value) if read is None else str(read)


def names(text, change):
    """Say whether a text names what was changed: one of its rows, its cell, or where there are many its column."""
    if any(re.search(rf"(index|position|row) {re.escape(label)}\b", text) for label in change.came):
        return True
    if any(all(part in line for part in cell) for cell in change.cells for line in text.splitlines()):
        return True
    if not change.came and len(change.cells) > SHOWN:
        return True  # many rows are gone: there is no place to name
    if any(f"{part!r}" in text for cell in change.cells for part in cell if len(change.cells) <= SHOWN):
        return True
    many = len(change.cells) > 2 * SHOWN or not change.cells
    return many and (bool(MANY.search(text)) or any(name.strip().lower() in text.lower() for name in change.columns))


def judge_refusal(error, change):
    """An error is of the data, has a rule, and names what was changed."""
    assert isinstance(error, EquityDataError), f"not an error of the data: {error}"
    assert names(str(error), change), f"does not name what was changed, {change}:\n{error}"


def judge_cells(found, tables, name_rows):
    """Every cell holds the sum of its rows, unless a finding names a row of it."""
    log = named_rows(found)
    rows = {name: plain(tables[name], name) for name in CELLS}
    for name, over in CELLS.items():
        judge_values(found[name].to_series(), rows[name], name, over, (log, name_rows[name]))
    if all(said(each).all() for each in rows.values()) and not said_of_absent(found):
        right = expected(rows["admissions"], rows["population"])
        read = (
            found["expected_admissions"]
            .sel(adjustment="age_sex", drop=True)
            .to_series()
            .reorder_levels(right.index.names)
        )
        np.testing.assert_allclose(read.reindex(right.index), right, rtol=1e-9)


def judge_series(found, table, name_row):
    log, rows = named_rows(found), plain(table, "admissions")
    here = found.isel(procedure=0, drop=True)
    over = tuple(name for name in PERIODS if name in rows)
    here = here.isel({name: 0 for name in PERIODS if name not in over}, drop=True)
    judge_values(here["admissions"].to_series(), rows, "admissions", over, (log, name_row))
    if found.attrs.get("exposure", "population") != "none" and (people := plain(table, "population")) is not None:
        judge_values(here["exposure"].to_series(), people, "population", over, (log, name_row))


def judge_values(read, rows, value, over, logged):
    """Hold the numbers of one table against its rows; what is not known needs a finding that names the row."""
    log, name_row = logged
    telling = said(rows)
    silent = [name_row(place) for place in np.flatnonzero(~telling)]
    assert not silent or log.count >= len(silent), f"read in silence: {silent[:SHOWN]} of {value}"
    assert not silent or len(silent) > SHOWN or all(log.names(label) for label in silent), f"not in the log: {silent}"
    touched = rows.loc[~telling, list(over)]
    right = sums(rows[telling], value, over)
    read = (read if len(over) == 1 else read.reorder_levels(over)).dropna()
    for cell, number in read.items():
        if number != right.get(cell, 0.0):
            parts = cell if isinstance(cell, tuple) else (cell,)
            assert log.names_cell(parts) or is_touched(parts, touched), (
                f"{cell}: {right.get(cell)} was read as {number}"
            )
    lost = [cell if isinstance(cell, tuple) else (cell,) for cell in right.index if cell not in read.index]
    assert all(log.names_cell(cell) or is_touched(cell, touched) for cell in lost), f"lost: {lost[:SHOWN]}"


def is_touched(cell, touched):
    """Say whether a row that is in the log may belong to a cell."""
    return any(all(label is None or label == part for label, part in zip(row, cell, strict=True))
               for row in touched.itertuples(index=False))  # fmt: skip


@dataclass(frozen=True)
class NamedRows:
    """The rows and cells that the findings of a result name."""

    lines: tuple[str, ...]
    count: int

    def names(self, label):
        return any(re.search(rf"(index|position|row) {re.escape(label)}\b", line) for line in self.lines)

    def names_cell(self, cell):
        parts = [f"{part:%Y-%m}" if isinstance(part, pd.Timestamp) else str(part) for part in cell]
        return any(all(part in line for part in parts) for line in self.lines)


def named_rows(found):
    log = data_log(found)
    lines = [f"{detail}; {rows}" for detail, rows in zip(log["detail"], log["rows"], strict=True)]
    return NamedRows(tuple(line for text in lines for line in text.split("; ")), int(log["count"].sum()))


def said_of_absent(found):
    return bool({"K07", "K08", "C22", "C31"} & set(data_log(found)["rule"]))
