"""Compare two fits of the same cells, in the quantities that are reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.rates import shortfall
from equitymodel.estimands.route_records import total_measures
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.predict import hyperparameters
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PROCEDURE, SAMPLE_DIMS, group_dim, nearest

if TYPE_CHECKING:
    from equitymodel.inference.grouped.nuts import Sampling

BOUNDS = {"lower": 0.05, "upper": 0.95}
LIMITS = {"mean": 0.1, "sd": 0.05, "lower": 0.15, "upper": 0.15}
"""How much reported quantities may differ: in posterior sd; for ``sd`` as a share."""


def compare_fits(fit: CellFit, reference: CellFit) -> pd.DataFrame:
    """Tabulate differences between two fits in units of the posterior standard deviation.

    Parameters
    ----------
    fit
        The fit in question.
    reference
        The fit it is compared with, of the same cells and specification.

    Returns
    -------
    pandas.DataFrame
        One row a quantity: ``group`` (``reported`` or ``hyperparameter``), ``quantity``, ``item``;
        ``mean``, ``lower`` and ``upper`` (differences of means and of 5 % and 95 % bounds, in
        posterior sd of the reference), and ``sd`` (ratio of standard deviations less 1).
        Quantities of which 90 % of the reference is one value are left out: they have no sd to count in.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    >>> one, other = (fit_model(load_model(), cells, engine="laplace", seed=seed) for seed in (1, 2))
    >>> bool(compare_fits(one, other)["mean"].abs().max() < 0.3)
    True
    """
    fit, reference = (one.require_sound(force=True) for one in (fit, reference))
    rows = [
        _differences(one, other).assign(group=group, quantity=name)
        for (group, name, one), (_, _, other) in zip(_quantities(fit), _quantities(reference), strict=True)
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[["group", "quantity", "item", "mean", "sd", "lower", "upper"]]


def _quantities(fit: CellFit) -> Iterator[tuple[str, str, xr.DataArray]]:
    for measure in (*gap_measures(fit), *total_measures(fit)):
        yield "reported", measure.label, measure.draws
    yield "reported", "shortfall (national)", shortfall(fit.fitted, fit.expected, reference="national")
    spreads = hyperparameters(fit.posterior)
    for name in sorted(map(str, spreads)):
        yield "hyperparameter", name, spreads[name]


def _differences(one: xr.DataArray, other: xr.DataArray) -> pd.DataFrame:
    """Differences of one quantity, item by item; `other` sets the unit."""
    dims = [str(dim) for dim in other.dims if dim not in SAMPLE_DIMS]
    mine = one.transpose(*SAMPLE_DIMS, *dims).values.reshape(one.sizes["chain"] * one.sizes["draw"], -1)
    theirs = other.transpose(*SAMPLE_DIMS, *dims).values.reshape(other.sizes["chain"] * other.sizes["draw"], -1)
    width = np.quantile(theirs, BOUNDS["upper"], axis=0) - np.quantile(theirs, BOUNDS["lower"], axis=0)
    varies = np.isfinite(theirs).all(axis=0) & (width > 1e-12)
    mine, theirs = mine[:, varies], theirs[:, varies]
    unit = theirs.std(axis=0)
    labels = other.isel(dict.fromkeys(SAMPLE_DIMS, 0), drop=True)
    items = labels.to_series().index if dims else pd.Index([""])
    table = {"item": [str(item) for item in items[varies]], "mean": (mine.mean(axis=0) - theirs.mean(axis=0)) / unit}
    table["sd"] = mine.std(axis=0) / unit - 1.0
    for name, at in BOUNDS.items():
        table[name] = (np.quantile(mine, at, axis=0) - np.quantile(theirs, at, axis=0)) / unit
    return pd.DataFrame(table)


def agreement(differences: pd.DataFrame) -> pd.DataFrame:
    """Sum differences up: the share of quantities within each limit, and the largest.

    Parameters
    ----------
    differences
        From `compare_fits` or `compare_engines`.

    Returns
    -------
    pandas.DataFrame
        One row a group and column: ``limit``, ``within`` (share) and ``largest`` (absolute).

    Examples
    --------
    >>> apart = pd.DataFrame({"group": ["reported"] * 2, "mean": [0.05, 0.2], "sd": 0.0, "lower": 0.0, "upper": 0.0})
    >>> agreement(apart)["within"].tolist()
    [0.5, 1.0, 1.0, 1.0]
    """
    rows = []
    for group, part in differences.groupby("group", sort=False):
        for what, limit in LIMITS.items():
            size = part[what].abs()
            rows.append({"group": group, "what": what, "quantities": len(part), "limit": limit,
                         "within": (size <= limit).mean(), "largest": size.max()})  # fmt: skip
    return pd.DataFrame(rows)


def compare_engines(
    spec: ModelSpec,
    cells: xr.Dataset,
    *,
    procedures: Sequence[object] | None = None,
    seed: int,
    laplace: Laplace | None = None,
    sampling: Sampling | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fit with the fast engine and with NUTS, and tabulate the differences.

    Parameters
    ----------
    spec, cells
        The model and the data.
    procedures
        Only these procedures; the three with the fewest admissions if not given, because small
        counts are where the fast engine is weakest.
    seed
        Seed of both fits.
    laplace, sampling
        Settings of the two engines.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    pandas.DataFrame
        From `compare_fits`, with NUTS as the reference. See `agreement` for a summary.

    Raises
    ------
    OptionError
        When there is no such procedure, or no cell has a known count.

    Examples
    --------
    >>> from equitymodel.inference.grouped.nuts import Sampling
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    >>> short = Sampling(draws=100, tune=100, retry_accept=0.0, retry_draws=1)
    >>> sorted(set(compare_engines(load_model(), cells, seed=1, sampling=short)["group"]))
    ['hyperparameter', 'reported']
    """
    chosen = _smallest(cells) if procedures is None else list(procedures)
    if unknown := [name for name in chosen if name not in cells[PROCEDURE].values]:
        raise OptionError(f"there is no procedure '{unknown[0]}'. {nearest(str(unknown[0]), _labels(cells))}")
    subset = cells.sel({PROCEDURE: chosen})
    fast = fit_model(spec, subset, engine="laplace", seed=seed, laplace=laplace, progress=progress)
    slow = fit_model(spec, subset, engine="nuts", seed=seed, sampling=sampling, progress=progress)
    return compare_fits(fast, slow)


def _labels(cells: xr.Dataset) -> list[str]:
    return [str(name) for name in cells[PROCEDURE].values]


def _smallest(cells: xr.Dataset, count: int = 3) -> list[object]:
    totals = cells["admissions"].sum([ICS, group_dim(cells.dims)]).to_series()
    smallest: list[object] = totals.nsmallest(count).index.tolist()
    return smallest
