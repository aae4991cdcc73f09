"""Numbers of a waiting list: people who wait, as counts that may be hidden, and people a week who come and go."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.checked_table import TableReading
from equitymodel.data.tables.large_numbers import LARGEST_COUNT, check_too_large
from equitymodel.data.tables.numbers import parse_counts_by_period, parse_numbers
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, SmallNumbers
from equitymodel.data.waiting.week_bands import read_band
from equitymodel.vocabulary import PRIORITY, WEEKS_WAITED

RULES = (
    Rule("Q04", "error", "people added, treated or removed a week that cannot be",
         "give people a week, 0 or more, with decimals where they are means; write 0 where there were none"),
    Rule("Q05", "error", "people are added with weeks waited already",
         "give people added in the band that begins at 0 weeks, and leave the others empty"),
    Rule("Q06", "error", "a clinical priority that is no whole number from 1 on",
         "number the priorities, 1 the most urgent, or leave the column out: the list is then one class"),
    Rule("Q07", "warning", "nothing says how many leave the list untreated: it has to be stated, and is named on every "
         "page",
         "give a column removed, people a week; or state it where the list is run, with its source"),
    Rule("Q08", "error", "nothing says how many are added or treated a week",
         "give columns added and treated, people a week; means over some months are best"),
)  # fmt: skip
FLOWS = ("added", "treated", "removed")
"""Columns of people a week."""


def read_list_values(table: TableReading, small_numbers: SmallNumbers) -> None:
    """Read the numbers of every row (rules Q04 to Q08).

    Parameters
    ----------
    table
        While it is read; its frame gets ``admissions, admissions_low, admissions_high`` of those who wait.
    small_numbers
        How small counts were published; a list is of one day, so that of rules by period only ``others`` can hold.
    """
    counts = parse_counts_by_period(table.frame["waiting"], None, table.log, small_numbers=small_numbers)
    check_too_large(counts[HIGH].rename("waiting"), table.log, largest=LARGEST_COUNT)
    if lacking := [name for name in FLOWS[:2] if name not in table.frame]:
        table.log.add("Q08", rows=[f"column '{name}'" for name in lacking])
    if "removed" not in table.frame:
        table.log.add("Q07")
    flows = {name: _read_flow(table, name) for name in FLOWS if name in table.frame}
    priority = _read_priority(table) if PRIORITY in table.frame else {}
    table.frame = table.frame.drop(columns="waiting").assign(**counts, **flows, **priority)


def _read_flow(table: TableReading, name: str) -> pd.Series:
    numbers = parse_numbers(table.frame[name], table.log)
    check_too_large(numbers, table.log)
    may_be_empty = _later(table.frame) if name == "added" else pd.Series(False, index=numbers.index)
    bad = ~(numbers >= 0) & ~(numbers.isna() & may_be_empty)
    if bad.any():
        table.log.add("Q04", rows=[f"{row}: {name} {table.frame[name][row]!r}" for row in numbers.index[bad]])
    late = (numbers > 0) & may_be_empty
    if late.any():
        table.log.add("Q05", rows=[f"{row}: {numbers[row]:g} at {table.frame[WEEKS_WAITED][row]}"
                                   for row in numbers.index[late]])  # fmt: skip
    return numbers.fillna(0.0)


def _later(frame: pd.DataFrame) -> pd.Series:
    """Mark the rows of bands that do not begin at 0."""
    bands = {text: read_band(text) for text in frame[WEEKS_WAITED].unique()}
    return frame[WEEKS_WAITED].map(lambda text: (band := bands[text]) is not None and band.first > 0).astype(bool)


def _read_priority(table: TableReading) -> dict[str, pd.Series]:
    """Give the priorities as whole numbers; nothing where one is none."""
    written = table.frame[PRIORITY].astype(str).str.strip().str.upper().str.removeprefix("P")
    bad = ~written.str.fullmatch(r"[1-9]\d?")
    if bad.any():
        table.log.add("Q06", rows=[f"{row}: {table.frame[PRIORITY][row]!r}" for row in written.index[bad]])
        return {}
    return {PRIORITY: written.astype(int)}
