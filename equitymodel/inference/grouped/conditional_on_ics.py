"""The log probability of a count given the other counts of its ICS, all effects of that ICS integrated out.

Contrasts have too many values for a grid. Given the shared effects, the likelihood is log-concave in the
effects of one ICS, so a Laplace approximation serves: once with the count, once without, and the
difference is the log probability of the count given its neighbours. Interval-censored counts enter as
the sum over their interval, as they did when the model was fitted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.inference.likelihood.count_kernel import many_interval_terms
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, SAMPLE_DIMS, group_dim

STEPS = 50
NEWTON_TOLERANCE = 1e-8


@dataclass(frozen=True)
class _IcsEffects:
    """The effects of one ICS: their design, and their values and standard deviations in each draw."""

    design: np.ndarray
    values: np.ndarray
    sds: np.ndarray


@dataclass(frozen=True)
class DrawnCells:
    """What the probability of a count is computed from: a model, its cells, and draws.

    Attributes
    ----------
    spec, cells
        The model, for these cells, and the cells it was fitted to.
    posterior, fitted
        Draws of its effects, and their fitted admissions.
    bounds
        ``low`` and ``high``: what each count may be; missing where nothing is known.
    """

    spec: ModelSpec
    cells: xr.Dataset
    posterior: xr.Dataset
    fitted: xr.DataArray
    bounds: xr.Dataset


def log_given_ics(drawn: DrawnCells, label: dict[str, object]) -> xr.DataArray:
    """Compute the log probability of one count given the other counts of its ICS and all shared effects.

    Parameters
    ----------
    drawn
        The model, its cells, and draws.
    label
        Which cell.

    Returns
    -------
    xarray.DataArray
        Dims ``chain, draw, cell``, of which there is one.

    References
    ----------
    Vehtari A et al (2016) Bayesian leave-one-out cross-validation approximations for Gaussian
    latent variable models. JMLR 17(103):1.
    """
    place = {ICS: label[ICS]}
    cells = drawn.cells
    order = (group_dim(cells.dims), PROCEDURE)
    own = _own_effects(drawn, place)
    mean = drawn.fitted.sel(place, drop=True).transpose(*SAMPLE_DIMS, *order)
    base = np.log(mean.values.reshape(len(own.values), -1)) - own.values @ own.design.T
    low, high = (drawn.bounds[end].sel(place, drop=True).transpose(*order).values.ravel() for end in ("low", "high"))
    known = np.isfinite(high) & np.isfinite(base[0])
    variation = drawn.posterior.get("extra_variation", xr.DataArray(0.0)).broadcast_like(mean).transpose(*mean.dims)
    counts = _IcsCounts(low, high, variation.values.reshape(base.shape).T ** 2)
    target = np.ravel_multi_index(
        tuple(cells[dim].values.tolist().index(label[dim]) for dim in order), tuple(cells.sizes[dim] for dim in order)
    )
    without = known & (np.arange(len(known)) != target)
    both, rest = (
        _log_marginal(
            replace(own, design=own.design[used]), base[:, used], _IcsCounts(*(part[used] for part in counts))
        )
        for used in (known, without)
    )
    return xr.DataArray((both - rest).reshape(*mean.shape[:2], 1), dims=(*SAMPLE_DIMS, "cell"))


def _own_effects(drawn: DrawnCells, place: dict[str, object]) -> _IcsEffects:
    effects = [effect for effect in drawn.spec.effects if effect.pooled and ICS in effect.over]
    parts = [_lay_out(effect, drawn.cells, drawn.posterior, place) for effect in effects]
    return _IcsEffects(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


def _lay_out(
    effect: Effect, cells: xr.Dataset, posterior: xr.Dataset, place: dict[str, object]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Design, values and standard deviations of one effect in one ICS; one column a value."""
    procedures = cells.sizes[PROCEDURE]
    shapes = effect.form.basis(cells)
    each = np.eye(procedures) if PROCEDURE in effect.over else np.ones((procedures, 1))
    design = np.einsum("gs,pe->gpes", shapes, each).reshape(len(shapes) * procedures, -1)
    over = [PROCEDURE] if PROCEDURE in effect.over else []
    values = posterior[effect.variable].sel(place, drop=True)
    dims = [*SAMPLE_DIMS, *over, *([group_dim(cells.dims)] if effect.shaped else [])]
    drawn = values.transpose(*dims).values
    weights = drawn @ np.linalg.pinv(shapes).T if effect.shaped else drawn[..., None]
    sd = posterior[effect.spread_variable]
    sd = sd.sel(place, drop=True) if ICS in effect.spread_over else sd
    wide = sd.broadcast_like(values).transpose(*dims).values
    sds = np.broadcast_to(wide[..., :1] if effect.shaped else wide[..., None], weights.shape)
    draws = drawn.shape[0] * drawn.shape[1]
    return design, weights.reshape(draws, -1), sds.reshape(draws, -1)


class _IcsCounts(NamedTuple):
    """Counts of one ICS: their bounds, and their squared overdispersion in each draw; shape (cell, draw)."""

    low: np.ndarray
    high: np.ndarray
    squared: np.ndarray

    def terms(self, log_mean: np.ndarray) -> np.ndarray:
        """Log probability, score and weight of each count at log means of shape (draw, cell)."""
        return many_interval_terms(self.low, self.high, log_mean.T, self.squared)[:3].transpose(0, 2, 1)


def _log_marginal(own: _IcsEffects, base: np.ndarray, counts: _IcsCounts) -> np.ndarray:
    """Laplace approximation of the log marginal likelihood, effects of the ICS integrated out; shape (draw,)."""
    design = own.design
    prior = own.sds**-2
    values = own.values.copy()
    for _ in range(STEPS):
        _, slope, weight = counts.terms(base + values @ design.T)
        curvature = _curvature(design, weight, prior)
        step = np.linalg.solve(curvature, (slope @ design - prior * values)[..., None])[..., 0]
        values = values + step
        if float(abs(step).max()) < NEWTON_TOLERANCE:
            break
    value, _, weight = counts.terms(base + values @ design.T)
    log_prior = -0.5 * (values**2 * prior).sum(axis=1) + 0.5 * np.log(prior).sum(axis=1)
    log_determinant = np.linalg.slogdet(_curvature(design, weight, prior))[1]
    return np.asarray(value.sum(axis=1) + log_prior - 0.5 * log_determinant)


def _curvature(design: np.ndarray, weight: np.ndarray, prior: np.ndarray) -> np.ndarray:
    return np.einsum("sc,ca,cb->sab", weight, design, design) + prior[:, :, None] * np.eye(prior.shape[1])
