"""Sentences about areas that results were carried over to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import pandas as pd

from equitymodel.data.areas.crosswalk import BETWEEN_PARTS, BETWEEN_SMALL_AREAS
from equitymodel.report.tables.carried_table import PART, SAME
from equitymodel.vocabulary import ICS

METHOD = f"""Residents of the parts are known, by deprivation, and expected admissions go by their share of all ages.
    Admissions of the parts are not known: each draw shares out those of the whole, at random around the share of
    residents, as uncertain as rates of admission would make it if they had a coefficient of variation of
    {BETWEEN_SMALL_AREAS:g} between small areas of one group of deprivation and of {BETWEEN_PARTS:g} between the parts
    of an area. Both are assumptions. Intervals of these areas are wider for it. To know their admissions, count them
    again from records by small area."""


def carried_words(areas: pd.DataFrame) -> str:
    """Say what areas results are of, and what they were when admissions were counted.

    Parameters
    ----------
    areas
        From `carried_table`.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["C", "D"], "from": ["A", "D"], "goes": ["whole", "unchanged"]})
    >>> carried_words(rows)[-60:]
    '1 of other names or made of several, 0 with part of a split.'
    """
    kinds = areas.groupby(ICS)["goes"].agg(set)
    part, same = int(kinds.map(lambda goes: PART in goes).sum()), int(kinds.map(lambda goes: goes == {SAME}).sum())
    return (
        f"Admissions were counted and fitted in {areas['from'].nunique()} areas, and results carried over, draw by "
        f"draw, to the {len(kinds)} that they became: {same} as they were, {len(kinds) - part - same} of other names "
        f"or made of several, {part} with part of a split."
    )


def parts_words(areas: pd.DataFrame) -> list[str]:
    """Name each area that holds part of one that was split, with what it holds.

    Parameters
    ----------
    areas
        From `carried_table`.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["C", "C"], "ics_name": "Essex", "from_name": ["Suffolk", "Mid Essex"],
    ...                      "goes": ["part", "whole"], "lowest_share": [0.26, None], "highest_share": [0.55, None]})
    >>> parts_words(rows)
    ['Essex: part of Suffolk (26 % to 55 % of its residents, by group of deprivation); all of Mid Essex.']
    """
    split = areas[areas[ICS].isin(areas.loc[areas["goes"] == PART, ICS])]
    return [f"{rows['ics_name'].iloc[0]}: {'; '.join(_held(row) for _, row in _parts_first(rows))}."
            for _, rows in split.groupby(ICS)]  # fmt: skip


def _parts_first(rows: pd.DataFrame) -> Iterable[tuple[Hashable, pd.Series]]:
    return rows.sort_values("goes", key=lambda goes: goes != PART, kind="stable").iterrows()


def _held(row: pd.Series) -> str:
    if row["goes"] != PART:
        return f"all of {row['from_name']}"
    low, high = (f"{row[share] * 100:.0f} %" for share in ("lowest_share", "highest_share"))
    return f"part of {row['from_name']} ({low} to {high} of its residents, by group of deprivation)"


def carried_limit(areas: pd.DataFrame) -> str:
    """Say as a limit that admissions of parts were worked out, if there are parts."""
    if not (areas["goes"] == PART).any():
        return carried_words(areas)
    return f"{carried_words(areas)} {' '.join(METHOD.split())}"
