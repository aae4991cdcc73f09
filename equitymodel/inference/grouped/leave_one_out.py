"""Leave-one-out influence of single cells, with the effects of their own ICS integrated out.

Every ICS has effects of its own, and for each of its procedures, informed by a handful of cells. Plain importance
sampling then fails for cells that matter to them, though nothing is wrong with the model. For
those cells all effects of their ICS are integrated, in all its years, given all shared effects; what
remains is the influence of one cell on the shared effects.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.diagnosis import Check, Verdict
from equitymodel.inference.grouped.conditional_on_ics import DrawnCells, log_given_ics
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, SAMPLE_DIMS, cell_dims

CELL = "cell"
SAME_PROBABILITY = 1e-9
"""Log probabilities that differ by no more than this between draws differ by rounding alone."""
DRAWS = 1000
MANY = 0.05
"""Share of cells that may be too influential to be left out, in a model that has effects for nearly every cell."""


def check_leave_one_out(
    spec: ModelSpec, cells: xr.Dataset, posterior: xr.Dataset, means: xr.DataArray | None = None
) -> list[Check]:
    """Check whether any single cell carries the fit, by Pareto-smoothed leave-one-out.

    Parameters
    ----------
    spec, cells
        What was fitted, to what.
    posterior
        Draws of its effects.
    means
        Mean admissions with the noise of their year, where they were worked out before.

    Returns
    -------
    list of Check
        The largest Pareto k: at most 0.7 passes; above 1 the model cannot be judged by
        leave-one-out. The detail says for how many cells own effects were integrated out.

    References
    ----------
    Vehtari A, Gelman A, Gabry J (2017) Practical Bayesian model evaluation using leave-one-out
    cross-validation and WAIC. Statistics and Computing 27:1413. doi:10.1007/s11222-016-9696-4
    """
    out = leave_out_cells(spec, cells, posterior, means=means, most_draws=DRAWS)
    left, worst, over = int((out.k > out.limit).sum()), float(out.k.max()), len(out.integrated)
    verdict: Verdict = "PASS" if left == 0 else "FAIL" if (out.k > 1).mean() > MANY else "WARN"
    limits = f"at most {out.limit:.2f}, failing when above 1 in more than {MANY:.0%} of cells"
    detail = f"own effects integrated out for {over} of {out.k.size:,} cells; {left} remain above" if over else ""
    return [Check("largest Pareto k (leave one cell out)", worst, verdict, limits, detail)]


@dataclass(frozen=True)
class LeftOutCells:
    """How probable each count is, and how much leaving it out would matter.

    Attributes
    ----------
    log_likelihood
        Of the count of each cell; dims ``chain, draw, cell``, the cell a stacked index.
    given_ics
        The same of the cells in `integrated`, given the other counts of their ICS: its own effects are integrated out.
    k
        Pareto k of each cell, of those integrated after that.
    limit
        Above which k an importance sampling estimate is not reliable.
    integrated
        Which cells, by position.
    """

    log_likelihood: xr.DataArray
    given_ics: xr.DataArray | None
    k: np.ndarray
    limit: float
    integrated: np.ndarray

    @property
    def corrected(self) -> xr.DataArray:
        """The log likelihood of every cell; of those integrated, that given their ICS. Needs integrals of all draws."""
        if self.given_ics is None:
            return self.log_likelihood
        values = self.log_likelihood.transpose(*SAMPLE_DIMS, CELL).copy(deep=True)
        values.values[:, :, self.integrated] = self.given_ics.transpose(*SAMPLE_DIMS, CELL).values
        return values


def leave_out_cells(
    spec: ModelSpec, cells: xr.Dataset, posterior: xr.Dataset, *, means: xr.DataArray | None = None,
    most_draws: int | None = None, every: bool = False,
) -> LeftOutCells:  # fmt: skip
    """Leave each cell out in turn; where that needs it, with the effects of its ICS integrated out.

    Parameters
    ----------
    spec, cells, posterior, means
        As for `check_leave_one_out`.
    most_draws
        How many draws the integrals take, at most about; all by default.
    every
        Whether to integrate for every cell, as what is added up over cells needs it: where a cell has an effect of
        its own, plain importance sampling takes its count for a little likelier than it is, in each of them.

    Returns
    -------
    LeftOutCells
        Of the cells that inform the model.
    """
    known = likelihood_cells(cells)
    bounds = xr.Dataset(dict(zip(("low", "high"), count_bounds(cells), strict=True))).where(known)
    if means is None:
        means = draw_fitted(draw_ratios(spec, posterior, cells, this_year=True), draw_expected(cells, posterior))
    at_cells = log_likelihood(means, posterior, bounds["low"], bounds["high"]).stack(cell=cell_dims(cells.dims))
    at_cells = at_cells.isel(cell=np.nonzero(known.values.ravel())[0])
    labels, draws = at_cells["cell"].to_index(), at_cells.sizes["chain"] * at_cells.sizes["draw"]
    k = pareto_k(at_cells.drop_vars(["cell", *cell_dims(cells.dims)]))
    limit = min(1 - 1 / np.log10(draws), 0.7)
    over = np.nonzero((k > limit) | every)[0]
    step = max(1, draws // (most_draws or draws))
    thin, some = (drawn.isel(draw=slice(None, None, step)) for drawn in (posterior, means))
    of_ics = DrawnCells(spec.for_sizes(cells.sizes), cells, thin, some, bounds)
    if not (len(over) and of_ics.own_parts):
        return LeftOutCells(at_cells, None, k, limit, over)
    given = _given_ics(of_ics, [dict(zip(cell_dims(cells.dims), labels[i], strict=True)) for i in over])
    k[over] = pareto_k(given)
    return LeftOutCells(at_cells, given, k, limit, over)


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
    return _leave_one_out(log_likelihoods)[1]


def elpd_of_cells(out: LeftOutCells) -> np.ndarray:
    """Give the expected log predictive density of each cell, left out.

    Parameters
    ----------
    out
        From `leave_out_cells`, with integrals of all draws.

    Returns
    -------
    numpy.ndarray
        One value a cell: the log probability of its count, had the model not seen it.
    """
    values = out.corrected
    return _leave_one_out(values.drop_vars(list(values.coords)))[0]


def _leave_one_out(log_likelihoods: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Log predictive density and Pareto k of each cell; of one with the same probability in every draw that and 0."""
    values = log_likelihoods.transpose(*SAMPLE_DIMS, ...)
    informative = np.ptp(values.values, axis=(0, 1)) > SAME_PROBABILITY
    elpd, k = values.values.mean(axis=(0, 1)), np.zeros(values.shape[2:])
    if informative.any():
        elpd[informative], k[informative] = _by_importance(values[:, :, informative])
    return elpd, k


