"""What moved between two reports of a chart: points that are new or revised, and limits and signals that changed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.monitoring.several_metrics import METRIC
from equitymodel.monitoring.vintage_guards import refuse_shorter
from equitymodel.vocabulary import ICS

COLUMNS = [ICS, "ics_name", "period", "what", "before", "after", "why"]
LIMITS = ("lower", "upper")
NEW, REVISED, REBASED, FOLLOWS = "new data", "revision", "set anew", "follows from revised or new points"
SMALLEST = 1e-9


@refuses_other_types
def points_since(before: pd.DataFrame, after: pd.DataFrame, *, rebased: str = "") -> pd.DataFrame:
    """List what moved since the last report, and why.

    Parameters
    ----------
    before, after
        Points of the last report and of this one.
    rebased
        The day and the reason for which limits were set anew in this report; empty if they were not.

    Returns
    -------
    pandas.DataFrame
        A row a point and quantity: ``ics, ics_name, period, what`` (value, limits or signal), ``before, after`` in
        words, and ``why``; of several metrics ``metric`` before these. Empty where nothing moved.

    Raises
    ------
    OptionError
        When a period or an area is gone that was there.

    Examples
    --------
    >>> first = pd.DataFrame({"ics": "A", "ics_name": "A", "period": ["2026-01"], "value": 1.0, "lower": 0.0,
    ...                       "upper": 2.0, "signal": False, "rule": ""})
    >>> points_since(first, first.assign(value=1.5))[["what", "before", "after", "why"]].values.tolist()
    [['value', '1', '1.5', 'revision']]
    """
    refuse_shorter(_rows(before), _rows(after))
    keys = [METRIC, ICS, "period"] if METRIC in before else [ICS, "period"]
    both = after.merge(before, on=keys, how="left", suffixes=("", "_before"), indicator=True)
    new = both["_merge"] == "left_only"
    first = [_named(both[new], "value", "", both["value"][new].map(_written), NEW)]
    same = both[~new]
    limits_why = f"{REBASED}: {rebased}" if rebased else FOLLOWS
    moved = _moved(same, "value")
    first.append(_named(same[moved], "value", same["value_before"].map(_written), same["value"].map(_written), REVISED))
    ends = _moved(same, "lower") | _moved(same, "upper")
    said = {when: same[f"lower{when}"].map(_written) + " to " + same[f"upper{when}"].map(_written)
            for when in ("_before", "")}  # fmt: skip
    first.append(_named(same[ends], "limits", said["_before"], said[""], limits_why))
    other = same["rule"].fillna("") != same["rule_before"].fillna("")
    words = {when: same[f"rule{when}"].replace("", "no signal") for when in ("_before", "")}
    first.append(_named(same[other], "signal", words["_before"], words[""], limits_why))
    return pd.concat(first, ignore_index=True)[[*keys[:-2], *COLUMNS]]


def _rows(points: pd.DataFrame) -> pd.DataFrame:
    labels = [name for name in ("period", ICS, METRIC) if name in points]
    return points[labels].assign(count=points["value"])


def _moved(rows: pd.DataFrame, name: str) -> pd.Series:
    """Mark rows in which a number is another one, or known in one report alone."""
    now, then = rows[name].astype(float), rows[f"{name}_before"].astype(float)
    near = np.isclose(now, then, rtol=SMALLEST, atol=SMALLEST, equal_nan=True)
    return pd.Series(~near, rows.index)


def _named(rows: pd.DataFrame, what: str, before: pd.Series | str, after: pd.Series, why: str) -> pd.DataFrame:
    words = before if isinstance(before, str) else before.reindex(rows.index)
    labels = [name for name in (METRIC, ICS, "ics_name", "period") if name in rows]
    return rows[labels].assign(what=what, before=words, after=after.reindex(rows.index), why=why)


def _written(value: float) -> str:
    return "not known" if pd.isna(value) else f"{value:.6g}"
