"""How long a chart runs until it signals, on average: solved, not quoted. And decisions set to a share of alarms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.control_limits import Numbers
from equitymodel.monitoring.cumulative_sums import running_sum

NODES = 96
"""Of the quadrature: twice as many change no run length of these charts by a part in a million."""
HALVINGS = 50


@refuses_other_types
def cusum_run_length(allowance: float, decision: float, *, shift: float = 0.0) -> float:
    """Give the average number of periods until either cumulative sum signals.

    Parameters
    ----------
    allowance, decision
        As for `cusum`.
    shift
        How far residuals are off from the first period on, in standard deviations; 0 = nothing has changed.

    Returns
    -------
    float
        Periods, for residuals that are normal and do not depend on one another.

    Raises
    ------
    OptionError
        When the allowance is below 0, or the decision not above it.

    Notes
    -----
    The integral equation of the run length is solved by Gauss-Legendre quadrature; the two sums are joined by adding
    their rates, which is exact where one is at 0 when the other signals. Months that depend on one another give
    shorter runs: see `false_alarms`.

    References
    ----------
    Brook D, Evans DA (1972) An approach to the probability distribution of cusum run length. Biometrika 59:539.

    Examples
    --------
    >>> round(cusum_run_length(0.5, 4.0), 1), round(cusum_run_length(0.5, 5.0), 1)
    (167.7, 465.4)
    """
    if allowance < 0 or decision <= 0:
        raise OptionError("a cumulative sum takes an allowance of 0 or more and a decision above 0")
    return 1 / sum(1 / _one_sided(allowance - sign * shift, decision) for sign in (1, -1))


def _one_sided(allowance: float, decision: float) -> float:
    """Solve L(s) = 1 + L(0) P(to 0) + integral of L over what is between 0 and the decision, from s = 0."""
    points, weights = _nodes(0.0, decision)
    starts = np.concatenate([[0.0], points])
    step = points[None, :] - starts[:, None] + allowance
    moves = np.column_stack([ndtr(allowance - starts), weights * _density(step)])
    return float(np.linalg.solve(np.eye(starts.size) - moves, np.ones(starts.size))[0])


@refuses_other_types
def ewma_run_length(weight: float, reach: float, *, shift: float = 0.0) -> float:
    """Give the average number of periods until a moving average signals, with the limits it has in the long run.

    Parameters
    ----------
    weight, reach
        As for `moving_average`.
    shift
        As for `cusum_run_length`.

    Returns
    -------
    float
        Periods until it passes either limit, on average.

    Raises
    ------
    OptionError
        When the weight is not above 0 and up to 1, or the reach not above 0.

    References
    ----------
    Crowder SV (1987) A simple method for studying run-length distributions of exponentially weighted moving average
    charts. Technometrics 29:401.

    Examples
    --------
    >>> round(ewma_run_length(0.2, 2.962)), round(ewma_run_length(0.2, 2.962, shift=1.0), 1)
    (500, 10.5)
    """
    if not 0 < weight <= 1 or reach <= 0:
        raise OptionError("a moving average takes a weight above 0 and up to 1, and a reach above 0")
    limit = reach * np.sqrt(weight / (2 - weight))
    if weight == 1:
        return float(1 / (ndtr(-limit - shift) + ndtr(shift - limit)))
    points, weights = _nodes(-limit, limit)

    def moves(starts: Numbers) -> Numbers:
        step = (points[None, :] - (1 - weight) * starts[:, None]) / weight - shift
        found: Numbers = weights * _density(step) / weight
        return found

    lengths = np.linalg.solve(np.eye(points.size) - moves(points), np.ones(points.size))
    return float(1 + (moves(np.zeros(1)) @ lengths).item())


def _nodes(low: float, high: float) -> tuple[Numbers, Numbers]:
    points, weights = np.polynomial.legendre.leggauss(NODES)
    half = (high - low) / 2
    return low + half * (points + 1), half * weights


def _density(steps: Numbers) -> Numbers:
    found: Numbers = np.exp(-(steps**2) / 2) / np.sqrt(2 * np.pi)
    return found


@refuses_other_types
def decision_for(paths: Numbers, share: float) -> tuple[float, float]:
    """Set a decision so that a stated share of series in which nothing changed pass it at any time.

    Parameters
    ----------
    paths
        Of shape (simulated series, periods): running sums of what a model predicts where nothing changed.
    share
        Of them that may signal, such as 0.05.

    Returns
    -------
    tuple of float
        The decision, and the Monte Carlo standard error of the share.

    Raises
    ------
    OptionError
        When the share is not between 0 and 1, or there are too few series to tell it.

    Examples
    --------
    >>> paths = np.abs(np.random.default_rng(1).normal(size=(4000, 12))).cumsum(axis=1)
    >>> decision, error = decision_for(paths, 0.05)
    >>> bool((paths.max(axis=1) > decision).mean() <= 0.05), round(error, 4)
    (True, 0.0034)
    """
    if not 0 < share < 1:
        raise OptionError("name the share of false alarms as a number between 0 and 1, such as 0.05")
    highest = np.sort(paths.max(axis=1))
    if share * highest.size < 10:
        raise OptionError(f"a share of {share:g} takes {np.ceil(10 / share):.0f} simulated series at least")
    return float(highest[int(np.ceil((1 - share) * highest.size)) - 1]), float(
        np.sqrt(share * (1 - share) / highest.size)
    )


@refuses_other_types
def exact_decision(risk: Numbers, scores: Callable[[Numbers], Numbers], share: float) -> float:
    """Give the exact decision for a few patients, from every way their outcomes can fall.

    Parameters
    ----------
    risk
        The probability of the outcome for each, twenty at most.
    scores
        Gives the scores of outcomes, patients in the last axis.
    share
        The probability with which the sum may pass the decision where nothing changed.

    Returns
    -------
    float
        The lowest value that the highest sum passes with at most that probability.

    Raises
    ------
    OptionError
        When there are more than twenty patients.

    Examples
    --------
    >>> from equitymodel.monitoring.cumulative_sums import yes_no_scores
    >>> risk = np.full(10, 0.1)
    >>> round(exact_decision(risk, lambda died: yes_no_scores(died, risk, odds_ratio=2.0), 0.05), 5)
    1.41227
    """
    if risk.size > 20:
        raise OptionError("exact decisions are for twenty patients at most; simulate more, and use decision_for")
    outcomes = (np.arange(2**risk.size)[:, None] >> np.arange(risk.size) & 1).astype(float)
    chance = np.prod(np.where(outcomes == 1, risk, 1 - risk), axis=1)
    highest = running_sum(scores(outcomes)).max(axis=1).round(9)
    levels = np.unique(highest)
    beyond = np.array([chance[highest > level].sum() for level in levels])
    return float(levels[beyond <= share][0])
