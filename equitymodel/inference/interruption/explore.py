"""Integrate over the hyperparameters: a grid where there are few, otherwise importance sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import minimize
from scipy.special import logit
from scipy.stats import norm, qmc

from equitymodel.inference.interruption.hyper import Correlation
from equitymodel.inference.interruption.mode import Field
from equitymodel.inference.laplace.warp import KNOTS, NODES, REACH, stretch_axis

GRID_HYPERPARAMETERS, FALL_BACK = 2, 3
GRID_CELLS = 1500
"""A grid is used up to so many hyperparameters, or where importance sampling is poor, and so many counts."""
POOR = 20.0
COARSE = {"rho": 7, "sd": 10, "other": 6}
FINE = {"rho": 15, "sd": 17, "other": 9}
SMALLEST, LARGEST = 0.002, 1.5
"""The range of standard deviations that a grid covers."""
NEGLIGIBLE = 3e-4
POINTS, MORE_POINTS = 128, 512
FAR, APART, NEAR = 0.2, 0.5, 0.1
"""Steps of differences: of hyperparameters, to guess their widths; and in such widths, for curvature and slope."""
LOWEST, HIGHEST = -12.0, 6.0
"""Bounds of unbounded hyperparameters: beyond them a correlation is at its end, and slopes say nothing."""
FLAT = 0.1
"""A slope as small as this, in widths, is the optimum: it is off by a tenth of a standard deviation."""
"""How many points importance sampling takes, and where few of them carry the weight."""
WIDEN = 1.1
ROOM = 1_200_000
"""Numbers in the largest array of one batch."""


@dataclass(frozen=True)
class Points:
    """Sets of hyperparameters with their weights.

    Attributes
    ----------
    hyper
        Unbounded hyperparameters; shape (point, hyperparameter).
    weight
        Normalised.
    line
        A linear predictor to start from.
    found
        Whether the mode was found at every point that matters.
    method
        ``grid`` or ``importance``.
    """

    hyper: np.ndarray
    weight: np.ndarray
    line: np.ndarray
    found: bool
    method: str

    @property
    def effective(self) -> float:
        """How many equally weighted points these are worth."""
        return float(1.0 / (self.weight**2).sum())


def integrate(field: Field, *, seed: int) -> Points:
    """Choose points and weights for the hyperparameters.

    Parameters
    ----------
    field
        The model.
    seed
        Seed of the quasi-random points.

    Returns
    -------
    Points
        At most a few thousand.
    """
    size, small = len(field.layout.hyper), field.layout.offset.size <= GRID_CELLS
    if size <= GRID_HYPERPARAMETERS and small:
        return _grid(field)
    found = _importance(field, seed)
    poor = not found.found or found.effective < POOR
    if poor and small:
        return _grid(field) if size <= FALL_BACK else _importance(field, seed, points=MORE_POINTS)
    return found


def densities(field: Field, hyper: np.ndarray, line: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the log density at each point, whether its mode was found, and the line of the best."""
    density, found = np.empty(len(hyper)), np.empty(len(hyper), dtype=bool)
    best, kept = -np.inf, np.zeros((*field.layout.offset.shape, 0)).sum(axis=-1)[:, None, :]
    for part in batches(field, len(hyper)):
        modes = field.find_modes(hyper[part], line)
        density[part], found[part] = modes.density, modes.found
        top = int(np.argmax(np.where(modes.found, modes.density, -np.inf)))
        if modes.found[top] and modes.density[top] > best:
            best, kept = modes.density[top], modes.line[:, top : top + 1].copy()
    return np.where(found & np.isfinite(density), density, -np.inf), found, kept


