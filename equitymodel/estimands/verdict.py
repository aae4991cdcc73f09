"""The rule by which a change is called real, declared beforehand; and the words in which it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from equitymodel.estimands.guards import (
    Guard,
    MonthOutOfLine,
    Recovery,
    drift_guard,
    forecast_guard,
    interval_guard,
    one_month_guard,
    placebo_guard,
    placebo_outcome_guard,
    probability_of_direction,
    recovery_guard,
    relevance_guard,
    trends_guard,
)
from equitymodel.estimands.least_months import SEVERAL_A_YEAR, LeastMonths
from equitymodel.estimands.power import detectable
from equitymodel.estimands.written_numbers import change_in_per_cent, size_in_per_cent
from equitymodel.vocabulary import INTERVAL_PROBABILITY

Phrase = Literal["real change", "change not established", "not enough information", "not assessable"]
EQUIVALENT = 0.9


@dataclass(frozen=True)
class Evidence:
    """What a verdict rests on.

    Attributes
    ----------
    log_ratio
        Draws of the log ratio the question is about: 0 = no change.
    what
        The question in words, for example ``admissions`` or ``the gap``.
    before, after
        Months with data.
    threshold
        The tail probability that counts, from the plan.
    smallest_change
        The smallest relevant change, as a share.
    placebos
        Mean over standard deviation of the log ratio at dates before the interruption; missing where the fit did
        not pass its diagnosis.
    rho
        Draws of the correlation of noise from period to period.
    sound
        Whether the computation can be relied on.
    placebo_outcome
        Draws of the log ratio of an outcome that the interruption cannot have changed, if there is one.
    forecasts
        Forecasts of months before the interruption: ``origin, held, departure`` and ``scaled_error``; see
        `check_forecasts`.
    month
        The counted month furthest out of line, if one is.
    trends
        Where there are controls: ``estimate, lower, upper`` of the ratio of trends before, in that order; of the gap
        as ``log_ratio``, least over most deprived.
    recovery
        Where the series spans a break: how the months judged compare with the line from before it.
    notes
        Sentences about what was done before the fit, such as months that were left out of it.
    left_out
        A sentence that names what was left out, as its fit did not pass its diagnosis; empty if nothing was.
    way_round
        -1 where changes are said the other way round than ``log_ratio``: of most over least deprived. See `WayRound`.
    least
        Months below which there is no verdict, only a description.
    known_error
        Standard error of the log ratio as it was known before any result; none where it was not.
    """

    log_ratio: np.ndarray
    what: str
    before: float
    after: float
    threshold: float
    smallest_change: float
    placebos: tuple[float, ...]
    rho: np.ndarray
    sound: bool = True
    placebo_outcome: np.ndarray | None = None
    forecasts: pd.DataFrame | None = None
    month: MonthOutOfLine | None = None
    trends: tuple[float, float, float] | None = None
    recovery: Recovery | None = None
    notes: tuple[str, ...] = ()
    left_out: str = ""
    way_round: Literal[1, -1] = 1
    least: LeastMonths = SEVERAL_A_YEAR
    known_error: float | None = None


@dataclass(frozen=True)
class Assessment:
    """The verdict, in one of four phrases, and why.

    Attributes
    ----------
    verdict
        ``real change``, ``change not established``, ``not enough information`` or ``not assessable``.
    reasons
        In words, one sentence each.
    checks
        Each part of the rule: whether it holds, or stops nothing as it could not be tried.
    smallest_detectable
        The change that 80 % of studies as long as this would find, as a share: as it was known before any result or,
        where it was not, by the width of the interval.
    not_tried
        The checks that could not be tried.
    """

    verdict: Phrase
    reasons: tuple[str, ...]
    checks: dict[str, bool]
    smallest_detectable: float
    not_tried: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give the phrase and its reasons, one a line."""
        return "\n".join([self.verdict, *(f"- {reason}" for reason in self.reasons)])

    @property
    def held(self) -> str:
        """How many checks held, which did not, and which could not be tried, in words; empty without checks.

        Examples
        --------
        >>> Assessment("real change", (), {"interval": True, "one_month": True}, 0.1, ("one_month",)).held
        'of 2 checks, all that could be tried held; not tried: one month'
        """
        if not self.checks:
            return ""
        failed = listed_names(name for name, held in self.checks.items() if not held)
        tried = "all that could be tried held" if self.not_tried else "all held"
        missing = f"; not tried: {listed_names(self.not_tried)}" if self.not_tried else ""
        return f"of {len(self.checks)} checks, {f'these did not hold: {failed}' if failed else tried}{missing}"

    def to_dict(self) -> dict[str, Any]:
        """Give everything in plain types, ready for JSON."""
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "checks": self.checks,
            "not_tried": list(self.not_tried),
            "smallest_detectable_change": self.smallest_detectable,
        }


