"""The parts of the rule: what each asks, whether it holds, and the sentence that says so with its number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

RELEVANT_PROBABILITY = 0.80
"""How probable a change of the smallest relevant size or more must be, in the direction that it most probably has."""
PLACEBO_Z = 3.2
"""How many standard deviations from none a change may lie at a date at which nothing happened."""
PLACEBO_OUTCOME_PROBABILITY = 0.99
"""Above this a change of an outcome that cannot have changed counts: by chance in 2 % of right models."""
FORECAST_Z, FORECASTS_HELD = 2.8, 0.65
"""How far the mean of months forecast may be off, in predictive standard deviations; what 90 % intervals must hold."""
DRIFT, DRIFT_SHARE = 0.9, 0.5
MONTH_Z, WITHOUT_MONTH = 4.0, 0.95
"""From which standardised residual a month is out of line, and how probable the direction must be without it."""
TRENDS_PROBABILITY = 0.98
RECOVERED = 0.65
"""How probable it must be that a change went beyond the line from before the break."""
BUMP_Z = 1.6
"""From how many standard deviations on the months just before the start are left out; this stops nothing."""


@dataclass(frozen=True)
class Guard:
    """One part of the rule.

    Attributes
    ----------
    name
        What it is called in the checks of a verdict.
    holds
        Whether it lets a change be called real.
    sentence
        What was found and what the rule asks for, in words.
    tried
        Whether it could be tried; one that could not stops nothing, and is not among those that hold.
    """

    name: str
    holds: bool
    sentence: str
    tried: bool = True


@dataclass(frozen=True)
class MonthOutOfLine:
    """The counted month furthest out of line, and what is left of the change without it.

    Attributes
    ----------
    period
        Which it is, such as ``2023-05``.
    residual
        By how many standard deviations its count departs from what all other months predict.
    probability
        That the change has its direction, without the month.
    """

    period: str
    residual: float
    probability: float


@dataclass(frozen=True)
class Recovery:
    """How the months judged compare with the line from before a break.

    Attributes
    ----------
    beyond
        Draws of the log ratio of what was fitted to that line; for the gap, the difference of log gaps.
    upward_only
        Whether only a rise can be recovery, as of admissions; a gap may recover either way.
    more_months
        How many more months before the start could tell; none where no number can be given.
    beside_controls
        Whether both are those of the exposed less those of controls, which share what all recover from.
    """

    beyond: np.ndarray
    upward_only: bool = True
    more_months: int | None = None
    beside_controls: bool = False

    @property
    def words(self) -> tuple[str, str, str, str]:
        """What lies beyond the line, that this is not shown, how it would move by itself, and what else could tell."""
        if self.beside_controls:
            still = "The difference from controls is not shown to be beyond the line"
            return "A difference from controls beyond the line", still, "change", ""
        if self.upward_only:
            return (
                "Activity above the line",
                "Activity is not shown to be above the line",
                "rise",
                "a control series, or ",
            )
        return "A gap beyond the line", "The gap is not shown to be beyond the line", "change", "a control series, or "


def rule_settings() -> dict[str, float]:
    """Give every number of the rule by name, for the record.

    Examples
    --------
    >>> rule_settings()["placebo_z"], rule_settings()["forecasts_held"]
    (3.2, 0.65)
    """
    return {
        "relevant_probability": RELEVANT_PROBABILITY,
        "placebo_z": PLACEBO_Z,
        "placebo_outcome_probability": PLACEBO_OUTCOME_PROBABILITY,
        "forecast_z": FORECAST_Z,
        "forecasts_held": FORECASTS_HELD,
        "drift_correlation": DRIFT,
        "drift_share": DRIFT_SHARE,
        "month_z": MONTH_Z,
        "without_month": WITHOUT_MONTH,
        "trends_probability": TRENDS_PROBABILITY,
        "recovered": RECOVERED,
        "bump_z": BUMP_Z,
    }


def probability_of_direction(log_ratio: np.ndarray) -> float:
    """Give the probability that a change has the direction it most probably has.

    Examples
    --------
    >>> probability_of_direction(np.array([0.1, 0.2, -0.1, 0.3]))
    0.75
    """
    return float(max((log_ratio > 0).mean(), (log_ratio < 0).mean()))


def interval_guard(log_ratio: np.ndarray, threshold: float) -> Guard:
    """Ask that the interval at the threshold of the plan excludes no change.

    Examples
    --------
    >>> interval_guard(np.linspace(0.1, 0.2, 100), 0.975).sentence
    'The interval excludes no change.'
    """
    held = probability_of_direction(log_ratio) > threshold
    return Guard("interval", held, f"The interval {'excludes' if held else 'includes'} no change.")


def relevance_guard(log_ratio: np.ndarray, smallest_change: float) -> Guard:
    """Ask that a change of the size that matters is probable, in the direction that it most probably has.

    Sizes are ratios: 5 % is 1.05 times or, the other way, one over 1.05, so that a gap has one answer whichever end is
    called the first. Both directions added up would let no information at all through.

    Examples
    --------
    >>> relevance_guard(np.full(100, 0.2), 0.05).sentence
    'A change of more than 5 % in one direction has probability 1.00; the rule asks for 0.80.'
    >>> relevance_guard(np.linspace(-0.2, 0.2, 100), 0.05).sentence[47:63]
    'probability 0.38'
    """
    least = np.log1p(smallest_change)
    likely = float(max((log_ratio > least).mean(), (log_ratio < -least).mean()))
    return Guard("matters", likely >= RELEVANT_PROBABILITY, (
        f"A change of more than {100 * smallest_change:g} % in one direction has probability {likely:.2f}; "
        f"the rule asks for {RELEVANT_PROBABILITY:.2f}."
    ))  # fmt: skip


def placebo_guard(departures: tuple[float, ...]) -> Guard:
    """Ask that no date before the start, at which nothing happened, shows a change far beyond its uncertainty.

    Parameters
    ----------
    departures
        Mean over standard deviation of the log ratio at each date; missing where a fit did not pass its diagnosis.

    Returns
    -------
    Guard
        It fails too where no date could be tried.

    Examples
    --------
    >>> placebo_guard((0.5, -3.3)).holds
    False
    """
    tried = np.abs(departures)[np.isfinite(departures)] if departures else np.empty(0)
    if departures and not tried.size:
        said = "No fit at a date before the start passed its diagnosis, so that none counts as a placebo."
        return Guard("placebo", holds=False, sentence=said)
    if not tried.size:
        said = "No date before the start leaves enough months on both sides to try as a placebo."
        return Guard("placebo", holds=False, sentence=said)
    worst = float(tried.max())
    return Guard("placebo", worst <= PLACEBO_Z, (
        f"At {_counted(tried.size, 'date')} before the start, where nothing happened, the largest change is "
        f"{worst:.1f} standard deviations from none; the rule allows {PLACEBO_Z:g}."
    ))  # fmt: skip


def placebo_outcome_guard(log_ratio: np.ndarray, change: str) -> Guard:
    """Ask that an outcome which the interruption cannot have changed did not change.

    Parameters
    ----------
    log_ratio
        Draws of its log ratio.
    change
        The same in words.

    Returns
    -------
    Guard
        Its sentence says the change and its probability.

    Examples
    --------
    >>> placebo_outcome_guard(np.linspace(-1, 1, 100), "0 %").holds
    True
    """
    likely = probability_of_direction(log_ratio)
    held = likely <= PLACEBO_OUTCOME_PROBABILITY
    found = "did not show a change" if held else "changed as well, so that something else happened"
    return Guard("placebo_outcome", held, (
        f"An outcome that it cannot have changed {found}: {change}; its direction has probability {likely:.3f}, "
        f"and above {PLACEBO_OUTCOME_PROBABILITY:g} the rule counts it as changed."
    ))  # fmt: skip


def forecast_guard(forecasts: pd.DataFrame | None) -> Guard:
    """Ask that months before the start were forecast as well as the model itself says they can be.

    Parameters
    ----------
    forecasts
        ``origin, held, departure`` and ``scaled_error``; see `check_forecasts`.

    Returns
    -------
    Guard
        It holds where nothing could be forecast.

    Examples
    --------
    >>> table = pd.DataFrame({"origin": ["a", "a"], "held": [True, False], "departure": -1.5, "scaled_error": 0.8})
    >>> forecast_guard(table).holds
    False
    """
    if forecasts is None or not len(forecasts):
        said = "There are too few months before the start to try forecasts; this part is not counted."
        return Guard("forecasts", holds=True, sentence=said, tried=False)
    table = forecasts.dropna(subset=["held"])
    if table.empty:
        said = "No fit from which to forecast passed its diagnosis; this part is not counted."
        return Guard("forecasts", holds=True, sentence=said, tried=False)
    held, error = float(table["held"].mean()), float(table["scaled_error"].mean())
    departures = table.groupby("origin")["departure"].first().abs().astype(float)
    worst = float(departures.max())
    compared = f" Errors are {error:.2f} of those of taking the year before (no vote)." if np.isfinite(error) else ""
    return Guard("forecasts", bool(not worst > FORECAST_Z and held >= FORECASTS_HELD), (
        f"Forecast from {_counted(len(departures), 'earlier date')}, the mean of the months that followed was off by "
        f"at most {worst:.1f} of its predictive standard deviations (the rule allows {FORECAST_Z:g}), and 90 % "
        f"intervals hold {held:.0%} of counts (the rule asks for {FORECASTS_HELD:.0%}).{compared}"
    ))  # fmt: skip


def _counted(number: int, what: str) -> str:
    """Say how many of a thing there are."""
    return f"one {what}" if number == 1 else f"{number} {what}s"


def drift_guard(rho: np.ndarray) -> Guard:
    """Ask that the noise is not a drift.

    Examples
    --------
    >>> drift_guard(np.full(100, 0.95)).holds
    False
    """
    share = float((rho > DRIFT).mean())
    asked = f"Correlation of the noise above {DRIFT:g} has probability {share:.2f} (the rule allows {DRIFT_SHARE:g})"
    if share < DRIFT_SHARE:
        return Guard("drift", holds=True, sentence=f"The noise does not look like a drift. {asked}.")
    said = f"{asked}: a change cannot be told from drift. Get a control series."
    return Guard("drift", holds=False, sentence=said)


def one_month_guard(month: MonthOutOfLine | None) -> Guard:
    """Ask that no month that is out of line carries the change alone.

    Examples
    --------
    >>> one_month_guard(None).sentence
    'No month after the start is out of line by more than 4 standard deviations.'
    >>> one_month_guard(MonthOutOfLine("2023-05", 7.0, 0.8)).holds
    False
    """
    if month is not None and np.isnan(month.residual):
        said = f"The fit without {month.period}, the month most out of line, did not pass its diagnosis"
        return Guard("one_month", holds=True, sentence=f"{said}; this part is not counted.", tried=False)
    if month is None or not abs(month.residual) > MONTH_Z:
        said = f"No month after the start is out of line by more than {MONTH_Z:g} standard deviations."
        return Guard("one_month", holds=True, sentence=said)
    held = month.probability > WITHOUT_MONTH
    return Guard("one_month", held, (
        f"{month.period} is out of line by {abs(month.residual):.1f} standard deviations (the rule looks from "
        f"{MONTH_Z:g} on). Without it the direction of the change has probability {month.probability:.2f}; the rule "
        f"asks for more than {WITHOUT_MONTH:g}{'' if held else ', so that one month carries the change'}."
    ))  # fmt: skip


def trends_guard(ratio: float, lower: float, upper: float, what: str = "admissions") -> Guard:
    """Ask that the interval of the ratio of trends of exposed and controls before the start holds 1.

    Parameters
    ----------
    ratio, lower, upper
        Of the trends a year, the way round in which ``what`` is said.
    what
        What moved: ``admissions``, or the gap in words.

    Returns
    -------
    Guard
        Its sentence says the ratio.

    Examples
    --------
    >>> trends_guard(1.067, 1.013, 1.123).holds
    False
    """
    held = bool(lower <= 1 <= upper)
    ending = "as parallel trends would have it" if held else "so that the two were parting before anything happened"
    return Guard("parallel_trends", held, (
        f"Before the start the trend of {what} among the exposed was {ratio:.3f} times that among the controls a year "
        f"({TRENDS_PROBABILITY:.0%} interval {lower:.3f} to {upper:.3f}), which {'holds' if held else 'excludes'} 1, "
        f"{ending}."
    ))  # fmt: skip


def recovery_guard(log_ratio: np.ndarray, recovery: Recovery) -> Guard:
    """Ask that a change in the direction of recovery went beyond the line from before the break.

    Examples
    --------
    >>> recovery_guard(np.full(10, 0.2), Recovery(np.full(10, -0.1), more_months=9)).sentence[-64:]
    'a control series, or 9 more months before the start, could tell.'
    """
    sign = 1.0 if np.median(log_ratio) > 0 else -1.0
    if recovery.upward_only and sign < 0:
        return Guard("recovery", holds=True, sentence="A fall is not what recovery from the break would give.")
    likely = float((sign * recovery.beyond > 0).mean())
    asked = f"has probability {likely:.2f}; the rule asks for more than {RECOVERED:g}"
    line, still, moved, another = recovery.words
    if likely > RECOVERED:
        return Guard("recovery", holds=True, sentence=f"{line} from before the break {asked}.")
    number = recovery.more_months or 0
    months = f"{number} more month{'s' if number > 1 else ''}" if number else "more months"
    months += " before the start" + ("," if another else "")
    return Guard("recovery", holds=False, sentence=(
        f"{still} from before the break: {line[0].lower()}{line[1:]} {asked}. A {moved} up to it is what recovery "
        f"alone would give; {another}{months} could tell."
    ))  # fmt: skip
