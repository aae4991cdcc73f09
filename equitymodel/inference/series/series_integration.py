"""Numerical integration over the hyperparameters: a grid where there are few, otherwise importance sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import logit, logsumexp
from scipy.stats import norm, qmc

from equitymodel.inference.laplace.normalising_transform import KNOTS, NODES, TRUNCATION, normalising_map
from equitymodel.inference.series.densities import densities
from equitymodel.inference.series.hyperparameters import AUTOCORRELATED, Correlation, innovation_log_ratio
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_optimum import SUBSET_SERIES, SeriesOptimum, find_optimum

GRID_HYPERPARAMETERS, FALL_BACK = 2, 3
GRID_CELLS = 1500
"""A grid is used up to two hyperparameters, or three where importance sampling is poor, and this many counts."""
FEWEST_EFFECTIVE = 20.0
"""Effective points below which importance sampling is poor."""
COARSE = {"rho": 7, "sd": 10, "other": 6}
FINE = {"rho": 15, "sd": 17, "other": 9}
"""Points of a grid along each kind of hyperparameter."""
SMALLEST, LARGEST = 0.002, 1.5
"""The range of standard deviations that a grid covers."""
NEGLIGIBLE = 3e-4
"""Slices of a grid with less mass than this are cropped."""
FEWER_POINTS, POINTS, MORE_POINTS = 64, 128, 512
"""Points of importance sampling: with very many series, usually, and where too few carry the weight."""
PROPOSAL_SCALE = 1.1
"""Standard deviation of the proposal in normalised coordinates, so that no tail is missed."""
QUADRATURE_NODES = 5
"""Gauss-Hermite nodes over which the density of a correlation is integrated."""


@dataclass(frozen=True)
class IntegrationPoints:
    """Integration points of the hyperparameters with their weights.

    Attributes
    ----------
    hyper
        Unbounded hyperparameters; shape (point, hyperparameter).
    weight
        Normalised.
    predictor
        Linear predictors without the offset, of the mode at each; shape (point, series, time).
    converged
        Whether the mode search converged at every point, or nine in ten of an importance sample.
    method
        ``grid`` or ``importance``.
    """

    hyper: np.ndarray
    weight: np.ndarray
    predictor: np.ndarray
    converged: bool
    method: str

    @property
    def effective(self) -> float:
        """Effective number of points, 1 / sum of squared weights."""
        return float(1.0 / (self.weight**2).sum())


def integrate(field: SeriesLatent, *, seed: int) -> IntegrationPoints:
    """Choose points and weights for the hyperparameters.

    Parameters
    ----------
    field
        The model.
    seed
        Seed of the quasi-random points.

    Returns
    -------
    IntegrationPoints
        At most a few thousand.
    """
    size, small = len(field.layout.hyper), field.layout.offset.size <= GRID_CELLS
    if size <= GRID_HYPERPARAMETERS and small:
        return _grid(field)
    sample = _importance(field, seed, points=POINTS if len(field.offset) <= 2 * SUBSET_SERIES else FEWER_POINTS)
    poor = not sample.converged or sample.effective < FEWEST_EFFECTIVE
    if poor and small:
        return _grid(field) if size <= FALL_BACK else _importance(field, seed, points=MORE_POINTS)
    return sample


def _grid(field: SeriesLatent) -> IntegrationPoints:
    """Integrate on a grid: two coarse ones to locate the mass, then a fine one.

    The grid of a correlation is even in Fisher's z, its inverse hyperbolic tangent: near a unit root,
    where the standard deviation is weakly identified, the steps are small.
    """
    rho = field.layout.hyper.index("rho")
    correlation = field.layout.hypers[rho]
    assert isinstance(correlation, Correlation)
    wide = {"rho": tuple(np.arctanh([correlation.low, correlation.high]))}
    ends = [wide.get(name, (np.log(SMALLEST), np.log(LARGEST))) for name in field.layout.hyper]
    predictor = None
    for sizes in (COARSE, COARSE, FINE):
        axes = [_middles(low, high, sizes.get(name, sizes["other"])) for name, (low, high) in
                zip(field.layout.hyper, ends, strict=True)]  # fmt: skip
        table = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        inside = table.reshape(-1, len(axes))
        hyper = inside.copy()
        share = (np.tanh(inside[:, rho]) - correlation.low) / (correlation.high - correlation.low)
        hyper[:, rho] = logit(share)
        hyper += innovation_log_ratio(field.layout.hypers, hyper)
        at = densities(field, hyper, predictor)
        predictor, density = at.best, at.value
        density += np.log1p(-(np.tanh(inside[:, rho]) ** 2)) - np.log(share * (1 - share))
        weight = np.exp(density - density.max())
        weight /= weight.sum()
        ends = [_crop(axis, weight.reshape(table.shape[:-1]), k, end) for k, (axis, end) in
                enumerate(zip(axes, ends, strict=True))]  # fmt: skip
    return IntegrationPoints(hyper, weight, at.predictor, bool(at.converged.all()), "grid")


def _middles(low: float, high: float, size: int) -> np.ndarray:
    """Midpoints of equal parts of an interval."""
    edges = np.linspace(low, high, size + 1)
    return (edges[1:] + edges[:-1]) / 2


def _crop(axis: np.ndarray, weight: np.ndarray, k: int, ends: tuple[float, float]) -> tuple[float, float]:
    """Crop an axis to where it has mass, with one step to spare on each side."""
    mass = weight.sum(axis=tuple(j for j in range(weight.ndim) if j != k))
    step = axis[1] - axis[0]
    useful = axis[mass > NEGLIGIBLE]
    return max(ends[0], useful[0] - step), min(ends[1], useful[-1] + step)


def _importance(field: SeriesLatent, seed: int, *, points: int) -> IntegrationPoints:
    """Integrate by importance sampling from Sobol points in normalised coordinates."""
    optimum = find_optimum(field)
    axes = _normalise(field, optimum)
    standard = PROPOSAL_SCALE * norm.ppf(qmc.Sobol(len(axes), rng=np.random.default_rng(seed)).random(points))
    placed, volume = _transform(axes, standard)
    hyper = optimum.centre + placed @ optimum.root_covariance
    drawn = densities(field, hyper, optimum.predictor)
    log_weight = drawn.value + volume + 0.5 * (standard**2).sum(axis=1) / PROPOSAL_SCALE**2
    weight = np.exp(log_weight - log_weight.max())
    return IntegrationPoints(
        hyper, weight / weight.sum(), drawn.predictor, bool(drawn.converged.mean() > 0.9), "importance"
    )


def _normalise(field: SeriesLatent, optimum: SeriesOptimum) -> list[PchipInterpolator]:
    """Make the normalising map of each hyperparameter from its profile density; of a correlation, from its marginal.

    A correlation is weakly identified where its noise is small: its density given the optimum is then too
    narrow, and is integrated over the standard deviation it belongs to.
    """
    size = len(optimum.centre)
    place = {each.name: k for k, each in enumerate(field.layout.hypers)}
    pairs = {place[rho]: place[sd] for sd, rho in AUTOCORRELATED if rho in place}
    profiled = [k for k in range(size) if k not in pairs]
    at = np.concatenate([np.eye(size)[k] * NODES[:, None] for k in profiled])
    along = densities(field, optimum.centre + at @ optimum.root_covariance, optimum.predictor).value
    profiles = along.reshape(len(profiled), -1)
    axes = {k: normalising_map(row - optimum.log_density) for k, row in zip(profiled, profiles, strict=True)}
    for rho, sd in pairs.items():
        axes[rho] = normalising_map(_marginal(field, optimum, axes[sd], sd, rho))
    return [axes[k] for k in range(size)]


def _marginal(field: SeriesLatent, optimum: SeriesOptimum, axis: PchipInterpolator, sd: int, rho: int) -> np.ndarray:
    """Log marginal density of a correlation at each node, relative to its optimum, by quadrature along `axis`."""
    standard, weight = np.polynomial.hermite_e.hermegauss(QUADRATURE_NODES)
    nodes = np.concatenate([[0.0], NODES])
    at = np.zeros((len(nodes), QUADRATURE_NODES, len(optimum.centre)))
    at[..., sd], at[..., rho] = axis(standard), nodes[:, None]
    hyper = optimum.centre + at.reshape(-1, at.shape[2]) @ optimum.root_covariance
    value = densities(field, hyper, optimum.predictor).value
    log_weight = np.log(weight) + standard**2 / 2 + np.log(axis(standard, nu=1))
    marginal = logsumexp(value.reshape(len(nodes), QUADRATURE_NODES) + log_weight, axis=1)
    return marginal[1:] - marginal[0]


def _transform(axes: list[PchipInterpolator], standard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Apply the normalising transform: coordinates, and the log of its Jacobian determinant."""
    clipped = np.clip(standard, KNOTS[0], KNOTS[-1])
    placed = np.column_stack([axis(clipped[:, k]) for k, axis in enumerate(axes)])
    volume = sum(np.log(axis(clipped[:, k], nu=1)) for k, axis in enumerate(axes))
    return placed, np.where((np.abs(standard) < TRUNCATION).all(axis=1), volume, -np.inf)
