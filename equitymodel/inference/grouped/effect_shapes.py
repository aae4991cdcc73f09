"""The shapes of effects over deprivation groups, the dimensions of effects, and what a model needs of its cells."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.deprivation import departure_basis
from equitymodel.data.tables.groups import contrast_basis
from equitymodel.errors import OptionError, SpecError
from equitymodel.spec.effect import ORDERED, SHAPED, Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, cell_dims, group_dim

LEAST_LOG_SE = 1e-4
"""Standard errors of log need are taken to be no smaller than this."""


def value_dims(effect: Effect) -> tuple[str, ...]:
    """Order the dimensions of an effect: those with standard deviations of their own first, the zero-sum one last.

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
    """Drop the effects of a model that are not identified with these cells, such as the only level of a grouping.

    Raises
    ------
    SpecError
        When an effect needs groups in order, and these have none.
    """
    group = CellFacts.of(cells).group
    lost = [f"'{effect.name}' is a {effect.kind}" for effect in spec.effects if effect.kind in ORDERED]
    if lost and not group.ordered:
        raise SpecError(
            f"{spec.name}: {', '.join(lost)}, but groups of {group.words} have no order. "
            "Use effects of the kind contrast, as in group_by_procedure"
        )
    return spec.for_sizes(cells.sizes)


def shape_bases(spec: ModelSpec, cells: xr.Dataset) -> dict[str, np.ndarray]:
    """Make the basis over the groups of each kind of effect that a model has.

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
    """Make the basis over the groups of one kind of effect; groups by shapes."""
    if kind == "true_need":
        return np.eye(cells.sizes[group_dim(cells.dims)])
    return (
        contrast_basis(cells.sizes[group_dim(cells.dims)])
        if kind == "contrast"
        else departure_basis(cells["position"].values)
    )


def has_true_need(spec: ModelSpec) -> bool:
    """Whether true need is a latent variable of the model."""
    return any(effect.kind == "true_need" for effect in spec.effects)


def reported_need(cells: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Log need as reported, and its precision, one over the squared standard error; both 0 where none is reported."""
    reported = np.log(cells["need_ratio"]).transpose(*cell_dims(cells.dims))
    error = (cells["need_ratio_se"] / cells["need_ratio"]).transpose(*cell_dims(cells.dims))
    known = (reported + error).notnull()
    return reported.where(known, 0.0), (error.clip(min=LEAST_LOG_SE) ** -2).where(known, 0.0)


def known_cells(cells: xr.Dataset) -> xr.DataArray:
    """Mark the cells that inform the model, and refuse data in which there are none.

    Raises
    ------
    OptionError
        When no cell has a known count.
    """
    known = likelihood_cells(cells)
    if not bool(known.any()):
        raise OptionError("no cell has a known count; check that the admissions and the population belong together")
    return known
