"""What each measured adjustment did to the gap: a scale for what was not measured."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from equitymodel.data.tables.groups import Group, group_of
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.group_measures import gap_to_reference
from equitymodel.estimands.measures import with_all
from equitymodel.estimands.rates import standardised_ratio
from equitymodel.estimands.summary import summarise
from equitymodel.estimands.tipping import expected_without, need_measured
from equitymodel.inference.fit import Fit
from equitymodel.vocabulary import ALL_ICS, ICS, INTERVAL_PROBABILITY

DEPRIVATION_GROUPS = Group()
WITHOUT, WORTH = "rate_ratio_without_adjustment", "need_measured_by_adjustment"


def left_out(fit: Fit, gap: xr.DataArray) -> Iterator[pd.DataFrame]:
    """Leave each adjustment out in turn: what the gap then is, and what the adjustment was worth.

    Parameters
    ----------
    fit
        A diagnosed fit.
    gap
        Draws of the headline gap, fully adjusted.

    Returns
    -------
    iterator of pandas.DataFrame
        Rows of `sensitivity_table`, with ``left_out`` in words.
    """
    group, fitted = group_of(fit.cells), with_all(fit.fitted)
    versions = {str(key): fit.expected_under(str(key)) for key in fit.cells["adjustment"].values}
    words = {"age_sex": group.adjusted("age and sex")}
    for key, expected in expected_without(versions).items():
        ratio = standardised_ratio(fitted, with_all(expected))
        own = rate_ratio(ratio) if group.ordered else gap_to_reference(ratio)
        for question, draws, unit in ((WITHOUT, own, "ratio"), (WORTH, need_measured(gap, own), "ratio of need")):
            yield summarise(draws, unit=unit).assign(question=question, left_out=words.get(key, key))


def scale_of_adjustments(sensitivity: pd.DataFrame, group: Group = DEPRIVATION_GROUPS) -> str:
    """Say how far each thing that was measured has moved the gap: a scale for what was not.

    Parameters
    ----------
    sensitivity
        From `sensitivity_table`.
    group
        What the groups are.

    Returns
    -------
    str
        A clause, for all ICSs together, over procedures.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["All ICSs"], "question": WORTH, "left_out": "need",
    ...                      "estimate": 1.25, "lower": 1.2, "upper": 1.3})
    >>> scale_of_adjustments(rows)
    'need was worth a relative need of 1.25 (95 % interval 1.20 to 1.30) in the most against the least deprived'
    """
    rows = sensitivity[(sensitivity["question"] == WORTH) & (sensitivity[ICS] == ALL_ICS)].dropna(subset="estimate")
    if rows.empty:
        return "nothing was adjusted for, so that there is no measured factor to compare it with"
    compared = "the most against the least deprived" if group.ordered else f"a group against {group.reference}"
    return " and ".join(f"{name} was worth a relative need of {_range(own)}"
                        for name, own in rows.groupby("left_out", sort=False)) + f" in {compared}"  # fmt: skip


def _range(rows: pd.DataFrame) -> str:
    level = f"{INTERVAL_PROBABILITY:.0%}".replace("%", " %")
    lowest, highest = rows["estimate"].min(), rows["estimate"].max()
    bounds = f"{rows['lower'].min():.2f} to {rows['upper'].max():.2f}"
    if len(rows) == 1:
        return f"{lowest:.2f} ({level} interval {bounds})"
    return f"{lowest:.2f} to {highest:.2f} ({level} intervals within {bounds})"
