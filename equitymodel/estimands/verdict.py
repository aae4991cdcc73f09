"""The rule by which a change is called real, declared beforehand; and the words in which it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import binom

from equitymodel.estimands.least_months import SEVERAL_A_YEAR, LeastMonths
from equitymodel.estimands.power import detectable
from equitymodel.estimands.written_numbers import change_in_per_cent, size_in_per_cent
from equitymodel.vocabulary import INTERVAL_PROBABILITY

Phrase = Literal["real change", "change not established", "not enough information", "not assessable"]
RELEVANT_PROBABILITY = 0.80
"""How probable a change of the smallest relevant size or more must be."""
SAME_SIGN, CONFIDENT, CONFIDENT_AT = 0.90, 0.70, 0.95
PLACEBO_LEVEL, PLACEBO_BOUND = 0.05, 0.98
COVERED, NAIVE = 0.75, 1.0
SEASONS_AHEAD = 24
"""Different months that must be forecast before errors are compared with those of the seasonal naive."""
DRIFT, DRIFT_SHARE = 0.9, 0.5
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
        Tail probabilities at dates before the interruption; missing where the fit did not pass its diagnosis.
    specifications
        Of each model tried: ``estimate`` (log ratio) and ``probability`` (of its own sign); perhaps
        ``counted``, whether it can be defended.
    rho
        Draws of the correlation of noise from period to period.
    sound
        Whether the computation can be relied on.
    placebo_outcome
        Draws of the log ratio of an outcome that the interruption cannot have changed, if there is one.
    forecasts
        Forecasts of months before the interruption: ``period, held`` and ``scaled_error``; see
        `check_forecasts`.
    left_out
        A sentence that names what was left out, as its fit did not pass its diagnosis; empty if nothing was.
    way_round
        -1 where changes are said the other way round than ``log_ratio``: of most over least deprived. See `WayRound`.
    least
        Months below which there is no verdict, only a description.
    """

    log_ratio: np.ndarray
    what: str
    before: float
    after: float
    threshold: float
    smallest_change: float
    placebos: tuple[float, ...]
    specifications: pd.DataFrame
    rho: np.ndarray
    sound: bool = True
    placebo_outcome: np.ndarray | None = None
    forecasts: pd.DataFrame | None = None
    left_out: str = ""
    way_round: Literal[1, -1] = 1
    least: LeastMonths = SEVERAL_A_YEAR


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
        Each part of the rule: whether it holds.
    smallest_detectable
        The change that 80 % of studies as long as this would find, as a share.
    """

    verdict: Phrase
    reasons: tuple[str, ...]
    checks: dict[str, bool]
    smallest_detectable: float

    def __str__(self) -> str:
        """Give the phrase and its reasons, one a line."""
        return "\n".join([self.verdict, *(f"- {reason}" for reason in self.reasons)])

    def to_dict(self) -> dict[str, Any]:
        """Give everything in plain types, ready for JSON."""
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "checks": self.checks,
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
        One of four phrases. *Real change*: the interval excludes no change (V1), a relevant change
        has probability 0.8 or more (V2), nothing speaks against it (V3: dates before the interruption
        show no more changes than chance, a placebo outcome did not change, and the model forecasts the
        months before), other defensible models agree (V4), and the noise is not a drift (V5). *Not enough
        information*: V1 or V2 fails, and the smallest relevant change could hardly have been seen.
        *Not assessable*: fewer than 24 months before or 12 after (of years, 8 and 3), or the computation
        failed. Otherwise *change not established*, which is never to be read as no change.

    Notes
    -----
    Placebo dates overlap, so that their number over the threshold is compared with the 98 % bound of
    a binomial at 5 %. Forecasts must hold 75 % of counts in 90 % intervals; their errors are compared with
    those of the seasonal naive only where 24 different months were forecast: with 12, one right model in
    four does worse by chance (`benchmarks/forecast_check.py`). Models that leave out a term for which the
    data before the interruption call are shown and not counted.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> table = pd.DataFrame({"estimate": [0.2, 0.19], "probability": [0.99, 0.99]})
    >>> found = assess(Evidence(rng.normal(0.2, 0.03, 4000), "admissions", 36, 24, 0.975, 0.05, (0.6,) * 8, table,
    ...                         rng.uniform(0, 0.5, 4000)))
    >>> found.verdict
    'real change'
    """
    found = detectable(float(evidence.log_ratio.std()), threshold=evidence.threshold)
    if refusal := _not_assessable(evidence):
        return Assessment("not assessable", (refusal, _description(evidence), *_left_out(evidence)), {}, found)
    parts = {
        "interval": _interval(evidence),
        "matters": _relevant(evidence),
        "placebo": _placebo(evidence),
        **({} if evidence.placebo_outcome is None else {"placebo_outcome": _placebo_outcome(evidence)}),
        "forecasts": _forecasts(evidence),
        "models": _models(evidence),
        "drift": _drift(evidence),
    }
    checks = {name: held for name, (held, _) in parts.items()}
    reasons = [_description(evidence), *_left_out(evidence), *(text for _, text in parts.values())]
    if all(checks.values()):
        return Assessment("real change", tuple(reasons), checks, found)
    lacking = not (checks["interval"] and checks["matters"]) and found > evidence.smallest_change
    reasons.append(_detectable(evidence, found, lacking=lacking))
    if equivalence := _equivalence(evidence):
        reasons.append(equivalence)
    return Assessment("not enough information" if lacking else "change not established", tuple(reasons), checks,
                   found)  # fmt: skip


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


