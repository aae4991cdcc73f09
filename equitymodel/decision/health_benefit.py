"""Who gains health and who loses it when money goes to an option: distributional cost-effectiveness, group by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import brentq

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.acceptability import OPTION, OTHER
from equitymodel.decision.social_welfare import AVERSIONS, atkinson_equivalent, atkinson_of_logs
from equitymodel.errors import OptionError
from equitymodel.vocabulary import SAMPLE_DIMS, group_dim

SHARES_OF_FIFTHS = {
    "flat": (0.2, 0.2, 0.2, 0.2, 0.2),
    "moderate": (0.23, 0.21, 0.21, 0.18, 0.17),
    "steep": (0.26, 0.22, 0.22, 0.16, 0.14),
}
"""Who loses health where money is taken from elsewhere in the NHS, from the most deprived fifth: flat as NICE (2025)
asks, and the gradients of Love-Koh and others (2020, Medical Decision Making 40:170) as alternatives."""
MOST_AVERSE = 50.0
STEPS = 201


@refuses_other_types
@on_same_labels
def net_health_benefit(
    patients: xr.DataArray, gain: xr.DataArray | float, cost: xr.DataArray | float, *, threshold: float,
    shares: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    r"""Give the health that each group gains, less what it loses because the money is not spent elsewhere.

    .. math:: \mathrm{NHB}_g = n_g \Delta q_g - s_g \sum_h n_h \Delta c_h / k

    Parameters
    ----------
    patients
        Further people treated, :math:`n`; dims ``deprivation`` (or ``group``) and any others, such as ``option``.
    gain
        Quality-adjusted life years that treatment gives a person, :math:`\Delta q`: from the user.
    cost
        Cost of treating a person, :math:`\Delta c`: from the user.
    threshold
        Cost of a quality-adjusted life year elsewhere in the NHS, :math:`k`, above 0.
    shares
        Who loses health elsewhere, :math:`s`, 1 in all: see `SHARES_OF_FIFTHS`.

    Returns
    -------
    xarray.DataArray
        Quality-adjusted life years by group; positive = gained.

    Raises
    ------
    OptionError
        When the threshold is not above 0, or shares are not 1 in all.

    Notes
    -----
    By group first, and without weights: that is what NICE asks for in its support document on health inequalities.

    References
    ----------
    Asaria M, Griffin S, Cookson R (2016) Distributional cost-effectiveness analysis: a tutorial. Medical Decision
    Making 36:8. 10.1177/0272989X15583266

    Examples
    --------
    >>> fifths = {"deprivation": [1, 2, 3, 4, 5]}
    >>> patients = xr.DataArray([3000.0, 2500, 2000, 1500, 1000], fifths)
    >>> shares = xr.DataArray([*SHARES_OF_FIFTHS["flat"]], fifths)
    >>> net_health_benefit(patients, 0.25, 3000, threshold=15_000, shares=shares).values.round(6).tolist()
    [350.0, 225.0, 100.0, -25.0, -150.0]
    """
    if not threshold > 0:
        raise OptionError("the cost of a quality-adjusted life year elsewhere is above 0")
    group = group_dim(patients.dims)
    if not bool((shares >= 0).all()) or not np.allclose(shares.sum(group), 1, atol=1e-6):
        raise OptionError("shares of health lost elsewhere are 0 or more, and 1 in all")
    lost = shares * (patients * cost).sum(group) / threshold
    return (patients * gain - lost).transpose(*patients.dims, ...)


@refuses_other_types
@on_same_labels
def equity_impact(
    benefit: xr.DataArray, health: xr.DataArray, population: xr.DataArray, *, aversion: float
) -> xr.Dataset:
    """Split what an option does into more health and health more equally had: a place on the equity impact plane.

    Parameters
    ----------
    benefit
        From `net_health_benefit`: quality-adjusted life years by group.
    health
        Quality-adjusted life expectancy of each group, without any option.
    population
        People in each group.
    aversion
        Of `atkinson_equivalent`.

    Returns
    -------
    xarray.Dataset
        ``total`` (net health benefit in all), ``equity`` (what a more equal distribution is worth: the change of
        equivalent less mean health, times the population) and ``equivalent`` (both together), in years.

    Raises
    ------
    OptionError
        As for `atkinson_equivalent`.

    Notes
    -----
    Above the line of slope -1, on which equity and total cancel, an option is worth its cost at this aversion.

    Examples
    --------
    >>> names = {"deprivation": [1, 5]}
    >>> health, population = xr.DataArray([60.0, 75.0], names), xr.DataArray([1e6, 1e6], names)
    >>> found = equity_impact(xr.DataArray([100.0, -50.0], names), health, population, aversion=1.0)
    >>> [round(found[name].item(), 1) for name in ("total", "equity", "equivalent")]
    [50.0, 17.1, 67.1]
    """
    group = group_dim(benefit.dims)
    people = population.sum(group)
    after = atkinson_equivalent(health + benefit / population, population, aversion=aversion)
    gained = (after - atkinson_equivalent(health, population, aversion=aversion)) * people
    total = benefit.sum(group)
    return xr.Dataset({"total": total, "equity": gained - total, "equivalent": gained})


@refuses_other_types
@on_same_labels
def impact_curve(
    benefit: xr.DataArray, health: xr.DataArray, population: xr.DataArray, *, aversions: Sequence[float] = AVERSIONS
) -> xr.Dataset:
    """Give `equity_impact` at several aversions: a curve, not one number.

    Parameters
    ----------
    benefit, health, population
        As for `equity_impact`.
    aversions
        Each once.

    Returns
    -------
    xarray.Dataset
        As `equity_impact`, with the dimension ``aversion``.

    Raises
    ------
    OptionError
        As for `equity_impact`.

    Examples
    --------
    >>> names = {"deprivation": [1, 5]}
    >>> health, population = xr.DataArray([60.0, 75.0], names), xr.DataArray([1e6, 1e6], names)
    >>> curve = impact_curve(xr.DataArray([100.0, -50.0], names), health, population)
    >>> curve["equivalent"].values.round(1).tolist()
    [50.0, 67.1, 108.0, 183.1]
    """
    made = [equity_impact(benefit, health, population, aversion=aversion) for aversion in aversions]
    return xr.concat(made, "aversion", coords="minimal", compat="override", join="exact").assign_coords(
        aversion=list(aversions)
    )


@on_same_labels
def switch_of_choice(benefit: xr.DataArray, health: xr.DataArray, population: xr.DataArray) -> pd.DataFrame:
    """Give the aversions at which another option becomes the best, on average over draws.

    Parameters
    ----------
    benefit
        Dims ``option`` and groups, perhaps ``chain, draw``.
    health, population
        As for `equity_impact`.

    Returns
    -------
    pandas.DataFrame
        ``aversion, from_option, to_option``, a row a switch between 0 and 50; none where one option stays the best.

    Raises
    ------
    OptionError
        When there are fewer than two options.

    Notes
    -----
    Aversions are searched in steps of 0.25; two switches within one step are not seen.

    Examples
    --------
    >>> names = {"option": ["all", "targeted"], "deprivation": [1, 5]}
    >>> health = xr.DataArray([60.0, 75.0], {"deprivation": [1, 5]}, "deprivation")
    >>> benefit = xr.DataArray([[50.0, 60.0], [80.0, 20.0]], names)
    >>> switch_of_choice(benefit, health, xr.full_like(health, 1e6)).round(3).values.tolist()
    [[1.289, 'all', 'targeted']]
    """
    if benefit.sizes.get(OPTION, 0) < 2:
        raise OptionError("a switch is between options: give two or more, dim 'option'")
    worth = _worth_at(benefit, health, population)
    names = benefit[OPTION].values if OPTION in benefit.coords else np.arange(benefit.sizes[OPTION])
    grid = np.linspace(0, MOST_AVERSE, STEPS)
    best = [int(worth(aversion).argmax()) for aversion in grid]
    rows = []
    for low, high, one, two in zip(grid, grid[1:], best, best[1:], strict=False):
        if one != two:
            at = brentq(lambda aversion, pair=(one, two): np.subtract(*worth(aversion)[[*pair]]), low, high, xtol=1e-9)
            rows.append((at, str(names[one]), str(names[two])))
    return pd.DataFrame(rows, columns=["aversion", "from_option", "to_option"])


def _worth_at(benefit: xr.DataArray, health: xr.DataArray, population: xr.DataArray) -> Callable[[float], np.ndarray]:
    """Give what ranks options at an aversion, on average over draws: their equivalents, by option."""
    group = group_dim(benefit.dims)
    equity_impact(benefit, health, population, aversion=0.0)
    laid, weight = xr.broadcast(np.log(health + benefit / population), population / population.sum(group))
    rest = [dim for dim in laid.dims if dim in SAMPLE_DIMS]
    logs, shares = (values.transpose(*rest, OPTION, group).values for values in (laid, weight))

    def worth(aversion: float) -> np.ndarray:
        found = atkinson_of_logs(logs, shares, float(aversion))
        return np.asarray(found.reshape(-1, found.shape[-1]).mean(axis=0))

    return worth


@on_same_labels
def dominates(health: xr.DataArray, population: xr.DataArray) -> xr.Dataset:
    """Say which option's distribution of health is better without any weights, draw by draw.

    Parameters
    ----------
    health
        After each option; dims ``option`` and groups, perhaps ``chain, draw``.
    population
        People in each group.

    Returns
    -------
    xarray.Dataset
        Dims ``option, other_option``: ``pareto`` (no group has less health, one has more), ``lorenz`` (more equal:
        the worst-off have no smaller share, whatever share of people that is) and ``generalised_lorenz`` (they have
        no less health in all). Shares of draws; without draws 0 or 1.

    Raises
    ------
    OptionError
        When labels differ.

    References
    ----------
    Shorrocks AF (1983) Ranking income distributions. Economica 50:3. 10.2307/2554117

    Examples
    --------
    >>> names = {"option": ["a", "b"], "deprivation": [1, 5]}
    >>> health = xr.DataArray([[60.0, 75.0], [61.0, 74.0]], names)
    >>> found = dominates(health, xr.DataArray([1.0, 1.0], {"deprivation": [1, 5]}, "deprivation"))
    >>> [found[kind].sel(option="b", other_option="a").item() for kind in found]
    [0.0, 1.0, 1.0]
    """
    group = group_dim(health.dims)
    health, share = xr.broadcast(health, population / population.sum(group))
    cumulated, places = _from_the_worst_off(health, share, group)
    mean = (health * share).sum(group)
    return xr.Dataset({
        "pareto": _no_worse(health, group),
        "lorenz": _no_worse(cumulated / mean, places),
        "generalised_lorenz": _no_worse(cumulated, places),
    })  # fmt: skip


def _from_the_worst_off(health: xr.DataArray, share: xr.DataArray, group: str) -> tuple[xr.DataArray, str]:
    """Give the health of the worst-off, at each share of people at which the curve of some option bends."""
    curve = "share_of_people"
    order = np.argsort(health.transpose(..., group).values, axis=-1, kind="stable")
    sides = [np.take_along_axis(values.transpose(..., group).values, order, -1) for values in (health, share)]
    people = np.concatenate([np.zeros((*order.shape[:-1], 1)), sides[1].cumsum(-1)], axis=-1)
    held = np.concatenate([np.zeros((*order.shape[:-1], 1)), (sides[0] * sides[1]).cumsum(-1)], axis=-1)
    bends = np.unique(people.round(12))[1:]
    flat = [values.reshape(-1, values.shape[-1]) for values in (people, held)]
    made = np.array([np.interp(bends, *pair) for pair in zip(*flat, strict=True)]).reshape(*order.shape[:-1], -1)
    rest = [dim for dim in health.dims if dim != group]
    return xr.DataArray(made, {dim: health[dim] for dim in rest if dim in health.coords}, [*rest, curve]), curve


def _no_worse(values: xr.DataArray, over: str, error: float = 1e-12) -> xr.DataArray:
    """Give the share of draws in which one option is nowhere below another, and somewhere above."""
    other = values.rename({OPTION: OTHER})
    apart = error * np.maximum(abs(values), abs(other))
    found = (values >= other - apart).all(over) & (values > other + apart).any(over)
    return found.astype(float).mean([dim for dim in found.dims if dim in SAMPLE_DIMS])
