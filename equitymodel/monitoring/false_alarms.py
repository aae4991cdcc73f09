"""How often a chart signals when nothing has changed: simulated for a series of a given length, memory and season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_phases import FEWEST
from equitymodel.monitoring.chart_rules import ChartRules, chart_rules
from equitymodel.monitoring.chart_signals import signs_by_rule
from equitymodel.monitoring.control_limits import SPREAD, ControlLimits, Numbers, mean_ranges
from equitymodel.monitoring.series_memory import SeriesMemory

REPETITIONS = 4000
"""At a share of a half this is a Monte Carlo error of 0.8 percentage points."""


@dataclass(frozen=True)
class FalseAlarms:
    """How often a chart of a stable series signals at least once.

    Attributes
    ----------
    share, error
        Of simulated series in which nothing changed, those with a signal; and its Monte Carlo standard error.
    by_rule
        The share in which each rule holds somewhere.
    repetitions
        How many series were simulated.
    memory
        What they were like.
    low, high
        The share where their memory is at either end of its 95 % interval; none where the memory was stated.
    """

    share: float
    error: float
    by_rule: dict[str, float]
    repetitions: int
    memory: SeriesMemory
    low: float | None = None
    high: float | None = None


@refuses_other_types
def false_alarms(
    memory: SeriesMemory, *, rules: ChartRules | str = "mdc", seed: int = 1, repetitions: int = REPETITIONS
) -> FalseAlarms:  # fmt: skip
    """Simulate stable series and count those whose chart signals.

    Parameters
    ----------
    memory
        How long series are, and how their periods hang together: `SeriesMemory.of` a chart, or stated.
    rules
        From `chart_rules`, or the name of a set that ships.
    seed, repetitions
        Of the simulation.

    Returns
    -------
    FalseAlarms
        Shares from 0 to 1, with their Monte Carlo error.

    Raises
    ------
    OptionError
        When there are fewer than 100 repetitions, or no phase is long enough to be charted.

    Notes
    -----
    Values are normal, with an autocorrelation of one period to the next and a yearly wave; each phase is charted by
    itself, as in `control_chart`. Rules that re-base at a run do so only once they have signalled, so that re-basing
    does not change the share.

    Examples
    --------
    >>> found = false_alarms(SeriesMemory.stated(24), repetitions=2000)
    >>> 0.12 < found.share < 0.19, round(found.error, 3)
    (True, 0.008)
    """
    chosen = chart_rules(rules) if isinstance(rules, str) else rules
    if repetitions < 100:
        raise OptionError("simulate 100 series at least; 4,000 give a share within about a percentage point")
    if not memory.charted:
        raise OptionError(f"no phase has {FEWEST} points or more, so that there is no chart to signal")
    found = _simulate(memory, chosen, seed, repetitions)
    if memory.interval is None:
        return found
    low, high = (
        _simulate(replace(memory, autocorrelation=end), chosen, seed, repetitions).share for end in memory.interval
    )
    return replace(found, low=min(low, found.share), high=max(high, found.share))


def _simulate(memory: SeriesMemory, rules: ChartRules, seed: int, repetitions: int) -> FalseAlarms:
    rng = np.random.default_rng([seed, 45])
    times = np.concatenate(memory.charted)
    length = int(times.max() - times.min()) + 1
    noise = stable_noise(rng, (repetitions, length), memory.autocorrelation)
    turn = 2 * np.pi * (np.arange(length)[None, :] / memory.per_year + rng.random((repetitions, 1)))
    values = noise + memory.season * np.sin(turn)
    parts = [_any_signal(values[:, (phase - times.min()).astype(int)], rules) for phase in memory.charted]
    holds = {rule: np.any([part[rule] for part in parts], axis=0) for rule in rules.order}
    share = float(np.any(list(holds.values()), axis=0).mean())
    by_rule = {rule: float(found.mean()) for rule, found in holds.items()}
    return FalseAlarms(share, monte_carlo_error(share, repetitions), by_rule, repetitions, memory)


def monte_carlo_error(share: float, repetitions: int) -> float:
    """Give the standard error of a simulated share.

    Examples
    --------
    >>> monte_carlo_error(0.5, 2500)
    0.01
    """
    return float(np.sqrt(share * (1 - share) / repetitions))


def stable_noise(rng: np.random.Generator, shape: tuple[int, int], autocorrelation: float) -> Numbers:
    """Draw series of variance 1 in which each period depends on the one before.

    Parameters
    ----------
    rng
        Where random numbers come from.
    shape
        Series, periods.
    autocorrelation
        Between neighbours, above -1 and below 1.

    Returns
    -------
    numpy.ndarray
        Stationary from the first period on.

    Examples
    --------
    >>> drawn = stable_noise(np.random.default_rng(1), (4000, 3), 0.6)
    >>> drawn.std(axis=0).round(1).tolist()
    [1.0, 1.0, 1.0]
    """
    steps = rng.normal(size=shape)
    steps[:, 1:] *= np.sqrt(1 - autocorrelation**2)
    drawn: Numbers = lfilter([1.0], [1.0, -autocorrelation], steps, axis=1)
    return drawn


def _any_signal(values: Numbers, rules: ChartRules) -> dict[str, NDArray[np.bool_]]:
    """Chart many series at once, one a row, and say in which each rule holds somewhere."""
    sets = values[:, : rules.fix_after]
    centre = np.broadcast_to(sets.mean(axis=1, keepdims=True), values.shape)
    reach = SPREAD * mean_ranges(sets, screen=rules.screen)[:, None]
    found = signs_by_rule(values, ControlLimits.around(centre, np.broadcast_to(reach, values.shape)), rules)
    return {rule: signs.any(axis=1) for rule, signs in found.items()}


def in_words(found: FalseAlarms, rules: ChartRules) -> Sequence[str]:
    """Say it in sentences.

    Examples
    --------
    >>> memory = SeriesMemory.stated(24, autocorrelation=0.3)
    >>> print(in_words(FalseAlarms(0.43, 0.008, {}, 4000, memory), chart_rules("mdc"))[0])
    When nothing changes, 43 % (Monte Carlo standard error 0.8) of charts like this one, of 24 points with an \
autocorrelation of 0.30, have at least one signal under the rules 'mdc'.
    """
    memory = found.memory
    wave = f" and a yearly wave of {memory.season:.1f} standard deviations" if memory.season > 0 else ""
    said = [
        f"When nothing changes, {100 * found.share:.0f} % (Monte Carlo standard error {100 * found.error:.1f}) of "
        f"charts like this one, of {memory.points} points with an autocorrelation of "
        f"{memory.autocorrelation:.2f}{wave}, have at least one signal under the rules '{rules.name}'."
    ]
    if memory.interval is not None and found.low is not None and found.high is not None:
        low, high = memory.interval
        said.append(
            f"The autocorrelation is itself unsure (95 % confidence interval {low:.2f} to {high:.2f}): over that range "
            f"the share is {100 * found.low:.0f} to {100 * found.high:.0f} %. A real change in the series makes it "
            "look larger."
        )
    return said
