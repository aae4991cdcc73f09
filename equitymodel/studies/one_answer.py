"""One answer a unit: what parts did, made to add up to what all did together, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.inference.series.series_fit import COUNTERFACTUAL, FITTED, SeriesFit
from equitymodel.spec.arms import cells_of_arms
from equitymodel.studies.evaluation_fits import EvaluationFits
from equitymodel.vocabulary import CELL_DIMS, ICS, SAMPLE_DIMS

MEANS = (FITTED, COUNTERFACTUAL, "without_break")
"""Mean admissions of a fit, which add up; `without_break` only where the series has a break."""


def rake_to_total(parts: xr.Dataset, total: xr.Dataset, arms: Mapping[str, xr.DataArray]) -> xr.Dataset:
    r"""Make mean admissions of parts add up to those of the total, in each draw, period and arm.

    .. math:: \tilde\mu_{ut} = \mu_{ut} \frac{M_{at}}{\sum_{v \in a} \mu_{vt}}, \qquad u \in a

    Parameters
    ----------
    parts
        Draws of ``fitted, counterfactual`` and perhaps ``without_break``; dims ``chain, draw, period`` and cells.
    total
        The same of the total; its ``ics`` are the arms.
    arms
        The cells of each arm, true or false; each cell is in one of them.

    Returns
    -------
    xarray.Dataset
        ``parts``; all else as it was. The share of a part in its arm is that of the parts, what all
        of an arm did together is that of the total, and a part that is a whole arm is the total.

    Notes
    -----
    All parts of an arm are multiplied by the same number in a period, which moves no log gap between
    groups in that period. On average over periods the gap moves by as much as periods change in weight.

    Examples
    --------
    >>> def means(*values, ics):
    ...     pair = xr.DataArray([values], {"ics": list(ics)}, dims=("draw", "ics"))
    ...     return xr.Dataset({"fitted": pair, "counterfactual": pair})
    >>> arms = {"exposed": xr.DataArray([True, True], {"ics": ["a", "b"]}, dims="ics")}
    >>> raked = rake_to_total(means(30.0, 60.0, ics="ab"), means(100.0, ics=["exposed"]), arms)
    >>> raked["fitted"].values.round(1).tolist()
    [[33.3, 66.7]]
    """
    names = [name for name in MEANS if name in parts and name in total]
    return parts.assign({name: _raked(parts[name], total[name], arms) for name in names})


def with_one_answer(fits: EvaluationFits) -> EvaluationFits:
    """Give fits of groups and of units that add up to the fit of the total, where that may be published.

    Parameters
    ----------
    fits
        As they were fitted, each by itself.

    Returns
    -------
    EvaluationFits
        Groups and units whose means are those of `rake_to_total`. Their draws are put in another
        order first, as draws made of one seed would be correlated with those of the total. Of many
        counts fewer draws are kept: as many of the total are then taken, which stand in random order.
    """
    total = fits.published("total")
    if total is None:
        return fits
    raked = {name: _raked_fit(fit, total) for name, fit in fits.all().items() if name in ("groups", "parts")}
    return replace(fits, **raked)


def _raked_fit(fit: SeriesFit, total: SeriesFit) -> SeriesFit:
    draws = fit.posterior
    mixed = {dim: np.random.default_rng(fit.seed).permutation(draws.sizes[dim]) for dim in SAMPLE_DIMS}
    labels = {dim: draws[dim] for dim in SAMPLE_DIMS if dim in draws.coords}
    own, arms = draws.isel(mixed).assign_coords(labels), cells_of_arms(fit.series, fit.plan)
    tree = fit.draws.copy()
    whole = total.posterior.assign_coords({ICS: list(arms)}).isel({dim: slice(len(mixed[dim])) for dim in SAMPLE_DIMS})
    tree["posterior"] = xr.DataTree(rake_to_total(own, whole, arms).assign_attrs(draws.attrs))
    return replace(fit, draws=tree)


def _raked(parts: xr.DataArray, total: xr.DataArray, arms: Mapping[str, xr.DataArray]) -> xr.DataArray:
    cells = [dim for dim in CELL_DIMS if dim in parts.dims]
    raked = parts
    for name, inside in arms.items():
        whole = total.sel({ICS: name}, drop=True)
        whole = whole.sum([dim for dim in CELL_DIMS if dim in whole.dims], skipna=False)
        added_up = parts.where(inside, 0.0).sum(cells)
        factor = (whole / added_up.where(added_up > 0)).fillna(1.0)
        raked = xr.where(inside, parts * factor, raked)
    return raked.transpose(*parts.dims)
