"""With whom an ICS is compared: its region, all of England, the ten most like it, or a list of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.nearest_areas import nearest_areas
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, ICS, nearest

KINDS = ("region", "england", "nearest")
NEAREST = 10
HOW_NEAR = """by deprivation, age and size from the mid-2018 tables that ship with this package; the distance is in
    brackets, where two boards are 3 apart on average"""


@dataclass(frozen=True)
class Peers:
    """The ICSs that one is compared with.

    Attributes
    ----------
    codes
        Theirs; empty where there are none.
    title
        What they are called in a picture.
    words
        Who they are and by what they were chosen, in a sentence.
    """

    codes: tuple[str, ...]
    title: str
    words: str


def find_peers(peers: str | Sequence[str], ics: str, table: pd.DataFrame) -> Peers:
    """Choose the ICSs that one is compared with, from those in a table.

    Parameters
    ----------
    peers
        ``region`` (the others of its NHS region), ``england`` (all others), ``nearest`` (the ten nearest by
        deprivation, age and size, see `nearest_areas`), or a list of ICSs by code or name.
    ics
        The ICS, by code or name; with all ICSs together, every ICS is its peer.
    table
        Any published table: whatever has ``ics, ics_name`` and ``region``.

    Returns
    -------
    Peers
        Those that the table has.

    Raises
    ------
    OptionError
        When there is no such kind of peers, no such ICS, or the nearest to it are not known.

    Examples
    --------
    >>> regions = ["North", "North", "South"]
    >>> table = pd.DataFrame({"ics": ["a", "b", "c"], "ics_name": ["A", "B", "C"], "region": regions})
    >>> find_peers("region", "a", table).words
    'The other ICSs of North: B.'
    """
    areas = table[table[ICS] != ALL_ICS].drop_duplicates(ICS).set_index(ICS)
    own = find_area(ics, areas.reset_index())
    if own == ALL_ICS:
        return Peers(tuple(areas.index), "each ICS", f"Each of {len(areas)} ICSs.")
    if not isinstance(peers, str):
        codes = [find_area(name, areas.reset_index()) for name in peers]
        return _named([code for code in dict.fromkeys(codes) if code != own], areas, "chosen peers", "ICSs chosen")
    if peers not in KINDS:
        raise OptionError(f"peers cannot be '{peers}'. {nearest(peers, KINDS)} A list of ICSs is taken too.")
    return {"region": _of_region, "england": _of_england, "nearest": _of_nearest}[peers](own, areas)


def chosen_peers(peers: Peers | str | Sequence[str] | None, ics: str | None, table: pd.DataFrame) -> Peers | None:
    """Choose peers where some are asked for and an ICS is picked out; nothing otherwise.

    Examples
    --------
    >>> chosen_peers("region", None, pd.DataFrame()) is None
    True
    """
    if peers is None or ics is None or isinstance(peers, Peers):
        return peers if isinstance(peers, Peers) else None
    return find_peers(peers, ics, table)


def _of_region(own: str, areas: pd.DataFrame) -> Peers:
    region = str(areas.loc[own, "region"])
    others = areas.index[(areas["region"] == region) & (areas.index != own)]
    return _named(list(others), areas, f"other ICSs, {region}", f"The other ICSs of {region}")


def _of_england(own: str, areas: pd.DataFrame) -> Peers:
    others = [code for code in areas.index if code != own]
    return Peers(tuple(others), "all other ICSs", f"All {len(others)} other ICSs.")


def _of_nearest(own: str, areas: pd.DataFrame) -> Peers:
    found = nearest_areas(own, NEAREST)
    here = found[found[ICS].isin(areas.index)]
    listed = [
        f"{areas.loc[code, 'ics_name']} ({far:.1f})" for code, far in zip(here[ICS], here["distance"], strict=True)
    ]
    missing = "" if len(here) == len(found) else f"; {len(found) - len(here)} more are not in these results"
    words = f"The {len(here)} nearest ICSs {' '.join(HOW_NEAR.split())}: {'; '.join(listed)}{missing}."
    return Peers(tuple(here[ICS]), f"the {len(here)} nearest ICSs", words)


def _named(codes: list[str], areas: pd.DataFrame, title: str, words: str) -> Peers:
    if not codes:
        return Peers((), "", "No other ICS of these results is compared with.")
    return Peers(tuple(codes), title, f"{words}: {'; '.join(areas.loc[codes, 'ics_name'])}.")
