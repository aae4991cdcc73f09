"""How often intervals hold a known truth: only for simulated data."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.estimands.draw_quantiles import draw_quantiles
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.rates import shortfall, standardised_ratio
from equitymodel.estimands.routes import route_change
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.simulate.simulated_cells import Truth
from equitymodel.vocabulary import DEPRIVATION, ICS, INTERVAL_PROBABILITY


def truth_coverage(fit: CellFit, truth: Truth, *, probability: float = INTERVAL_PROBABILITY) -> pd.DataFrame:
    """Count how many intervals hold the truth they were simulated from.

    Parameters
    ----------
    fit
        A fit to simulated cells; of several years, the last is looked at.
    truth
        What they were simulated from.
    probability
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a quantity: ``quantity, intervals, held, share, level``.

    Notes
    -----
    Intervals of one simulated data set are correlated, so the share varies more from one to
    the next than the number of intervals suggests.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, truth = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> truth_coverage(fit, truth)[["quantity", "intervals"]].values.tolist()[0]
    ['rate ratio by ICS and procedure', 4]
    """
    fit = year_of(fit)
    pairs = {
        "rate ratio by ICS and procedure": (rate_ratio(fit.ratio), rate_ratio(truth.ratio)),
        "rate ratio by procedure, all ICSs together": (
            rate_ratio(pooled_ratio(fit.fitted, fit.expected)),
            rate_ratio(pooled_ratio(truth.fitted, truth.need)),
        ),
        "fitted admissions of a cell": (fit.fitted, truth.fitted),
        "shortfall of a cell, against the least deprived of its ICS": _shortfalls(fit, truth),
        "zero_sum change of a cell, within its ICS": (
            route_change(fit.fitted, fit.expected, route="zero_sum"),
            route_change(truth.fitted, truth.need, route="zero_sum"),
        ),
        "standardised ratio of a cell, against all ICSs together": (
            fit.ratio,
            standardised_ratio(truth.fitted, truth.need * (truth.fitted.sum([ICS, DEPRIVATION])
                                                           / truth.need.sum([ICS, DEPRIVATION]))),
        ),
    }  # fmt: skip
    rows = [_count(name, draws, value, probability) for name, (draws, value) in pairs.items()]
    return pd.DataFrame(rows, columns=["quantity", "intervals", "held", "share", "level"])


def _shortfalls(fit: CellFit, truth: Truth) -> tuple[xr.DataArray, xr.DataArray]:
    def away(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
        return shortfall(fitted, expected, reference="least_deprived_ics").isel(deprivation=slice(0, -1))

    return away(fit.fitted, fit.expected), away(truth.fitted, truth.need)


def _count(
    name: str, draws: xr.DataArray, value: xr.DataArray, probability: float
) -> tuple[str, int, int, float, float]:
    tail = (1 - probability) / 2
    lower, upper = draw_quantiles(draws, [tail, 1 - tail])
    value = value.drop_vars("adjustment", errors="ignore").reindex_like(lower)
    exists = lower.notnull() & value.notnull()
    held = int(((value >= lower) & (value <= upper) & exists).sum())
    total = int(exists.sum())
    return name, total, held, held / total, probability
