"""Which areas the results are of, what each was when it was counted, and which hold part of one that was split."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.areas.crosswalk import Crosswalk
from equitymodel.studies.carried_fit import CarriedFit
from equitymodel.vocabulary import ICS

COLUMNS = [ICS, "ics_name", "from", "from_name", "goes", "lowest_share", "highest_share", "method"]
SAME, WHOLE, PART = "unchanged", "whole", "part"
HOLDS_PART = "holds_part_of"
"""The column that names, in every table, the areas of which one holds a part."""


def carried_table(fit: CarriedFit) -> pd.DataFrame:
    """Lay out what each new area is made of.

    Parameters
    ----------
    fit
        From `carry_fit`.

    Returns
    -------
    pandas.DataFrame
        A row a new area and an area that was counted: ``ics, ics_name, from, from_name``, ``goes`` (``unchanged``,
        ``whole`` or ``part``), for parts the lowest and the highest share of residents over groups of deprivation, and
        what shares are of.
    """
    cells, walk = fit.counted.cells, fit.crosswalk
    old = dict(zip(map(str, cells[ICS].values), map(str, cells["ics_name"].values), strict=True))
    new = dict(zip(map(str, fit.cells[ICS].values), map(str, fit.cells["ics_name"].values), strict=True))
    groups = [int(label) for label in cells["deprivation"].values]
    rows = []
    for area, name in old.items():
        for to in walk.becomes(area):
            goes = PART if area in walk.split else SAME if to == area else WHOLE
            held = _held(walk, area, to, groups) if goes == PART else (None, None, "")
            rows.append((to, new[to], area, name, goes, *held))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values([ICS, "from"], ignore_index=True)


def _held(walk: Crosswalk, area: str, to: str, groups: list[int]) -> tuple[float, float, str]:
    """Give the lowest and the highest share over groups, and what shares are of."""
    shares = walk.shares(area, groups)[to]
    return shares.min(), shares.max(), str(walk.table.loc[walk.table["from"] == area, "method"].iloc[0])


def name_parts(fit: CarriedFit, table: pd.DataFrame) -> pd.DataFrame:
    """Name in every row about an area of which others it holds a part; nothing where its counts were all known."""
    parts = carried_table(fit).query("goes == @PART").groupby(ICS)["from_name"].agg("; ".join)
    return table.assign(**{HOLDS_PART: table[ICS].map(parts).fillna("")}) if ICS in table else table
