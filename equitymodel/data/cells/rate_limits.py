"""Confidence limits of counts, ratios and proportions, as health statistics give them."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError

SMALLEST_TOTAL = 10
"""Directly standardised rates on fewer events are withheld; ratios on fewer get exact limits."""


@on_same_labels
def standardised_ratio_limits(
    observed: xr.DataArray, expected: xr.DataArray, *, probability: float = 0.95
) -> xr.Dataset:
    r"""Compare observed with expected admissions, with a confidence interval.

    .. math:: \mathrm{SAR} = O / E

    Parameters
    ----------
    observed, expected
        Counts and expected counts, same dims.
    probability
        As for `byar_limits`.

    Returns
    -------
    xarray.Dataset
        ``ratio, lower, upper``; 1 means as expected. Byar's limits from 10 events, exact below.

    Raises
    ------
    OptionError
        As `byar_limits`.

    References
    ----------
    Breslow NE, Day NE (1987) Statistical methods in cancer research, vol II. IARC, p 69.

    Examples
    --------
    >>> result = standardised_ratio_limits(xr.DataArray(91.0), xr.DataArray(835.8835612311743))
    >>> result["lower"].round(6).item(), result["upper"].round(6).item()
    (0.08765, 0.133666)
    """
    byar = byar_limits(observed, probability=probability)
    exact = exact_limits(observed, probability=probability)
    limits = byar.where(observed >= SMALLEST_TOTAL, exact) / expected
    return xr.Dataset({"ratio": observed / expected, "lower": limits["lower"], "upper": limits["upper"]})


def byar_limits(count: xr.DataArray, *, probability: float = 0.95) -> xr.Dataset:
    """Give Byar's approximate Poisson limits; the lower limit of a zero count is 0.

    Parameters
    ----------
    count
        Observed counts.
    probability
        Confidence level of the interval.

    Returns
    -------
    xarray.Dataset
        ``lower, upper``, in counts.

    Raises
    ------
    OptionError
        When the probability is not between 0 and 1.

    References
    ----------
    Breslow NE, Day NE (1987) Statistical methods in cancer research, vol II. IARC, p 69.

    Examples
    --------
    >>> byar_limits(xr.DataArray(65.0))["lower"].round(4).item()
    50.1632
    """
    z = stats.norm.isf(_tail(probability))
    some, above = count.where(count != 0, 1.0), count + 1
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return xr.Dataset({"lower": lower.where(count != 0, 0.0).clip(min=0.0), "upper": upper})


def exact_limits(count: xr.DataArray, *, probability: float = 0.95) -> xr.Dataset:
    """Give exact Poisson limits from the chi-squared distribution.

    Parameters
    ----------
    count, probability
        As for `byar_limits`.

    Returns
    -------
    xarray.Dataset
        As from `byar_limits`.

    Raises
    ------
    OptionError
        As `byar_limits`.

    Examples
    --------
    >>> exact_limits(xr.DataArray(9.0))["upper"].round(4).item()
    17.0848
    """
    tail = _tail(probability)
    lower = xr.apply_ufunc(lambda n: stats.chi2.ppf(tail, 2 * n) / 2, count)
    upper = xr.apply_ufunc(lambda n: stats.chi2.isf(tail, 2 * n + 2) / 2, count)
    return xr.Dataset({"lower": lower.where(count != 0, 0.0).clip(min=0.0), "upper": upper})


@on_same_labels
def wilson_limits(count: xr.DataArray, total: xr.DataArray, *, probability: float = 0.95) -> xr.Dataset:
    """Give Wilson's score limits for a proportion.

    Parameters
    ----------
    count, total
        Number with the characteristic, and number in all.
    probability
        As for `byar_limits`.

    Returns
    -------
    xarray.Dataset
        ``lower, upper``, as proportions.

    Raises
    ------
    OptionError
        As `byar_limits`.

    References
    ----------
    Wilson EB (1927) Probable inference. JASA 22:209. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> wilson_limits(xr.DataArray(65.0), xr.DataArray(100.0))["upper"].round(4).item()
    0.7364
    """
    z = stats.norm.isf(_tail(probability))
    middle = 2 * count + z**2
    reach = z * np.sqrt(z**2 + 4 * count * (1 - count / total))
    return xr.Dataset({"lower": (middle - reach), "upper": (middle + reach)}) / (2 * (total + z**2))


def _tail(probability: float) -> float:
    if not 0 < probability < 1:
        raise OptionError(f"probability must lie between 0 and 1, not {probability}")
    return (1 - probability) / 2
