"""The New Hospital Programme's calculation, reproduced for comparison, with its corrections."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.routes import route_change
from equitymodel.vocabulary import DEPRIVATION, ICS, ROUTES

FEWEST_GROUPS = 3
FEWEST_ADMISSIONS = 50
SIGNIFICANCE = 0.05
PUBLISHED_DECIMALS = 4


@on_same_labels
def nhp_multipliers(admissions: xr.DataArray, population: xr.DataArray) -> xr.Dataset:
    """Reproduce the multipliers of the New Hospital Programme model for one provider and procedure.

    Crude rates by quintile are rounded and fitted by an unweighted straight line. A multiplier
    is the target, a point of that line, over the rounded rate; the quintile at the end that
    sets the target is left as it is. They are used only where at least three quintiles have 50
    admissions each, the slope is positive and its p-value is below 0.05.

    Parameters
    ----------
    admissions
        Counts; dim ``deprivation``, 1 = most deprived.
    population
        People; same dim.

    Returns
    -------
    xarray.Dataset
        Multipliers of current admissions by ``route`` and ``deprivation``, no unit; with
        ``kept``, whether the method would use them, and ``p_value``.

    Raises
    ------
    OptionError
        When there are fewer than three groups.

    Notes
    -----
    For comparison only. It adjusts for neither age, sex nor need; gives no interval; its
    ``zero_sum`` aims at the **unweighted** mean, so it does not keep the total; its level-up
    target can exceed the best observed rate; its filter keeps exaggerated gaps. `corrected`
    gives what the same counts support.

    References
    ----------
    The Strategy Unit, New Hospital Programme demand model (2024).

    Examples
    --------
    >>> counts = xr.DataArray([122.0, 96, 109, 150, 88], dims="deprivation")
    >>> people = xr.DataArray([154565.0, 84885, 69171, 77929, 45067], dims="deprivation")
    >>> nhp_multipliers(counts, people)["multiplier"].sel(route="level_up").values.round(4)
    array([2.65  , 1.9273, 1.325 , 1.1158, 1.    ])
    """
    if admissions.sizes[DEPRIVATION] < FEWEST_GROUPS:
        raise OptionError(f"the method needs at least {FEWEST_GROUPS} groups")
    rate = (admissions / population).round(PUBLISHED_DECIMALS)
    order = rate.copy(data=np.arange(1, rate.sizes[DEPRIVATION] + 1))
    line = stats.linregress(order.values, rate.values)
    fitted = line.intercept + line.slope * order
    multipliers = {
        "no_change": xr.ones_like(rate),
        "level_up": (fitted.max() / rate).where(order < order.max(), 1.0),
        "level_down": (fitted.min().clip(min=0.0) / rate).where(order > order.min(), 1.0),
        "zero_sum": fitted.mean() / rate,
    }
    multiplier = xr.concat([multipliers[route] for route in ROUTES], "route").assign_coords(route=list(ROUTES))
    kept = bool((admissions >= FEWEST_ADMISSIONS).all()) and line.slope > 0 and line.pvalue < SIGNIFICANCE
    return xr.Dataset({"multiplier": multiplier, "kept": kept, "p_value": float(line.pvalue)})


@on_same_labels
def corrected(admissions: xr.DataArray, population: xr.DataArray) -> xr.DataArray:
    """Give the changes that the same crude counts support, keeping totals.

    Parameters
    ----------
    admissions, population
        As for `nhp_multipliers`.

    Returns
    -------
    xarray.DataArray
        Additional or fewer admissions by ``route`` and ``deprivation``; ``zero_sum`` sums to 0.

    Notes
    -----
    Still crude: population stands for need, and there is no interval. Use a fitted model for
    anything that matters.

    Examples
    --------
    >>> counts = xr.DataArray([122.0, 96, 109, 150, 88], dims="deprivation")
    >>> people = xr.DataArray([154565.0, 84885, 69171, 77929, 45067], dims="deprivation")
    >>> corrected(counts, people).sel(route="zero_sum").values.round(1)
    array([ 80.3,  15.1, -18.5, -48. , -29. ])
    """
    fitted, expected = (array.expand_dims({ICS: ["this one"]}) for array in (admissions, population))
    changes = [route_change(fitted, expected, route=route).isel(ics=0, drop=True)
               for route in ROUTES]  # fmt: skip
    return xr.concat(changes, "route").assign_coords(route=list(ROUTES)).rename("change")
