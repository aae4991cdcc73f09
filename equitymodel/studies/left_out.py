"""What is left out of an evaluation, by name, as its fit did not pass its diagnosis; the rest is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.inference.series.series_fit import SeriesFit

OPENING = "Left out, as the fit did not pass its diagnosis"
WHERE = "the table left_out says why"


@dataclass(frozen=True)
class LeftOut:
    """Something that was left out.

    Attributes
    ----------
    part
        What it is, in words: ``deprivation groups``.
    why
        The checks that its fit failed.
    """

    part: str
    why: str


@dataclass(frozen=True)
class Attempt:
    """What was tried against a change, and what of it was left out.

    Attributes
    ----------
    table
        One row each, or several; what was left out has no numbers, or no row.
    left_out
        By name.
    """

    table: pd.DataFrame = field(repr=False)
    left_out: tuple[LeftOut, ...] = ()


def left_out_of(part: str, fit: SeriesFit | None) -> list[LeftOut]:
    """Name a part whose fit may not be published; nothing is to be named where it may, or where there is no fit."""
    return [] if fit is None or fit.publishable else [LeftOut(part, fit.diagnosis.failures)]


def left_out_sentence(left_out: Iterable[LeftOut]) -> str:
    """Say in one sentence what was left out; empty where nothing was.

    Examples
    --------
    >>> left_out_sentence([LeftOut("placebo outcome", "optimum of the spreads found: 0")])
    'Left out, as the fit did not pass its diagnosis: placebo outcome; the table left_out says why.'
    >>> left_out_sentence([])
    ''
    """
    named = "; ".join(item.part for item in left_out)
    return f"{OPENING}: {named}; {WHERE}." if named else ""


def left_out_table(left_out: Iterable[LeftOut]) -> pd.DataFrame | None:
    """List what was left out, a row each: ``part, why``; none where nothing was.

    Examples
    --------
    >>> left_out_table([LeftOut("placebo outcome", "made up")]).values.tolist()
    [['placebo outcome', 'made up']]
    """
    rows = [{"part": item.part, "why": item.why} for item in left_out]
    return pd.DataFrame(rows) if rows else None
