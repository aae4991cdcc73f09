"""Admissions shared out under a capacity, from the most productive plan to equal rates: alpha-fair, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION


@refuses_other_types
@on_same_labels
def alpha_fair(
    need: xr.DataArray,
    per_admission: xr.DataArray,
    capacity: xr.DataArray | float,
    *,
    aversion: float,
    over: Sequence[str] = (DEPRIVATION,),
) -> xr.DataArray:
    r"""Share a capacity out between groups at one aversion to inequality, draw by draw.

    .. math:: \max_x \sum_g m_g u_\varepsilon(x_g / m_g), \quad \sum_g c_g x_g \le C, \quad 0 \le x_g \le m_g

    so that :math:`x_g / m_g = \min(1, \lambda\, c_g^{-1/\varepsilon})`.

    Parameters
    ----------
    need
        Admissions that would meet all need, :math:`m`; dims of `over` and any others, such as ``chain, draw``.
    per_admission
        Capacity that an admission takes, :math:`c`: hours of theatre, bed-days, pounds; above 0.
    capacity
        What there is in all, :math:`C`, in the same unit; without the dims of `over`.
    aversion
        :math:`\varepsilon`: 0 fills by productivity, 1 is proportional fairness, ``inf`` gives equal rates.
    over
        Between what it is shared: groups, or groups and procedures together.

    Returns
    -------
    xarray.DataArray
        Admissions, :math:`x`. The whole capacity is used unless all need is met.

    Raises
    ------
    OptionError
        When a number has no meaning, or `capacity` differs between groups.

    Notes
    -----
    Each draw is optimal for its own need and its own use of capacity. Groups that are equally productive have equal
    rates at every aversion.

    References
    ----------
    Bertsimas D, Farias VF, Trichakis N (2012) On the efficiency-fairness trade-off. Management Science 58:2234.
    10.1287/mnsc.1120.1549

    Examples
    --------
    >>> need = xr.DataArray([100.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> per_admission = xr.DataArray([1.25, 1.0], {"deprivation": [1, 5]}, "deprivation")
    >>> [round(alpha_fair(need, per_admission, 100, aversion=a).sum().item(), 4) for a in (0, 0.5, 1, float("inf"))]
    [100.0, 91.1111, 90.0, 88.8889]
    """
    check_capacity(need, per_admission, capacity, over)
    if not aversion >= 0:
        raise OptionError(f"aversion to inequality is 0 or more, up to inf, not {aversion}")
    need, per_admission = xr.broadcast(need, per_admission)
    rate = rates_within(-np.log(per_admission), need * per_admission, capacity, aversion=aversion, over=over)
    return (rate * need).transpose(*need.dims, ...)


def rates_within(
    log_productivity: xr.DataArray, full: xr.DataArray, capacity: xr.DataArray | float, *,
    aversion: xr.DataArray | float, over: Sequence[str],
) -> xr.DataArray:  # fmt: skip
    """Give the share of need that is met in each group, at an aversion that may differ from draw to draw.

    Parameters
    ----------
    log_productivity
        Logarithm of admissions for each unit of capacity.
    full
        Capacity that would meet all need of a group.
    capacity, aversion, over
        As for `alpha_fair`.

    Returns
    -------
    xarray.DataArray
        Shares from 0 to 1.
    """
    return xr.apply_ufunc(
        partial(_shares_over, len(over)), *xr.broadcast(log_productivity, full), capacity, aversion,
        input_core_dims=[[*over], [*over], [], []], output_core_dims=[[*over]],
    )  # fmt: skip


def _shares_over(
    dims: int, log_productivity: np.ndarray, full: np.ndarray, capacity: np.ndarray, aversion: np.ndarray
) -> np.ndarray:
    """Lay the cells that share a capacity along one axis, and back."""
    cells = full.shape[full.ndim - dims :]
    one, two = (values.reshape(*values.shape[: values.ndim - dims], -1) for values in (log_productivity, full))
    shares = _shares(one, two, capacity, aversion)
    return np.asarray(shares.reshape(*shares.shape[:-1], *cells))


def _shares(log_productivity: np.ndarray, full: np.ndarray, capacity: np.ndarray, aversion: np.ndarray) -> np.ndarray:
    """Fill by productivity where there is no aversion; otherwise in the proportions of the closed form."""
    capacity, aversion = np.asarray(capacity, float)[..., None], np.asarray(aversion, float)[..., None]
    most_productive_first = _by_productivity(log_productivity, full, capacity)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_weight = np.where(np.isinf(aversion), 0.0, log_productivity / aversion)
    proportions = _in_proportion(np.where(aversion > 0, log_weight, 0.0), full, capacity)
    return np.where(aversion > 0, proportions, most_productive_first)


def _by_productivity(log_productivity: np.ndarray, full: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Meet all need of the most productive first; those that are alike share what is left at one rate."""
    other, own = log_productivity[..., None, :], log_productivity[..., :, None]
    used = (full[..., None, :] * (other > own)).sum(-1)
    alike = (full[..., None, :] * (other == own)).sum(-1)
    return np.asarray(np.clip((capacity - used) / np.where(alike > 0, alike, 1.0), 0.0, 1.0))


def _in_proportion(log_weight: np.ndarray, full: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Give rates in proportion to weights, none above 1, that use the capacity.

    With groups in order of weight, the first ``k`` are full and the next has rate ``(C - filled) / rest``, where
    ``rest`` is what the others would use at its rate and their weights. The first ``k`` for which that is at most 1.
    """
    shape = np.broadcast_shapes(log_weight.shape, full.shape, (*capacity.shape[:-1], 1))
    log_weight, full = np.broadcast_to(log_weight, shape), np.broadcast_to(full, shape)
    order = np.argsort(-log_weight, axis=-1, kind="stable")
    weight, size = (np.take_along_axis(values, order, -1) for values in (log_weight, full))
    rest = size.copy()
    for k in range(shape[-1] - 2, -1, -1):
        rest[..., k] += np.exp(weight[..., k + 1] - weight[..., k]) * rest[..., k + 1]
    rate = (capacity - (size.cumsum(-1) - size)) / np.where(rest > 0, rest, 1.0)
    within = (rate <= 1) & (rest > 0)
    first = within.argmax(-1)[..., None]
    at_first = np.take_along_axis(rate, first, -1) * np.exp(
        np.minimum(weight - np.take_along_axis(weight, first, -1), 0)
    )
    filled = np.where((np.arange(shape[-1]) >= first) & within.any(-1)[..., None], at_first, 1.0)
    return np.take_along_axis(filled, np.argsort(order, axis=-1), -1)


def check_capacity(
    need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float, over: Sequence[str]
) -> None:
    """Refuse need, use of capacity or capacity that has no meaning, or that lacks the groups."""
    if absent := [dim for dim in over if dim not in need.dims]:
        raise OptionError(f"need has no {', '.join(absent)}; name in over= what capacity is shared between")
    if not bool((need >= 0).all()):
        raise OptionError("need is 0 or more in every group and draw; leave out groups whose need is not known")
    if not bool((per_admission > 0).all()):
        raise OptionError("the capacity that an admission takes is above 0 in every group and draw")
    if isinstance(capacity, xr.DataArray) and set(capacity.dims) & set(over):
        raise OptionError(f"capacity is one number for all of {', '.join(over)}; limits of a group are side limits")
    if not bool(np.all(np.asarray(capacity) >= 0)):
        raise OptionError("capacity is 0 or more")
