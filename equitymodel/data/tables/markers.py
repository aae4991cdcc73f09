"""Markers that stand in place of a count: what each means, who says so, and what a user may say of one.

Only a marker that means *suppressed* is a small count. One that means *not available* is a count that nobody knows,
which may be of any size.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

Meaning = Literal["suppressed", "not_available", "not_applicable", "zero", "rounded_low"]
"""What a marker in place of a count may mean."""
MEANINGS = get_args(Meaning)
BELOW = re.compile(r"^(?:<|less than|fewer than|under|below)\s*(\d+)$")
UP_TO = re.compile(r"^(?:(?:<=|=<|\u2264|up to|at most|no more than)\s*(\d+)|(\d+) or (?:fewer|less|under|below))$")
BETWEEN = re.compile(r"^(\d)\s*(?:-|\u2013|to)\s*(\d{1,2})$")
SAID = "as was said"


@dataclass(frozen=True)
class Marker:
    """One marker, and what it means.

    Attributes
    ----------
    text
        As it is written, in lower case.
    meaning
        One of `MEANINGS`; ``note`` for one that stands beside a count; ``ask`` for one that is used for several things.
    source
        Who uses it so.
    between
        The bounds that it states itself, if any.
    """

    text: str
    meaning: str
    source: str
    between: tuple[int, int] | None = None


@cache
def known_markers() -> dict[str, Marker]:
    """List the markers that publishers use, by their text in lower case.

    References
    ----------
    Each names its own source.

    Examples
    --------
    >>> known_markers()["[x]"].meaning, known_markers()["c"].meaning, known_markers()["n/a"].meaning
    ('not_available', 'suppressed', 'ask')
    """
    text = files("equitymodel.data").joinpath("shipped/markers.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("# "))
    return {row["marker"]: Marker(row["marker"], row["meaning"], row["source"]) for row in rows}


def find_marker(text: str, said: Mapping[str, str], *, zeros_shown: bool = True) -> Marker | None:
    """Find what a marker means: as was said, by the bounds that it states, or as publishers use it.

    Parameters
    ----------
    text
        As it is written.
    said
        Meanings by marker, as the user gave them; these come first.
    zeros_shown
        Whether the table shows zeros, so that *fewer than 5* is not one of them.

    Returns
    -------
    Marker or None
        None where it is not known.

    Examples
    --------
    >>> find_marker("Fewer than 5", {}).between, find_marker("[q]", {"[q]": "not_available"}).meaning
    ((1, 4), 'not_available')
    """
    plain = plain_marker(text)
    if plain in (own := {plain_marker(marker): meaning for marker, meaning in said.items()}):
        between = named_bounds(own[plain])
        return Marker(plain, "suppressed" if between else own[plain], SAID, between)
    if between := named_bounds(plain, zeros_shown=zeros_shown):
        return Marker(plain, "suppressed", "it says so itself", between)
    return known_markers().get(plain)


def plain_marker(text: str) -> str:
    """Write a marker in lower case, with single spaces.

    Examples
    --------
    >>> plain_marker(" Fewer  than 5 ")
    'fewer than 5'
    """
    return " ".join(text.lower().split())


def named_bounds(marker: str, *, zeros_shown: bool = True) -> tuple[int, int] | None:
    """Read the bounds that a marker states itself, such as ``<5`` or ``1-4``; none for ``*``.

    Fewer than 5 is not zero where the table shows zeros beside it; where it shows none, it may be.

    Examples
    --------
    >>> named_bounds("<5"), named_bounds("[1 - 4]"), named_bounds("5 or fewer", zeros_shown=False), named_bounds("*")
    ((1, 4), (1, 4), (0, 5), None)
    """
    plain = plain_marker(marker).strip("[]()").strip()
    least = 1 if zeros_shown else 0
    if below := BELOW.match(plain):
        return (least, int(below[1]) - 1) if int(below[1]) > 1 else None
    if up_to := UP_TO.match(plain):
        return (least, int(up_to[1] or up_to[2])) if int(up_to[1] or up_to[2]) else None
    between = BETWEEN.match(plain)
    return (int(between[1]), int(between[2])) if between and int(between[1]) <= int(between[2]) else None


def check_meanings(said: Mapping[str, str]) -> None:
    """Refuse what is said of a marker and has no meaning.

    Raises
    ------
    OptionError
        When a meaning is none of `MEANINGS` and no bounds, or the marker is a number.

    Examples
    --------
    >>> check_meanings({"[q]": "supressed"})
    Traceback (most recent call last):
    equitymodel.errors.OptionError: '[q]' cannot mean 'supressed'. Did you mean 'suppressed'? Or bounds: 1-7.
    """
    for marker, meaning in said.items():
        if meaning not in MEANINGS and named_bounds(meaning) is None:
            raise OptionError(f"'{marker}' cannot mean '{meaning}'. {nearest(meaning, MEANINGS)} Or bounds: 1-7.")
        if re.fullmatch(r"-?[\d,. ]*\d[\d,. ]*", marker):
            raise OptionError(f"'{marker}' is a number, and no marker; correct the count in the table")
