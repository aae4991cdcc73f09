"""Charts that remember: cumulative sums and moving averages of risk-adjusted residuals and scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.control_limits import Numbers

ALLOWANCE, DECISION = 0.5, 5.0
WEIGHT, REACH = 0.2, 2.962
"""Of the moving average: with these a stable series signals once in 500 periods on average (`ewma_run_length`)."""


@dataclass(frozen=True)
class CumulativeSums:
    """Two cumulative sums, one entry a period.

    Attributes
    ----------
    higher, lower
        What has come together above, and below, what was expected; never under 0.
    decision
        Where either signals.
    signals
        1 = higher than expected, -1 = lower, 0 = neither.
    """

    higher: Numbers
    lower: Numbers
    decision: float
    signals: NDArray[np.int8]


@refuses_other_types
def residuals(observed: Numbers, expected: Numbers, *, dispersion: float = 1.0) -> Numbers:
    """Say how far counts are from what was expected of them, in standard deviations.

    Parameters
    ----------
    observed, expected
        Counts, and what the risk-adjusted model expects; each above 0.
    dispersion
        How many times the variance of a Poisson count theirs is.

    Returns
    -------
    numpy.ndarray
        About 0 and 1 where nothing is out of line.

    Raises
    ------
    OptionError
        When nothing was expected somewhere, or the dispersion is not above 0.

    Examples
    --------
    >>> residuals(np.array([110.0, 100.0]), np.array([100.0, 100.0])).tolist()
    [1.0, 0.0]
    """
    if not (expected > 0).all() or dispersion <= 0:
        raise OptionError("residuals take expected counts and a dispersion above 0; leave out periods without either")
    found: Numbers = (observed - expected) / np.sqrt(dispersion * expected)
    return found


@refuses_other_types
def cusum(scores: Numbers, *, allowance: float = ALLOWANCE, decision: float = DECISION) -> CumulativeSums:
    """Add up how far periods are from what was expected, beyond an allowance, upwards and downwards.

    Parameters
    ----------
    scores
        From `residuals`, in the order of time.
    allowance
        What is forgiven each period: half the change that is to be found, in standard deviations.
    decision
        Where the sum signals; `cusum_run_length` says how often that is when nothing has changed.

    Returns
    -------
    CumulativeSums
        The sums go on after a signal.

    Raises
    ------
    OptionError
        When the allowance is below 0, or the decision not above it.

    References
    ----------
    Page ES (1954) Continuous inspection schemes. Biometrika 41:100.

    Examples
    --------
    >>> cusum(np.array([1.0, 2.0, 3.0, 0.0]), decision=4.0).higher.tolist()
    [0.5, 2.0, 4.5, 4.0]
    """
    if allowance < 0 or decision <= 0:
        raise OptionError("a cumulative sum takes an allowance of 0 or more and a decision above 0")
    higher, lower = (running_sum(sign * scores - allowance) for sign in (1, -1))
    signals = (higher > decision).astype(np.int8) - (lower > decision).astype(np.int8)
    return CumulativeSums(higher, lower, decision, signals)


def running_sum(steps: Numbers) -> Numbers:
    """Add steps up along the last axis, from 0 and never below it.

    Examples
    --------
    >>> running_sum(np.array([1.0, -2.0, 0.5])).tolist()
    [1.0, 0.0, 0.5]
    """
    sums: Numbers = np.cumsum(steps, axis=-1)
    lowest = np.minimum(np.minimum.accumulate(sums, axis=-1), 0.0)
    return sums - lowest


@refuses_other_types
def poisson_scores(observed: Numbers, expected: Numbers, *, ratio: float) -> Numbers:
    """Give the log-likelihood that a rate is a ratio times what was expected, against that it is as expected.

    Parameters
    ----------
    observed, expected
        Counts, and what the risk-adjusted model expects.
    ratio
        The change to be found: above 1 a rise, below 1 a fall.

    Returns
    -------
    numpy.ndarray
        One score a period, for `running_sum`.

    Raises
    ------
    OptionError
        When the ratio is not above 0, or is 1.

    Examples
    --------
    >>> poisson_scores(np.array([12.0]), np.array([10.0]), ratio=1.5).round(4).tolist()
    [-0.1344]
    """
    if ratio <= 0 or ratio == 1:
        raise OptionError("name a ratio above 0 that is not 1, such as 0.9 for a fall by a tenth")
    found: Numbers = xlogy(observed, ratio) - expected * (ratio - 1)
    return found


@refuses_other_types
def yes_no_scores(outcome: Numbers, risk: Numbers, *, odds_ratio: float) -> Numbers:
    """Give the same for single patients: the odds of an outcome are a ratio times those of their risk.

    Parameters
    ----------
    outcome
        1 where it happened, 0 where not.
    risk
        Its probability for each patient, from 0 to 1.
    odds_ratio
        The change to be found.

    Returns
    -------
    numpy.ndarray
        One score a patient, for `running_sum`.

    Raises
    ------
    OptionError
        When the odds ratio is not above 0, or is 1.

    References
    ----------
    Steiner SH, Cook RJ, Farewell VT, Treasure T (2000) Monitoring surgical performance using risk-adjusted cumulative
    sum charts. Biostatistics 1:441.

    Examples
    --------
    >>> risk = 1 / (1 + np.exp(3.68))
    >>> yes_no_scores(np.array([0.0, 1.0]), np.full(2, risk), odds_ratio=2.0).round(3).tolist()
    [-0.024, 0.669]
    """
    if odds_ratio <= 0 or odds_ratio == 1:
        raise OptionError("name an odds ratio above 0 that is not 1, such as 2 for odds that are doubled")
    found: Numbers = outcome * np.log(odds_ratio) - np.log(1 - risk + odds_ratio * risk)
    return found


@refuses_other_types
def moving_average(scores: Numbers, *, weight: float = WEIGHT, reach: float = REACH) -> tuple[Numbers, Numbers]:
    """Average residuals over time, the last most, with limits that widen from the first period on.

    Parameters
    ----------
    scores
        From `residuals`, in the order of time, which is the first dimension.
    weight
        Of the last; the smaller, the longer is remembered.
    reach
        Limits, in standard deviations of the average; `ewma_run_length` says how often they are passed by chance.

    Returns
    -------
    tuple of numpy.ndarray
        The averages, and their upper limits; lower limits are the same below 0.

    Raises
    ------
    OptionError
        When the weight is not above 0 and up to 1, or the reach not above 0.

    References
    ----------
    Lucas JM, Saccucci MS (1990) Exponentially weighted moving average control schemes. Technometrics 32:1.

    Examples
    --------
    >>> averages, limits = moving_average(np.array([1.0, 2.0]), weight=0.5, reach=3.0)
    >>> averages.tolist(), limits.round(3).tolist()
    ([0.5, 1.25], [1.5, 1.677])
    """
    if not 0 < weight <= 1 or reach <= 0:
        raise OptionError("a moving average takes a weight above 0 and up to 1, and a reach above 0")
    averages, last = np.empty_like(scores), 0.0
    for period, score in enumerate(scores):
        last = averages[period] = weight * score + (1 - weight) * last
    kept = 1 - (1 - weight) ** (2 * np.arange(1, len(scores) + 1))
    return averages, reach * np.sqrt(weight / (2 - weight) * kept)
