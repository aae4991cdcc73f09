"""Numbers of a table of stages: counts or estimates with a standard error, what they are of, and how stages follow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.data.tables.checked_table import TableReading
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.large_numbers import LARGEST_COUNT, check_too_large
from equitymodel.data.tables.numbers import parse_counts_by_period, parse_numbers
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, SmallNumbers
from equitymodel.vocabulary import PERIOD, STAGE

RULES = (
    Rule(
        "W01",
        "error",
        "a number of a stage that cannot be",
        "give population and need as people, above 0, and standard errors and months as 0 or more; leave a standard "
        "error empty where a count has none",
    ),
    Rule(
        "W02",
        "error",
        "linked is neither yes nor no, or differs within a stage",
        "write yes where records of the stage are linked to those of the stage before, and no where they are counted "
        "apart; the same in every row of a stage",
    ),
    Rule(
        "W03",
        "error",
        "months of lag differ within a stage",
        "give one number a stage, or stages of unlike lag in files of their own",
    ),
    Rule(
        "W04",
        "warning",
        "nothing says whether records of a stage are linked to those of the stage before: they are read as counted "
        "apart, and what passes is a ratio with the error of both counts",
        "say it: a column linked, or --linked yes or no",
    ),
)
ESTIMATES = {"population": False, "need": False, "need_se": True, "count_se": True, "lag_months": True}
"""Columns of numbers that are no counts, and whether 0 and nothing are allowed."""
SAID = {"yes": True, "true": True, "1": True, "1.0": True, "y": True, "linked": True,
        "no": False, "false": False, "0": False, "0.0": False, "n": False, "unlinked": False}  # fmt: skip
ERROR, LINKED, LAG = "count_se", "linked", "lag_months"


def read_values(table: TableReading, small_numbers: SmallNumbers) -> None:
    """Read the numbers of every row: counts as what they may be, estimates as they are with their standard errors.

    Parameters
    ----------
    table
        While it is read; its frame gets ``admissions, admissions_low, admissions_high`` of the count.
    small_numbers
        How small counts were published.
    """
    for column, nothing in ESTIMATES.items():
        if column in table.frame:
            _read_estimate(table, column, nothing)
    written, estimated = table.frame["count"], _estimated(table.frame)
    periods = table.frame[PERIOD][~estimated] if PERIOD in table.frame else None
    counts = parse_counts_by_period(written[~estimated], periods, table.log, small_numbers=small_numbers)
    counts = counts.reindex(written.index)
    check_too_large(counts[HIGH].rename("count"), table.log, largest=LARGEST_COUNT)
    if estimated.any():
        numbers = parse_numbers(written[estimated], table.log)
        _refuse(table, "count", estimated & ~(numbers.reindex(written.index) > 0))
        for column in ("admissions", LOW, HIGH):
            counts[column] = counts[column].where(~estimated, numbers)
    table.frame = table.frame.drop(columns="count").assign(**counts)


def _estimated(frame: pd.DataFrame) -> pd.Series:
    """Mark the rows whose count is an estimate: it has a standard error."""
    if ERROR not in frame:
        return pd.Series(False, index=frame.index)
    return frame[ERROR] > 0


def _read_estimate(table: TableReading, column: str, nothing: bool) -> None:
    numbers = parse_numbers(table.frame[column], table.log)
    check_too_large(numbers, table.log)
    _refuse(table, column, numbers < 0 if nothing else ~(numbers > 0))
    table.frame = table.frame.assign(**{column: numbers.fillna(0.0) if nothing else numbers})


def _refuse(table: TableReading, column: str, bad: pd.Series) -> None:
    if bad.any():
        rows = [f"{row}: {table.frame[column][row]!r}" for row in table.frame.index[bad]]
        table.log.add("W01", detail=f"column {column}", rows=rows)


def read_linked(frame: pd.DataFrame, stages: list[str], linked: bool | None, log: DataLog) -> list[bool]:
    """Say of each stage whether its records are linked to those of the stage before; the first is linked to none.

    Parameters
    ----------
    frame
        Rows, with a column ``linked`` or without.
    stages
        In their order; the first is where the pathway starts.
    linked
        What was said of all stages; None to read the column.
    log
        Where rules W02 and W04 are recorded.

    Examples
    --------
    >>> rows = pd.DataFrame({"stage": ["a", "b"], "linked": ["", "yes"]})
    >>> read_linked(rows, ["a", "b"], None, DataLog())
    [False, True]
    """
    if linked is not None:
        return [False, *[linked] * (len(stages) - 1)]
    if LINKED not in frame:
        log.add("W04")
        return [False] * len(stages)
    found = [_one_answer(frame[frame[STAGE] == stage][LINKED], stage, log) for stage in stages[1:]]
    return [False, *found]


def _one_answer(column: pd.Series, stage: str, log: DataLog) -> bool:
    """Read what the rows of a stage say, all of them the same."""
    written = {str(value).strip().lower() for value in column.unique()}
    answers = {SAID.get(value) for value in written}
    if len(answers) == 1 and None not in answers:
        return bool(answers.pop())
    log.add("W02", detail=f"stage {stage}", rows=[repr(value) for value in sorted(written)])
    return False


def read_lags(frame: pd.DataFrame, stages: list[str], log: DataLog) -> list[float]:
    """Give the months by which each stage follows the one before, as declared; 0 where nothing is.

    Examples
    --------
    >>> rows = pd.DataFrame({"stage": ["a", "b", "b"], "lag_months": [0.0, 3.0, 3.0]})
    >>> read_lags(rows, ["a", "b"], DataLog())
    [0.0, 3.0]
    """
    if LAG not in frame:
        return [0.0] * len(stages)
    by_stage = frame.groupby(STAGE, sort=False)[LAG].agg(["min", "max"])
    unlike = by_stage[by_stage["min"] < by_stage["max"]]
    if len(unlike):
        log.add("W03", rows=[f"stage {row.Index}: {row.min:g} to {row.max:g}" for row in unlike.itertuples()])
    return [float(by_stage["max"].get(stage, 0.0)) for stage in stages]


def log_sd_of(error: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Turn the standard error of a count into that of its log.

    Examples
    --------
    >>> log_sd_of(np.array([10.0, 0.0]), np.array([100.0, 0.0]))
    array([0.1, 0. ])
    """
    found: np.ndarray = np.divide(error, count, out=np.zeros_like(error), where=count > 0)
    return found
