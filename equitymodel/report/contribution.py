"""What each measured adjustment did to the gap: a scale for what was not measured."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.sensitivity_records import WORTH
from equitymodel.vocabulary import ALL_ICS, ICS, INTERVAL_PROBABILITY

DEPRIVATION_GROUPS = Group()


def scale_of_adjustments(sensitivity: pd.DataFrame, group: Group = DEPRIVATION_GROUPS, *, ics: str = ALL_ICS) -> str:
    """Say how far each thing that was measured has moved the gap: a scale for what was not.

    It is a clause for one ICS, by default for all together, over procedures, from the rows of `sensitivity_table`.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["All ICSs"], "question": WORTH, "left_out": "need",
    ...                      "estimate": 1.25, "lower": 1.2, "upper": 1.3})
    >>> scale_of_adjustments(rows)
    'need was worth a relative need of 1.25 (95 % interval 1.20 to 1.30) in the most against the least deprived'
    """
    rows = sensitivity[(sensitivity["question"] == WORTH) & (sensitivity[ICS] == ics)].dropna(subset="estimate")
    if rows.empty:
        return "nothing was adjusted for, so that there is no measured factor to compare it with"
    worth = [f"{name} was worth a relative need of {_range(own)}" for name, own in rows.groupby("left_out", sort=False)]
    return f"{' and '.join(worth)} in {group.comparison.within_sentence}"


def _range(rows: pd.DataFrame) -> str:
    level = f"{INTERVAL_PROBABILITY:.0%}".replace("%", " %")
    lowest, highest = rows["estimate"].min(), rows["estimate"].max()
    bounds = f"{rows['lower'].min():.2f} to {rows['upper'].max():.2f}"
    if len(rows) == 1:
        return f"{lowest:.2f} ({level} interval {bounds})"
    return f"{lowest:.2f} to {highest:.2f} ({level} intervals within {bounds})"
