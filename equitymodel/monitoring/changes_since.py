"""What moved between two reports of the same question, beside everything that was different between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from equitymodel.monitoring.causes import Cause
from equitymodel.vocabulary import PERIOD

NUMBERS = ("estimate", "lower", "upper")
REMARKS = frozenset({
    *NUMBERS, "interval_probability", "interval_kind", "interval_for", "probability", "probability_of", "unit",
    "ics_name", "region", "withheld", "headline", "approximate", "synthetic", "stamp", "tested", "probability_matters",
    "found_at_false_discovery_rate", "event", "verdict", "judged", "months_out_of_line", "no_gap_estimate",
    "no_gap_low", "no_gap_high", "told_apart", "year", "basis", "scale",
})  # fmt: skip
"""Columns of published tables that say something about a row, and do not tell rows apart."""
EVERY_YEAR = "years"
"""The table whose rows are told apart by their period; of all others it is only the last one, which moves on."""
COLUMNS = ["table", "unit", "before", "lower_before", "upper_before", "after", "lower_after", "upper_after",
           "difference", "standard_deviations", "why"]  # fmt: skip
INTERVAL_OF_SD = 3.92


def changes_since(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame], causes: Sequence[Cause]
) -> pd.DataFrame:
    """Give every published row that moved since the last report, with all that was different as its possible reasons.

    Parameters
    ----------
    before, after
        Published tables by name, of the last report and of this one.
    causes
        What was different between them.

    Returns
    -------
    pandas.DataFrame
        A row for each that moved: the table, the labels of the row, ``before`` and ``after`` with their intervals,
        ``difference``, the same in ``standard_deviations`` of before, and ``why``: everything that was different, as
        the tables do not tell how much each did. Missing on one side: a row that is new, or gone.

    Examples
    --------
    >>> row = pd.DataFrame({"measure": ["rate_ratio"], "estimate": [0.8], "lower": [0.7], "upper": [0.9]})
    >>> moved = changes_since({"gaps": row}, {"gaps": row.assign(estimate=0.85)}, [Cause("new data", "1 period")])
    >>> moved[["measure", "before", "after", "why"]].values.tolist()
    [['rate_ratio', 0.8, 0.85, 'new data']]
    """
    why = "; ".join(dict.fromkeys(cause.why for cause in causes)) or "nothing that is on record"
    names = [name for name in before if name in after]
    parts = [_moved(before[name], after[name], name).assign(why=why) for name in names]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    labels = [name for name in found.columns if name not in COLUMNS]
    return found[["table", *labels, *COLUMNS[1:]]]


def _moved(before: pd.DataFrame, after: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give the rows of one table that moved, were added or are gone."""
    labels = [label for label in before.columns if label in after and label not in REMARKS]
    labels = [label for label in labels if label != PERIOD or name == EVERY_YEAR]
    old, new = (_keyed(table, labels) for table in (before, after))
    keys = [*labels, "_row"]
    joined = old.merge(new, on=keys, how="outer", suffixes=("_before", "_after"), sort=False)
    one, other = (joined[[f"{number}_{when}" for number in NUMBERS]].to_numpy(float) for when in ("before", "after"))
    same = np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True).all(axis=1)
    moved = joined[~same].rename(columns={"estimate_before": "before", "estimate_after": "after"})
    difference = moved["after"] - moved["before"]
    sd = (moved["upper_before"] - moved["lower_before"]) / INTERVAL_OF_SD
    unit = moved["unit_after"].fillna(moved["unit_before"])
    moved = moved.assign(table=name, unit=unit, difference=difference,
                         standard_deviations=difference / sd.where(sd > 0))  # fmt: skip
    found: pd.DataFrame = moved[["table", *labels, *COLUMNS[1:-1]]].reset_index(drop=True)
    return found


def _keyed(table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Give rows with text as labels; rows that no label tells apart are numbered."""
    kept = table.assign(unit=table.get("unit", ""))[[*labels, *NUMBERS, "unit"]]
    kept = kept.assign(**{name: kept[name].astype(object).where(kept[name].notna(), "").map(str) for name in labels})
    return kept.assign(_row=kept.groupby(labels, sort=False).cumcount() if labels else range(len(kept)))
