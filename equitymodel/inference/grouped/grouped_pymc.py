"""A grouped model in PyMC, with named dimensions: to look at, to change, or to sample by hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.inference.grouped.centring import centred_in_part
from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts, parts_of, value_basis
from equitymodel.inference.grouped.effect_shapes import (
    fit_for,
    has_true_need,
    reported_need,
    value_dims,
)
from equitymodel.inference.grouped.grouped_layout import SHAPE, lay_out_values
from equitymodel.inference.grouped.known_counts import KnownCounts, known_counts
from equitymodel.inference.grouped.smooth_areas import mixing_of
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec, refuse_passages
from equitymodel.spec.over_years import CONSTANT
from equitymodel.spec.prior import EXPONENTIAL, Prior
from equitymodel.vocabulary import PROCEDURE, cell_dims, group_dim

CELL = "cell"
EXACT = "exact_cell"


@refuses_other_types
def build_pymc(spec: ModelSpec, cells: xr.Dataset) -> pm.Model:
    """Build the PyMC model of a specification, to look at, change, or sample by hand.

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`. Cells whose count is not known, or that do not exist, are left out
        of the likelihood; their effects are still estimated.

    Returns
    -------
    pymc.Model
        Free variables ``<name>_effect`` (or ``<name>_standard`` where not centred), ``<name>_sd`` and
        ``<name>_share``; data ``log_expected`` over the dimension ``cell`` and ``observed`` over
        ``exact_cell``. Counts known only within bounds enter as the potential ``hidden_admissions``.

    Raises
    ------
    OptionError, SpecError
        As `lay_out_cells`.

    Notes
    -----
    Pooled effects with plenty of data are centred, others are not: the wrong choice costs a
    factor of ten in effective draws, or biases by divergences.

    References
    ----------
    Betancourt M, Girolami M (2015) Hamiltonian Monte Carlo for hierarchical models. arXiv:1312.0906

    Examples
    --------
    >>> from equitymodel.simulate.example import example_cells
    >>> from equitymodel.spec.library import load_model
    >>> model = build_pymc(load_model("gap_by_procedure"), example_cells(procedures=["cataract"]))
    >>> "procedure_gradient_effect" in model.named_vars
    True
    """
    known = known_counts(cells)
    refuse_passages(spec)
    spec = fit_for(spec, cells)
    with pm.Model(coords=_coords(spec, cells, known)) as model:
        offset = pm.Data("log_expected", known.log_expected, dims=CELL)
        effects = [_effect(effect, cells) for effect in spec.effects]
        terms = [term for own in effects for term in own.terms]
        predictor = offset + _at_cells(sum(terms[1:], terms[0]), cells, known.where)
        variation = _extra_variation(spec, effects)
        _likelihood(known, pt.exp(predictor), _of_cells(variation, spec, cells, known.where))
        if has_true_need(spec):
            _measure_need(spec, effects, cells)
    return model


class _EffectTerms(NamedTuple):
    """What an effect adds to each cell, part by part, its standard deviation in all and the share that lasts."""

    terms: list[pt.TensorVariable]
    sd: pt.TensorVariable | None
    share: pt.TensorVariable | None


def _measure_need(spec: ModelSpec, effects: list[_EffectTerms], cells: xr.Dataset) -> None:
    """Observe reported need, given true need."""
    reported, precision = reported_need(cells)
    own = [each.terms[0] for effect, each in zip(spec.effects, effects, strict=True) if effect.form.measured]
    true = _at_cells(sum(own[1:], own[0]), cells, np.nonzero(precision.values.ravel())[0])
    known = precision.values > 0
    pm.Normal("stated_need", true, precision.values[known] ** -0.5, observed=reported.values[known])


def _coords(spec: ModelSpec, cells: xr.Dataset, known: KnownCounts) -> dict[str, list[object]]:
    """Coordinates of groupings, of shapes, and of cells with a known and with an exact count."""
    coords: dict[str, list[object]] = {dim: cells[dim].values.tolist() for dim in cell_dims(cells.dims)}
    for part in all_parts(spec):
        if part.effect.shaped or part.over_years != CONSTANT:
            coords[_shape_dim(part)] = list(range(1, value_basis(part, cells).shape[1] + 1))
    coords[CELL] = list(range(len(known.where)))
    coords[EXACT] = list(range(int((known.low == known.high).sum())))
    return coords


def _shape_dim(part: EffectPart) -> str:
    """Name the dimension of the weights of shapes: that of the kind, or one of its own where years have shapes too."""
    if part.over_years == CONSTANT:
        return part.effect.form.shape_dim
    return part.variable.removesuffix("_effect") + "_shape"


def _effect(effect: Effect, cells: xr.Dataset) -> _EffectTerms:
    """One effect: its hyperparameters, and its parts laid out to broadcast over cells."""
    sd = None if effect.spread is None else _prior(effect.spread_variable, effect.spread, effect.spread_over)
    lasting = effect.share
    share = None if lasting is None else pm.Beta(effect.share_variable, lasting.a, lasting.b)
    terms = []
    for part in parts_of(effect):
        own = sd if sd is None or share is None else sd * pt.sqrt(share if part.lasts else 1.0 - share)
        terms.append(_term(part, own, cells))
    return _EffectTerms(terms, sd, share)


def _term(part: EffectPart, sd: pt.TensorVariable | None, cells: xr.Dataset) -> pt.TensorVariable:
    """One part of an effect, laid out to broadcast over ICS x deprivation x procedure, and years."""
    effect, dims = part.effect, cell_dims(cells.dims)
    plain = not effect.shaped and part.over_years == CONSTANT
    values = _values(part, sd, cells) if plain else _shaped(part, sd, cells)
    own = _broadcast(values, (*effect.dims, *part.tail(cells.dims)), dims)
    if effect.shaped:
        return own
    own = own * effect.form.basis(cells)[:, 0].reshape([-1 if dim == group_dim(dims) else 1 for dim in dims])
    if effect.form.covariate is None:
        return own
    every = effect.form.covariate(cells).broadcast_like(cells["admissions"])
    return own * every.transpose(*dims).fillna(0.0).values


def _values(part: EffectPart, sd: pt.TensorVariable | None, cells: xr.Dataset) -> pt.TensorVariable:
    """Make the values of an effect; in the non-centred parametrisation, in units of their standard deviation."""
    effect, over, name = part.effect, part.effect.dims, part.variable.removesuffix("_effect")
    if effect.prior is not None or sd is None:
        return _prior(part.variable, effect.belief, over)
    mixing = mixing_of(part, cells)
    if mixing is not None:
        standard = pm.Normal(f"{name}_standard", 0.0, 1.0, dims=over)
        return pm.Deterministic(part.variable, sd * pt.dot(mixing, standard), dims=over)
    order, centred = value_dims(effect), centred_in_part(part, cells)
    wide = _broadcast(sd, effect.spread_over, order)
    if centred.all():
        values = _pooled(part.variable, wide, order, part)
        return values if order == over else values.T
    direct = centred if len(order) == 1 else centred[:, None]
    if not centred.any():
        values = _pooled(f"{name}_standard", 1.0, order, part) * wide
    else:
        values = _pooled(f"{name}_standard", pt.where(direct, wide, 1.0), order, part)
        values = values * pt.where(direct, 1.0, wide)
    return pm.Deterministic(part.variable, values if order == over else values.T, dims=over)


def _pooled(name: str, sd: object, dims: tuple[str, ...], part: EffectPart) -> pt.TensorVariable:
    if part.sum_to_zero:
        return pm.ZeroSumNormal(name, sigma=sd, dims=dims, n_zerosum_axes=1)
    if part.effect.heavy_tails:
        return pm.StudentT(name, nu=2.0, mu=0.0, sigma=sd, dims=dims)
    return pm.Normal(name, 0.0, sd, dims=dims)


def _shaped(part: EffectPart, sd: pt.TensorVariable | None, cells: xr.Dataset) -> pt.TensorVariable:
    """Make the values of a part over groups and years: weights of shapes times their basis."""
    effect, shape, basis = part.effect, _shape_dim(part), value_basis(part, cells)
    order = tuple(shape if dim == SHAPE else dim for dim in lay_out_values(effect, cells, basis)[0])
    name = part.variable.removesuffix("_effect")
    if sd is None:
        weights = _prior(f"{name}_weight", effect.belief, order)
    else:
        weights = _broadcast(sd, effect.spread_over, order) * _pooled(f"{name}_standard", 1.0, order, part)
    weights = weights.transpose(*(order.index(dim) for dim in (*effect.dims, shape)))
    tail = part.tail(cells.dims)
    values = (weights @ basis.T).reshape([cells.sizes[dim] for dim in (*effect.dims, *tail)])
    return pm.Deterministic(part.variable, values, dims=(*effect.dims, *tail))


def _extra_variation(spec: ModelSpec, effects: list[_EffectTerms]) -> pt.TensorVariable | None:
    """Make the variation of a cell that is new every year: all of it, or what does not last of it."""
    if spec.overdispersion is None:
        return None
    for effect, own in zip(spec.effects, effects, strict=True):
        if effect.part_of_extra_variation and own.sd is not None and own.share is not None:
            new = own.sd * pt.sqrt(1.0 - own.share)
            return pm.Deterministic("extra_variation", new, dims=spec.overdispersion_over or None)
    return _prior("extra_variation", spec.overdispersion, spec.overdispersion_over)


def _of_cells(
    variation: pt.TensorVariable | None, spec: ModelSpec, cells: xr.Dataset, where: np.ndarray
) -> pt.TensorVariable | None:
    """Look up the extra variation of each cell."""
    if variation is None or not spec.overdispersion_over:
        return None if variation is None else pt.broadcast_to(variation, (len(where),))
    dims = cell_dims(cells.dims)
    return variation[np.unravel_index(where, [cells.sizes[dim] for dim in dims])[dims.index(PROCEDURE)]]


def _prior(name: str, prior: Prior, dims: tuple[str, ...]) -> pt.TensorVariable:
    own = dims or None
    if prior.family == "normal":
        return pm.Normal(name, prior.mean, prior.scale, dims=own)
    if prior.shape == EXPONENTIAL:
        return pm.Exponential(name, scale=prior.scale, dims=own)
    if np.isinf(prior.shape):
        return pm.HalfNormal(name, prior.scale, dims=own)
    return pm.HalfStudentT(name, nu=prior.shape, sigma=prior.scale, dims=own)


def _broadcast(values: pt.TensorVariable, have: tuple[str, ...], cell: tuple[str, ...]) -> pt.TensorVariable:
    return values.dimshuffle([have.index(dim) if dim in have else "x" for dim in cell]) if have else values


def _at_cells(predictor: pt.TensorVariable, cells: xr.Dataset, where: np.ndarray) -> pt.TensorVariable:
    shape = tuple(cells.sizes[dim] for dim in cell_dims(cells.dims))
    flat = (predictor + np.zeros(shape)).ravel()
    return flat if len(where) == np.prod(shape) else flat[where]


def _likelihood(known: KnownCounts, fitted: pt.TensorVariable, variation: pt.TensorVariable | None) -> None:
    """Observe exact counts, and add the log probability of every interval-censored one."""
    low, high = known.low.astype("int64"), known.high.astype("int64")
    shape = None if variation is None else variation**-2
    exact, hidden = np.nonzero(low == high)[0], np.nonzero(low < high)[0]
    counts = pm.Data("observed", low[exact], dims=EXACT)
    if shape is None:
        pm.Poisson("admissions", fitted[exact], observed=counts, dims=EXACT)
    else:
        pm.NegativeBinomial("admissions", mu=fitted[exact], alpha=shape[exact], observed=counts, dims=EXACT)
    if len(hidden):
        own = fitted[hidden][:, None], None if shape is None else shape[hidden][:, None]
        pm.Potential("hidden_admissions", log_within(low[hidden], high[hidden], *own))


def log_within(
    low: np.ndarray, high: np.ndarray, mean: pt.TensorVariable, shape: pt.TensorVariable | None
) -> pt.TensorVariable:
    """Log probability of interval-censored counts: a sum over the counts of each interval."""
    counts = low[:, None] + np.arange(int((high - low).max()) + 1)
    law = pm.Poisson.dist(mu=mean) if shape is None else pm.NegativeBinomial.dist(mu=mean, alpha=shape)
    return pt.logsumexp(pt.where(counts <= high[:, None], pm.logp(law, counts), -np.inf), axis=1)
