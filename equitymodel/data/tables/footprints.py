"""Footprints: which boards there were when, which of them codes tell of, and what is refused of two at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "G07",
        "warning",
        "codes of areas were not checked, as asked: neither their kind, nor that all are areas of one date; names and "
        "regions are those of the tables or not known",
        "leave --areas any out where the areas are ICBs of England",
    ),
)
AreaCheck = Literal["icb", "icb2023", "icb2026", "any"]
"""Which boards are expected: those of either date, of one, or whatever the codes are."""
ON_ONE_FOOTPRINT = (
    "give every table and year on the areas of one date: have them counted again by where people live, never by the "
    "name of the board; or keep the 29 boards that are the same at both"
)


@dataclass(frozen=True)
class Footprint:
    """The boards of one date: their word among checks, what results call them, and which rows of boards they are."""

    check: AreaCheck
    words: str
    dates: tuple[str, str]


FOOTPRINTS = (
    Footprint("icb2023", "42 ICBs, April 2023 to March 2026", ("both", "2023")),
    Footprint("icb2026", "36 ICBs, April 2026", ("both", "2026")),
)
UNCHANGED = "ICBs that are the same among the 42 of April 2023 and the 36 of April 2026"
NOT_CHECKED, NOT_ICBS = "areas that were not checked, as asked", "areas other than the ICBs of England, of any date"


@cache
def icb_boards() -> pd.DataFrame:
    """List the integrated care boards of England: the 42 of April 2023 to March 2026 and the 36 of April 2026.

    Returns
    -------
    pandas.DataFrame
        Columns ``ics`` (ONS code), ``ods_code`` (NHS code), ``ics_name``, ``region`` and ``dates``: ``2023``,
        ``2026`` or ``both``.

    References
    ----------
    Office for National Statistics; NHS Organisation Data Service. Open Government Licence v3.0.

    Examples
    --------
    >>> icb_boards()["dates"].value_counts().to_dict()
    {'both': 29, '2023': 13, '2026': 7}
    """
    with files("equitymodel.data").joinpath("shipped", "icb_boards.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream, comment="#", dtype=str)


def boards_of(footprint: Footprint) -> pd.DataFrame:
    """List the boards of one date.

    Examples
    --------
    >>> [len(boards_of(footprint)) for footprint in FOOTPRINTS]
    [42, 36]
    """
    table = icb_boards()
    return table[table["dates"].isin(footprint.dates)]


@cache
def codes_of(check: AreaCheck) -> frozenset[str]:
    """Give the codes, of both kinds, that are expected.

    Examples
    --------
    >>> "S1Y5D" in codes_of("icb2023"), {"S1Y5D", "QRL", "E54000067"} <= codes_of("icb2026")
    (False, True)
    """
    expected = [boards_of(footprint) for footprint in FOOTPRINTS if check in (footprint.check, "icb")]
    return frozenset().union(*(set(boards["ics"]) | set(boards["ods_code"]) for boards in expected))


def told_by(codes: Iterable[str]) -> dict[AreaCheck, list[str]]:
    """Say which codes are of the boards of one date alone.

    The NHS code QRL is of both, though its area is not the same.

    Examples
    --------
    >>> told_by(["E54000055", "E54000042", "S1Y5D", "QRL"])
    {'icb2023': ['E54000042'], 'icb2026': ['S1Y5D']}
    """
    early, late = codes_of("icb2023"), codes_of("icb2026")
    found = sorted(set(codes))
    told: dict[AreaCheck, list[str]] = {
        "icb2023": [code for code in found if code in early - late],
        "icb2026": [code for code in found if code in late - early],
    }
    return {check: those for check, those in told.items() if those}


@cache
def changed_behind_one_code() -> frozenset[str]:
    """Give the NHS codes whose area is not the same at both dates.

    Examples
    --------
    >>> sorted(changed_behind_one_code())
    ['QRL']
    """
    early, late = (boards_of(footprint).set_index("ods_code")["ics"] for footprint in FOOTPRINTS)
    both = early.index.intersection(late.index)
    return frozenset(both[early[both] != late[both]])


@cache
def successors() -> dict[str, tuple[str, ...]]:
    """Give what each board of April 2023 became on 1 April 2026, by both kinds of code.

    Examples
    --------
    >>> successors()["E54000028"], len(successors()["E54000023"])
    (('E54000071',), 2)
    """
    with files("equitymodel.data").joinpath("shipped", "icb_2023_to_2026.csv").open(encoding="utf-8") as stream:
        became = pd.read_csv(stream, comment="#", dtype=str)[["from", "to"]].drop_duplicates()
    nhs = icb_boards().set_index("ics")["ods_code"]
    both = pd.concat([became, became.apply(lambda column: column.map(nhs))])
    return {code: tuple(sorted(to)) for code, to in both.groupby("from")["to"]}


def words_for(check: AreaCheck | None, codes: Iterable[str]) -> str:
    """Name the footprint of areas.

    Parameters
    ----------
    check
        The date that they are known to be of; ``any`` where they were not checked; none where the codes do not tell.
    codes
        Of the areas.

    Examples
    --------
    >>> words_for("icb2026", ["QRL"]), words_for(None, ["S37000001"])
    ('36 ICBs, April 2026', 'areas other than the ICBs of England, of any date')
    """
    if check == "any":
        return NOT_CHECKED
    named = {footprint.check: footprint.words for footprint in FOOTPRINTS}
    if check in named:
        return named[check]
    return UNCHANGED if set(codes) & codes_of("icb") else NOT_ICBS


def note_unchecked(log: DataLog) -> None:
    """Record that codes were not checked (rule G07)."""
    log.add("G07")
