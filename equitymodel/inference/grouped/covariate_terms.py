"""What use owes to covariates of areas, draw by draw, and those that count as need put into expected admissions."""

from __future__ import annotations

from dataclasses import replace

import xarray as xr

from equitymodel.data.cells.area_covariates import standardised
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.inference.grouped.predict import COUNTED_AS_NEED
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import SAMPLE_DIMS


def covariate_terms(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset) -> dict[str, xr.DataArray]:
    """Compute what each covariate of a model adds to the log of use in each cell, against use at its mean.

    Parameters
    ----------
    spec, draws, cells
        A model, draws of its effects, and cells with its covariates.

    Returns
    -------
    dict
        Log ratios by the name of the covariate; dims ``chain, draw, ics`` and what else the covariate or its
        coefficient varies over. Positive: more admissions than at the mean of the covariate.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> covariate_terms(load_model(), xr.Dataset(), simulate_cells(areas=2, seed=1)[0])
    {}
    """
    coefficients = covariate_coefficients(spec, draws, cells)
    return {name: (own * standardised(cells, name)).transpose(*SAMPLE_DIMS, ...) for name, own in coefficients.items()}


def covariate_coefficients(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset) -> dict[str, xr.DataArray]:
    """Add up the coefficients of each covariate of a model: those of all procedures, and of each.

    Parameters
    ----------
    spec, draws, cells
        As for `covariate_terms`.

    Returns
    -------
    dict
        Log ratios for one standard deviation of the covariate, by its name; dims ``chain, draw``, and ``procedure``
        where it differs between them.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> covariate_coefficients(load_model(), xr.Dataset(), simulate_cells(areas=2, seed=1)[0])
    {}
    """
    found: dict[str, xr.DataArray] = {}
    for effect in _effects(spec, cells):
        name = str(effect.covariate)
        found[name] = found[name] + draws[effect.variable] if name in found else draws[effect.variable]
    return found


def count_as_need(spec: ModelSpec, cells: xr.Dataset, tree: xr.DataTree) -> tuple[xr.Dataset, xr.DataTree]:
    """Put covariates that are not neutralised into expected admissions, draw by draw, and say so with the cells.

    Parameters
    ----------
    spec, cells
        A model, and the cells it was fitted to.
    tree
        Its draws.

    Returns
    -------
    tuple of Dataset and DataTree
        Cells whose adjustment names these covariates; draws with ``counted_as_need``, the log of what use follows over
        use at the means. Both as they were where every covariate is neutralised.
    """
    counted = [effect for effect in _effects(spec, cells) if not effect.neutralise]
    if not counted:
        return cells, tree
    posterior = tree["posterior"].to_dataset()
    terms = covariate_terms(replace(spec, effects=tuple(counted)), posterior, cells).values()
    made = posterior.assign({COUNTED_AS_NEED: sum(terms)})
    rest = {f"/{name}": node.to_dataset() for name, node in tree.children.items() if name != "posterior"}
    facts, names = CellFacts.of(cells), dict.fromkeys(str(effect.covariate) for effect in counted)
    said = replace(facts, adjustment=f"{facts.adjustment.removesuffix(' only')}, and {' and '.join(names)}")
    return said.keep_with(cells), xr.DataTree.from_dict({"/posterior": made, **rest})


def _effects(spec: ModelSpec, cells: xr.Dataset) -> list[Effect]:
    """Give the effects of covariates that the model has with these cells."""
    return [effect for effect in spec.for_sizes(cells.sizes).effects if effect.covariate is not None]