def _by_importance(values: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Pareto-smoothed importance sampling, by ArviZ."""
    shared = {dim: np.arange(values.sizes[dim]) for dim in SAMPLE_DIMS}
    groups = {
        "/log_likelihood": xr.Dataset({"admissions": values.assign_coords(shared)}),
        "/posterior": xr.Dataset({"unused": (SAMPLE_DIMS, np.zeros(values.shape[:2]))}, coords=shared),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what it warns of is what we measure
        import arviz_stats  # seconds to load, and only used here

        found = arviz_stats.loo(xr.DataTree.from_dict(groups), pointwise=True, reff=1.0)
    return np.array(found.elpd_i, dtype=float), np.array(found.pareto_k, dtype=float)


def _given_ics(drawn: DrawnCells, labels: list[dict[str, object]]) -> xr.DataArray:
    """Compute the log probability of each count given its ICS and all shared effects, ICS by ICS, in their order."""
    areas = [label[ICS] for label in labels]
    each = {
        area: log_given_ics(drawn, [label for label in labels if label[ICS] == area]) for area in dict.fromkeys(areas)
    }
    at = [areas[:i].count(area) for i, area in enumerate(areas)]
    return xr.concat([each[area].isel(cell=i) for area, i in zip(areas, at, strict=True)], "cell")
