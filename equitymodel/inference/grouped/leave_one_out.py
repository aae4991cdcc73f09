"""Leave-one-out influence of single cells, with the effects of their own ICS and procedure integrated out.

Every ICS and procedure has effects of its own, informed by a handful of cells. Plain importance
sampling then fails for cells that matter to them, though nothing is wrong with the model. For
those cells the own effects are integrated numerically, given all shared effects; what
remains is the influence of one cell on the shared effects.
"""

from __future__ import annotations

import warnings

import numpy as np
import xarray as xr

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.diagnosis import Check, Verdict
from equitymodel.inference.grouped.conditional_on_ics import DrawnCells, log_given_ics
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.spec.effect import GROUPINGS
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, SAMPLE_DIMS, cell_dims, group_dim

NODES = 11
SAME_PROBABILITY = 1e-9
"""Log probabilities that differ by no more than this between draws differ by rounding alone."""
DRAWS = 1000


def check_leave_one_out(spec: ModelSpec, cells: xr.Dataset, posterior: xr.Dataset) -> list[Check]:
    """Check whether any single cell carries the fit, by Pareto-smoothed leave-one-out.

    Parameters
    ----------
    spec, cells
        What was fitted, to what.
    posterior
        Draws of its effects.

    Returns
    -------
    list of Check
        The largest Pareto k: at most 0.7 passes; above 1 the model cannot be judged by
        leave-one-out. The detail says for how many cells own effects were integrated out.

    Notes
    -----
    The zero-sum constraint is ignored when own effects are integrated: with n places it
    changes their variance by one part in n.

    References
    ----------
    Vehtari A, Gelman A, Gabry J (2017) Practical Bayesian model evaluation using leave-one-out
    cross-validation and WAIC. Statistics and Computing 27:1413. doi:10.1007/s11222-016-9696-4
    """
    known = likelihood_cells(cells)
    bounds = xr.Dataset(dict(zip(("low", "high"), count_bounds(cells), strict=True))).where(known)
    fitted = draw_fitted(draw_ratios(spec, posterior, cells), draw_expected(cells, posterior))
    at_cells = log_likelihood(fitted, posterior, bounds["low"], bounds["high"]).stack(cell=cell_dims(cells.dims))
    at_cells = at_cells.isel(cell=np.nonzero(known.values.ravel())[0])
    labels = at_cells["cell"].to_index()
    k = pareto_k(at_cells.drop_vars(["cell", *cell_dims(cells.dims)]))
    limit = min(1 - 1 / np.log10(at_cells.sizes["chain"] * at_cells.sizes["draw"]), 0.7)
    over = np.nonzero(k > limit)[0]
    joint = any(effect.form.joint_within_ics and effect.pooled and ICS in effect.over for effect in spec.effects)
    integrated = log_given_ics if joint and cells.sizes[ICS] > 1 else _own_effects_integrated
    spec, every = spec.for_sizes(cells.sizes), max(1, at_cells.sizes["chain"] * at_cells.sizes["draw"] // DRAWS)
    thin, means = (draws.isel(draw=slice(None, None, every)) for draws in (posterior, fitted))
    drawn = DrawnCells(spec, cells, thin, means, bounds)
    for i in over:
        label = dict(zip(cell_dims(cells.dims), labels[i], strict=True))
        k[i] = pareto_k(integrated(drawn, label))[0]
    left, worst = int((k > limit).sum()), float(k.max())
    verdict: Verdict = "PASS" if left == 0 else "FAIL" if worst > 1 else "WARN"
    detail = f"own effects integrated out for {len(over)} of {k.size:,} cells; {left} remain above" if len(over) else ""
    return [
        Check("largest Pareto k (leave one cell out)", worst, verdict, f"at most {limit:.2f}, failing above 1", detail)
    ]


def pareto_k(log_likelihoods: xr.DataArray) -> np.ndarray:
    """Compute the Pareto k of each cell, from log likelihoods over ``chain, draw, cell``.

    A cell with the same probability in every draw, such as one with bounds so wide that the count is sure
    to lie between them, is not informative: its k is 0.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(0, 0.1, (4, 500, 2))
    >>> bool((pareto_k(xr.DataArray(draws, dims=("chain", "draw", "cell"))) < 0.5).all())
    True
    """
    values = log_likelihoods.transpose(*SAMPLE_DIMS, ...)
    informative = np.ptp(values.values, axis=(0, 1)) > SAME_PROBABILITY
    if not informative.all():
        k = np.zeros(values.shape[2:])
        if informative.any():
            k[informative] = pareto_k(values[:, :, informative])
        return k
    shared = {dim: np.arange(values.sizes[dim]) for dim in SAMPLE_DIMS}
    groups = {
        "/log_likelihood": xr.Dataset({"admissions": values.assign_coords(shared)}),
        "/posterior": xr.Dataset({"unused": (SAMPLE_DIMS, np.zeros(values.shape[:2]))}, coords=shared),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what it warns of is what we measure
        import arviz_stats  # seconds to load, and only used here

        return np.array(arviz_stats.loo(xr.DataTree.from_dict(groups), pointwise=True, reff=1.0).pareto_k, dtype=float)


def _own_effects_integrated(drawn: DrawnCells, label: dict[str, object]) -> xr.DataArray:
    """Log probability of one count given its neighbours and all shared effects, by quadrature, draw by draw."""
    cells, posterior = drawn.cells, drawn.posterior
    groups = group_dim(cells.dims)
    place = {dim: label[dim] for dim in GROUPINGS}
    neighbours = drawn.bounds.sel(place, drop=True)
    own = [effect for effect in drawn.spec.effects if effect.pooled and not effect.shaped
           and all(dim in effect.over for dim in place if cells.sizes[dim] > 1)]  # fmt: skip
    values = [posterior[effect.variable].sel({dim: place[dim] for dim in effect.over}, drop=True) for effect in own]
    sds = [
        posterior[effect.spread_variable].sel({dim: place[dim] for dim in effect.spread_over}, drop=True)
        for effect in own
    ]
    slopes = [weight_in_cells(effect.form, cells) for effect in own]
    base = np.log(drawn.fitted.sel(place, drop=True))
    base = base - sum(value * slope for value, slope in zip(values, slopes, strict=True))
    nodes, log_weights = _grid(values, sds)
    mean = np.exp(base + sum(node * slope for node, slope in zip(nodes, slopes, strict=True)))
    variation = xr.Dataset()
    if "extra_variation" in posterior:
        each = {dim: label[dim] for dim in drawn.spec.overdispersion_over}
        variation = posterior[["extra_variation"]].sel(each, drop=True)
    terms = log_likelihood(mean, variation, neighbours["low"], neighbours["high"])
    here = {groups: label[groups]}
    without = terms.drop_sel(here).sum(groups) + log_weights
    both = without + terms.sel(here, drop=True)
    return (_log_sum(both) - _log_sum(without)).expand_dims("cell", axis=-1)


def _grid(values: list[xr.DataArray], sds: list[xr.DataArray]) -> tuple[list[xr.DataArray], xr.DataArray | float]:
    """Quadrature nodes over the posterior of each own effect, with the log of weight times prior."""
    nodes, log_weights = [], 0.0
    for i, (value, sd) in enumerate(zip(values, sds, strict=True)):
        points, weights = np.polynomial.hermite_e.hermegauss(NODES)
        dim = f"node_{i}"
        width = 1.5 * float(value.std())
        node = float(value.mean()) + width * xr.DataArray(points, dims=dim)
        nodes.append(node)
        log_weights = log_weights + xr.DataArray(np.log(weights) + points**2 / 2, dims=dim) - 0.5 * (node / sd) ** 2
    return nodes, log_weights


def _log_sum(terms: xr.DataArray) -> xr.DataArray:
    dims = [dim for dim in terms.dims if str(dim).startswith("node_")]
    top = terms.max(dims)
    return top + np.log(np.exp(terms - top).sum(dims))
