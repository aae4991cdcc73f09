"""How the values of a measure are read: their unit, what no difference is, and what lies on either side of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import xarray as xr

Side = Literal["", "above", "below"]
Sign = Literal["", "fewer", "more"]
ADMISSIONS, RATIO = "admissions", "ratio"
MARK = "read_as"


@dataclass(frozen=True)
class Reading:
    """How to read the values of a measure.

    Attributes
    ----------
    unit
        What the numbers count.
    no_difference
        The value that means no difference, 0 or 1; missing where only size has a meaning.
    above, below
        What values above and below it say, in words.
    stated
        The side of it whose probability is stated, if any.
    sign
        What a value above it means: ``fewer`` or ``more`` admissions.

    Examples
    --------
    >>> Reading("ratio", 1, above="more", below="fewer", stated="below").event
    'below_1'
    """

    unit: str
    no_difference: float | None = None
    above: str = ""
    below: str = ""
    stated: Side = ""
    sign: Sign = ""

    @property
    def event(self) -> str:
        """Name the event whose probability is stated, such as ``below_1``; empty where none is."""
        return f"{self.stated}_{self.no_difference:g}" if self.stated else ""

    @property
    def words(self) -> str:
        """Say which event has its probability stated, and what it means."""
        return event_words(self.event, self.above if self.stated == "above" else self.below) if self.stated else ""


def event_words(event: str, meaning: str) -> str:
    """Say an event in words.

    Examples
    --------
    >>> event_words("below_1", "the most deprived have fewer")
    'ratio below 1: the most deprived have fewer'
    """
    said = {"below_1": "ratio below 1", "above_1": "ratio above 1"}.get(event, event.replace("_", " "))
    return f"{said}: {meaning}" if meaning else said


def compared(amount: Literal["fewer", "more"], reference: str = "") -> str:
    """Say who has fewer, or more: the most deprived, or a group against the one it is compared with.

    Examples
    --------
    >>> compared("fewer"), compared("more", "White British")
    ('the most deprived have fewer', 'more than White British')
    """
    return f"{amount} than {reference}" if reference else f"the most deprived have {amount}"


def ratio_reading(reference: str = "") -> Reading:
    """Give how a rate ratio is read: below 1, the most deprived, or a group, have fewer.

    Examples
    --------
    >>> ratio_reading().words
    'ratio below 1: the most deprived have fewer'
    """
    words = {"above": compared("more", reference), "below": compared("fewer", reference)}
    return Reading(RATIO, 1, **words, stated="below", sign="more")


def deficit_reading(unit: str, no_difference: float = 0, reference: str = "") -> Reading:
    """Give how a measure is read that is larger the fewer admissions the most deprived, or a group, have.

    Examples
    --------
    >>> deficit_reading("index").words
    'above 0: the most deprived have fewer'
    """
    words = {"above": compared("fewer", reference), "below": compared("more", reference)}
    return Reading(unit, no_difference, **words, stated="above", sign="fewer")


def read_as(values: xr.DataArray, reading: Reading, name: str) -> xr.DataArray:
    """Name values, and put how to read them into their attributes, in place of any they had.

    Arithmetic keeps attributes and drops the encoding, and selection keeps both. So the encoding
    marks values that are still those of the measure, see `reading_of`.

    Examples
    --------
    >>> read_as(xr.DataArray(0.8), ratio_reading(), "rate_ratio").attrs["no_difference"]
    1
    """
    known = {key: value for key, value in asdict(reading).items() if value not in (None, "")}
    read = without_attrs(values).assign_attrs(known).rename(name)
    read.encoding = {MARK: name}
    return read


def without_attrs(values: xr.DataArray) -> xr.DataArray:
    """Leave out what is said of values, but not of their labels; the numbers are shared, where xarray copies them.

    Examples
    --------
    >>> without_attrs(xr.DataArray(0.8, attrs={"unit": "ratio"})).attrs
    {}
    """
    bare = values.copy(deep=False)
    bare.attrs = {}
    return bare


def reading_of(values: xr.DataArray) -> Reading:
    """Find how values are read, from their attributes; nothing is claimed of values that were worked on since.

    Examples
    --------
    >>> gap = read_as(xr.DataArray([0.8, 0.9]), ratio_reading(), "rate_ratio")
    >>> reading_of(gap).unit, reading_of(1 / gap).unit
    ('ratio', '')
    """
    if MARK not in values.encoding:
        return Reading("")
    known = {key: values.attrs[key] for key in Reading.__dataclass_fields__ if key in values.attrs}
    return Reading(**({"unit": ""} | known))


def read_like(values: xr.DataArray, measure: xr.DataArray) -> xr.DataArray:
    """Read values as the measure that they were made from, where only rows or sums of it were taken.

    Examples
    --------
    >>> gap = read_as(xr.DataArray([0.8, 0.9]), ratio_reading(), "rate_ratio")
    >>> reading_of(read_like(gap.where(gap < 0.9), gap)).unit
    'ratio'
    """
    return read_as(values, reading_of(measure), str(measure.name))
