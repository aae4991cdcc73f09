"""Groups for a list that is published without them: a scenario that is named on every page, and never data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.waiting.read_list import BAND
from equitymodel.data.waiting.week_bands import read_band
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

TOLERANCE = 1e-6


@refuses_other_types
def split_by_group(
    table: xr.Dataset,
    shares: Mapping[str, float],
    source: str,
    *,
    from_week: Mapping[int, Mapping[str, float]] | None = None,
) -> xr.Dataset:
    """Split a list without groups into groups, by shares that were published of another list.

    Parameters
    ----------
    table
        From `read_rtt`, or any list with one group.
    shares
        By label of the group, from the most deprived on; they sum to 1.
    source
        Where they come from; printed on every page.
    from_week
        Other shares of those who have waited so many weeks or more, such as ``{18: {...}, 52: {...}}``.

    Returns
    -------
    xarray.Dataset
        By group, which add up to the list. People added have the first shares; people treated those of their weeks.

    Raises
    ------
    OptionError
        When shares do not sum to 1, or the list has groups already.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.waiting.read_waiting import read_waiting
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": 1, "specialty": "orthopaedics",
    ...                      "weeks_waited": ["0-17", "18+"], "waiting": [90, 40], "added": [6, ""], "treated": [3, 2]})
    >>> later = {18: {"1": 0.75, "5": 0.25}}
    >>> found = split_by_group(read_waiting(rows), {"1": 0.6, "5": 0.4}, "an example", from_week=later)
    >>> found["waiting_low"].sel(deprivation="1").values.ravel()
    array([54., 30.])
    """
    if table.sizes[DEPRIVATION] != 1:
        raise OptionError(f"the list has {table.sizes[DEPRIVATION]} groups already; leave the scenario out")
    by_band = _by_band(table, {0: dict(shares), **{week: dict(own) for week, own in (from_week or {}).items()}})
    whole = table.isel({DEPRIVATION: 0}, drop=True)
    found = whole.copy()
    for name in ("waiting_low", "waiting_high", "treated"):
        found[name] = whole[name] * by_band
    for name in ("added", "removed"):
        if name in whole:
            found[name] = whole[name] * by_band.isel({BAND: 0}, drop=True)
    ordered = found.transpose("ics", DEPRIVATION, "procedure", ...)
    words = f"Groups are a scenario, not data of this list: its people are split by shares of {source}."
    return ordered.assign_attrs(table.attrs, scenario=words)


def _by_band(table: xr.Dataset, steps: Mapping[int, Mapping[str, float]]) -> xr.DataArray:
    """Give the shares of groups in each band, by the last step at or before its first week."""
    groups = list(steps[0])
    for week, own in steps.items():
        if list(own) != groups or min(own.values()) < 0 or abs(sum(own.values()) - 1) > TOLERANCE:
            raise OptionError(f"shares from week {week} on are of the groups {', '.join(groups)}, and sum to 1; they "
                              f"are {dict(own)}")  # fmt: skip
    bands = [read_band(str(label)) for label in table[BAND].values]
    chosen = [max(week for week in steps if week <= (band.first if band else 0)) for band in bands]
    values = np.array([[steps[week][label] for week in chosen] for label in groups])
    return xr.DataArray(values, dims=(DEPRIVATION, BAND), coords={DEPRIVATION: groups, BAND: table[BAND]})
