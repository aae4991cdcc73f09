"""Measures of difference between groups that have no order: ethnicity, age, sex and others.

Without an order there is no gradient and no most deprived end. Each group is compared with a
reference group, and all together by how far their shares of admissions lie from their shares of need.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, get_args

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, ratio_of
from equitymodel.estimands.inequality import null_counts
from equitymodel.estimands.rates import rate_of, ratio_where_expected
from equitymodel.estimands.reading import Reading, deficit_reading, ratio_reading, read_as
from equitymodel.vocabulary import DEPRIVATION, ICS, group_dim, nearest

Against = Literal["reference", "mean"]
AGAINST: tuple[Against, ...] = get_args(Against)
THEIL, SOME_REFERENCE = Reading("index, 0 = equal"), "the reference group"


@refuses_other_types
def rate_ratio_to_reference(ratio: FitOrDraws, *, reference: Hashable | None = None) -> xr.DataArray:
    r"""Compare every group with the reference group, as a ratio.

    .. math:: \mathrm{RR}_{iqp} = \theta_{iqp} / \theta_{i,\mathrm{ref},p}

    Parameters
    ----------
    ratio
        A fit; or standardised ratios or rates, dims ``deprivation`` (the groups) and any others.
    reference
        Label of the group to compare with; by default the last, where `read_cells` puts it.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit, dims of `ratio`; 1 = as the reference group, below 1 = fewer admissions
        than the reference group has for equal need; missing where the reference group has none.

    Raises
    ------
    OptionError
        When the label is not among the groups; names the nearest.

    Notes
    -----
    The reference group is a standard of comparison, not of what is right: its rate may itself be too
    low or too high. Assumes that expected admissions measure need equally well in every group.

    References
    ----------
    Harper S, Lynch J (2005) Methods for measuring cancer disparities. NCI.

    Examples
    --------
    >>> ratio = xr.DataArray([0.8, 1.2, 1.0], coords={"deprivation": ["Asian", "Black", "White"]})
    >>> rate_ratio_to_reference(ratio).values
    array([0.8, 1.2, 1. ])
    """
    ratio = ratio_of(ratio)
    best = _reference(ratio, reference)
    against = (ratio / best.where(best > 0)).transpose(*ratio.dims)
    return read_as(against, ratio_reading(_label(ratio, reference)), "rate_ratio")


def rate_difference_to_reference(rate: FitOrDraws, *, reference: Hashable | None = None) -> xr.DataArray:
    r"""Compare every group with the reference group, as a difference.

    .. math:: \mathrm{RD}_{iqp} = y_{i,\mathrm{ref},p} - y_{iqp}

    Parameters
    ----------
    rate
        A fit, for admissions per 100,000 person-years; or rates, dims ``deprivation`` (the groups)
        and any others, whose unit is that of the result.
    reference
        As for `rate_ratio_to_reference`.

    Returns
    -------
    xarray.DataArray
        Differences, dims of `rate`; positive = the group has the lower rate; 0 = as the reference.

    Raises
    ------
    OptionError
        When the label is not among the groups.

    References
    ----------
    Harper S, Lynch J (2005), as for `rate_ratio_to_reference`.

    Examples
    --------
    >>> rate = xr.DataArray([160.0, 220.0], coords={"deprivation": ["F", "M"]})
    >>> rate_difference_to_reference(rate).values
    array([60.,  0.])
    """
    rate = rate_of(rate)
    less = (_reference(rate, reference) - rate).transpose(*rate.dims)
    reading = deficit_reading(rate.attrs.get("unit", ""), reference=_label(rate, reference))
    return read_as(less, reading, "rate_difference")


@on_same_labels
def theil_index(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, over: Sequence[Hashable] | None = None
) -> xr.DataArray:
    r"""Give how far shares of admissions lie from shares of need (Theil's T).

    .. math:: T = \sum_c s_c \ln \frac{s_c}{w_c}, \qquad s_c = \frac{\mu_c}{\sum \mu},\;
              w_c = \frac{E_c}{\sum E}

    Parameters
    ----------
    fitted, expected
        A fit; or mean and need-adjusted expected admissions, the dims in `over` and any others.
    over
        The dims whose cells are compared; that of the groups if not given.

    Returns
    -------
    xarray.DataArray
        No unit; 0 = equal use for equal need; never negative. Missing where there are no admissions.

    Raises
    ------
    OptionError
        As for `standardised_ratio`.

    Notes
    -----
    For small differences about half the variance of the log ratios, weighted by need. Biased upward
    by noise: read it beside its value in counts that differ by chance alone.

    References
    ----------
    Theil H (1967) Economics and information theory. North-Holland.

    Examples
    --------
    >>> fitted = xr.DataArray([60.0, 140.0], dims="deprivation")
    >>> round(float(theil_index(fitted, xr.full_like(fitted, 50.0))), 4)
    0.0823
    """
    fitted, expected = admissions_of(fitted, expected)
    over = [group_dim(fitted.dims)] if over is None else over
    use, need = _shares(fitted, expected, over)
    return read_as(_information(use, need).sum(over, min_count=1).clip(min=0.0), THEIL, "theil_index")


@on_same_labels
def theil_between(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, within: Sequence[Hashable] = (ICS,)
) -> xr.DataArray:
    r"""Give the part of Theil's index that lies between groups.

    .. math:: T_B = \sum_q S_q \ln \frac{S_q}{W_q}, \qquad S_q = \sum_i s_{iq},\; W_q = \sum_i w_{iq}

    Parameters
    ----------
    fitted, expected
        A fit; or mean and need-adjusted expected admissions, dims ``deprivation`` (the groups), those
        in `within`, and any others.
    within
        The dims that are added up within each group: ICSs by default.

    Returns
    -------
    xarray.DataArray
        No unit; 0 = every group, wherever it lives, has admissions in proportion to its need. With
        `theil_within` it adds up to `theil_index` over both.

    Raises
    ------
    OptionError
        As for `theil_index`.

    Notes
    -----
    Carries differences between places as far as groups live in different places.

    References
    ----------
    Theil H (1967), as for `theil_index`.

    Examples
    --------
    >>> fitted = xr.DataArray([[30.0, 70.0], [30.0, 70.0]], dims=("ics", "deprivation"))
    >>> round(float(theil_between(fitted, xr.full_like(fitted, 50.0))), 4)
    0.0823
    """
    together = (values.sum(within, min_count=1) for values in _known(*admissions_of(fitted, expected)))
    return read_as(theil_index(*together), THEIL, "theil_between")


@on_same_labels
def theil_within(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, within: Sequence[Hashable] = (ICS,)
) -> xr.DataArray:
    r"""Give the part of Theil's index that lies within groups: between the places they live in.

    .. math:: T_W = \sum_q S_q \sum_i \frac{s_{iq}}{S_q} \ln \frac{s_{iq} / S_q}{w_{iq} / W_q}

    Parameters
    ----------
    fitted, expected, within
        As for `theil_between`.

    Returns
    -------
    xarray.DataArray
        No unit; 0 = within each group, every place has admissions in proportion to need.

    Raises
    ------
    OptionError
        As for `theil_index`.

    References
    ----------
    Theil H (1967), as for `theil_index`.

    Examples
    --------
    >>> fitted = xr.DataArray([[30.0, 30.0], [70.0, 70.0]], dims=("ics", "deprivation"))
    >>> round(float(theil_within(fitted, xr.full_like(fitted, 50.0))), 4)
    0.0823
    """
    fitted, expected = _known(*admissions_of(fitted, expected))
    own = fitted.sum(within, min_count=1)
    share = own / own.sum(group_dim(own.dims), min_count=1)
    inside = theil_index(fitted, expected, over=within)
    return read_as((share * inside).sum(group_dim(share.dims), min_count=1), THEIL, "theil_within")


@on_same_labels
def index_of_disparity(
    fitted: FitOrDraws,
    expected: xr.DataArray | None = None,
    *,
    against: Against = "reference",
    reference: Hashable | None = None,
) -> xr.DataArray:
    r"""Give the index of disparity: how far groups lie from a standard, on average, in per cent.

    .. math:: \mathrm{ID}_\mathrm{ref} = \frac{100}{Q - 1} \sum_{q \ne \mathrm{ref}}
              \frac{|\theta_q - \theta_\mathrm{ref}|}{\theta_\mathrm{ref}}, \qquad
              \mathrm{ID}_\mathrm{mean} = \frac{100}{Q} \sum_q \frac{|\theta_q - R|}{R}

    where :math:`R = \sum \mu / \sum E`.

    Parameters
    ----------
    fitted, expected
        A fit; or mean and need-adjusted expected admissions, dims ``deprivation`` (the groups) and any others.
    against
        ``reference`` (the reference group, which is then not counted among the groups) or ``mean``.
    reference
        As for `rate_ratio_to_reference`.

    Returns
    -------
    xarray.DataArray
        Per cent, without ``deprivation``; 0 = equal ratios; missing where there is nothing to compare.

    Raises
    ------
    OptionError
        When the variant or the label is not known, or draws come without expected admissions.

    Notes
    -----
    Each group counts the same, however few belong to it. Biased upward by noise: read it beside
    `index_of_disparity_null`. There is no variant against the best group, which is best partly by luck.

    References
    ----------
    Pearcy JN, Keppel KG (2002) A summary measure of health disparity. Public Health Reports
    117:273. doi:10.1093/phr/117.3.273

    Examples
    --------
    >>> fitted = xr.DataArray([40.0, 60.0, 50.0], dims="deprivation")
    >>> round(float(index_of_disparity(fitted, xr.full_like(fitted, 50.0))), 6)
    20.0
    """
    if against not in AGAINST:
        raise OptionError(f"no variant '{against}'. {nearest(against, AGAINST)}")
    fitted, expected = _known(*admissions_of(fitted, expected))
    ratio = ratio_where_expected(fitted, expected)
    known = ratio.notnull().sum(group_dim(ratio.dims))
    if against == "reference":
        standard, compared = _reference(ratio, reference), known - 1
    else:
        standard, compared = fitted.sum(group_dim(fitted.dims)) / expected.sum(group_dim(expected.dims)), known
    standard = standard.where(standard > 0)
    away = abs(ratio - standard).sum(group_dim(ratio.dims), min_count=1) / standard
    return read_as(100 * away / compared.where(compared > 0), Reading("per cent"), "index_of_disparity")


@on_same_labels
def index_of_disparity_null(
    expected: xr.DataArray,
    *,
    against: Against = "reference",
    reference: Hashable | None = None,
    extra_variation: xr.DataArray | float = 0.0,
    seed: int,
    draws: int = 2000,
) -> xr.DataArray:
    r"""Give the index of disparity that noise in counts alone would show if groups were equal.

    .. math:: \mathbb{E}\, \mathrm{ID}(Y, E), \qquad Y \sim \text{counts with mean } E

    Parameters
    ----------
    expected
        Admissions each group would have if ratios were equal, in admissions.
    against, reference
        As for `index_of_disparity`.
    extra_variation, seed, draws
        As for `null_counts`; without extra variation the null is too small.

    Returns
    -------
    xarray.DataArray
        The mean index over simulated years, in per cent, without ``deprivation``.

    Raises
    ------
    OptionError
        When the variant or the label is not known.

    Notes
    -----
    The value of a **crude** index, from counts, under equity. A modelled index is less noisy.
    Years in which the reference group has no admissions are left out.

    Examples
    --------
    >>> even = xr.DataArray(np.full(5, 400.0), dims="deprivation")
    >>> float(index_of_disparity_null(even, seed=1).round(0))
    6.0
    """
    counts = null_counts(expected, extra_variation=extra_variation, seed=seed, draws=draws)
    index = index_of_disparity(counts, expected, against=against, reference=reference).mean("year")
    return read_as(index, Reading("per cent"), "index_of_disparity_null")


def _reference(values: xr.DataArray, label: Hashable | None) -> xr.DataArray:
    groups = group_dim(values.dims)
    if label is None:
        return values.isel({groups: -1}, drop=True)
    known = [str(name) for name in values[groups].values]
    if str(label) not in known:
        raise OptionError(f"no group '{label}'. {nearest(str(label), known)}")
    return values.isel({groups: known.index(str(label))}, drop=True)


def _label(values: xr.DataArray, label: Hashable | None) -> str:
    """Name the reference group, which comes last unless it is named."""
    groups = group_dim(values.dims)
    if groups == DEPRIVATION:
        return "the least deprived" if label is None else f"deprivation group {label}"
    if label is None and groups in values.coords:
        label = values[groups].values[-1]
    return SOME_REFERENCE if label is None else str(label)


def _known(fitted: xr.DataArray, expected: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Keep the cells in which something is expected and fitted is known, in both."""
    fitted = fitted.where(expected > 0)
    return fitted, expected.where(fitted.notnull())


def _shares(
    fitted: xr.DataArray, expected: xr.DataArray, over: Sequence[Hashable]
) -> tuple[xr.DataArray, xr.DataArray]:
    fitted, expected = _known(fitted, expected)
    total = fitted.sum(over, min_count=1)
    return fitted / total.where(total > 0), expected / expected.sum(over, min_count=1)


def _information(use: xr.DataArray, need: xr.DataArray) -> xr.DataArray:
    """Give s ln(s / w), which is 0 where there is no use."""
    return xr.where(use > 0, use * np.log(use.where(use > 0, 1.0) / need), use)
