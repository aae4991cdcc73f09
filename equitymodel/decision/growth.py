"""Growth-only plans: what grows goes to the groups furthest behind, nobody is cut, and equity takes so many years."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.vocabulary import group_dim

YEAR = "year"


@refuses_other_types
@on_same_labels
def raise_the_lowest(admissions: xr.DataArray, need: xr.DataArray, extra: xr.DataArray | float) -> xr.DataArray:
    r"""Give further admissions to the groups of the lowest rates, up to one level; nobody loses any.

    .. math:: \sum_g \max(0, L m_g - n_g) = E

    Parameters
    ----------
    admissions
        Today's, :math:`n`; dims ``deprivation`` (or ``group``) and any others.
    need
        Need-adjusted expected admissions, :math:`m`, above 0.
    extra
        Further admissions in all, :math:`E`, 0 or more.

    Returns
    -------
    xarray.DataArray
        Admissions of the plan, which are those of today and `extra` together.

    Raises
    ------
    OptionError
        When need is not above 0, or `extra` is below 0.

    Examples
    --------
    >>> today = xr.DataArray([60.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> raise_the_lowest(today, xr.full_like(today, 100.0), 20.0).values
    array([ 80., 100.])
    """
    if not bool((need > 0).all()):
        raise OptionError("need is above 0 in every group; leave out groups without any")
    if not bool(np.all(np.asarray(extra) >= 0)):
        raise OptionError("a growth-only plan has growth of 0 or more; a cut is a route of its own")
    group = group_dim(admissions.dims)
    level = xr.apply_ufunc(
        _level, *xr.broadcast(admissions, need), extra, input_core_dims=[[group], [group], []],
    )  # fmt: skip
    return np.maximum(admissions, level * need).transpose(*admissions.dims, ...)


def _level(admissions: np.ndarray, need: np.ndarray, extra: np.ndarray) -> np.ndarray:
    """Find the level: with groups in order of rate, that of the first ``k`` which does not reach the next."""
    rate = admissions / need
    order = np.argsort(rate, axis=-1)
    rate, own, size = (np.take_along_axis(values, order, -1) for values in (rate, admissions, need))
    level = (np.asarray(extra)[..., None] + own.cumsum(-1)) / size.cumsum(-1)
    next_rate = np.concatenate([rate[..., 1:], np.full((*rate.shape[:-1], 1), np.inf)], axis=-1)
    first = (level <= next_rate).argmax(-1)
    return np.asarray(np.take_along_axis(level, first[..., None], -1)[..., 0])


@refuses_other_types
@on_same_labels
def growth_plan(
    admissions: xr.DataArray, need: xr.DataArray, *, growth: xr.DataArray | float, years: int
) -> xr.DataArray:
    """Plan year by year how growth brings the lowest rates up, with nobody cut.

    Parameters
    ----------
    admissions, need
        As for `raise_the_lowest`.
    growth
        Of all admissions a year, a share, over and above growth of need: 0.02 is 2 %.
    years
        How many to plan.

    Returns
    -------
    xarray.DataArray
        Admissions, with the dimension ``year`` from 0 (today).

    Raises
    ------
    OptionError
        When a number has no meaning.

    Examples
    --------
    >>> today = xr.DataArray([60.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> growth_plan(today, xr.full_like(today, 100.0), growth=0.1, years=2).values.round(1).tolist()
    [[60.0, 100.0], [76.0, 100.0], [93.6, 100.0]]
    """
    if years < 1:
        raise OptionError(f"plan one year or more, not {years}")
    total = admissions.sum(group_dim(admissions.dims))
    plans = [raise_the_lowest(admissions, need, total * ((1 + growth) ** year - 1)) for year in range(years + 1)]
    return xr.concat(plans, YEAR).assign_coords({YEAR: range(years + 1)})


@on_same_labels
def years_to_equity(
    admissions: xr.DataArray, need: xr.DataArray, *, growth: xr.DataArray | float, target: xr.DataArray | None = None
) -> xr.DataArray:
    r"""Give the years until growth alone has brought every group up to a target, in each draw.

    .. math:: \log\bigl(1 + \textstyle\sum_g \max(0, t m_g - n_g) / \sum_g n_g\bigr) / \log(1 + \text{growth})

    Parameters
    ----------
    admissions, need, growth
        As for `growth_plan`.
    target
        The rate to reach, admissions over need; the higher of those of the first and the last group by default, the
        most and the least deprived, at which no gap is left.

    Returns
    -------
    xarray.DataArray
        Years; 0 where nobody falls short, and ``inf`` where there is no growth.

    Raises
    ------
    OptionError
        When growth is below 0.

    Notes
    -----
    Noise alone makes groups fall short: a shortfall under no gap is not 0, so years are not either. Assumes that need
    stays as it is, and that people are found to be treated: growth is of capacity.

    Examples
    --------
    >>> today = xr.DataArray([60.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> round(years_to_equity(today, xr.full_like(today, 100.0), growth=0.02).item(), 1)
    11.3
    """
    if not bool(np.all(np.asarray(growth) >= 0)):
        raise OptionError("growth is a share of 0 or more a year; nobody is cut in a growth-only plan")
    group = group_dim(admissions.dims)
    aim = (admissions / need).isel({group: [0, -1]}).max(group) if target is None else target
    short = (aim * need - admissions).clip(min=0.0).sum(group)
    yearly = np.log1p(growth)
    wait = np.log1p(short / admissions.sum(group)) / xr.where(yearly > 0, yearly, 1.0)
    return wait.where((short <= 0) | (yearly > 0), np.inf)