def batches(field: Field, size: int) -> list[slice]:
    """Cut points into batches that fit in memory."""
    width = max(1, ROOM // (field.layout.offset.size * (field.features.shape[2] + 1)))
    return [slice(start, min(start + width, size)) for start in range(0, size, width)]


def _grid(field: Field) -> Points:
    """Lay a grid twice coarsely, to find where the weight is, and once finely.

    Correlations are laid out evenly in their inverse hyperbolic tangent: near 1, where noise turns
    into drift and its spread is largely free, the steps are small.
    """
    rho = field.layout.hyper.index("rho")
    held = field.layout.hypers[rho]
    assert isinstance(held, Correlation)
    wide = {"rho": tuple(np.arctanh([held.low, held.high]))}
    ends = [wide.get(name, (np.log(SMALLEST), np.log(LARGEST))) for name in field.layout.hyper]
    line = None
    for sizes in (COARSE, COARSE, FINE):
        axes = [_middles(low, high, sizes.get(name, sizes["other"])) for name, (low, high) in
                zip(field.layout.hyper, ends, strict=True)]  # fmt: skip
        table = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        inside = table.reshape(-1, len(axes))
        hyper = inside.copy()
        share = (np.tanh(inside[:, rho]) - held.low) / (held.high - held.low)
        hyper[:, rho] = logit(share)
        density, found, line = densities(field, hyper, line)
        density += np.log1p(-(np.tanh(inside[:, rho]) ** 2)) - np.log(share * (1 - share))
        weight = np.exp(density - density.max())
        weight /= weight.sum()
        ends = [_crop(axis, weight.reshape(table.shape[:-1]), k, end) for k, (axis, end) in
                enumerate(zip(axes, ends, strict=True))]  # fmt: skip
    assert line is not None
    return Points(hyper, weight, line, bool(found.all()), "grid")


def _middles(low: float, high: float, size: int) -> np.ndarray:
    edges = np.linspace(low, high, size + 1)
    return (edges[1:] + edges[:-1]) / 2


def _crop(axis: np.ndarray, weight: np.ndarray, k: int, ends: tuple[float, float]) -> tuple[float, float]:
    """Keep the part of an axis that has weight, and one step on each side."""
    mass = weight.sum(axis=tuple(j for j in range(weight.ndim) if j != k))
    step = axis[1] - axis[0]
    useful = axis[mass > NEGLIGIBLE]
    return max(ends[0], useful[0] - step), min(ends[1], useful[-1] + step)


def _importance(field: Field, seed: int, *, points: int = POINTS) -> Points:
    centre, spread, top, line = _optimum(field)
    size = len(centre)
    at = np.concatenate([np.eye(size)[axis] * NODES[:, None] for axis in range(size)])
    along = densities(field, centre + at @ spread, line)[0].reshape(size, -1)
    axes = [stretch_axis(row - top) for row in along]
    standard = WIDEN * norm.ppf(qmc.Sobol(size, rng=np.random.default_rng(seed)).random(points))
    placed, volume = _place(axes, standard)
    hyper = centre + placed @ spread
    density, found, _ = densities(field, hyper, line)
    log_weight = density + volume + 0.5 * (standard**2).sum(axis=1) / WIDEN**2
    weight = np.exp(log_weight - log_weight.max())
    return Points(hyper, weight / weight.sum(), line, bool(found.mean() > 0.9), "importance")


def _place(axes: list[PchipInterpolator], standard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    held = np.clip(standard, KNOTS[0], KNOTS[-1])
    placed = np.column_stack([axis(held[:, k]) for k, axis in enumerate(axes)])
    volume = sum(np.log(axis(held[:, k], nu=1)) for k, axis in enumerate(axes))
    return placed, np.where((np.abs(standard) < REACH).all(axis=1), volume, -np.inf)


def _optimum(field: Field) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Find the optimum by differences of the log density, and a square root of the inverse curvature there."""
    start = np.array([each.begin for each in field.layout.hypers])
    size = len(start)
    scale, line = _widths(field, start)
    kept = [line]
    steps = np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)]) * NEAR

    def loss(standard: np.ndarray) -> tuple[float, np.ndarray]:
        density, _, kept[0] = densities(field, start + scale * (standard + steps), kept[0])
        return -float(density[0]), -(density[1 : size + 1] - density[size + 1 :]) / (2 * NEAR)

    bounds = [((LOWEST - at) / width, (HIGHEST - at) / width) for at, width in zip(start, scale, strict=True)]
    best = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=bounds,
                    options={"gtol": FLAT, "ftol": 0.0, "maxiter": 60})  # fmt: skip
    centre, line = start + scale * best.x, kept[0]
    curvature, top = _curvature(field, centre, line, scale)
    values, vectors = np.linalg.eigh(curvature)
    spread = (vectors / np.sqrt(np.maximum(values, 0.1))) @ vectors.T
    assert line is not None
    return centre, spread, top, line


def _widths(field: Field, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Guess how wide the density is along each hyperparameter, 1 at most, so that steps can be small beside it."""
    unit = np.eye(len(start)) * FAR
    density, _, line = densities(field, start + np.concatenate([np.zeros((1, len(start))), unit, -unit]), None)
    up, down = density[1 : len(start) + 1], density[len(start) + 1 :]
    return 1.0 / np.sqrt(np.maximum((2 * density[0] - up - down) / FAR**2, 1.0)), line


def _curvature(
    field: Field, centre: np.ndarray, line: np.ndarray | None, scale: np.ndarray
) -> tuple[np.ndarray, float]:
    size = len(centre)
    unit = np.diag(scale) * APART
    pairs = [(a, b) for a in range(size) for b in range(a)]
    steps = [np.zeros(size), *unit, *-unit]
    steps += [sign * (unit[a] + unit[b]) for a, b in pairs for sign in (1, -1)]
    density = densities(field, centre + np.array(steps), line)[0]
    top, up, down = density[0], density[1 : size + 1], density[size + 1 : 2 * size + 1]
    found = np.diag((2 * top - up - down) / APART**2)
    for at, (a, b) in enumerate(pairs):
        both = density[2 * size + 1 + 2 * at : 2 * size + 3 + 2 * at].sum()
        mixed = (both - (up + down)[a] - (up + down)[b] + 2 * top) / (2 * APART**2)
        found[a, b] = found[b, a] = -mixed
    return found / np.outer(scale, scale), float(top)
