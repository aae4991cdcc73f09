"""The groups that ArviZ expects beside the posterior: made when they are asked for, as they are large."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.leave_one_out import CELL, leave_out_cells
from equitymodel.inference.grouped.predict import draw_fitted, draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.vocabulary import SAMPLE_DIMS, cell_dims

NAME = "admissions"
PRIOR_DRAWS = 1000


@refuses_other_types
def with_arviz_groups(fit: CellFit) -> CellFit:
    """Add to the draws of a fit what ArviZ compares, checks and plots.

    Parameters
    ----------
    fit
        A fit of cells.

    Returns
    -------
    CellFit
        The same fit; its ``draws`` also hold the groups ``log_likelihood``, ``observed_data``,
        ``posterior_predictive``, ``prior`` and ``prior_predictive``, each with ``admissions`` over ``cell``, whose
        ICS, group, procedure and period are coordinates. Counts that are known exactly are there; those known within
        bounds stay in the fit and are left out here, as they have no one value.

    Notes
    -----
    The log likelihood of a cell is that of its count given the other counts of its ICS, in each draw of the shared
    effects, with the effects of the ICS integrated out: plain importance sampling fails in cells that tell much about
    the effects of their own ICS, and adds a little in favour of models that have an effect for every cell.

    The groups are of counts with all their noise, that of the year with them: what a model predicts of the table
    it was fitted to, not `CellFit.next_year`.

    References
    ----------
    Vehtari A, Gelman A, Gabry J (2017) Practical Bayesian model evaluation using leave-one-out cross-validation and
    WAIC. Statistics and Computing 27:1413. doi:10.1007/s11222-016-9696-4

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> whole = with_arviz_groups(fit)
    >>> whole.draws["log_likelihood"]["admissions"].dims
    ('chain', 'draw', 'cell')

    ``az.loo(whole.draws)``, ``az.compare({"a": whole.draws, "b": other.draws})`` and ``az.plot_loo_pit(whole.draws)``
    take it from there.
    """
    low, high = count_bounds(fit.cells)
    ratio = draw_ratios(fit.spec, fit.posterior, fit.cells, this_year=True)
    predicted = draw_predicted(draw_fitted(ratio, fit.expected), fit.posterior, seed=fit.seed)
    prior = draw_prior(fit.spec, fit.cells, seed=fit.seed, draws=PRIOR_DRAWS)
    before = draw_fitted(draw_ratios(fit.spec, prior, fit.cells, this_year=True), fit.expected_under())
    likelihood = leave_out_cells(fit.spec, fit.cells, fit.posterior, every=True).corrected
    exact = (low == high).stack({CELL: cell_dims(fit.cells.dims)}).sel({CELL: likelihood[CELL]}).values
    chosen = likelihood[CELL].to_index()[exact]
    made = {
        "log_likelihood": likelihood.isel({CELL: np.nonzero(exact)[0]}),
        "observed_data": low.astype(int) if low.notnull().all() else low,
        "posterior_predictive": predicted,
        "prior_predictive": draw_predicted(before, prior, seed=fit.seed),
    }
    groups = {f"/{name}": _at(array, chosen) for name, array in made.items()}
    return replace(fit, draws=xr.DataTree.from_dict(
        {f"/{name}": node.to_dataset() for name, node in fit.draws.children.items()} | {"/prior": prior} | groups
    ))  # fmt: skip


def _at(array: xr.DataArray, chosen: object) -> xr.Dataset:
    """Give the values of chosen cells along one dimension, with what each cell is of as coordinates."""
    dims = [dim for dim in array.dims if dim not in (*SAMPLE_DIMS, CELL)]
    stacked = array.stack({CELL: dims}) if CELL not in array.dims else array
    there = stacked.sel({CELL: chosen}).reset_index(CELL)
    return there.drop_vars(CELL, errors="ignore").rename(NAME).to_dataset()
