"""A grouped model in PyMC, with named dimensions: to look at, to change, or to sample by hand."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from equitymodel.inference.grouped.centring import centred_groups
from equitymodel.inference.grouped.effect_shapes import (
    fit_for,
    has_true_need,
    reported_need,
    value_dims,
)
from equitymodel.inference.grouped.known_counts import KnownCounts, known_counts
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import PROCEDURE, cell_dims, group_dim

CELL = "cell"
EXACT = "exact_cell"


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
        Free variables ``<name>_effect`` (or ``<name>_standard`` where not centred) and
        ``<name>_sd``; data ``log_expected`` over the dimension ``cell`` and ``observed`` over
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
    spec = fit_for(spec, cells)
    with pm.Model(coords=_coords(spec, cells, known)) as model:
        offset = pm.Data("log_expected", known.log_expected, dims=CELL)
        terms = [_term(effect, cells) for effect in spec.effects]
        predictor = offset + _at_cells(sum(terms[1:], terms[0]), cells, known.where)
        _likelihood(spec, known, pt.exp(predictor), _procedure_of(cells, known.where))
        if has_true_need(spec):
            _measure_need(spec, terms, cells)
    return model


def _measure_need(spec: ModelSpec, terms: list[pt.TensorVariable], cells: xr.Dataset) -> None:
    """Observe reported need, given true need."""
    reported, precision = reported_need(cells)
    own = [term for effect, term in zip(spec.effects, terms, strict=True) if effect.form.measured]
    true = _at_cells(sum(own[1:], own[0]), cells, np.nonzero(precision.values.ravel())[0])
    known = precision.values > 0
    pm.Normal("stated_need", true, precision.values[known] ** -0.5, observed=reported.values[known])


def _coords(spec: ModelSpec, cells: xr.Dataset, known: KnownCounts) -> dict[str, list[object]]:
    """Coordinates of groupings, of shapes, and of cells with a known and with an exact count."""
    coords: dict[str, list[object]] = {dim: cells[dim].values.tolist() for dim in cell_dims(cells.dims)}
    groups = cells.sizes[group_dim(cells.dims)]
    for form in (effect.form for effect in spec.effects if effect.shaped):
        coords[form.shape_dim] = list(range(1, form.count(groups) + 1))
    coords[CELL] = list(range(len(known.where)))
    coords[EXACT] = list(range(int((known.low == known.high).sum())))
    return coords


def _term(effect: Effect, cells: xr.Dataset) -> pt.TensorVariable:
    """One effect, laid out to broadcast over ICS x deprivation x procedure."""
    dims, form = cell_dims(cells.dims), effect.form
    basis = form.basis(cells)
    if effect.shaped:
        return _shaped(effect, dims, basis)
    values = _broadcast(_values(effect, centred_groups(effect, cells)), effect.dims, dims) * basis[:, 0][None, :, None]
    return values if form.covariate is None else values * form.covariate(cells).transpose(*dims).fillna(0.0).values


def _values(effect: Effect, centred: np.ndarray) -> pt.TensorVariable:
    """Make the values of an effect; in the non-centred parametrisation, in units of their standard deviation."""
    over = effect.dims
    if effect.prior is not None:
        return _prior(effect.variable, effect.prior, over)
    order = value_dims(effect)
    sd = _standard_deviation(effect, order)
    if centred.all():
        values = _pooled(effect.variable, sd, order, effect)
        return values if order == over else values.T
    direct = centred if len(order) == 1 else centred[:, None]
    standard = _pooled(f"{effect.name}_standard", pt.where(direct, sd, 1.0), order, effect)
    values = standard * pt.where(direct, 1.0, sd)
    return pm.Deterministic(effect.variable, values if order == over else values.T, dims=over)


def _pooled(name: str, sd: object, dims: tuple[str, ...], effect: Effect) -> pt.TensorVariable:
    if effect.sum_to_zero:
        return pm.ZeroSumNormal(name, sigma=sd, dims=dims, n_zerosum_axes=1)
    return pm.Normal(name, 0.0, sd, dims=dims)


def _standard_deviation(effect: Effect, order: tuple[str, ...]) -> pt.TensorVariable:
    assert effect.spread is not None  # only pooled effects come here
    dims = tuple(dim for dim in order if dim in effect.spread_over)
    sd = _prior(effect.spread_variable, effect.spread, dims)
    return sd.dimshuffle([dims.index(dim) if dim in dims else "x" for dim in order]) if dims else sd


def _shaped(effect: Effect, cell: tuple[str, ...], basis: np.ndarray) -> pt.TensorVariable:
    """Make the values of an effect over the groups: weights times basis."""
    shape = effect.form.shape_dim
    dims = (*effect.dims, shape)
    if effect.prior is not None:
        weights = _prior(f"{effect.name}_weight", effect.prior, dims)
    else:
        order = (*value_dims(effect), shape)
        weights = _standard_deviation(effect, order) * pm.Normal(f"{effect.name}_standard", 0.0, 1.0, dims=order)
        weights = weights.transpose(*(order.index(dim) for dim in dims))
    have = (*effect.dims, cell[1])
    return _broadcast(pm.Deterministic(effect.variable, weights @ basis.T, dims=have), have, cell)


def _prior(name: str, prior: Prior, dims: tuple[str, ...]) -> pt.TensorVariable:
    if prior.family == "half_normal":
        return pm.HalfNormal(name, prior.sd, dims=dims or None)
    return pm.Normal(name, prior.mean, prior.sd, dims=dims or None)


def _broadcast(values: pt.TensorVariable, have: tuple[str, ...], cell: tuple[str, ...]) -> pt.TensorVariable:
    return values.dimshuffle([have.index(dim) if dim in have else "x" for dim in cell]) if have else values


def _at_cells(predictor: pt.TensorVariable, cells: xr.Dataset, where: np.ndarray) -> pt.TensorVariable:
    shape = tuple(cells.sizes[dim] for dim in cell_dims(cells.dims))
    flat = pt.broadcast_to(predictor, shape).ravel()
    return flat if len(where) == np.prod(shape) else flat[where]


def _procedure_of(cells: xr.Dataset, where: np.ndarray) -> np.ndarray:
    return where % cells.sizes[PROCEDURE]


def _likelihood(spec: ModelSpec, known: KnownCounts, fitted: pt.TensorVariable, procedure: np.ndarray) -> None:
    """Observe exact counts, and add the log probability of every interval-censored one."""
    low, high = known.low.astype("int64"), known.high.astype("int64")
    shape = None
    if spec.overdispersion is not None:
        variation = _prior("extra_variation", spec.overdispersion, spec.overdispersion_over)
        each = variation[procedure] if spec.overdispersion_over else pt.broadcast_to(variation, (len(low),))
        shape = each**-2
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
