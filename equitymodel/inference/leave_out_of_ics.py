"""A count given the other counts of its ICS, with all effects of that ICS integrated out.

Contrasts have too many values for a grid. Given all that is shared, counts are log-concave in the
effects of one ICS, so their Gaussian approximation at the mode serves: once with the count, once
without, and the difference is the log probability of the count given its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.inference.geometry import shape_basis
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS

STEPS = 50
CLOSE = 1e-8
ENDLESS = 1e9
"""The size of a negative binomial that is a Poisson to rounding."""


@dataclass(frozen=True)
class _Own:
    """The effects of one ICS: what they do to its cells, their values and spreads in each draw."""

    design: np.ndarray
    values: np.ndarray
    spreads: np.ndarray


def log_given_ics(
    spec: ModelSpec,
    cells: xr.Dataset,
    posterior: xr.Dataset,
    fitted: xr.DataArray,
    counts: xr.DataArray,
    label: dict[str, object],
) -> xr.DataArray:
    """Give the log probability of one count given the other counts of its ICS and all that is shared.

    Parameters
    ----------
    spec
        The model, for these cells.
    cells
        The cells it was fitted to.
    posterior
        Draws of its effects.
    fitted
        Their fitted admissions.
    counts
        Exact or middle counts; missing where nothing is known.
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
    order = (DEPRIVATION, PROCEDURE)
    own = _own_effects(spec, cells, posterior, place)
    mean = fitted.sel(place, drop=True).transpose(*SAMPLE_DIMS, *order)
    base = np.log(mean.values.reshape(len(own.values), -1)) - own.values @ own.design.T
    observed = np.round(counts.sel(place, drop=True).transpose(*order).values.ravel())
    known = np.isfinite(observed) & np.isfinite(base[0])
    size = _sizes(posterior, mean)
    target = np.ravel_multi_index(
        tuple(cells[dim].values.tolist().index(label[dim]) for dim in order), tuple(cells.sizes[dim] for dim in order)
    )
    without = known & (np.arange(len(known)) != target)
    both, rest = (_log_marginal(own, base, observed, size, used) for used in (known, without))
    return xr.DataArray((both - rest).reshape(*mean.shape[:2], 1), dims=(*SAMPLE_DIMS, "cell"))


def _own_effects(spec: ModelSpec, cells: xr.Dataset, posterior: xr.Dataset, place: dict[str, object]) -> _Own:
    effects = [effect for effect in spec.effects if effect.pooled and ICS in effect.over]
    parts = [_lay_out(effect, cells, posterior, place) for effect in effects]
    return _Own(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


def _lay_out(
    effect: Effect, cells: xr.Dataset, posterior: xr.Dataset, place: dict[str, object]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the design, values and spreads of one effect in one ICS; one column a value."""
    procedures = cells.sizes[PROCEDURE]
    shapes = _shapes(effect, cells)
    each = np.eye(procedures) if PROCEDURE in effect.over else np.ones((procedures, 1))
    design = np.einsum("gs,pe->gpes", shapes, each).reshape(len(shapes) * procedures, -1)
    over = [PROCEDURE] if PROCEDURE in effect.over else []
    values = posterior[effect.variable].sel(place, drop=True)
    dims = [*SAMPLE_DIMS, *over, *([DEPRIVATION] if effect.shaped else [])]
    drawn = values.transpose(*dims).values
    weights = drawn @ np.linalg.pinv(shapes).T if effect.shaped else drawn[..., None]
    spread = posterior[effect.spread_variable]
    spread = spread.sel(place, drop=True) if ICS in effect.spread_over else spread
    wide = spread.broadcast_like(values).transpose(*dims).values
    spreads = np.broadcast_to(wide[..., :1] if effect.shaped else wide[..., None], weights.shape)
    draws = drawn.shape[0] * drawn.shape[1]
    return design, weights.reshape(draws, -1), spreads.reshape(draws, -1)


def _shapes(effect: Effect, cells: xr.Dataset) -> np.ndarray:
    if effect.shaped:
        return shape_basis(effect.kind, cells)
    gradient = effect.kind == "gradient"
    column = cells["position"].values - 0.5 if gradient else np.ones(cells.sizes[DEPRIVATION])
    return np.asarray(column)[:, None]


def _sizes(posterior: xr.Dataset, mean: xr.DataArray) -> np.ndarray:
    """Give the size of the negative binomial in every draw and cell; endless for Poisson counts."""
    if "extra_variation" not in posterior:
        return np.full((mean.shape[0] * mean.shape[1], mean.shape[2] * mean.shape[3]), ENDLESS)
    size = (posterior["extra_variation"] ** -2).broadcast_like(mean).transpose(*mean.dims).values
    return size.reshape(mean.shape[0] * mean.shape[1], -1)


def _log_marginal(own: _Own, base: np.ndarray, counts: np.ndarray, size: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Integrate the effects of an ICS out, by the Gaussian approximation at their mode."""
    design, base, counts, size = own.design[used], base[:, used], counts[used], size[:, used]
    prior = own.spreads**-2
    values = own.values.copy()
    for _ in range(STEPS):
        slope, weight = _slopes(base + values @ design.T, counts, size)
        curvature = np.einsum("sc,ca,cb->sab", weight, design, design) + prior[:, :, None] * np.eye(prior.shape[1])
        step = np.linalg.solve(curvature, (slope @ design - prior * values)[..., None])[..., 0]
        values = values + step
        if float(abs(step).max()) < CLOSE:
            break
    predictor = base + values @ design.T
    _, weight = _slopes(predictor, counts, size)
    curvature = np.einsum("sc,ca,cb->sab", weight, design, design) + prior[:, :, None] * np.eye(prior.shape[1])
    mean = np.exp(predictor)
    poisson = float(size.min()) >= ENDLESS
    chance = stats.poisson.logpmf(counts, mean) if poisson else stats.nbinom.logpmf(counts, size, size / (size + mean))
    log_prior = -0.5 * (values**2 * prior).sum(axis=1) + 0.5 * np.log(prior).sum(axis=1)
    return np.asarray(chance.sum(axis=1) + log_prior - 0.5 * np.linalg.slogdet(curvature)[1])


def _slopes(predictor: np.ndarray, counts: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the slope of the log probability of counts in the log mean, and the curvature, which is above 0."""
    mean = np.exp(predictor)
    share = size / (size + mean)
    return (counts - mean) * share, mean * share * (counts + size) / (size + mean)
