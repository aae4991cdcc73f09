"""The log probability of a count given the other counts of its ICS, all effects of that ICS integrated out.

Given the shared effects, the effects of one ICS are normal, and so are the log ratios of its cells: what its
procedures have in common, and beside that what each procedure has of its own, over groups and years. The likelihood
is log-concave, so a Gaussian approximation at the mode serves for the other cells; from it the count itself is taken
out again, and its own probability is integrated by quadrature. Interval-censored counts enter as the sum over their
interval, as they did when the model was fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts, cell_design
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.inference.likelihood.count_kernel import many_interval_terms
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, SAMPLE_DIMS, cell_dims

STEPS = 30
TOLERANCE = 1e-4
"""Newton's method has converged when no log mean changes by more than this."""
LONGEST_STEP = 1.5
NODES = 15
WIDER = 1.15
"""Quadrature nodes are spread over this many times the standard deviation of the Gaussian approximation."""
DEGREES = 2.0
"""Degrees of freedom of heavy tails."""


@dataclass(frozen=True)
class DrawnCells:
    """What the probability of a count is computed from: a model, its cells, and draws.

    Attributes
    ----------
    spec, cells
        The model, for these cells, and the cells it was fitted to.
    posterior, fitted
        Draws of its effects, and the admissions of this year that they imply.
    bounds
        ``low`` and ``high``: what each count may be; missing where nothing is known.
    """

    spec: ModelSpec
    cells: xr.Dataset
    posterior: xr.Dataset
    fitted: xr.DataArray
    bounds: xr.Dataset

    @property
    def own_parts(self) -> list[EffectPart]:
        """The parts of effects that belong to one ICS and are integrated out; all pooled ones where there is one."""
        alone = self.cells.sizes[ICS] == 1
        return [
            part for part in all_parts(self.spec)
            if part.effect.pooled and not (part.smooth or part.effect.form.measured)
            and (alone or ICS in part.effect.over)
        ]  # fmt: skip


class _IcsPrior(NamedTuple):
    """Prior covariances of the log ratios of the cells of one ICS, in each draw.

    Attributes
    ----------
    pair
        Of what each procedure has of its own; shape (draw, procedure, cell, cell).
    common
        Of what all procedures have in common; shape (draw, cell, cell).
    """

    pair: np.ndarray
    common: np.ndarray


class _IcsCounts(NamedTuple):
    """Counts of one ICS: bounds, whether they are known, and squared overdispersion; shape (draw, procedure, cell)."""

    low: np.ndarray
    high: np.ndarray
    known: np.ndarray
    squared: np.ndarray

    def terms(self, log_mean: np.ndarray) -> np.ndarray:
        """Log probability, score and weight of each count, 0 where it is not known; shape (3, *log_mean.shape)."""
        flat = [np.broadcast_to(part, log_mean.shape).reshape(len(log_mean), -1).T
                for part in (log_mean, self.squared)]  # fmt: skip
        used = self.known.ravel()
        terms = np.zeros((3, *flat[0].shape))
        low, high = self.low.ravel()[used], self.high.ravel()[used]
        terms[:, used] = many_interval_terms(low, high, flat[0][used], flat[1][used])[:3]
        return np.swapaxes(terms, 1, 2).reshape(3, *log_mean.shape)


class _Posterior(NamedTuple):
    """Gaussian approximation of the log ratios of own effects: means, variances, and what each count adds to it."""

    mean: np.ndarray
    variance: np.ndarray
    pull: np.ndarray
    weight: np.ndarray


