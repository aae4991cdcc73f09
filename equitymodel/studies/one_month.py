"""Whether one month after the start is out of line, and what is left of a change without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.suppression import HIGH, LOW, count_middle
from equitymodel.estimands.guards import MonthOutOfLine
from equitymodel.estimands.interrupted_series import counted_periods
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.studies.falsify import fit_for_check
from equitymodel.vocabulary import CELL_DIMS, PERIOD, SAMPLE_DIMS

WORTH_A_FIT = 3.0
"""From which approximate residual on a month is left out and the model fitted again."""
ANSCOMBE = 3 / 8
SPREADS = ("sd", "sd_common")


def month_out_of_line(fit: SeriesFit) -> MonthOutOfLine | None:
    r"""Find the counted month furthest out of line, and fit again without it.

    .. math:: z = \frac{2\sqrt{y + 3/8} - \mathrm{E}\,2\sqrt{\mu + 3/8}}{\sqrt{1 + \mathrm{Var}\,2\sqrt{\mu + 3/8}}}

    with :math:`\mu` from all other months.

    Parameters
    ----------
    fit
        The fit that the verdict rests on.

    Returns
    -------
    MonthOutOfLine
        None where no month looks out of line by 3 standard deviations, so that nothing is fitted again. Without
        numbers where the fit without it did not pass its diagnosis.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> month_out_of_line(fit_interruption(series, truth.plan, seed=1, draws=400)) is None
    True
    """
    rough = rough_residuals(fit)
    largest = rough.max([dim for dim in rough.dims if dim != PERIOD])
    if not bool((largest > WORTH_A_FIT).any()):
        return None
    at = int(np.argmax(largest.fillna(0.0).values))
    here = xr.DataArray(np.arange(fit.series.sizes[PERIOD]) == at, dims=PERIOD) & rough.notnull()
    without = fit_for_check(fit, _hidden(fit.series, here), fit.plan, fit.model)
    label = f"{pd.Timestamp(fit.series[PERIOD].values[at]):%Y-%m}"
    if not without.publishable:
        return MonthOutOfLine(label, np.nan, np.nan)
    residual = _residuals(fit.series, without.fitted).where(here)
    worst = float(residual.max()) if abs(float(residual.max())) > abs(float(residual.min())) else float(residual.min())
    sign = np.sign(np.median(outcome_draws(fit)))
    likely = float((sign * outcome_draws(without) > 0).mean())
    return MonthOutOfLine(label, worst, likely)


def rough_residuals(fit: SeriesFit) -> xr.DataArray:
    r"""Give about how far each counted month departs from what the others predict, without fitting again.

    Parameters
    ----------
    fit
        A fit.

    Returns
    -------
    xarray.DataArray
        Standard deviations, as sizes, over ``period`` and cells; missing for what is not counted.

    Notes
    -----
    The residual of a month that was fitted is smaller than that of one left out by about
    :math:`1 + \mu\sigma^2`, with :math:`\sigma` the standard deviation of the noise.
    """
    mean = fit.fitted.mean(SAMPLE_DIMS)
    spread = sum(float((fit.posterior[name] ** 2).mean()) for name in SPREADS if name in fit.posterior)
    seen = count_middle(fit.series).where(counted_periods(fit.series, fit.plan))
    near = 2 * abs(np.sqrt(seen + ANSCOMBE) - np.sqrt(mean + ANSCOMBE))
    return near * np.sqrt(1 + mean * spread)


def _residuals(series: xr.Dataset, fitted: xr.DataArray) -> xr.DataArray:
    predicted = 2 * np.sqrt(fitted + ANSCOMBE)
    seen = 2 * np.sqrt(count_middle(series) + ANSCOMBE)
    return (seen - predicted.mean(SAMPLE_DIMS)) / np.sqrt(1 + predicted.var(SAMPLE_DIMS))


def _hidden(series: xr.Dataset, here: xr.DataArray) -> xr.Dataset:
    names = [name for name in ("admissions", LOW, HIGH) if name in series]
    return series.assign({name: series[name].where(~here).transpose(PERIOD, *CELL_DIMS) for name in names})
