"""What a published count may really be: rules of suppression and rounding, as intervals.

A suppressed count is not zero, nor any other number; a rounded count is not the count. Under a
stated rule each is an interval of whole numbers, and intervals add up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr
from scipy import special, stats

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.markers import check_meanings
from equitymodel.data.tables.period_rules import rules_by_period
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

LOW, HIGH = "admissions_low", "admissions_high"
"""The least and the most that the admissions of a row or cell may be."""
ROUNDED = r"/\s*(\d+)(?:\s*half[- ](up|even))?"
WRITTEN = re.compile(rf"^(\d+)\s*-\s*(\d+)(?:\s*{ROUNDED})?$")
ROUNDED_ALONE = re.compile(rf"^{ROUNDED}$")
Hidden = Literal["marker", "zero", "midpoint"]
"""How small counts are hidden: a marker or a 0 in their place, or each stretch of counts shown as its middle."""
Halves = Literal["up", "even", "not_stated"]
"""Where a count halfway between two multiples of an even number goes."""


@dataclass(frozen=True)
class SmallNumberRule:
    """How a publisher hides small counts.

    Attributes
    ----------
    low, high
        What a suppressed count may be, both ends included.
    rounded_to
        Other counts are rounded to the nearest multiple of this; 1 where they are not.
    shown_as
        What stands in place of a suppressed count: a ``"marker"``, or ``"zero"``. With ``"midpoint"`` none is
        suppressed: counts are shown as the middle of stretches as long as ``rounded_to``, and 0 as 0.
    halves
        Where a count goes that is halfway between two multiples of an even ``rounded_to``: ``"up"``, as Excel, SAS
        and SQL round, or to the ``"even"`` multiple, as R and Python do. Publishers seldom say; ``"not_stated"``
        allows for either, so that a 10 rounded to 10 is 5 to 14 and a 20 is 15 to 25. Multiples of an odd number,
        such as the 5 of Hospital Episode Statistics, have no halves.

    Examples
    --------
    >>> SmallNumberRule(1, 7, rounded_to=5).bounds(np.array([0.0, 10.0, 25.0]))
    (array([ 0.,  8., 23.]), array([ 0., 12., 27.]))
    >>> PUBLISHERS["opensafely"].bounds(np.array([0.0, 10.0])), PUBLISHERS["midpoint_6"].bounds(np.array([0.0, 9.0]))
    ((array([0., 8.]), array([ 7., 12.])), (array([0., 7.]), array([ 0., 12.])))
    """

    low: int
    high: int
    rounded_to: int = 1
    shown_as: Hidden = "marker"
    halves: Halves = "not_stated"

    def __post_init__(self) -> None:
        """Check that the rule can hold.

        Raises
        ------
        OptionError
            When the interval is empty or the rounding is not a whole number above 0.
        """
        refuse_other_fields(self)
        if not 0 <= self.low <= self.high or self.rounded_to < 1:
            raise OptionError(f"a suppressed count cannot lie between {self.low} and {self.high}, /{self.rounded_to}")
        if self.halves not in get_args(Halves):
            raise OptionError(f"halves cannot be '{self.halves}'. {nearest(self.halves, get_args(Halves))}")

    def __str__(self) -> str:
        """Say the rule as a phrase."""
        base = self.rounded_to
        if self.shown_as == "midpoint":
            return f"1 to {base} is shown as {base // 2}, {base + 1} to {2 * base} as {base + base // 2}, and so on"
        halves = "" if base % 2 or self.halves == "not_stated" else f", halves {HALVES_GO[self.halves]}"
        if self.rounds_alone:
            return f"counts are rounded to the nearest {base}{halves}"
        rounding = f", other counts rounded to the nearest {base}{halves}" if base > 1 else ""
        if self.shown_as == "zero":
            return f"a count of {self.low} to {self.high} is shown as 0{rounding}"
        return f"a suppressed count is {self.low} to {self.high}{rounding}"

    @property
    def rounds_alone(self) -> bool:
        """Whether counts are rounded and none is hidden: a 0 is then what rounds to it."""
        return (self.shown_as, self.low, self.high) == ("zero", 0, _most_of_zero(self.rounded_to, self.halves))

    def bounds(self, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and the most that counts may be which are shown as numbers.

        Counts halfway between two multiples are allowed for wherever a rounding in use would have put them there.
        """
        half = self.rounded_to // 2
        if self.shown_as == "midpoint":
            return np.where(shown > 0, shown - half + 1, shown), np.where(shown > 0, shown + half, shown)
        least, most = self._rounds_to(shown)
        if self.rounds_alone:
            return least, most
        least, most = (
            np.where((least >= self.low) & (least <= self.high), self.high + 1, least),
            np.where((most >= self.low) & (most <= self.high), self.low - 1, most),
        )
        if self.shown_as == "zero":
            return np.where(shown == 0, self.low, least), np.where(shown == 0, self.high, most)
        return least, most

    def _rounds_to(self, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and the most that are rounded to a number."""
        half, twice = self.rounded_to // 2, 2 * self.rounded_to
        below, above = shown - half, shown + half
        if self.rounded_to % 2 == 0:
            even = shown % twice == 0
            below = np.where(even | (self.halves != "even"), below, below + 1)
            above = np.where(even & (self.halves != "up"), above, above - 1)
        return np.maximum(below, np.minimum(shown, 0)), above

    def hides(self, counts: np.ndarray) -> np.ndarray:
        """Mark the counts that a publisher would suppress."""
        small: np.ndarray = (counts >= self.low) & (counts <= self.high) & (self.shown_as != "midpoint")
        return small

    def rounded(self, counts: np.ndarray) -> np.ndarray:
        """Round counts as a publisher would; those that are hidden too."""
        if self.shown_as == "midpoint":
            middle: np.ndarray = np.ceil(counts / self.rounded_to) * self.rounded_to - self.rounded_to // 2
            return np.where(counts > 0, middle, counts)
        parts = counts / self.rounded_to
        shown: np.ndarray = (np.rint(parts) if self.halves == "even" else np.floor(parts + 0.5)) * self.rounded_to
        return np.where(self.hides(counts), 0.0, shown) if self.shown_as == "zero" else shown

    def would_show(self, shown: np.ndarray) -> np.ndarray:
        """Mark the numbers that could have been shown under the rule."""
        least, most = self.bounds(shown)
        away = self.rounded_to // 2 if self.shown_as == "midpoint" else 0
        fits: np.ndarray = (least <= most) & ((shown % self.rounded_to == away) | (shown == 0))
        return fits

    def absent(self, zeros_shown: bool) -> tuple[int, int]:
        """Give what an absent row may be: a suppressed count, or also zero where zeros are not shown."""
        return self.low if zeros_shown else 0, self.high


HALVES_WRITTEN: dict[str | None, Halves] = {"up": "up", "even": "even"}
HALVES_GO = {"up": "up", "even": "to the even one"}


def _most_of_zero(base: int, halves: Halves) -> int:
    """Give the most that is rounded to zero; a half of an even number may be."""
    return (base - 1) // 2 if halves == "up" else base // 2


PUBLISHERS = {
    "hes": SmallNumberRule(1, 7, rounded_to=5),
    "lt5": SmallNumberRule(1, 4),
    "lt6": SmallNumberRule(1, 5),
    "opensafely": SmallNumberRule(0, 7, rounded_to=5, shown_as="zero"),
    "midpoint_6": SmallNumberRule(1, 6, rounded_to=6, shown_as="midpoint"),
}
"""``hes``: Hospital Episode Statistics since 2018. ``lt5``, ``lt6``: fewer than 5 or 6 are hidden. ``opensafely``:
7 and under are shown as 0, others rounded to 5. ``midpoint_6``: the other rounding of OpenSAFELY."""
WITHOUT_BOUNDS = ("error", "exact", "exclude")
CHOICES = (*WITHOUT_BOUNDS, *PUBLISHERS)
Absent = Literal["error", "zero", "missing", "suppressed"]
"""What a row that is absent may mean."""


@dataclass(frozen=True)
class SmallNumbers:
    """How small counts were published, and what a row means that is not there.

    Attributes
    ----------
    rule
        ``"error"`` refuses suppressed counts; ``"exact"`` too, and says that the others are not rounded;
        ``"exclude"`` reads suppressed counts as not known; a rule by name (``"hes"``, ``"lt5"``, ``"lt6"``,
        ``"opensafely"``, ``"midpoint_6"``) or written (``"1-9"`` hides 1 to 9, ``"1-7/5"`` also rounds
        other counts to the nearest 5, ``"/5"`` only rounds, ``"/10 half-up"`` says where halves go) reads each
        count as what it may be. Where periods were published by different rules, each is named:
        ``"2022/23=hes,others=exact"``.
    absent
        What an absent row means: ``"zero"`` admissions, ``"missing"`` (not known), ``"suppressed"`` (a
        small count, as the rule says), or an ``"error"``.
    markers
        What markers in place of counts mean, where they are not known or mean something else here:
        ``{"[q]": "suppressed"}``. Meanings are ``suppressed, not_available, not_applicable, zero, rounded_low``, or
        bounds such as ``1-7``.

    Examples
    --------
    >>> print(SmallNumbers("1-9").bounds_rule)
    a suppressed count is 1 to 9
    >>> SmallNumbers(absent="zeros")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: an absent row cannot be read as 'zeros'. Did you mean 'zero'?
    """

    rule: str | SmallNumberRule = "error"
    absent: Absent = "error"
    markers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check that there is such a rule, and such a meaning of absent rows and of markers.

        Raises
        ------
        OptionError
            When there is not.
        """
        refuse_other_fields(self)
        small_number_rule(self.rule)
        if self.absent not in get_args(Absent):
            hint = nearest(self.absent, get_args(Absent))
            raise OptionError(f"an absent row cannot be read as '{self.absent}'. {hint}")
        check_meanings(self.markers)
        if self.by_period and self.absent == "suppressed":
            raise OptionError(
                "absent rows are not read as suppressed where rules are by period; add the rows, with their marker"
            )

    @property
    def bounds_rule(self) -> SmallNumberRule | None:
        """What suppressed and rounded counts may be; none for ``error``, ``exact`` and ``exclude``."""
        return small_number_rule(self.rule)

    @property
    def by_period(self) -> dict[str, SmallNumbers]:
        """What holds in each period, where rules are by period; nothing where one holds for all."""
        return {label: replace(self, rule=rule) for label, rule in rules_by_period(self.rule).items()}

    @classmethod
    def of(cls, choice: SmallNumbers | SmallNumberRule | str) -> SmallNumbers:
        """Take a rule alone as a shorthand, with absent rows an error."""
        return choice if isinstance(choice, SmallNumbers) else cls(choice)


def small_number_rule(choice: str | SmallNumberRule) -> SmallNumberRule | None:
    """Give the rule that was chosen; none for ``error``, ``exact`` and ``exclude``.

    Parameters
    ----------
    choice
        A word of `SmallNumbers`, or a rule of one's own: ``1-9`` hides 1 to 9; ``1-7/5`` also rounds other counts to
        the nearest 5; ``/5`` only rounds; ``/10 half-up`` and ``/10 half-even`` say where halves go.

    Returns
    -------
    SmallNumberRule or None
        What suppressed and rounded counts may be; of rules by period, what one by any of them may be.

    Raises
    ------
    OptionError
        When there is no such rule.

    Examples
    --------
    >>> print(small_number_rule("1-7/5"), small_number_rule("/5"), small_number_rule("exclude"), sep="; ")
    a suppressed count is 1 to 7, other counts rounded to the nearest 5; counts are rounded to the nearest 5; None
    """
    if isinstance(choice, SmallNumberRule):
        return choice
    if several := rules_by_period(choice):
        return _around([small_number_rule(rule) for rule in several.values()])
    if choice in WITHOUT_BOUNDS:
        return None
    if choice in PUBLISHERS:
        return PUBLISHERS[choice]
    if (alone := ROUNDED_ALONE.match(choice)) and (unit := int(alone[1])):
        halves: Halves = HALVES_WRITTEN.get(alone[2], "not_stated")
        return SmallNumberRule(0, _most_of_zero(unit, halves), unit, "zero", halves)
    written = WRITTEN.match(choice)
    if not written:
        hint = nearest(choice, CHOICES)
        raise OptionError(f"there is no rule '{choice}' for small numbers. {hint} Or write one, such as 1-9 or 1-7/5.")
    low, high, base, half = written.groups()
    return SmallNumberRule(int(low), int(high), int(base or 1), halves=HALVES_WRITTEN.get(half, "not_stated"))


def _around(rules: Sequence[SmallNumberRule | None]) -> SmallNumberRule | None:
    """Give the rule whose hidden counts are those of any of some rules."""
    known = [rule for rule in rules if rule is not None]
    hiding = [(rule.low, rule.high) for rule in known if rule.shown_as != "midpoint"]
    lows, highs = zip(*hiding, strict=True) if hiding else ((), ())
    return SmallNumberRule(min(lows), max(highs)) if hiding else next(iter(known), None)


def count_bounds(cells: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the least and the most that the admissions of each cell may be, in admissions.

    Parameters
    ----------
    cells
        From `read_cells`.

    Returns
    -------
    tuple of xarray.DataArray
        Equal where the count is known; missing where nothing is known.

    Examples
    --------
    >>> low, high = count_bounds(xr.Dataset({"admissions": ("ics", [4.0])}))
    >>> low.item(), high.item()
    (4.0, 4.0)
    """
    exact = cells["admissions"]
    return (cells[LOW], cells[HIGH]) if LOW in cells else (exact, exact)


def count_variables(low: xr.DataArray, high: xr.DataArray) -> dict[str, xr.DataArray]:
    """Give exact counts, and bounds only where some counts are hidden: what cells and series carry.

    Examples
    --------
    >>> list(count_variables(xr.DataArray([3.0]), xr.DataArray([3.0])))
    ['admissions']
    """
    exact = low.where(low == high).rename("admissions")
    return {"admissions": exact} | ({LOW: low, HIGH: high} if bool((low < high).any()) else {})


def count_middle(cells: xr.Dataset) -> xr.DataArray:
    """Give the middle of what each cell's admissions may be: for scale and starting values, never as data.

    Examples
    --------
    >>> count_middle(xr.Dataset({"admissions": ("ics", [4.0])})).item()
    4.0
    """
    low, high = count_bounds(cells)
    return (low + high) / 2


def poisson_within(low: np.ndarray, high: np.ndarray, mean: np.ndarray) -> np.ndarray:
    r"""Give the mean of a Poisson count known to lie in an interval.

    .. math:: E[Y \mid l \le Y \le u] = \mu\,\frac{F(u-1) - F(l-2)}{F(u) - F(l-1)}

    Examples
    --------
    >>> one = np.ones(1)
    >>> poisson_within(one, one * 7, one * 3.0).round(3)
    array([3.09])
    """
    ends = np.broadcast_arrays(low, high, mean)
    found = np.array(ends[0], dtype=float)
    hidden = ends[0] < ends[1]
    low, high, mean = (part[hidden] for part in ends)
    chance = _at_most(high, mean) - _at_most(low - 1, mean)
    above = _at_most(high - 1, mean) - _at_most(low - 2, mean)
    safe = chance > 1e-12
    found[hidden] = np.clip(np.where(safe, mean * above / np.where(safe, chance, 1.0), mean), low, high)
    return found


def _at_most(count: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Give the probability of at most so many Poisson counts."""
    return np.where(count < 0, 0.0, special.pdtr(np.maximum(count, 0.0), mean))


def draw_within(low: np.ndarray, high: np.ndarray, mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw Poisson counts known to lie in an interval; the nearer end where that is all but impossible.

    Examples
    --------
    >>> one = np.ones(3)
    >>> drawn = draw_within(one, one * 7, one * 3.0, np.random.default_rng(1))
    >>> bool(((drawn >= 1) & (drawn <= 7)).all())
    True
    """
    first, last = stats.poisson.cdf(low - 1, mean), stats.poisson.cdf(high, mean)
    drawn: np.ndarray = np.clip(stats.poisson.ppf(first + rng.random(mean.shape) * (last - first), mean), low, high)
    return drawn


def show(counts: pd.Series, rule: SmallNumberRule) -> pd.Series:
    """Hide and round counts as a publisher would, for examples and studies.

    Examples
    --------
    >>> show(pd.Series([0, 3, 12, 13]), PUBLISHERS["hes"]).tolist()
    ['0', '*', '10', '15']
    """
    printed = pd.Series(rule.rounded(counts.to_numpy()), counts.index, name=counts.name).astype(int).astype(str)
    shown: pd.Series = printed.where(~rule.hides(counts.to_numpy()), "*" if rule.shown_as == "marker" else "0")
    return shown
