"""What is decided about a chart before it is looked at: kind, rules, which way is better, when it is re-based."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equitymodel.argument_types import refuse_other_fields
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_rules import ChartRules, chart_rules
from equitymodel.monitoring.count_limits import ChartKind
from equitymodel.vocabulary import nearest

BETTER = ("higher", "lower", "neither")


@dataclass(frozen=True)
class ChartPlan:
    """What is decided about a chart before it is looked at.

    Attributes
    ----------
    kind
        As for `chart_limits`.
    rules
        From `chart_rules`, or the name of a set that ships.
    better
        Which way is better: ``higher``, ``lower``, or ``neither`` where that is not for a chart to say.
    target
        What is aimed for, in the unit of the values.
    rebase
        Days from which limits are set anew, each with its reason: a documented event, never what a chart shows.
    as_of
        The day on which the data were extracted; the end of the last period by default. Periods that ended shortly
        before may still be filling up.
    limits_until
        Days in order: of each phase, points up to the first of them by which it has enough (12, as of trial limits)
        set the limits, which then stay as they were when a chart goes on.
    no_gap
        The value at which groups are equal. Beyond it, on the side of what is better, a step that way is away from
        equal: a chart calls it no improvement, and a step back no concern.

    Examples
    --------
    >>> ChartPlan(rebase={"2024-04": "boards merged"}).rebased
    {Timestamp('2024-04-01 00:00:00'): 'boards merged'}
    """

    kind: str = "xmr"
    rules: ChartRules | str = "mdc"
    better: str = "neither"
    target: float | None = None
    rebase: Mapping[str, str] = field(default_factory=dict)
    as_of: str | None = None
    limits_until: tuple[str, ...] = ()
    no_gap: float | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        refuse_other_fields(self)
        for word, known in ((self.kind, get_args(ChartKind)), (self.better, BETTER)):
            if word not in known:
                raise OptionError(f"a chart has no '{word}'. {nearest(word, known)}")
        if isinstance(self.rules, str):
            object.__setattr__(self, "rules", chart_rules(self.rules))
        if self.target is not None and not math.isfinite(self.target):
            raise OptionError("a target is a number, in the unit of what is charted")
        for day, reason in self.rebase.items():
            if not reason.strip():
                raise OptionError(f"limits are set anew from {day}: say why, such as '{day}=boards merged'")
        for day in filter(None, (self.as_of, *self.limits_until)):
            _day(day)
        _ = self.rebased

    @property
    def rule_set(self) -> ChartRules:
        """The rules, as a record."""
        return self.rules if isinstance(self.rules, ChartRules) else chart_rules(self.rules)

    @property
    def rebased(self) -> dict[pd.Timestamp, str]:
        """The days from which limits are set anew, in order, with their reasons."""
        return dict(sorted((_day(day), reason) for day, reason in self.rebase.items()))

    def require_rebased_within(self, starts: pd.DatetimeIndex, what: str = "limits") -> None:
        """Refuse a day of re-basing on which no later period of a series begins, by an `OptionError`."""
        first, last = starts[[0, -1]]
        outside = [day for day in self.rebased if not first < day <= last]
        if outside:
            raise OptionError(
                f"{what} cannot be set anew from {outside[0]:%Y-%m-%d}: the series runs from {first:%Y-%m-%d} to "
                f"{last:%Y-%m-%d}"
            )

    def beyond_no_gap(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Mark values on the side of no gap to which the better way leads; none where one of the two is not known.

        Examples
        --------
        >>> ChartPlan(better="higher", no_gap=1.0).beyond_no_gap(np.array([0.9, 1.1])).tolist()
        [False, True]
        """
        if self.no_gap is None or self.better == "neither":
            return np.zeros(values.shape, bool)
        return values > self.no_gap if self.better == "higher" else values < self.no_gap


def reading_of(direction: str, better: str) -> str:
    """Say what a direction means: improvement or concern where one way is better, otherwise the direction itself.

    Examples
    --------
    >>> reading_of("higher", "higher"), reading_of("lower", "higher"), reading_of("lower", "neither")
    ('improvement', 'concern', 'lower')
    """
    if not direction or better == "neither":
        return direction
    return "improvement" if direction == better else "concern"


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(text)
    except ValueError as error:
        raise OptionError(f"'{text}' is no day; write 2024-04-01 or 2024-04") from error
