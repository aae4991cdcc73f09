"""Profiles of hyperparameters of one label each, read for all labels at once from the slopes of the log density."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from equitymodel.inference.laplace.optimum import Optimum
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters
from equitymodel.inference.laplace.target import Target

SLOPE_NODES = np.array([-8.0, -6.0, -4.5, -3.3, -2.4, -1.6, -0.8, 0.0, 0.8, 1.6, 2.4, 3.3, 4.5])
"""Where slopes are evaluated, in standard deviations at the optimum."""
FEWEST_SLOPES = 4
"""With fewer finite slopes the profile is taken to be normal."""
SEED = 64
"""Seed of the order of the nodes of each label."""
LEAST_TAIL_SLOPE = 0.1
"""Least slope of the log density beyond the last node, so that it falls."""


def own_profiles(target: Target, optimum: Optimum, own: OwnHyperparameters, grid: np.ndarray) -> dict[int, np.ndarray]:
    """Log density along the axis of each hyperparameter that has an owner, over a grid.

    Labels are nearly independent given what is shared, so all are moved at once, each to a node of its own: what
    others do averages out. The profile of a label is the integral of its own slope.
    """
    profiles, rng = {}, np.random.default_rng(SEED)
    for number in range(own.own.shape[1]):
        places = own.own[:, number]
        order = rng.permuted(np.tile(np.arange(len(SLOPE_NODES)), (len(places), 1)), axis=1)
        standard = np.zeros((len(SLOPE_NODES), own.count))
        standard[:, places] = SLOPE_NODES[order].T
        hyper = optimum.place(standard)
        found = target.evaluate(hyper, optimum.expansion.predict(hyper), gradient=True)
        assert found.gradient is not None
        slopes = (found.gradient @ optimum.root_covariance.T)[:, places]
        for label, place in enumerate(places):
            sorted_slopes = slopes[np.argsort(order[label]), label]
            profiles[int(place)] = integrate_slopes(SLOPE_NODES, sorted_slopes, grid)
    return profiles


def integrate_slopes(at: np.ndarray, slopes: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Integrate slopes from 0 to each place of a grid; beyond the last of them they stay as they are, and fall.

    Examples
    --------
    >>> integrate_slopes(SLOPE_NODES, -SLOPE_NODES, np.array([-2.0, 1.0, 2.0])).round(2)
    array([-2. , -0.5, -2. ])
    """
    finite = np.isfinite(slopes)
    if finite.sum() < FEWEST_SLOPES:
        return -0.5 * grid**2
    at, slopes = at[finite], slopes[finite]
    inside = np.clip(grid, at[0], at[-1])
    integral = PchipInterpolator(at, slopes).antiderivative()
    below, above = max(slopes[0], LEAST_TAIL_SLOPE), min(slopes[-1], -LEAST_TAIL_SLOPE)
    return np.asarray(integral(inside) - integral(0.0) + np.where(grid < at[0], below, above) * (grid - inside))
