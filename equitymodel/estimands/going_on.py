"""What happened after an intervention ended, against its going on: draw by draw, with the same noise in both."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.estimands.series_gap import log_gap
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import SECOND
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE


def against_going_on(draws: xr.Dataset, series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    r"""Give admissions as they were, and as they would have been had the intervention gone on.

    .. math:: \mu^{\mathrm{on}}_t = \mu^1_t \exp(-\delta_2 h_{2t} - \zeta_2 z_{2t})

    Parameters
    ----------
    draws
        ``fitted`` admissions, and ``second_level`` and perhaps ``second_slope``.
    series, plan
        What was fitted.

    Returns
    -------
    xarray.Dataset
        ``fitted``, and as ``counterfactual`` what going on would have given; the same before the end. Ready for
        every estimand, with ``plan.after_end`` as the interruption.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> draws = xr.Dataset({"fitted": truth.fitted, "second_level": np.log(0.5)})
    >>> on = against_going_on(draws, series, Interruption("2018-01", ends="2019-01"))
    >>> (on["counterfactual"] / on["fitted"]).isel(period=[0, -1]).values.ravel().round(6)
    array([1., 2.])
    """
    design = plan.design(series)
    change = sum(draws[column] * design[column] for column in _columns(draws))
    return xr.Dataset({"fitted": draws["fitted"], "counterfactual": draws["fitted"] * np.exp(-change)})


def _columns(draws: xr.Dataset) -> list[str]:
    return [f"second_{kind}" for kind in SECOND if f"second_{kind}" in draws]


def gap_trends(draws: xr.Dataset, series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    """Give by how much the trend of the gap differs from that before the start: until the end, and after it.

    Parameters
    ----------
    draws
        ``slope`` and ``second_slope``; over cells.
    series, plan
        What was fitted.

    Returns
    -------
    xarray.Dataset
        ``until_end`` and ``after_end``, log ratios a year of least over most deprived; dims ``chain, draw``.

    Examples
    --------
    >>> groups = {"deprivation": [1, 2]}
    >>> slopes = {"slope": ("deprivation", [0.0, -0.02]), "second_slope": ("deprivation", [0.0, 0.02])}
    >>> series = xr.Dataset({"exposure": ("deprivation", [1.0, 1.0])}, groups)
    >>> found = gap_trends(xr.Dataset(slopes, groups), series.assign_coords(position=("deprivation", [0.25, 0.75])),
    ...                    Interruption("2004-01", ends="2012-01"))
    >>> found["until_end"].round(6).item(), found["after_end"].round(6).item()
    (-0.02, 0.0)
    """
    over = [dim for dim in (PERIOD, ICS, PROCEDURE) if dim in series["exposure"].dims]
    weight = series["exposure"].where(plan.exposed_cells(series)).sum(over)
    until = _exposed_mean(draws["slope"], series, plan)
    after = until + _exposed_mean(draws["second_slope"], series, plan)
    return xr.Dataset(
        {name: log_gap(np.exp(slope), weight, series["position"])
         for name, slope in (("until_end", until), ("after_end", after))}
    )  # fmt: skip


def _exposed_mean(slope: xr.DataArray, series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    over = [dim for dim in slope.dims if dim in (ICS, PROCEDURE)]
    return slope.where(plan.exposed_cells(series)).mean(over)


def gap_is_in_trend(draws: xr.Dataset) -> bool:
    """Say whether a fit of groups has a trend of the gap that may change twice.

    Examples
    --------
    >>> gap_is_in_trend(xr.Dataset())
    False
    """
    return {"slope", "second_slope"} <= set(draws.data_vars) and DEPRIVATION in draws["slope"].dims
