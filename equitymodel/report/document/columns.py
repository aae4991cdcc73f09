"""Columns of a table that is published: which fields they show, and how their numbers are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Kind = Literal["text", "count", "number", "share", "probability", "interval"]
NOT_AVAILABLE, CONFIDENTIAL, NOT_APPLICABLE = "[x]", "[c]", "[z]"
"""Shorthand of the Analysis Function for what is not available, confidential, or has no meaning here."""
SHORTHAND = frozenset({NOT_AVAILABLE, CONFIDENTIAL, NOT_APPLICABLE})
SPREADS_IN_INTERVAL = 3.92
COARSEST_UNIT = 0.25
"""The last digit counts at most a quarter of a standard deviation; it then counts more than a fortieth of it, which is
the Monte Carlo error of a median of 2,500 effective draws."""
MOST_DECIMALS = 2
FINEST_WIDTH = 1e-9
MOST_SURE = 0.995
"""A probability of this or more, or as near to 0, is printed as over or under: draws show none to be certain."""


@dataclass(frozen=True)
class Column:
    """One column as a reader sees it.

    Attributes
    ----------
    heading
        With its unit, such as ``rate ratio`` or ``admissions a year``.
    fields
        Columns of the rows: one, or of an interval three, the estimate and its lower and upper end.
    kind
        What is printed: text, a count, a number, a share from 0 to 1 as per cent, a probability, which is never 0 or
        100 %, or an estimate with its interval.
    decimals
        Of numbers; by default as many as the intervals of the column bear. The name of a field gives each row its own.
    """

    heading: str
    fields: tuple[str, ...]
    kind: Kind = "text"
    decimals: int | str | None = None

    def texts(self, rows: pd.DataFrame) -> list[str]:
        """Print every row.

        Examples
        --------
        >>> rows = pd.DataFrame({"estimate": [0.571], "lower": [0.558], "upper": [0.586]})
        >>> estimate("rate ratio").texts(rows)
        ['0.57 (0.56 to 0.59)']
        """
        if self.kind == "text":
            return [_text(value) for value in rows[self.fields[0]]]
        values = [rows[field].tolist() for field in self.fields]
        return [
            self._printed(row, place) for row, place in zip(zip(*values, strict=True), self.places(rows), strict=True)
        ]

    def places(self, rows: pd.DataFrame) -> list[int]:
        """Give the decimals that are printed in each row; -2 are whole hundreds."""
        if isinstance(self.decimals, str):
            return [int(place) for place in rows[self.decimals]]
        if self.decimals is not None or self.kind != "interval":
            return [self.decimals or 0] * len(rows)
        own = decimals_of(rows[self.fields[1]], rows[self.fields[2]])
        common = int(np.median(own)) if own else MOST_DECIMALS
        return [common if common > 0 else min(0, place) for place in own]

    def _printed(self, row: tuple[object, ...], places: int) -> str:
        if isinstance(row[0], str) and (len(row) == 1 or {*row} & SHORTHAND):
            return row[0]
        if not isinstance(row[0], str) and not math.isfinite(float(row[0])):  # type: ignore[arg-type]
            return NOT_AVAILABLE
        said = [self._part(value, places) for value in row]
        return f"{said[0]} ({said[1]} to {said[2]})" if self.kind == "interval" else said[0]

    def _part(self, part: object, places: int) -> str:
        if isinstance(part, str):
            return part
        value = float(part)  # type: ignore[arg-type]
        if self.kind == "probability":
            return probability_words(value)
        return f"{value:.{places}%}" if self.kind == "share" else written(value, places)


def estimate(heading: str, *, of: str = "", decimals: int | str | None = None) -> Column:
    """Make the column of an estimate with its interval.

    Parameters
    ----------
    heading
        With its unit.
    of
        What stands before ``estimate``, ``lower`` and ``upper`` in the names of the fields.
    decimals
        By default as many as the intervals bear; or the name of a field that gives each row its own.

    Examples
    --------
    >>> estimate("rate ratio", of="core20_").fields
    ('core20_estimate', 'core20_lower', 'core20_upper')
    """
    return Column(heading, (f"{of}estimate", f"{of}lower", f"{of}upper"), "interval", decimals)


def decimals_of(
    lower: Sequence[float] | pd.Series, upper: Sequence[float] | pd.Series, *, most: int = MOST_DECIMALS
) -> list[int]:
    """Find how many decimals each interval bears, so that no digit is finer than Monte Carlo error.

    Parameters
    ----------
    lower, upper
        Ends of 95 % intervals.
    most
        Of decimals.

    Returns
    -------
    list of int
        At most two by default; -2 are whole hundreds. An interval without width, or that is not known, bears as many
        as most of the others do, and two where there are no others.

    Examples
    --------
    >>> decimals_of([0.558, 0.5, 1343.0], [0.586, 3.9, 4006.0]), decimals_of([0.0, 20.0], [0.0, 50.0])
    ([2, 1, -2], [0, 0])
    """
    low, high = (pd.to_numeric(pd.Series(list(ends), dtype=object), errors="coerce") for ends in (lower, upper))
    widths = (high - low).to_numpy(float)
    known = np.isfinite(widths) & (widths > 0)
    usual = np.median(widths[known]) if known.any() else FINEST_WIDTH
    unit = np.where(known, widths, usual) / SPREADS_IN_INTERVAL * COARSEST_UNIT
    return [int(place) for place in np.minimum(-np.floor(np.log10(unit)), most)]


def probability_words(value: float) -> str:
    """Write a probability in per cent; draws show none to be 0 or 1.

    Examples
    --------
    >>> probability_words(0.995), probability_words(0.874), probability_words(0.005)
    ('over 99%', '87%', 'under 1%')
    """
    least = round(1 - MOST_SURE, 9)
    return "over 99%" if value >= MOST_SURE else "under 1%" if value <= least else f"{value:.0%}"


def rounded(value: float, places: int) -> float:
    """Round, and never to minus zero."""
    return round(value, places) + 0.0


def written(value: float, places: int) -> str:
    """Write a number with separators of thousands.

    Examples
    --------
    >>> written(-0.0001, 2), written(2584.85, 0), written(2584.85, -2)
    ('0.00', '2,585', '2,600')
    """
    return f"{rounded(value, places):,.{max(places, 0)}f}"


def _text(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
