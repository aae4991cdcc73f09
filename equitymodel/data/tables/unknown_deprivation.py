"""People whose deprivation is not known: no group to compare, left out of the measures, and reported as a share."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.deprivation_labels import means_unknown
from equitymodel.data.tables.distinct_values import DistinctColumn
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.not_stated import share_words
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import DEPRIVATION

RULES = (
    Rule(
        "D08",
        "warning",
        "rows whose deprivation is not known are no group: they are left out of all measures",
        "find where these people live, or read results beside this share; if 0 is a group of its own, number the "
        "groups from 1",
    ),
)
VALUES = {"admissions": "admissions", "population": "population", "series": "admissions"}
"""What is added up to a share, by table."""


def leave_out_unknown(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Leave out rows whose deprivation is not known, and record who they were and the share that they are.

    Parameters
    ----------
    frame
        Rows as text; counts that are hidden are in no share.
    log
        Where rule D08 is recorded.

    Examples
    --------
    >>> rows = pd.DataFrame({"deprivation": ["1", "2", "Unknown"], "admissions": ["50", "40", "10"]})
    >>> log = DataLog("admissions")
    >>> len(leave_out_unknown(rows, log)), log.findings[0].detail
    (2, "'Unknown': 10.0 % of admissions (10 of 100)")
    """
    text = DistinctColumn.of(frame[DEPRIVATION])
    written = text.values.astype(str)
    labels = means_unknown(set(written))
    unknown = text.in_rows(written.isin(labels))
    if not unknown.any() or unknown.all():
        return frame
    named = ", ".join(map(repr, sorted(labels)))
    log.add("D08", detail=f"{named}{_share(frame, unknown, VALUES.get(log.table, ''))}", count=int(unknown.sum()))
    return frame[~unknown]


def _share(frame: pd.DataFrame, unknown: pd.Series, value: str) -> str:
    if value not in frame:
        return ""
    numbers = pd.to_numeric(frame[value].astype(str).str.replace(r"[,\s]", "", regex=True), errors="coerce").fillna(0.0)
    return share_words(float(numbers[unknown].sum()), float(numbers.sum()), value)
