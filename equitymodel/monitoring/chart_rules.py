"""Sets of rules for control charts: one record, whose fields are all in which they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from equitymodel.argument_types import refuse_other_fields
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

OUTSIDE, TREND, TWO_OF_THREE, RUN = "outside the limits", "trend", "two of three near a limit", "run on one side"
RULE_NAMES = (OUTSIDE, TREND, TWO_OF_THREE, RUN)


@dataclass(frozen=True)
class ChartRules:
    """What a chart takes for a signal, and how its limits are set.

    Attributes
    ----------
    name, states
        How it is called, and whose practice it follows.
    order
        The rules that are asked, the first that holds naming the signal; of `RULE_NAMES`.
    screen
        Whether moving ranges of 3.267 times their mean or more are left out, once; the centre stays that of all points.
    near_counts_outside
        Whether points outside the limits count too among two of three near a limit.
    run_length, trend_length
        How many points on one side of the centre are a run; how many that each go beyond the last are a trend.
    fix_after
        After how many points limits are fixed; all points set them if none.
    rebase_at_runs
        Whether limits are set anew from the start of a run that comes after they were fixed.
    hold_back_days
        Periods that ended fewer days ago than this are still filling up: they are shown, and set and signal nothing.
    trial_below
        Limits that rest on fewer points are trial limits.

    Examples
    --------
    >>> ChartRules("own", "three limits only", order=("outside the limits",)).run_length
    7
    """

    name: str
    states: str
    order: tuple[str, ...] = RULE_NAMES
    screen: bool = False
    near_counts_outside: bool = True
    run_length: int = 7
    trend_length: int = 7
    fix_after: int | None = None
    rebase_at_runs: bool = False
    hold_back_days: int = 0
    trial_below: int = 12

    def __post_init__(self) -> None:
        """Refuse rules that there are not, and lengths without meaning."""
        refuse_other_fields(self)
        for rule in self.order:
            if rule not in RULE_NAMES:
                raise OptionError(f"no rule of a chart is called '{rule}'. {nearest(rule, RULE_NAMES)}")
        if self.run_length < 3 or self.trend_length < 3:
            raise OptionError("a run or a trend takes 3 points at least; the usual length is 7")
        if self.fix_after is not None and self.fix_after < self.trial_below:
            raise OptionError(f"limits are fixed after {self.trial_below} points at least, not {self.fix_after}")
        if self.hold_back_days < 0:
            raise OptionError("days held back are 0 or more")


RULE_SETS = {
    "mdc": ChartRules(
        "mdc",
        "NHS England, Making Data Count, as its spreadsheet tool does it: all points set the limits, and two of three "
        "near a limit counts points outside it too",
    ),
    "plotthedots": ChartRules(
        "plotthedots",
        "the R package NHSRplotthedots 0.2.2: extreme moving ranges are left out once, and two of three near a limit "
        "does not count points outside it",
        screen=True, near_counts_outside=False,
    ),
    "sustained": ChartRules(
        "sustained",
        "the Strategy Unit: runs before single points, no two of three, limits fixed after 20 points and set anew at "
        "the start of a run, the last 21 days held back",
        order=(RUN, OUTSIDE, TREND), fix_after=20, rebase_at_runs=True, hold_back_days=21,
    ),
}  # fmt: skip
"""The sets that ship. They differ by their flags and by nothing else."""


def chart_rules(name: str = "mdc", /, **changes: Any) -> ChartRules:
    """Give a set of rules by name, perhaps with other flags.

    Parameters
    ----------
    name
        ``mdc``, ``plotthedots`` or ``sustained``.
    **changes
        Fields of `ChartRules` that are to be other, such as ``run_length=6``; the name then says so.

    Returns
    -------
    ChartRules
        The set.

    Raises
    ------
    OptionError
        When there is no such set or flag, or a flag has a value without meaning.

    References
    ----------
    NHS England, Making Data Count, statistical process control tool; NHS-R Community, NHSRplotthedots 0.2.2 (2025).

    Examples
    --------
    >>> chart_rules("plotthedots").screen, chart_rules("mdc", run_length=6).name
    (True, 'mdc, run_length=6')
    """
    if name not in RULE_SETS:
        raise OptionError(f"no set of rules is called '{name}'. {nearest(name, RULE_SETS)}")
    known = set(ChartRules.__dataclass_fields__) - {"name", "states"}
    for flag in changes:
        if flag not in known:
            raise OptionError(f"rules have no flag '{flag}'. {nearest(flag, known)}")
    said = [name, *(f"{flag}={value}" for flag, value in changes.items())]
    return replace(RULE_SETS[name], name=", ".join(said), **changes)
