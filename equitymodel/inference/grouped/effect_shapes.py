"""The shapes of effects over deprivation groups, the dimensions of effects, and what a model needs of its cells."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError, SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PERIOD, cell_dims, group_dim

LEAST_LOG_SE = 1e-4
"""Standard errors of log need are taken to be no smaller than this."""
TELL_MAIN_APART = ("main_contrast", "contrast")
"""Kinds of effect by which the main groups of two groupings may differ at equal deprivation."""


def value_dims(effect: Effect) -> tuple[str, ...]:
    """Order the dimensions of an effect: those with standard deviations of their own first, the zero-sum one last.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> value_dims(load_model().effect("ics_by_procedure_level"))
    ('procedure', 'ics')
    """
    last = [dim for dim in effect.dims if dim == effect.sum_to_zero]
    first = [dim for dim in effect.dims if dim in effect.spread_over]
    return (*first, *(dim for dim in effect.dims if dim not in (*first, *last)), *last)


def fit_for(spec: ModelSpec, cells: xr.Dataset) -> ModelSpec:
    """Drop the effects of a model that are not identified with these cells, such as the only level of a grouping.

    Raises
    ------
    SpecError
        When an effect needs groups in order, and these have none; or groups are of two groupings, and no effect tells
        main groups apart.
    OptionError
        When true need is part of the model, and the cells have years.
    """
    if has_true_need(spec):
        refuse_need_of_years(cells)
    group = CellFacts.of(cells).group
    _refuse_kinds(spec, group)
    return spec.for_sizes(cells.sizes)


def _refuse_kinds(spec: ModelSpec, group: Group) -> None:
    """Refuse effects that need an order, or two groupings, where there is none."""
    lost = [f"'{effect.name}' is a {effect.kind}" for effect in spec.effects if effect.form.ordered]
    if lost and not (group.ordered or group.crossed):
        raise SpecError(
            f"{spec.name}: {', '.join(lost)}, but groups of {group.words} have no order. "
            "Use effects of the kind contrast, as in group_by_procedure"
        )
    of_both = [f"'{effect.name}' is of the kind {effect.kind}" for effect in spec.effects if effect.form.crossed]
    if of_both and not group.crossed:
        raise SpecError(
            f"{spec.name}: {', '.join(of_both)}, which is for deprivation within other groups; read the tables by two "
            "columns, such as ethnicity,deprivation, or use need_adjusted or group_by_procedure"
        )
    if group.crossed and not any(effect.kind in TELL_MAIN_APART and ICS not in effect.over for effect in spec.effects):
        raise SpecError(
            f"{spec.name} has no effect by which main groups differ in all ICSs together, so it would find hardly any "
            f"difference of {group.main}; use deprivation_within_groups or group_by_procedure, or add an effect of the "
            "kind main_contrast"
        )


def weight_in_cells(form: EffectKind, cells: xr.Dataset) -> xr.DataArray | float:
    """Make what the value of a kind with one shape is multiplied by in each cell: column times covariate.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.kinds.registry import KINDS
    >>> weight_in_cells(KINDS["gradient"], simulate_cells(seed=1)[0]).dims
    ('deprivation',)
    """
    groups = group_dim(cells.dims)
    column = form.basis(cells)[:, 0]
    alike = bool((column == 1.0).all())
    weight = 1.0 if alike else xr.DataArray(column, dims=groups, coords={groups: cells[groups].values})
    return weight if form.covariate is None else form.covariate(cells) * weight


def refuse_need_of_years(cells: xr.Dataset) -> None:
    """Refuse to take the need of several years as one latent variable, which the model of true need does.

    Raises
    ------
    OptionError
        When the cells have years; says the way out.
    """
    if PERIOD in cells.dims:
        raise OptionError(
            "need with feedback is a single true need of each cell, and these cells have years, each with its own; "
            "take the need error without feedback, which draws the need of every year, or fit one year by itself"
        )


def has_true_need(spec: ModelSpec) -> bool:
    """Whether true need is a latent variable of the model."""
    return any(effect.form.measured for effect in spec.effects)


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