def log_given_ics(drawn: DrawnCells, labels: Sequence[dict[str, object]]) -> xr.DataArray:
    """Compute the log probability of some counts of one ICS, each given its other counts and all shared effects.

    Parameters
    ----------
    drawn
        The model, its cells, and draws.
    labels
        Which cells; all of one ICS.

    Returns
    -------
    xarray.DataArray
        Dims ``chain, draw, cell``.

    Notes
    -----
    A value with heavy tails is normal given its own variance, which is drawn from its distribution given the value.
    Sums to zero are ignored: with n places they change a variance by one part in n.

    References
    ----------
    Vehtari A et al (2016) Bayesian leave-one-out cross-validation approximations for Gaussian
    latent variable models. JMLR 17(103):1.
    """
    place = {ICS: labels[0][ICS]}
    order = _order(drawn.cells)
    mean = drawn.fitted.sel(place, drop=True).transpose(*SAMPLE_DIMS, *order)
    shape = (-1, mean.sizes[PROCEDURE], int(np.prod([mean.sizes[dim] for dim in order[1:]])))
    own = sum(_log_ratio(part, drawn, place) for part in drawn.own_parts)
    own = own.broadcast_like(mean).transpose(*mean.dims).values.reshape(shape)
    log_mean = np.log(mean.values).reshape(shape)
    low, high = (drawn.bounds[end].sel(place, drop=True).transpose(*order).values for end in ("low", "high"))
    variation = drawn.posterior.get("extra_variation", xr.DataArray(0.0)).broadcast_like(mean).transpose(*mean.dims)
    known = np.isfinite(high.reshape(shape[1:])) & np.isfinite(log_mean[0])
    counts = _IcsCounts(low.reshape(shape[1:]), high.reshape(shape[1:]), known, variation.values.reshape(shape) ** 2)
    base = np.where(known, log_mean - own, 0.0)
    posterior = _approximate(_prior_of(drawn, place), base, np.where(known, own, 0.0), counts)
    sizes = [drawn.cells.sizes[dim] for dim in order]
    at = [[drawn.cells[dim].values.tolist().index(label[dim]) for dim in order] for label in labels]
    chosen = np.ravel_multi_index(tuple(np.transpose(at)), sizes)
    found = _left_out(posterior, base, counts, np.unravel_index(chosen, shape[1:]))
    return xr.DataArray(found.reshape(*mean.shape[:2], -1), dims=(*SAMPLE_DIMS, "cell"))


def _order(cells: xr.Dataset) -> tuple[str, ...]:
    """Order the dimensions of the cells of one ICS: procedure, group, and year."""
    return (PROCEDURE, *(dim for dim in cell_dims(cells.dims) if dim not in (ICS, PROCEDURE)))


def _log_ratio(part: EffectPart, drawn: DrawnCells, place: dict[str, object]) -> xr.DataArray:
    """Compute what a part of an effect adds to the log ratios of one ICS."""
    values = drawn.posterior[part.variable]
    values = values.sel(place, drop=True) if ICS in values.dims else values
    return values if part.effect.shaped else values * weight_in_cells(part.effect.form, drawn.cells)


def _prior_of(drawn: DrawnCells, place: dict[str, object]) -> _IcsPrior:
    """Compute the prior covariances of the cells of one ICS."""
    draws = int(np.prod([drawn.posterior.sizes[dim] for dim in SAMPLE_DIMS]))
    procedures = drawn.cells.sizes[PROCEDURE]
    size = int(np.prod([drawn.cells.sizes[dim] for dim in _order(drawn.cells)[1:]]))
    pair, common = np.zeros((draws, procedures, size, size)), np.zeros((draws, size, size))
    rng = np.random.default_rng([drawn.cells[ICS].values.tolist().index(place[ICS]), 23])
    for part in drawn.own_parts:
        design = cell_design(part, drawn.cells)
        variance = _variance(part, drawn.posterior, place, rng)
        each = PROCEDURE in part.effect.over
        wide = np.broadcast_to(variance.reshape(draws, -1), (draws, procedures if each else 1))
        covariance = wide[..., None, None] * (design @ design.T)
        if each:
            pair += covariance
        else:
            common += covariance[:, 0]
    return _IcsPrior(pair, common)


