"""How each pooled effect is best sampled: as itself, or in units of its spread.

The posterior is the same either way; the sampler's path through it is not. Where data tell the
values apart far beyond their own error, sampling them directly mixes ten times as fast. Where
they do not, the spread may be near zero and direct sampling diverges.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.deprivation import departure_basis
from equitymodel.data.tables.groups import contrast_basis, group_of
from equitymodel.data.tables.suppression import count_bounds, count_middle
from equitymodel.errors import SpecError
from equitymodel.spec.effect import COVARIATES, ORDERED, SHAPED, Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE

CLEAR_SIGNAL = 10.0
"""Values are clearly apart when their variance is this many times that of their error."""
CELL_NOISE = 0.05
"""Variation beyond Poisson noise allowed for in a crude value, as a coefficient of variation."""
LEAST_LOG_SE = 1e-4
"""Log need is never taken to be told more exactly than this."""


def value_dims(effect: Effect) -> tuple[str, ...]:
    """Order the dimensions of an effect: what has a spread of its own first, what sums to zero last.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> value_dims(load_model().effect("ics_by_procedure_level"))
    ('procedure', 'ics')
    """
    over = tuple(dim for dim in (ICS, PROCEDURE) if dim in effect.over)
    last = [dim for dim in over if dim == effect.sum_to_zero]
    first = [dim for dim in over if dim in effect.spread_over]
    return (*first, *(dim for dim in over if dim not in (*first, *last)), *last)


def fit_for(spec: ModelSpec, cells: xr.Dataset) -> ModelSpec:
    """Keep the effects that mean something for these cells.

    Raises
    ------
    SpecError
        When an effect needs groups in order, and these have none.
    """
    group = group_of(cells)
    lost = [f"'{effect.name}' is a {effect.kind}" for effect in spec.effects if effect.kind in ORDERED]
    if lost and not group.ordered:
        raise SpecError(
            f"{spec.name}: {', '.join(lost)}, but groups of {group.words} have no order. "
            "Use effects of the kind contrast, as in group_by_procedure"
        )
    return spec.for_sizes(cells.sizes)


def shape_bases(spec: ModelSpec, cells: xr.Dataset) -> dict[str, np.ndarray]:
    """Give the shapes over the groups of each kind of effect that a model has.

    Parameters
    ----------
    spec
        From `fit_for`.
    cells
        The cells it will be fitted to.

    Returns
    -------
    dict
        For ``departure``, ``contrast`` and ``true_need``: a matrix, groups by shapes.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> {kind: basis.shape for kind, basis in shape_bases(load_model(), simulate_cells(seed=1)[0]).items()}
    {'departure': (5, 3)}
    """
    kinds = [kind for kind in SHAPED if any(effect.kind == kind for effect in spec.effects)]
    return {kind: shape_basis(kind, cells) for kind in kinds}


def shape_basis(kind: str, cells: xr.Dataset) -> np.ndarray:
    """Give the shapes over the groups of one kind of effect; groups by shapes."""
    if kind == "true_need":
        return np.eye(cells.sizes[DEPRIVATION])
    return contrast_basis(cells.sizes[DEPRIVATION]) if kind == "contrast" else departure_basis(cells["position"].values)


def has_true_need(spec: ModelSpec) -> bool:
    """Tell whether a model holds true need as unknown."""
    return any(effect.kind == "true_need" for effect in spec.effects)


def reported_need(cells: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Give what the need table tells of log need: the stated value, and one over its squared standard error.

    Where no need is stated both are 0: the table tells nothing.
    """
    reported = np.log(cells["need_ratio"]).transpose(*CELL_DIMS)
    error = (cells["need_ratio_se"] / cells["need_ratio"]).transpose(*CELL_DIMS)
    told = (reported + error).notnull()
    return reported.where(told, 0.0), (error.clip(min=LEAST_LOG_SE) ** -2).where(told, 0.0)


def likelihood_cells(cells: xr.Dataset) -> xr.DataArray:
    """Mark the cells that inform the model: they exist, and their count is known, if only within bounds."""
    usable = cells["offered"] & count_bounds(cells)[1].notnull() & (headline_expected(cells) > 0)
    return usable.transpose(*CELL_DIMS)


def known_cells(cells: xr.Dataset) -> xr.DataArray:
    """Mark the cells that inform the model, and refuse data in which there are none.

    Raises
    ------
    ValueError
        When no cell has a known count.
    """
    known = likelihood_cells(cells)
    if not bool(known.any()):
        raise ValueError("no cell has a known count")
    return known


def centred_groups(effect: Effect, cells: xr.Dataset) -> np.ndarray:
    """Decide, for each group of values that vary together, whether to sample them directly.

    Parameters
    ----------
    effect
        Any effect.
    cells
        The cells it will be fitted to.

    Returns
    -------
    numpy.ndarray
        True where values are sampled directly; one entry for each group, in the order of
        `value_dims` without its last. Effects that are not pooled are always sampled directly.

    References
    ----------
    Papaspiliopoulos O, Roberts GO, Sköld M (2007) A general framework for the parametrization
    of hierarchical models. Statistical Science 22:59. doi:10.1214/088342307000000014

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> level = load_model().effect("ics_by_procedure_level")
    >>> centred_groups(level, simulate_cells(expected=2.0, seed=1)[0])
    array([False, False, False])
    """
    dims = value_dims(effect)
    groups = int(np.prod([cells.sizes[dim] for dim in dims[:-1]]))
    if not effect.pooled or effect.shaped or effect.kind in COVARIATES:
        return np.full(groups, not effect.pooled)
    value, variance = _crude_values(effect, cells)
    last = dims[-1]
    for dim in dims if effect.kind == "gradient" else [last]:
        value = value - value.mean(dim)
    noise = variance.mean(last)
    signal = (value**2).sum(last) / max(cells.sizes[last] - 1, 1) - noise
    clear = (signal / noise > CLEAR_SIGNAL).transpose(*dims[:-1])
    return np.asarray(clear.values, dtype=bool).ravel()


def _crude_values(effect: Effect, cells: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Give a crude estimate of each value of an effect, and the variance of its error."""
    used = likelihood_cells(cells)
    keep = (*effect.over, DEPRIVATION) if effect.kind == "gradient" else effect.over
    rest = [dim for dim in CELL_DIMS if dim not in keep]
    observed = count_middle(cells).where(used).sum(rest) + 0.5
    expected = headline_expected(cells).where(used).sum(rest) + 0.5
    log_ratio = np.log(observed / expected)
    variance = 1 / observed + CELL_NOISE**2 / used.sum(rest).clip(min=1)
    if effect.kind == "level":
        return log_ratio, variance
    weight = (1 / variance).where(used.any(rest), 0.0)
    share = weight / weight.sum(DEPRIVATION)
    away = cells["position"] - (share * cells["position"]).sum(DEPRIVATION)
    information = (weight * away**2).sum(DEPRIVATION).clip(min=1e-9)
    return (weight * away * log_ratio).sum(DEPRIVATION) / information, 1 / information
