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
    shape_basis,
    value_dims,
)
from equitymodel.inference.grouped.known_counts import KnownCounts, known_counts
from equitymodel.spec.effect import COVARIATES, SHAPED, Effect, shape_count
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import ICS, PROCEDURE, cell_dims, group_dim

SHAPES = {"departure": "shape", "contrast": "contrast", "true_need": "need_of_group"}
"""The dimension of the shapes of each kind of effect."""
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
    with pm.Model(coords=_coords(cells, known)) as model:
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
    own = [term for effect, term in zip(spec.effects, terms, strict=True) if effect.kind == "true_need"]
    true = _at_cells(sum(own[1:], own[0]), cells, np.nonzero(precision.values.ravel())[0])
    known = precision.values > 0
    pm.Normal("stated_need", true, precision.values[known] ** -0.5, observed=reported.values[known])


def _coords(cells: xr.Dataset, known: KnownCounts) -> dict[str, list[object]]:
    """Coordinates of groupings, of shapes, and of cells with a known and with an exact count."""
    coords: dict[str, list[object]] = {dim: cells[dim].values.tolist() for dim in cell_dims(cells.dims)}
    coords |= {
        SHAPES[kind]: list(range(1, shape_count(kind, len(cells[group_dim(cells.dims)])) + 1)) for kind in SHAPED
    }
    coords[CELL] = list(range(len(known.where)))
    coords[EXACT] = list(range(int((known.low == known.high).sum())))
    return coords


def _term(effect: Effect, cells: xr.Dataset) -> pt.TensorVariable:
    """One effect, laid out to broadcast over ICS x deprivation x procedure."""
    over = tuple(dim for dim in (ICS, PROCEDURE) if dim in effect.over)
    if effect.shaped:
        return _shaped(effect, over, group_dim(cells.dims), shape_basis(effect.kind, cells))
    values = _values(effect, over, centred_groups(effect, cells))
    if effect.kind in COVARIATES:
        return _broadcast(values, over) * cells[effect.kind].transpose(*cell_dims(cells.dims)).fillna(0.0).values
    distance = (cells["position"].values - 0.5)[None, :, None] if effect.kind == "gradient" else 1.0
    return _broadcast(values, over) * distance


def _values(effect: Effect, over: tuple[str, ...], centred: np.ndarray) -> pt.TensorVariable:
    """Make the values of an effect; in the non-centred parametrisation, in units of their standard deviation."""
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


def _shaped(effect: Effect, over: tuple[str, ...], groups: str, basis: np.ndarray) -> pt.TensorVariable:
    """Make the values of an effect over the groups: weights times basis."""
    dims = (*over, SHAPES[effect.kind])
    if effect.prior is not None:
        weights = _prior(f"{effect.name}_weight", effect.prior, dims)
    else:
        order = (*value_dims(effect), SHAPES[effect.kind])
        weights = _standard_deviation(effect, order) * pm.Normal(f"{effect.name}_standard", 0.0, 1.0, dims=order)
        weights = weights.transpose(*(order.index(dim) for dim in dims))
    values = pm.Deterministic(effect.variable, weights @ basis.T, dims=(*over, groups))
    have = (*over, groups)
    return values.dimshuffle([have.index(dim) if dim in have else "x" for dim in (ICS, groups, PROCEDURE)])


def _prior(name: str, prior: Prior, dims: tuple[str, ...]) -> pt.TensorVariable:
    if prior.family == "half_normal":
        return pm.HalfNormal(name, prior.sd, dims=dims or None)
    return pm.Normal(name, prior.mean, prior.sd, dims=dims or None)


def _broadcast(values: pt.TensorVariable, over: tuple[str, ...]) -> pt.TensorVariable:
    return values.dimshuffle([over.index(dim) if dim in over else "x" for dim in cell_dims(over)]) if over else values


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
        pm.Potential("hidden_admissions", _log_within(low[hidden], high[hidden], *own))


def _log_within(
    low: np.ndarray, high: np.ndarray, mean: pt.TensorVariable, shape: pt.TensorVariable | None
) -> pt.TensorVariable:
    """Log probability of interval-censored counts: a sum over the counts of each interval."""
    counts = low[:, None] + np.arange(int((high - low).max()) + 1)
    law = pm.Poisson.dist(mu=mean) if shape is None else pm.NegativeBinomial.dist(mu=mean, alpha=shape)
    return pt.logsumexp(pt.where(counts <= high[:, None], pm.logp(law, counts), -np.inf), axis=1)
