"""Gradients over all deprivation groups: slope and relative indices, local and national."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.deprivation import ridit
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up, nothing_missing
from equitymodel.estimands.fitted import FitOrDraws, check_order
from equitymodel.estimands.rates import rate_and_people
from equitymodel.estimands.reading import RATIO, deficit_reading, read_as
from equitymodel.vocabulary import DEPRIVATION, ICS

Position = Literal["local", "national"]
FEWEST_GROUPS = 3


@dataclass(frozen=True)
class Line:
    """A weighted straight line over the deprivation scale.

    Attributes
    ----------
    most, least
        Fitted values at the most deprived end (position 0) and at the least (position 1).
    """

    most: xr.DataArray
    least: xr.DataArray


def fit_line(values: xr.DataArray, position: xr.DataArray, weight: xr.DataArray) -> Line:
    r"""Fit a weighted least squares line over deprivation, for each area and draw.

    .. math:: \hat b = \frac{\sum_q w_q (x_q - \bar x)(y_q - \bar y)}{\sum_q w_q (x_q - \bar x)^2}

    Parameters
    ----------
    values
        What to fit; dims ``deprivation`` and any others.
    position
        Ridits; dims ``deprivation`` and perhaps ``ics``.
    weight
        Weights, usually population.

    Returns
    -------
    Line
        Fitted values at both ends, without ``deprivation``, in the unit of `values`; missing
        where fewer than three groups have people.

    Examples
    --------
    >>> x = xr.DataArray([0.25, 0.5, 0.75], dims="deprivation")
    >>> line = fit_line(2 + 3 * x, x, xr.ones_like(x))
    >>> float(line.most.round(6)), float(line.least.round(6))
    (2.0, 5.0)
    """
    present = weight.where(weight > 0) * _known(values)
    share = present / present.sum(DEPRIVATION)
    mean_x = (share * position).sum(DEPRIVATION)
    lever = share * (position - mean_x)
    lever = lever / (lever * (position - mean_x)).sum(DEPRIVATION)
    mean_y = _sum_of_products(share, values)
    slope = _sum_of_products(lever, values - mean_y)
    enough = (present > 0).sum(DEPRIVATION) >= FEWEST_GROUPS
    most = (mean_y - slope * mean_x).where(enough)
    return Line(most=most, least=most + slope)


def _known(values: xr.DataArray) -> xr.DataArray | float:
    """Say which values there are: a number where all are, so that weights need not be laid out over draws."""
    return 1.0 if nothing_missing(values) else values.notnull()


def _sum_of_products(weights: xr.DataArray, values: xr.DataArray) -> xr.DataArray:
    """Add up over deprivation what has a weight and a value."""
    known = values if nothing_missing(values) else values.fillna(0.0)
    return xr.dot(weights.fillna(0.0), known, dim=DEPRIVATION)


@refuses_other_types
@on_same_labels
def slope_index(rate: FitOrDraws, population: xr.DataArray | None = None, *, position: Position = "national",
                loglinear: bool = False) -> xr.DataArray:  # fmt: skip
    r"""Give the slope index of inequality: the fitted difference between the ends of the scale.

    .. math:: \mathrm{SII} = \hat y(1) - \hat y(0)

    Parameters
    ----------
    rate
        A fit, for admissions per 100,000 person-years; or rates, dims ``deprivation`` and any
        others, such as ``ics``.
    population
        Person-years by ``deprivation`` and perhaps ``ics``, which are the weights; by default those of the fit.
    position
        ``"national"`` places groups by their share of all ICSs together, the version that
        compares areas (NHS England's "new SII", the absolute gradient index);
        ``"local"`` by their share of the area (OHID).
    loglinear
        Fit the line to log rates, for gradients so steep that a straight line falls below 0.

    Returns
    -------
    xarray.DataArray
        In the unit of `rate`; positive = the most deprived have the lower rate; 0 = no
        gradient; missing where fewer than three groups have people.

    Raises
    ------
    OptionError
        When `position` is neither local nor national, rates come without population, or the groups
        of a fit have no order.

    Notes
    -----
    Local indices of different areas must not be compared. Assumes a straight gradient.

    References
    ----------
    Moreno-Betancur M et al (2015) Relative index of inequality and slope index of inequality.
    Epidemiology 26:518. doi:10.1097/EDE.0000000000000311

    Examples
    --------
    >>> people = xr.DataArray([1.0, 1, 1, 1], dims="deprivation")
    >>> rate = xr.DataArray([100.0, 110, 120, 130], dims="deprivation")
    >>> float(slope_index(rate, people).round(6))
    40.0
    """
    rate, people = _ordered_rates(rate, population)
    line = _line(rate, people, position, loglinear)
    return read_as(line.least - line.most, deficit_reading(rate.attrs.get("unit", "")), "slope_index")


@on_same_labels
def relative_index(rate: FitOrDraws, population: xr.DataArray | None = None, *, position: Position = "national",
                   variant: Literal["ends", "mean"] = "ends", loglinear: bool = False) -> xr.DataArray:  # fmt: skip
    r"""Give the relative index of inequality, in either of its two definitions.

    .. math:: \mathrm{RII}_{\text{ends}} = \hat y(1) / \hat y(0), \qquad
              \mathrm{RII}_{\text{mean}} = \mathrm{SII} / \bar y

    Parameters
    ----------
    rate, population, position, loglinear
        As for `slope_index`.
    variant
        ``"ends"`` is the ratio of the fitted ends, least over most deprived; ``"mean"`` the
        slope index over the population's mean rate.

    Returns
    -------
    xarray.DataArray
        No unit. ``ends``: 1 = no gradient, above 1 = the most deprived have the lower rate.
        ``mean``: 0 = no gradient, positive = the same.

    Raises
    ------
    OptionError
        When the variant is not known; otherwise as for `slope_index`.

    Notes
    -----
    Where a straight line falls below 0 at one end, ``ends`` has no meaning and is missing;
    use ``loglinear``.

    References
    ----------
    Moreno-Betancur M et al (2015), as for `slope_index`.

    Examples
    --------
    >>> people = xr.DataArray([1.0, 1, 1, 1], dims="deprivation")
    >>> rate = xr.DataArray([100.0, 110, 120, 130], dims="deprivation")
    >>> float(relative_index(rate, people).round(4)), float(relative_index(rate, people, variant="mean").round(4))
    (1.4211, 0.3478)
    """
    if variant not in ("ends", "mean"):
        raise OptionError(f"the relative index has variants 'ends' and 'mean', not '{variant}'")
    rate, people = _ordered_rates(rate, population)
    line = _line(rate, people, position, loglinear)
    if variant == "ends":
        ends = line.least / line.most.where((line.most > 0) & (line.least > 0))
        return read_as(ends, deficit_reading(RATIO, 1), "relative_index")
    mean = add_up(rate * people, DEPRIVATION) / people.where(rate.notnull()).sum(DEPRIVATION)
    return read_as((line.least - line.most) / mean, deficit_reading("share of the mean rate"), "relative_index")


@on_same_labels
def relative_gradient_index(rate: FitOrDraws, population: xr.DataArray | None = None) -> xr.DataArray:
    r"""Give the relative gradient index: the national slope index over the **national** mean.

    .. math:: \mathrm{RGI}_i = \mathrm{AGI}_i / \bar y_{\text{national}}

    Parameters
    ----------
    rate
        A fit; or rates, dims ``ics, deprivation`` and any others.
    population
        Person-years by ``ics`` and ``deprivation``; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        No unit; 0 = no gradient; positive = the most deprived have the lower rate.

    Raises
    ------
    OptionError
        As for `slope_index`.

    Notes
    -----
    The absolute gradient index (AGI) itself is `slope_index` with national positions.

    References
    ----------
    Cookson R et al (2016) Health equity indicators for the English NHS: a longitudinal
    whole-population study at the small-area level. Health Services and Delivery Research 4(26).
    doi:10.3310/hsdr04260

    Examples
    --------
    >>> people = xr.DataArray([[1.0, 1, 1]], dims=("ics", "deprivation"))
    >>> rate = xr.DataArray([[1.0, 2, 3]], dims=("ics", "deprivation"))
    >>> relative_gradient_index(rate, people).round(6).values
    array([1.5])
    """
    rate, people = _ordered_rates(rate, population)
    over = [ICS, DEPRIVATION]
    mean = add_up(rate * people, over) / people.where(rate.notnull()).sum(over)
    index = slope_index(rate, people) / mean
    return read_as(index, deficit_reading("share of the national rate"), "relative_gradient_index")


def _ordered_rates(rate: FitOrDraws, population: xr.DataArray | None) -> tuple[xr.DataArray, xr.DataArray]:
    check_order(rate)
    return rate_and_people(rate, population)


def _line(rate: xr.DataArray, population: xr.DataArray, position: Position, loglinear: bool) -> Line:
    place = positions(population, position)
    if not loglinear:
        return fit_line(rate, place, population)
    line = fit_line(np.log(rate.where(rate > 0)), place, population)
    return Line(most=np.exp(line.most), least=np.exp(line.least))


def positions(population: xr.DataArray, position: Position) -> xr.DataArray:
    """Give local or national ridits for a population.

    Raises
    ------
    OptionError
        When `position` is neither local nor national.

    Examples
    --------
    >>> people = xr.DataArray([[1.0, 3.0], [3.0, 1.0]], dims=("ics", "deprivation"))
    >>> positions(people, "national").values
    array([0.25, 0.75])
    """
    if position == "local":
        return ridit(population)
    if position == "national":
        return ridit(population.sum(ICS) if ICS in population.dims else population)
    raise OptionError(f"positions are 'local' or 'national', not '{position}'")
