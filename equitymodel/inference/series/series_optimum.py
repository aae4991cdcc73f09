"""The mode of the posterior of the hyperparameters, and the curvature there, by finite differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from equitymodel.inference.series.densities import densities
from equitymodel.inference.series.series_latent import SeriesLatent

WIDTH_STEP, CURVATURE_STEP, GRADIENT_STEP = 0.2, 0.5, 0.1
"""Finite-difference steps: of hyperparameters, for their widths; and in units of widths, for curvature and gradient."""
LOWEST, HIGHEST = -8.0, 6.0
"""Bounds of unbounded hyperparameters: beyond them a standard deviation is nil, or a correlation at its bound."""
GRADIENT_TOLERANCE = 0.1
"""The search stops at a gradient this small, in units of widths: a tenth of a standard deviation off."""
SUBSET_SERIES = 400
"""With more than twice as many series, the search starts from a random subset of this size."""


@dataclass(frozen=True)
class SeriesOptimum:
    """The posterior mode of the hyperparameters, with the inverse curvature there.

    Attributes
    ----------
    centre
        The mode; unbounded.
    root_covariance
        A square root of the inverse curvature there.
    log_density
        Log density there.
    predictor
        The linear predictor there, to start searches for modes from.
    """

    centre: np.ndarray
    root_covariance: np.ndarray
    log_density: float
    predictor: np.ndarray


def find_optimum(field: SeriesLatent) -> SeriesOptimum:
    """Find the posterior mode of the hyperparameters by finite differences of the log density.

    Parameters
    ----------
    field
        The model.

    Returns
    -------
    SeriesOptimum
        Within a tenth of a standard deviation along each axis. With very many series, the covariance is
        that of a subset, rescaled to the widths of all.
    """
    if len(field.offset) > 2 * SUBSET_SERIES:
        return _from_subset(field)
    start = np.array([each.initial for each in field.layout.hypers])
    widths, predictor = _widths(field, start)
    centre, _, predictor = _ascend(field, start, widths, predictor)
    curvature, log_density = _curvature(field, centre, predictor, widths)
    values, vectors = np.linalg.eigh(curvature)
    return SeriesOptimum(centre, (vectors / np.sqrt(np.maximum(values, 0.1))) @ vectors.T, log_density, predictor)


def _from_subset(field: SeriesLatent) -> SeriesOptimum:
    """Find the mode of a random subset of series, then ascend with all of them from there."""
    chosen = np.sort(np.random.default_rng(0).choice(len(field.offset), SUBSET_SERIES, replace=False))
    part = SeriesLatent(field.layout.subset(chosen))
    optimum = find_optimum(part)
    (widths, predictor), (subset_widths, _) = (_widths(each, optimum.centre) for each in (field, part))
    centre, log_density, predictor = _ascend(field, optimum.centre, widths, predictor)
    return SeriesOptimum(centre, optimum.root_covariance * (widths / subset_widths), log_density, predictor)


def _ascend(
    field: SeriesLatent, start: np.ndarray, widths: np.ndarray, predictor: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray]:
    """Maximise the log density from a start, scaled by widths; give mode, log density and linear predictor there."""
    size, kept = len(start), [predictor]
    steps = np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)]) * GRADIENT_STEP

    def loss(standard: np.ndarray) -> tuple[float, np.ndarray]:
        at = densities(field, start + (standard + steps) * widths, kept[0])
        kept[0] = at.best
        return -float(at.value[0]), -_finite(at.value[1 : size + 1] - at.value[size + 1 :]) / (2 * GRADIENT_STEP)

    bounds = [((LOWEST - at) / width, (HIGHEST - at) / width) for at, width in zip(start, widths, strict=True)]
    best = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=bounds,
                    options={"gtol": GRADIENT_TOLERANCE, "ftol": 0.0, "maxiter": 60})  # fmt: skip
    return start + best.x * widths, -float(best.fun), kept[0]


def _widths(field: SeriesLatent, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the width of the density along each hyperparameter, 1 at most, as the scale of later steps."""
    unit = np.eye(len(start)) * WIDTH_STEP
    at = densities(field, start + np.concatenate([np.zeros((1, len(start))), unit, -unit]))
    up, down = at.value[1 : len(start) + 1], at.value[len(start) + 1 :]
    return 1.0 / np.sqrt(np.maximum(_finite((2 * at.value[0] - up - down) / WIDTH_STEP**2), 1.0)), at.best


def _curvature(
    field: SeriesLatent, centre: np.ndarray, predictor: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, float]:
    """Compute minus the Hessian of the log density by central differences, and the log density at the centre."""
    size = len(centre)
    unit = np.diag(scale) * CURVATURE_STEP
    pairs = [(a, b) for a in range(size) for b in range(a)]
    steps = [np.zeros(size), *unit, *-unit]
    steps += [sign * (unit[a] + unit[b]) for a, b in pairs for sign in (1, -1)]
    density = densities(field, centre + np.array(steps), predictor).value
    centre_density, up, down = density[0], density[1 : size + 1], density[size + 1 : 2 * size + 1]
    curvature = np.diag(_finite((2 * centre_density - up - down) / CURVATURE_STEP**2, instead=1.0))
    for at, (a, b) in enumerate(pairs):
        both = density[2 * size + 1 + 2 * at : 2 * size + 3 + 2 * at].sum()
        mixed = (both - (up + down)[a] - (up + down)[b] + 2 * centre_density) / (2 * CURVATURE_STEP**2)
        curvature[a, b] = curvature[b, a] = -_finite(mixed)
    return curvature / np.outer(scale, scale), float(centre_density)


def _finite(values: np.ndarray, *, instead: float = 0.0) -> np.ndarray:
    """Replace values that are not finite, where a mode search did not converge."""
    return np.where(np.isfinite(values), values, instead)
