"""Which stages a pathway has, in which order, and what it starts from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PERIOD, STAGE, nearest

RULES = (
    Rule("W05", "error", "a pathway of fewer than two stages", "give a row a stage, two stages or more, or a column "
         "need or population that it starts from"),
    Rule("W06", "error", "the order of stages does not name the stages of the table",
         "name each stage once: --order 'referred,seen,admitted'"),
    Rule("W07", "error", "need or population differs between the rows of one group at its first stage, or is not there",
         "give one number for each ICS, group, procedure and period; the same at every stage that is counted among "
         "the same people"),
    Rule("W08", "warning", "a population is given, and the pathway does not start from it",
         "start from it, so that rates per head are the first passage: --start-from population"),
    Rule("W15", "error", "what the pathway starts from is given twice: as a column and as a stage",
         "leave one of them out, or start from the stage: --start-from first_stage"),
)  # fmt: skip
Start = Literal["first_stage", "need", "population"]
"""What the first passage is of: the count of the first stage in the table, people in need, or residents."""
STARTS: tuple[Start, ...] = get_args(Start)
YEAR_FIRST = r"^\d{4}"


def check_start(start: str | None, columns: Sequence[str]) -> Start:
    """Find what the pathway starts from: what was said, else people in need where there is such a column.

    Raises
    ------
    OptionError
        When it has no meaning, or its column is not there.

    Examples
    --------
    >>> check_start(None, ["count", "need"]), check_start(None, ["count", "population"])
    ('need', 'first_stage')
    """
    if start is None:
        return "need" if "need" in columns else "first_stage"
    for known in STARTS:
        if start == known:
            if start != "first_stage" and start not in columns:
                raise OptionError(f"the pathway cannot start from {start}: the table has no column '{start}'")
            return known
    raise OptionError(f"a pathway cannot start from '{start}'. {nearest(start, STARTS)}")


def read_order(frame: pd.DataFrame, order: Sequence[str], start: Start, log: DataLog) -> list[str]:
    """Give the stages in order: as asked, else in the order of the file, with what the pathway starts from first.

    Parameters
    ----------
    frame
        Rows with a column ``stage``.
    order
        Labels of the stages of the table; empty for the order in which the file has them.
    start
        From `check_start`.
    log
        Where rules W05, W06 and W15 are recorded.

    Raises
    ------
    EquityDataError
        When the order does not name the stages, or there are fewer than two.

    Examples
    --------
    >>> rows = pd.DataFrame({"stage": ["seen", "admitted", "seen"]})
    >>> read_order(rows, [], "need", DataLog()), read_order(rows, ["admitted", "seen"], "first_stage", DataLog())
    (['need', 'seen', 'admitted'], ['admitted', 'seen'])
    """
    there = [str(stage) for stage in frame[STAGE].unique()]
    if order and sorted(order) != sorted(there):
        log.add("W06", detail=f"the table has {', '.join(there)}; the order is {', '.join(order)}")
    if start in there:
        log.add("W15", detail=f"column {start} and stage {start}")
    found = list(order) or there
    stages = found if start == "first_stage" else [start, *found]
    if len(stages) < 2:
        log.add("W05", detail=f"it has {', '.join(stages) or 'none'}")
    log.raise_errors()
    return stages


def read_periods_of(frame: pd.DataFrame) -> list[str]:
    """Give the labels of the periods in order: by year where they begin with one, otherwise as in the file.

    Examples
    --------
    >>> read_periods_of(pd.DataFrame({"period": ["2022/23", "2021/22"]}))
    ['2021/22', '2022/23']
    """
    labels = pd.Series(frame[PERIOD].astype(str).unique())
    return sorted(labels) if labels.str.match(YEAR_FIRST).all() else labels.tolist()
