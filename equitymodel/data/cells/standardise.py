"""Age-sex standardisation, direct and indirect, for any number of strata at once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.data.tables.suppression import poisson_within

SMALLEST_TOTAL = 10
"""Directly standardised rates on fewer events are withheld; ratios on fewer get exact limits."""


def reference_rates(
    admissions: xr.DataArray, population: xr.DataArray, *, cells: Sequence[Hashable], tolerance: float = 1e-10
) -> xr.DataArray:
    r"""Estimate national rates by stratum, with the differences between cells held fixed.

    Crude national rates carry the inequity they are meant to reveal: where the most deprived
    are younger and under-served, low use is read as low need. Here rates and cell ratios are
    estimated together, by maximum likelihood of

    .. math:: Y_{ca} \sim \mathrm{Poisson}(N_{ca}\, r_a\, \theta_c)

    Parameters
    ----------
    admissions
        Observed counts by cell and stratum; missing where not known.
    population
        Person-years by cell and stratum; dims may lack ``procedure``.
    cells
        The dimensions that make a cell, for example ``("ics", "deprivation")``.
    tolerance
        Largest relative change of a cell ratio at which the iteration stops.

    Returns
    -------
    xarray.DataArray
        Admissions a person-year by stratum, scaled to reproduce the observed total.

    Raises
    ------
    RuntimeError
        When the iteration does not settle in 1,000 rounds.

    Notes
    -----
    Assumes that age and sex act alike in every cell; see `direct and indirect` in the docs.

    References
    ----------
    Gravelle H (2003) Measuring income related inequality in health: standardisation and the
    partial concentration index. Health Economics 12:803. doi:10.1002/hec.813

    Examples
    --------
    >>> people = xr.DataArray([[100.0, 50], [50, 100]], dims=("ics", "age_band"))
    >>> counts = people * xr.DataArray([0.1, 0.4], dims="age_band") * xr.DataArray([0.5, 2], dims="ics")
    >>> rates = reference_rates(counts, people, cells=["ics"])
    >>> (rates[1] / rates[0]).round(6).item()
    4.0
    """
    strata = [dim for dim in population.dims if dim not in cells]
    known = admissions.notnull().all(strata)
    counts = admissions.where(known, 0.0)
    people = population * known
    ratio = xr.ones_like(counts.sum(strata))
    for _ in range(1000):
        rates = counts.sum(cells) / (people * ratio).sum(cells)
        rates = rates.fillna(0.0)
        update = (counts.sum(strata) / (people * rates).sum(strata)).fillna(0.0)
        change = float(abs(update - ratio).max() / max(float(update.max()), 1e-300))
        ratio = update
        if change < tolerance:
            return rates * counts.sum([*cells, *strata]) / (people * rates).sum([*cells, *strata])
    raise RuntimeError("reference rates did not settle: check for strata with almost no people")


def reference_rates_within(
    low: xr.DataArray,
    high: xr.DataArray,
    population: xr.DataArray,
    *,
    cells: Sequence[Hashable],
    tolerance: float = 1e-5,
) -> xr.DataArray:
    """Estimate reference rates where some counts are only known to lie in an interval.

    Hidden counts take their Poisson mean within the interval, given the rates; the rates are
    estimated again, until they stay. Nothing else uses these values.

    Parameters
    ----------
    low, high
        What the count of each cell and stratum may be; missing where nothing is known.
    population, cells
        As for `reference_rates`.
    tolerance
        Largest relative change of a rate at which to stop.

    Returns
    -------
    xarray.DataArray
        As from `reference_rates`, which it equals where no count is hidden.

    Raises
    ------
    RuntimeError
        When the rates do not settle.

    References
    ----------
    Dempster AP, Laird NM, Rubin DB (1977) Maximum likelihood from incomplete data via the EM
    algorithm. JRSS B 39:1.

    Examples
    --------
    >>> people = xr.DataArray([[1000.0, 500], [800, 900]], dims=("ics", "age_band"))
    >>> low = xr.DataArray([[20.0, 1], [16, 72]], dims=("ics", "age_band"))
    >>> high = xr.DataArray([[20.0, 7], [16, 72]], dims=("ics", "age_band"))
    >>> rates = reference_rates_within(low, high, people, cells=["ics"])
    >>> bool(rates[1] > rates[0])
    True
    """
    if bool((low == high).where(low.notnull(), True).all()):
        return reference_rates(low, population, cells=cells)
    strata = [dim for dim in population.dims if dim not in cells]
    middle = (low + high) / 2
    rates = reference_rates(middle, population, cells=cells)
    for _ in range(200):
        reached = population * rates
        ratio = middle.sum(strata) / reached.where(middle.notnull()).sum(strata)
        middle = poisson_within(low, high, (reached * ratio).transpose(*low.dims))
        update = reference_rates(middle, population, cells=cells)
        change = float(abs(update / rates.where(rates > 0) - 1).max())
        rates = update
        if change < tolerance:
            return rates
    raise RuntimeError("reference rates did not settle: too many counts are hidden; give --rates")


def indirect_expected(population: xr.DataArray, rates: xr.DataArray) -> xr.DataArray:
    r"""Give the admissions each cell would have at the reference rates.

    .. math:: E_c = \sum_a N_{ca}\, r_a

    Parameters
    ----------
    population
        Person-years by cell and stratum.
    rates
        Admissions a person-year by stratum, and by procedure if there are several.

    Returns
    -------
    xarray.DataArray
        Expected admissions; dims of both, without the strata they share.

    Examples
    --------
    >>> people = xr.DataArray([[100.0, 50]], dims=("ics", "age_band"))
    >>> indirect_expected(people, xr.DataArray([0.1, 0.4], dims="age_band")).values
    array([30.])
    """
    return xr.dot(population, rates, dim=[dim for dim in rates.dims if dim in population.dims])


def standardisation_difference(
    admissions: xr.DataArray,
    population: xr.DataArray,
    rates: xr.DataArray,
    *,
    group: Hashable,
    strata: Sequence[Hashable],
) -> xr.Dataset:
    r"""Compare the gap by direct and by indirect standardisation: they differ where ages are treated differently.

    .. math:: \log\frac{\mathrm{DSR}_1}{\mathrm{DSR}_Q} - \log\frac{O_1/E_1}{O_Q/E_Q}

    Parameters
    ----------
    admissions, population
        Counts and person-years by group and stratum, all areas together.
    rates
        Reference rates by stratum.
    group
        The dimension that is compared, first label against last.
    strata
        The dimensions that are standardised for.

    Returns
    -------
    xarray.Dataset
        ``gap`` (log ratio by indirect standardisation), ``difference`` (direct less indirect, log)
        and ``standard_error`` of the difference, by counting noise alone.

    Notes
    -----
    Indirect ratios of two groups compare like with like only if age and sex act alike in both.
    The standard error rests on the indirect ratio being efficient when they do (Hausman's test).

    References
    ----------
    Breslow NE, Day NE (1987) Statistical methods in cancer research, vol II. IARC, ch 2.

    Examples
    --------
    >>> people = xr.DataArray([[100.0, 50], [80, 90]], dims=("deprivation", "age_band"))
    >>> rates = xr.DataArray([0.1, 0.4], dims="age_band")
    >>> over = {"group": "deprivation", "strata": ["age_band"]}
    >>> found = standardisation_difference(people * rates * 0.8, people, rates, **over)
    >>> abs(found["difference"].round(6).item())
    0.0
    """
    share = population.sum(group) / population.sum([group, *strata])
    by_stratum = (admissions / population.where(population > 0)).fillna(0.0)
    direct = (share * by_stratum).sum(strata)
    direct_variance = (share**2 * (by_stratum / population.where(population > 0)).fillna(0.0)).sum(strata) / direct**2
    observed = admissions.sum(strata)
    observed = observed.where(observed > 0)
    log_indirect, log_direct = np.log(observed / (population * rates).sum(strata)), np.log(direct.where(direct > 0))

    def contrast(values: xr.DataArray) -> xr.DataArray:
        return values.isel({group: 0}, drop=True) - values.isel({group: -1}, drop=True)

    surplus = (direct_variance - 1.0 / observed).clip(min=0.0)
    return xr.Dataset(
        {
            "gap": contrast(log_indirect),
            "difference": contrast(log_direct) - contrast(log_indirect),
            "standard_error": np.sqrt(surplus.isel({group: 0}, drop=True) + surplus.isel({group: -1}, drop=True)),
        }
    )


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
        Confidence level of the interval.

    Returns
    -------
    xarray.Dataset
        ``ratio, lower, upper``; 1 means as expected. Byar's limits from 10 events, exact below.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.

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


def directly_standardised_rate(
    events: xr.DataArray,
    population: xr.DataArray,
    standard: xr.DataArray,
    *,
    per: float = 100_000,
    probability: float = 0.95,
    squared_events: xr.DataArray | None = None,
) -> xr.Dataset:
    r"""Weight stratum rates by a standard population, with Dobson's limits.

    .. math:: \mathrm{DSR} = \frac{\sum_a w_a\, O_a / N_a}{\sum_a w_a}

    Parameters
    ----------
    events, population
        Counts and person-years, with the dims of `standard` and any others.
    standard
        Standard population weights.
    per
        The unit of the rate: 100,000 person-years by default.
    probability
        Confidence level of the interval.
    squared_events
        For events that repeat within a person: the sum over people of their squared number
        of events, by stratum. Without it events are taken as independent.

    Returns
    -------
    xarray.Dataset
        ``rate, lower, upper``, per `per` person-years; missing where fewer than 10 events
        or a count is not known.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.

    References
    ----------
    Dobson AJ et al (1991) Confidence intervals for weighted sums of Poisson parameters.
    Statistics in Medicine 10:457. doi:10.1002/sim.4780100317

    Examples
    --------
    >>> people = xr.DataArray([1000.0, 500.0], dims="age_band")
    >>> rate = directly_standardised_rate(people * 0.02, people, people, per=1000)
    >>> rate["rate"].round(6).item()
    20.0
    """
    strata = list(standard.dims)
    weight = standard / standard.sum(strata)
    spread = events if squared_events is None else squared_events
    total = events.sum(strata, skipna=False)
    rate = (weight * events / population).sum(strata)
    variance = (weight**2 * spread / population**2).sum(strata)
    distance = (byar_limits(total, probability=probability) - total) * np.sqrt(variance / total)
    enough = total >= SMALLEST_TOTAL
    return xr.Dataset(
        {"rate": rate, "lower": rate + distance["lower"], "upper": rate + distance["upper"]}
    ).where(enough) * per  # fmt: skip


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
    ValueError
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
    ValueError
        When the probability is not between 0 and 1.

    Examples
    --------
    >>> exact_limits(xr.DataArray(9.0))["upper"].round(4).item()
    17.0848
    """
    tail = _tail(probability)
    lower = xr.apply_ufunc(lambda n: stats.chi2.ppf(tail, 2 * n) / 2, count)
    upper = xr.apply_ufunc(lambda n: stats.chi2.isf(tail, 2 * n + 2) / 2, count)
    return xr.Dataset({"lower": lower.where(count != 0, 0.0).clip(min=0.0), "upper": upper})


def wilson_limits(count: xr.DataArray, total: xr.DataArray, *, probability: float = 0.95) -> xr.Dataset:
    """Give Wilson's score limits for a proportion.

    Parameters
    ----------
    count, total
        Number with the characteristic, and number in all.
    probability
        Confidence level of the interval.

    Returns
    -------
    xarray.Dataset
        ``lower, upper``, as proportions.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.

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
        raise ValueError(f"probability must lie between 0 and 1, not {probability}")
    return (1 - probability) / 2
