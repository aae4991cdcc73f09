"""The share of admissions, or of spending, that each group receives, against its share of need."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.between_years import Pair, ends_of_pair, label_pair
from equitymodel.estimands.reading import Reading, read_as
from equitymodel.vocabulary import PROCEDURE, group_dim, nearest

SHARE = "share"
AGAINST_NEED_SHARE = Reading(
    SHARE, 0, above="a larger share than of need", below="a smaller share than of need", stated="above", sign="more"
)


def group_shares(amounts: xr.DataArray) -> xr.DataArray:
    r"""Give the share of each group in what all groups of an area have together.

    .. math:: S_q = n_q / \sum_q n_q

    Parameters
    ----------
    amounts
        Admissions, expected admissions or spending; dims ``deprivation`` or ``group``, and any others.

    Returns
    -------
    xarray.DataArray
        Shares from 0 to 1, which sum to 1 over groups; missing where nothing is there.

    Examples
    --------
    >>> group_shares(xr.DataArray([30.0, 70.0], dims="deprivation")).values
    array([0.3, 0.7])
    """
    whole = amounts.sum(group_dim(amounts.dims))
    return read_as((amounts / whole.where(whole > 0)).transpose(*amounts.dims), Reading(SHARE), "share")


@on_same_labels
def share_less_need(fitted: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    r"""Give the share that each group receives less its share of need.

    .. math:: D_q = \frac{n_q}{\sum_q n_q} - \frac{m_q}{\sum_q m_q}

    Parameters
    ----------
    fitted, expected
        Mean and expected admissions of the same cells, or spending and need-weighted spending.

    Returns
    -------
    xarray.DataArray
        Difference of shares; 0 = as its need; positive = a larger share than of need. Sums to 0 over groups.

    Examples
    --------
    >>> fitted = xr.DataArray([30.0, 70.0], dims="deprivation")
    >>> share_less_need(fitted, xr.full_like(fitted, 50.0)).values.round(6)
    array([-0.2,  0.2])
    """
    away = group_shares(fitted) - group_shares(expected)
    return read_as(away.transpose(*fitted.dims), AGAINST_NEED_SHARE, "share_less_need")


def share_change(share: xr.DataArray, pair: Pair, words: str = "share") -> xr.DataArray:
    """Give the change of a share, or of a share less that of need, from one year to a later one, in each draw.

    Parameters
    ----------
    share
        From `group_shares` or `share_less_need`; dim ``period`` and any others.
    pair
        Labels of the earlier and the later year.
    words
        What rose or fell.

    Returns
    -------
    xarray.DataArray
        Difference of shares; positive = rose. Dims of `share` without ``period``, and ``period_from, period_to``.

    Raises
    ------
    OptionError
        When a year is not among the periods.

    Examples
    --------
    >>> share = xr.DataArray([0.20, 0.23], coords={"period": ["2019", "2020"]})
    >>> round(share_change(share, ("2019", "2020")).item(), 6)
    0.03
    """
    before, after = ends_of_pair(share, pair)
    reading = Reading(SHARE, 0, above=f"its {words} rose", below=f"its {words} fell", stated="above", sign="more")
    return label_pair(after - before, pair, reading, "share_change")


def cost_of_procedures(unit_costs: Mapping[str, float], procedures: list[str]) -> xr.DataArray:
    """Lay unit costs out along procedures; the same in every year, so that prices do not move shares.

    Parameters
    ----------
    unit_costs
        Cost of an admission by procedure, in any currency; a Series works too. Others than these are not used.
    procedures
        The procedures of the cells.

    Returns
    -------
    xarray.DataArray
        Costs; dim ``procedure``.

    Raises
    ------
    OptionError
        When a procedure has no cost, or one that is not above 0.

    Examples
    --------
    >>> cost_of_procedures({"hip": 9000.0, "cataract": 1200.0}, ["cataract", "hip"]).values
    array([1200., 9000.])
    """
    known = {str(name): float(cost) for name, cost in unit_costs.items()}
    for name in procedures:
        if name not in known:
            raise OptionError(f"no unit cost for procedure '{name}'. {nearest(name, known)}")
        if not known[name] > 0:
            raise OptionError(f"the unit cost of '{name}' is {known[name]:g}; unit costs must all be above 0")
    return xr.DataArray([known[name] for name in procedures], coords={PROCEDURE: procedures})