def assess(evidence: Evidence) -> Assessment:
    """Apply the rule: a change is real only when every part of it holds.

    Parameters
    ----------
    evidence
        What was found.

    Returns
    -------
    Assessment
        One of four phrases. *Real change*: every part holds (`interval_guard` and those after it). *Not assessable*:
        fewer than 24 months before or 12 after (of years, 8 and 3), or the computation failed, or every part but
        ``recovery`` holds, so that the change cannot be told from recovery. *Not enough information*: the interval or
        the size fails, and the smallest relevant change could hardly have been seen. Otherwise *change not
        established*, which is never to be read as no change.

    Notes
    -----
    What each part asks, with its number, is in `rule_settings`; how often each stops a right model is in
    ``docs/interruption_errors.md``. Other models are shown beside the verdict and have no vote.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = assess(Evidence(rng.normal(0.2, 0.03, 4000), "admissions", 36, 24, 0.975, 0.05, (0.6,) * 8,
    ...                         rng.uniform(0, 0.5, 4000)))
    >>> found.verdict
    'real change'
    """
    width = float(evidence.log_ratio.std())
    came_out = detectable(width, threshold=evidence.threshold)
    found = detectable(evidence.known_error or width, threshold=evidence.threshold)
    opening = [_description(evidence), *evidence.notes, *_left_out(evidence)]
    if refusal := _not_assessable(evidence):
        return Assessment("not assessable", (refusal, *opening), {}, found)
    guards = _guards(evidence)
    checks = {guard.name: bool(guard.holds) for guard in guards}
    reasons = [*opening, *(guard.sentence for guard in guards)]
    failed = [name for name, held in checks.items() if not held]
    not_tried = tuple(guard.name for guard in guards if not guard.tried)
    if not failed or failed == ["recovery"]:
        return Assessment("not assessable" if failed else "real change", tuple(reasons), checks, found, not_tried)
    seen = checks["interval"] and checks["matters"]
    lacking = not seen and came_out > evidence.smallest_change
    reasons += [] if seen else [_detectable(evidence, found, lacking=lacking), _equivalence(evidence)]
    phrase: Phrase = "not enough information" if lacking else "change not established"
    return Assessment(phrase, tuple(filter(None, reasons)), checks, found, not_tried)


def listed_names(names: Iterable[str]) -> str:
    """List checks by their names as a reader knows them.

    Examples
    --------
    >>> listed_names(["one_month", "drift"])
    'one month, drift'
    """
    return ", ".join(name.replace("_", " ") for name in names)


def _guards(evidence: Evidence) -> list[Guard]:
    """Apply every part of the rule that can be asked."""
    guards = [
        interval_guard(evidence.log_ratio, evidence.threshold),
        relevance_guard(evidence.log_ratio, evidence.smallest_change),
        placebo_guard(evidence.placebos),
    ]
    if evidence.placebo_outcome is not None:
        change = _change(evidence.way_round * evidence.placebo_outcome, evidence.threshold)
        guards.append(placebo_outcome_guard(evidence.placebo_outcome, change))
    guards += [forecast_guard(evidence.forecasts), drift_guard(evidence.rho), one_month_guard(evidence.month)]
    if evidence.trends is not None:
        guards.append(trends_guard(*_said_round(evidence), what=evidence.what))
    if evidence.recovery is not None:
        guards.append(recovery_guard(evidence.log_ratio, evidence.recovery))
    return guards


def _said_round(evidence: Evidence) -> tuple[float, float, float]:
    """Give the ratio of trends and its interval the way round in which changes are said."""
    estimate, lower, upper = evidence.trends or (1.0, 1.0, 1.0)
    return (estimate, lower, upper) if evidence.way_round == 1 else (1 / estimate, 1 / upper, 1 / lower)


def _not_assessable(evidence: Evidence) -> str:
    if not evidence.sound:
        return "The computation did not settle, so nothing it gives can be relied on."
    least = evidence.least
    if evidence.before < least.before or evidence.after < least.after:
        return (
            f"There are {evidence.before:.0f} months before and {evidence.after:.0f} after; a verdict needs "
            f"{least.before} and {least.after}. What follows describes, and judges nothing."
        )
    return ""


def summarise_log_ratio(log_ratio: np.ndarray) -> dict[str, float]:
    """Give the median, the interval and the probability of the likelier direction of a log ratio.

    Examples
    --------
    >>> summarise_log_ratio(np.linspace(0, 1, 101))["estimate"]
    0.5
    """
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, middle, upper = map(float, np.quantile(log_ratio, [tail, 0.5, 1 - tail]))
    likely = probability_of_direction(log_ratio)
    return {"estimate": middle, "lower": lower, "upper": upper, "probability": likely}


def _description(evidence: Evidence) -> str:
    found = _change(evidence.way_round * evidence.log_ratio, evidence.threshold)
    return f"Change of {evidence.what}, on average over the months judged: {found}."


def _change(log_ratio: np.ndarray, threshold: float) -> str:
    tail = 100 * (1 - threshold)
    lower, middle, upper = map(change_in_per_cent, np.percentile(log_ratio, [tail, 50, 100 - tail]))
    return f"{middle} % ({100 - 2 * tail:.3g} % credible interval {lower} to {upper})"


def _left_out(evidence: Evidence) -> list[str]:
    return [evidence.left_out] if evidence.left_out else []


def _detectable(evidence: Evidence, smallest: float, *, lacking: bool) -> str:
    matters = smallest > evidence.smallest_change
    ending = {
        (True, True): "so that a change that matters could well have been missed",
        (True, False): "but the interval came out wider than that",
        (False, True): "more than the smallest change that matters, but the interval came out narrower",
        (False, False): "so that it was long enough",
    }[lacking, matters]
    size = size_in_per_cent(smallest).replace("%", " %")
    return f"A series like this finds changes of {size} or more in 80 % of cases, {ending}."


def _equivalence(evidence: Evidence) -> str:
    likely = float((np.abs(evidence.log_ratio) < np.log1p(evidence.smallest_change)).mean())
    if likely < EQUIVALENT:
        return "This is not evidence that nothing changed."
    return f"Any change is probably smaller than {100 * evidence.smallest_change:g} % (probability {likely:.2f})."