def _variance(
    part: EffectPart, posterior: xr.Dataset, place: dict[str, object], rng: np.random.Generator
) -> np.ndarray:
    """Look up the prior variance of the values of a part in one ICS; shape (chain, draw, ...)."""
    effect = part.effect
    variance = posterior[effect.spread_variable] ** 2
    variance = variance.sel(place, drop=True) if ICS in variance.dims else variance
    if part.lasts is not None:
        share = posterior[effect.share_variable]
        variance = variance * (share if part.lasts else 1.0 - share)
    if effect.heavy_tails:
        values = posterior[part.variable]
        values = values.sel(place, drop=True) if ICS in values.dims else values
        rate = 0.5 * (DEGREES + values**2 / variance)
        precision = values.copy(data=rng.gamma(0.5 * (DEGREES + 1.0), 1.0 / rate.transpose(*values.dims).values))
        variance = variance / precision
    return np.asarray(variance.transpose(*SAMPLE_DIMS, ...).values)


def _approximate(prior: _IcsPrior, base: np.ndarray, own: np.ndarray, counts: _IcsCounts) -> _Posterior:
    """Find the Gaussian approximation of the log ratios of own effects, by Newton's method, all draws at once."""
    unit = np.eye(base.shape[-1])
    for _ in range(STEPS):
        _, score, weight = counts.terms(base + own)
        weight = np.maximum(weight, 0.0)
        pull = score + weight * own
        solved = np.linalg.solve(
            unit + weight[..., None] * prior.pair, np.concatenate([weight[..., None] * unit, pull[..., None]], axis=-1)
        )
        gain, shift = prior.pair @ solved[..., :-1], prior.pair @ solved[..., -1:]
        total = solved.sum(axis=1)
        shared = np.linalg.solve(
            unit + prior.common @ total[..., :-1], prior.common @ np.concatenate(
                [np.broadcast_to(unit, prior.common.shape), total[..., -1:]], axis=-1
            ),
        )  # fmt: skip
        kept = unit - gain
        mean = (shift + kept @ shared[:, None, :, -1:])[..., 0]
        step = np.clip(mean - own, -LONGEST_STEP, LONGEST_STEP) * counts.known
        own = own + step
        if float(np.abs(step).max()) < TOLERANCE:
            break
    variance = np.einsum("spij,spji->spi", kept, prior.pair)
    variance += np.einsum("spij,spij->spi", kept @ shared[:, None, :, :-1], kept)
    return _Posterior(mean, variance, pull, weight)


def _left_out(posterior: _Posterior, base: np.ndarray, counts: _IcsCounts, at: tuple[np.ndarray, ...]) -> np.ndarray:
    """Take some counts out of the approximation, and integrate the probability of each; shape (draw, cell)."""
    procedure, place = at
    mean, variance, pull, weight, own_base = (array[:, procedure, place] for array in (*posterior, base))
    apart = variance / (1.0 - weight * variance)
    centre = apart * (mean / variance - pull)
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    width = WIDER * np.sqrt(variance)
    nodes = mean + width * points[:, None, None]
    squared = np.broadcast_to(counts.squared[:, procedure, place], nodes.shape)
    low, high = counts.low[at], counts.high[at]
    flat = np.moveaxis(own_base + nodes, 2, 0).reshape(len(low), -1)
    value = many_interval_terms(low, high, flat, np.moveaxis(squared, 2, 0).reshape(flat.shape))[0]
    value = np.moveaxis(value.reshape(len(low), *nodes.shape[:2]), 0, 2)
    log_terms = value - 0.5 * (nodes - centre) ** 2 / apart + (np.log(weights) + 0.5 * points**2)[:, None, None]
    log_terms += np.log(width) - 0.5 * np.log(2.0 * np.pi * apart)
    top = log_terms.max(axis=0)
    return np.asarray(top + np.log(np.exp(log_terms - top).sum(axis=0)))
