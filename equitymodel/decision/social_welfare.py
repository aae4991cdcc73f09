"""Health of a whole population as one number, at an aversion to inequality: equally distributed equivalents."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.vocabulary import group_dim

ATKINSON_OF_PUBLIC = 10.95
"""The median of a survey of the public (Robson and others 2017)."""
AVERSIONS = (0.0, 1.0, 3.5, ATKINSON_OF_PUBLIC)
"""Of Atkinson: none, two reference points, and that of the public."""
KOLM_OF_PUBLIC = 0.15
"""Of Kolm, from the same survey."""


@refuses_other_types
@on_same_labels
def atkinson_equivalent(health: xr.DataArray, population: xr.DataArray, *, aversion: float) -> xr.DataArray:
    r"""Give the health that everyone could have, so that all is as good as now, by relative aversion.

    .. math:: \Bigl(\sum_g w_g h_g^{1-\varepsilon}\Bigr)^{1/(1-\varepsilon)}, \quad \varepsilon = 1: \prod_g h_g^{w_g}

    Parameters
    ----------
    health
        Such as quality-adjusted life expectancy, above 0; dims ``deprivation`` (or ``group``) and any others.
    population
        Of each group.
    aversion
        :math:`\varepsilon`, 0 or more; at 0 it is the mean.

    Returns
    -------
    xarray.DataArray
        In the unit of `health`, without the groups.

    Raises
    ------
    OptionError
        When health is not above 0, or aversion is below 0.

    References
    ----------
    Atkinson AB (1970) On the measurement of inequality. Journal of Economic Theory 2:244.
    10.1016/0022-0531(70)90039-6

    Examples
    --------
    >>> health = xr.DataArray([20.0, 40.0, 60.0], dims="group")
    >>> round(atkinson_equivalent(health, xr.ones_like(health), aversion=1.0).item(), 4)
    36.3424
    """
    _check(health, aversion)
    if not bool((health > 0).all()):
        raise OptionError("relative aversion to inequality needs health above 0 in every group")
    group = group_dim(health.dims)
    return xr.apply_ufunc(
        atkinson_of_logs, *xr.broadcast(np.log(health), population / population.sum(group)),
        input_core_dims=[[group], [group]], kwargs={"aversion": aversion},
    )  # fmt: skip


def atkinson_of_logs(logs: np.ndarray, weight: np.ndarray, aversion: float) -> np.ndarray:
    """Give the equivalent of plain arrays, for whoever asks at many aversions.

    Parameters
    ----------
    logs, weight
        Natural logs of health, and shares of people; groups last.
    aversion
        As for `atkinson_equivalent`.

    Returns
    -------
    numpy.ndarray
        Without the groups.

    Examples
    --------
    >>> round(float(atkinson_of_logs(np.log([20.0, 40.0, 60.0]), np.ones(3) / 3, 1.0)), 4)
    36.3424
    """
    power = 1 - aversion
    if power == 0:
        return np.asarray(np.exp((weight * logs).sum(-1)))
    most = (power * logs).max(-1, keepdims=True)
    return np.asarray(np.exp((most[..., 0] + np.log((weight * np.exp(power * logs - most)).sum(-1))) / power))


@refuses_other_types
@on_same_labels
def kolm_equivalent(health: xr.DataArray, population: xr.DataArray, *, aversion: float) -> xr.DataArray:
    r"""Give the health that everyone could have, so that all is as good as now, by absolute aversion.

    .. math:: -\log\Bigl(\sum_g w_g e^{-\alpha h_g}\Bigr) / \alpha

    Parameters
    ----------
    health, population
        As for `atkinson_equivalent`; health may be of any sign.
    aversion
        :math:`\alpha`, per unit of health, 0 or more; at 0 it is the mean.

    Returns
    -------
    xarray.DataArray
        One number for all groups, in the unit of `health`.

    Raises
    ------
    OptionError
        When aversion is below 0.

    References
    ----------
    Kolm SC (1976) Unequal inequalities I. Journal of Economic Theory 12:416. 10.1016/0022-0531(76)90037-5

    Examples
    --------
    >>> health = xr.DataArray([20.0, 40.0, 60.0], dims="group")
    >>> round(kolm_equivalent(health, xr.ones_like(health), aversion=0.1).item(), 4)
    29.5568
    """
    _check(health, aversion)
    group = group_dim(health.dims)
    weight = population / population.sum(group)
    if aversion == 0:
        return (weight * health).sum(group)
    lowest = health.min(group)
    return lowest - np.log((weight * np.exp(-aversion * (health - lowest))).sum(group)) / aversion


@refuses_other_types
@on_same_labels
def gini_equivalent(health: xr.DataArray, population: xr.DataArray, *, aversion: float = 2.0) -> xr.DataArray:
    r"""Give the health that everyone could have, so that all is as good as now, by rank: the extended Gini.

    .. math:: \sum_g \bigl[(1 - F_{g-1})^\eta - (1 - F_g)^\eta\bigr] h_g, \quad \text{from the lowest } h

    Parameters
    ----------
    health, population
        As for `atkinson_equivalent`; health may be of any sign.
    aversion
        :math:`\eta`, 1 or more: 1 gives the mean, 2 the Gini coefficient.

    Returns
    -------
    xarray.DataArray
        In the unit of `health`, without the groups.

    Raises
    ------
    OptionError
        When aversion is below 1.

    References
    ----------
    Yitzhaki S (1983) On an extension of the Gini inequality index. International Economic Review 24:617.
    10.2307/2648789

    Examples
    --------
    >>> health = xr.DataArray([20.0, 40.0, 60.0], dims="group")
    >>> round(gini_equivalent(health, xr.ones_like(health)).item(), 4)
    31.1111
    """
    if not aversion >= 1:
        raise OptionError(f"aversion of the extended Gini is 1 or more, not {aversion:g}")
    group = group_dim(health.dims)
    share = population / population.sum(group)
    return xr.apply_ufunc(
        _by_rank, *xr.broadcast(health, share), input_core_dims=[[group], [group]], kwargs={"aversion": aversion}
    )


def _by_rank(health: np.ndarray, share: np.ndarray, aversion: float) -> np.ndarray:
    order = np.argsort(health, axis=-1, kind="stable")
    health, share = (np.take_along_axis(values, order, -1) for values in (health, share))
    above = np.clip(1 - share.cumsum(-1), 0.0, 1.0)
    return np.asarray((((above + share) ** aversion - above**aversion) * health).sum(-1))


@refuses_other_types
@on_same_labels
def equity_weights(health: xr.DataArray, *, aversion: float, kind: str = "atkinson") -> xr.DataArray:
    r"""Give what a little more health in each group is worth, against the same in the last group.

    .. math:: (h_G / h_g)^\varepsilon \text{ (Atkinson)}, \qquad e^{\alpha (h_G - h_g)} \text{ (Kolm)}

    Parameters
    ----------
    health
        As for `atkinson_equivalent`.
    aversion
        As for `atkinson_equivalent` or `kolm_equivalent`.
    kind
        ``atkinson`` or ``kolm``.

    Returns
    -------
    xarray.DataArray
        1 for the last group, the least deprived.

    Raises
    ------
    OptionError
        When the kind is not known, or a number has no meaning.

    Notes
    -----
    Printed tables of the York calculator give steps of a whole year instead (`weight_of_a_year`). NICE asks that
    health be shown by group, without weights: show these as a curve beside that, never as one number.

    Examples
    --------
    >>> health = xr.DataArray([60.0, 75.0], {"deprivation": [1, 5]}, "deprivation")
    >>> equity_weights(health, aversion=1.0).values.tolist()
    [1.25, 1.0]
    """
    _check(health, aversion)
    if kind not in ("atkinson", "kolm"):
        raise OptionError(f"no weights of the kind '{kind}'; choose atkinson or kolm")
    least = health.isel({group_dim(health.dims): -1}, drop=True)
    return (least / health) ** aversion if kind == "atkinson" else np.exp(aversion * (least - health))


@refuses_other_types
@on_same_labels
def weight_of_a_year(
    health: xr.DataArray, population: xr.DataArray, *, aversion: float, kind: str = "atkinson"
) -> xr.DataArray:
    """Give what a whole year more in each group adds to the equivalent, against the same in the last group.

    Parameters
    ----------
    health, population, aversion, kind
        As for `equity_weights`.

    Returns
    -------
    xarray.DataArray
        1 for the last group; what the York calculator prints.

    Raises
    ------
    OptionError
        As for `equity_weights`.

    Examples
    --------
    >>> health = xr.DataArray([60.0, 75.0], {"deprivation": [1, 5]}, "deprivation")
    >>> weight_of_a_year(health, xr.ones_like(health), aversion=1.0).values.round(4).tolist()
    [1.249, 1.0]
    """
    if kind not in ("atkinson", "kolm"):
        raise OptionError(f"no weights of the kind '{kind}'; choose atkinson or kolm")
    equivalent = atkinson_equivalent if kind == "atkinson" else kolm_equivalent
    group, now = group_dim(health.dims), equivalent(health, population, aversion=aversion)
    places = xr.DataArray(np.arange(health.sizes[group]), dims=group, coords={group: health[group]})
    gains = [equivalent(health + (places == k), population, aversion=aversion) - now for k in places.values]
    gain = xr.concat(gains, group).assign_coords({group: health[group]})
    return (gain / gain.isel({group: -1}, drop=True)).transpose(*health.dims)


def _check(health: xr.DataArray, aversion: float) -> None:
    if not aversion >= 0:
        raise OptionError(f"aversion to inequality is 0 or more, not {aversion:g}")
    if not bool(health.notnull().all()):
        raise OptionError("health is missing in some group; leave that group out, with its population")