def probability_of_direction(log_ratio: np.ndarray) -> float:
    """Give the probability that a change has the direction it most probably has.

    Examples
    --------
    >>> probability_of_direction(np.array([0.1, 0.2, -0.1, 0.3]))
    0.75
    """
    return float(max((log_ratio > 0).mean(), (log_ratio < 0).mean()))


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
    return f"Change of {evidence.what}, on average after the start: {found}."


def _change(log_ratio: np.ndarray, threshold: float) -> str:
    tail = 100 * (1 - threshold)
    lower, middle, upper = map(change_in_per_cent, np.percentile(log_ratio, [tail, 50, 100 - tail]))
    return f"{middle} % ({100 - 2 * tail:.3g} % credible interval {lower} to {upper})"


def _interval(evidence: Evidence) -> tuple[bool, str]:
    held = probability_of_direction(evidence.log_ratio) > evidence.threshold
    return held, f"The interval {'excludes' if held else 'includes'} no change."


def _relevant(evidence: Evidence) -> tuple[bool, str]:
    likely = float((np.abs(np.expm1(evidence.log_ratio)) > evidence.smallest_change).mean())
    return likely >= RELEVANT_PROBABILITY, (
        f"A change of more than {100 * evidence.smallest_change:g} % has probability {likely:.2f}; "
        f"the rule asks for {RELEVANT_PROBABILITY:.2f}."
    )


def _left_out(evidence: Evidence) -> list[str]:
    return [evidence.left_out] if evidence.left_out else []


def _placebo(evidence: Evidence) -> tuple[bool, str]:
    tried = int(np.isfinite(evidence.placebos).sum())
    if evidence.placebos and not tried:
        return False, "No fit at a date before the start passed its diagnosis, so that none counts as a placebo."
    if not tried:
        return False, "No date before the start leaves enough months on both sides to try as a placebo."
    found = sum(tail > evidence.threshold for tail in evidence.placebos)
    allowed = int(binom.ppf(PLACEBO_BOUND, tried, PLACEBO_LEVEL))
    return found <= allowed, (
        f"At {tried} dates before the start, where nothing happened, {found} show a change; "
        f"chance alone allows {allowed}."
    )


def _placebo_outcome(evidence: Evidence) -> tuple[bool, str]:
    assert evidence.placebo_outcome is not None
    held = probability_of_direction(evidence.placebo_outcome) <= evidence.threshold
    found = "did not show a change" if held else "changed as well, so that something else happened"
    change = _change(evidence.way_round * evidence.placebo_outcome, evidence.threshold)
    return held, f"An outcome that it cannot have changed {found}: {change}."


def _forecasts(evidence: Evidence) -> tuple[bool, str]:
    table = evidence.forecasts
    if table is None or not len(table):
        return True, "There are too few months before the start to try forecasts; this part is not counted."
    table = table.dropna(subset=["held"])
    if table.empty:
        return True, "No fit from which to forecast passed its diagnosis; this part is not counted."
    covered, error = table["held"].mean(), table["scaled_error"].mean()
    months = pd.to_datetime(table["period"]).dt.to_period("M").nunique()
    compared = bool(np.isfinite(error))
    counted = months >= SEASONS_AHEAD and compared
    held = bool(covered >= COVERED and (not counted or error < NAIVE))
    errors = "There is no year before to hold their errors against."
    if compared:
        errors = f"Their errors are {error:.2f} of those of taking the year before; it asks for less than {NAIVE:g}."
    if compared and not counted:
        errors += f" Only {months} different months were forecast, so that their errors are not counted."
    return held, (
        f"Forecasts of months before the start hold {covered:.0%} of counts in 90 % intervals; the rule asks for "
        f"{COVERED:.0%}. {errors}"
    )


def _models(evidence: Evidence) -> tuple[bool, str]:
    table, sign = evidence.specifications, np.sign(np.median(evidence.log_ratio))
    counted = table["counted"] if "counted" in table else pd.Series(data=True, index=table.index)
    shown, table = int((~counted).sum()), table[counted]
    same = np.sign(table["estimate"]) == sign
    sure = same & (table["probability"] > CONFIDENT_AT)
    held = bool(same.mean() >= SAME_SIGN and sure.mean() >= CONFIDENT)
    return held, (
        f"Of {len(table)} defensible models, {int(same.sum())} agree on the direction and {int(sure.sum())} give it "
        f"more than {CONFIDENT_AT:.0%} probability; the rule asks for {SAME_SIGN:.0%} and {CONFIDENT:.0%} of them."
        + (f" Shown and not counted, as the data before the start speak against them: {shown}." if shown else "")
    )


def _drift(evidence: Evidence) -> tuple[bool, str]:
    share = float((evidence.rho > DRIFT).mean())
    if share < DRIFT_SHARE:
        return True, f"The noise does not look like a drift: correlation above {DRIFT:g} has probability {share:.2f}."
    return False, (
        f"Correlation of the noise above {DRIFT:g} has probability {share:.2f}: a change cannot be told from drift. "
        "Get a control series."
    )


def _detectable(evidence: Evidence, smallest: float, *, lacking: bool) -> str:
    ending = "so that a change that matters could well have been missed" if lacking else "so that it was long enough"
    if not lacking and smallest > evidence.smallest_change:
        ending = "more than the smallest change that matters"
    size = size_in_per_cent(smallest).replace("%", " %")
    return f"A series like this finds changes of {size} or more in 80 % of cases, {ending}."


def _equivalence(evidence: Evidence) -> str:
    likely = float((np.abs(np.expm1(evidence.log_ratio)) < evidence.smallest_change).mean())
    if likely < EQUIVALENT:
        return "This is not evidence that nothing changed."
    return f"Any change is probably smaller than {100 * evidence.smallest_change:g} % (probability {likely:.2f})."
