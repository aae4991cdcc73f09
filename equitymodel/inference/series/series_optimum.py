"""Find where the density of the hyperparameters is largest, and how it falls away from there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from equitymodel.inference.series.densities import densities
from equitymodel.inference.series.series_mode import Field

FAR, APART, NEAR = 0.2, 0.5, 0.1
"""Steps of differences: of hyperparameters, to guess their widths; and in such widths, for curvature and slope."""
LOWEST, HIGHEST = -8.0, 6.0
"""Bounds of unbounded hyperparameters: beyond them a spread is nothing, or a correlation at its end."""
FLAT = 0.1
"""A slope as small as this, in widths, is the optimum: it is off by a tenth of a standard deviation."""
MANY = 400
"""Where there are more than twice as many series, the search begins with so many, drawn at random."""


@dataclass(frozen=True)
class Optimum:
    """The optimum of the density of the hyperparameters.

    Attributes
    ----------
    centre
        Where it is; unbounded.
    spread
        A square root of the inverse curvature there.
    top
        The log density.
    line
        The linear predictor there, to start searches for modes from.
    """

    centre: np.ndarray
    spread: np.ndarray
    top: float
    line: np.ndarray


def find_optimum(field: Field) -> Optimum:
    """Find the optimum by differences of the log density.

    Parameters
    ----------
    field
        The model.

    Returns
    -------
    Optimum
        Off by a tenth of a standard deviation at most, in each direction on its own. Where there are
        very many series, the spread is that of some of them, made as wide as all have it.
    """
    if len(field.offset) > 2 * MANY:
        return _from_some(field)
    start = np.array([each.begin for each in field.layout.hypers])
    widths, line = _widths(field, start)
    centre, _, line = _climb(field, start, widths, line)
    curvature, top = _curvature(field, centre, line, widths)
    values, vectors = np.linalg.eigh(curvature)
    return Optimum(centre, (vectors / np.sqrt(np.maximum(values, 0.1))) @ vectors.T, top, line)


def _from_some(field: Field) -> Optimum:
    """Begin with some of the series, which take a small part of the time."""
    chosen = np.sort(np.random.default_rng(0).choice(len(field.offset), MANY, replace=False))
    part = Field(field.layout.only(chosen))
    some = find_optimum(part)
    (widths, line), (narrow, _) = (_widths(each, some.centre) for each in (field, part))
    centre, top, line = _climb(field, some.centre, widths, line)
    return Optimum(centre, some.spread * (widths / narrow), top, line)


def _climb(
    field: Field, start: np.ndarray, widths: np.ndarray, line: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray]:
    """Go up from a start, in steps about as wide as the density is; with the density and the line on top."""
    size, kept = len(start), [line]
    steps = np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)]) * NEAR

    def loss(standard: np.ndarray) -> tuple[float, np.ndarray]:
        at = densities(field, start + (standard + steps) * widths, kept[0])
        kept[0] = at.best
        return -float(at.value[0]), -_finite(at.value[1 : size + 1] - at.value[size + 1 :]) / (2 * NEAR)

    bounds = [((LOWEST - at) / width, (HIGHEST - at) / width) for at, width in zip(start, widths, strict=True)]
    best = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=bounds,
                    options={"gtol": FLAT, "ftol": 0.0, "maxiter": 60})  # fmt: skip
    return start + best.x * widths, -float(best.fun), kept[0]


def _widths(field: Field, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Guess how wide the density is along each hyperparameter, 1 at most, so that steps can be small beside it."""
    unit = np.eye(len(start)) * FAR
    at = densities(field, start + np.concatenate([np.zeros((1, len(start))), unit, -unit]))
    up, down = at.value[1 : len(start) + 1], at.value[len(start) + 1 :]
    return 1.0 / np.sqrt(np.maximum(_finite((2 * at.value[0] - up - down) / FAR**2), 1.0)), at.best


def _curvature(field: Field, centre: np.ndarray, line: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, float]:
    size = len(centre)
    unit = np.diag(scale) * APART
    pairs = [(a, b) for a in range(size) for b in range(a)]
    steps = [np.zeros(size), *unit, *-unit]
    steps += [sign * (unit[a] + unit[b]) for a, b in pairs for sign in (1, -1)]
    density = densities(field, centre + np.array(steps), line).value
    top, up, down = density[0], density[1 : size + 1], density[size + 1 : 2 * size + 1]
    found = np.diag(_finite((2 * top - up - down) / APART**2, instead=1.0))
    for at, (a, b) in enumerate(pairs):
        both = density[2 * size + 1 + 2 * at : 2 * size + 3 + 2 * at].sum()
        mixed = (both - (up + down)[a] - (up + down)[b] + 2 * top) / (2 * APART**2)
        found[a, b] = found[b, a] = -_finite(mixed)
    return found / np.outer(scale, scale), float(top)


def _finite(values: np.ndarray, *, instead: float = 0.0) -> np.ndarray:
    """Replace what could not be found, where a mode was missing."""
    return np.where(np.isfinite(values), values, instead)
