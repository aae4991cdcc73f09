"""A map of England's boards as hexagons, one of equal size for each, and names short enough for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from equitymodel.data.tables.areas import icb_residents, read_table
from equitymodel.vocabulary import ICS

LONGEST = 30
"""Letters of a name in a picture, where no shorter one is known."""


@cache
def icb_hexagons() -> pd.DataFrame:
    """Place the 42 integrated care boards of 2023 to March 2026 on a map of hexagons.

    Returns
    -------
    pandas.DataFrame
        Index ``ics`` (ONS code); ``ics_name, short_name, region``, and ``across`` and ``down``, the centre of the
        hexagon in widths of one: neighbours are 1 apart. Each region is in one piece.

    Examples
    --------
    >>> icb_hexagons().loc[["E54000037"], ["short_name", "across", "down"]].to_dict("records")
    [{'short_name': 'Devon', 'across': 1.0, 'down': 6.93}]
    """
    table = read_table("icb_hexagons.csv").set_index(ICS)
    named = icb_residents()[["ics_name", "region"]].join(table["short_name"])
    across = table["column"] + 0.5 * (table["row"] % 2)
    return named.assign(across=across, down=(table["row"] * 3**0.5 / 2).round(2))


def short_names(names: Iterable[str]) -> list[str]:
    """Shorten the names of areas for a picture: boards as known, any other to 30 letters.

    Examples
    --------
    >>> short_names(["Bedfordshire, Luton and Milton Keynes", "Devon", "area 01"])
    ['Beds, Luton & M Keynes', 'Devon', 'area 01']
    """
    known = dict(zip(icb_hexagons()["ics_name"], icb_hexagons()["short_name"], strict=True))
    return [known.get(name) or _cut(name) for name in names]


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
