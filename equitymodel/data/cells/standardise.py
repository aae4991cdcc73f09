"""Age-sex standardisation, direct and indirect, for any number of strata at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import xarray as xr

from equitymodel.data.cells.cross_checks import name_cells
from equitymodel.data.cells.rate_limits import SMALLEST_TOTAL, byar_limits
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.findings import NAMED_ROWS
from equitymodel.errors import OptionError
from equitymodel.vocabulary import AGE_BAND, SEX


@on_same_labels
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

    Raises
    ------
    OptionError
        When labels differ, or rates are by age or sex and the population is not.

    Examples
    --------
    >>> people = xr.DataArray([[100.0, 50]], dims=("ics", "age_band"))
    >>> indirect_expected(people, xr.DataArray([0.1, 0.4], dims="age_band")).values
    array([30.])
    """
    check_strata({"population": population}, [dim for dim in (AGE_BAND, SEX) if dim in rates.dims])
    return xr.dot(population, rates, dim=[dim for dim in rates.dims if dim in population.dims])


@on_same_labels
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
    Indirect ratios of two groups compare like with like only if age and sex act in the same way in both.
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
    check_people(admissions, population)
    everywhere = (population > 0).all(group)  # a stratum in which a group has nobody compares nothing
    whole = population.where(everywhere, 0.0).sum(group)
    share = whole / whole.sum(strata)
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


@on_same_labels
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
        As for `byar_limits`.
    squared_events
        For events that repeat within a person: the sum over people of their squared number
        of events, by stratum. Without it events are taken as independent.

    Returns
    -------
    xarray.Dataset
        ``rate, lower, upper``, per `per` person-years; missing where fewer than 10 events
        or a count or population is not known; and ``standard_share``, the share of the standard
        population in strata in which anybody lives.

    Raises
    ------
    OptionError
        When there are events where the population is 0, an array lacks a stratum's dimension, or
        labels differ; otherwise as `byar_limits`.

    Notes
    -----
    A stratum without people has no rate, so its weight goes to the others, as it does where ages of
    the standard are left out; the rate is then of the other strata alone, and ``standard_share`` is
    below 1. Left in the sum with a rate of 0, it would lower the rate. The calculation of the Office for Health
    Improvement and Disparities takes no such strata at all (``phe_dsr``: "denominators must all be
    greater than zero"): join strata first to compare with it.

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
    check_strata({"events": events, "population": population}, strata)
    check_people(events, population)
    squared = events if squared_events is None else squared_events
    people, total = population.where(population > 0), events.sum(strata, skipna=False)
    there = standard.where(people.notnull(), 0.0)
    weight = there / there.sum(strata)
    rate = (weight * events / people).sum(strata)
    variance = (weight**2 * squared / people**2).sum(strata)
    distance = (byar_limits(total, probability=probability) - total) * np.sqrt(variance / total)
    enough = (total >= SMALLEST_TOTAL) & population.notnull().all(strata)
    limits = xr.Dataset({"rate": rate, "lower": rate + distance["lower"], "upper": rate + distance["upper"]})
    return (limits.where(enough) * per).assign(standard_share=there.sum(strata) / standard.sum(strata))


def check_strata(arrays: Mapping[str, xr.DataArray], strata: Sequence[Hashable]) -> None:
    """Refuse arrays that lack a dimension which is standardised for.

    Raises
    ------
    OptionError
        When one does; it would be repeated over every stratum.

    Examples
    --------
    >>> check_strata({"events": xr.DataArray([1.0], dims="age")}, ["age_band"])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: events has no dimension 'age_band', which is standardised for; it has age
    """
    for name, array in arrays.items():
        for dim in strata:
            if dim not in array.dims:
                has = ", ".join(map(str, array.dims)) or "none"
                raise OptionError(f"{name} has no dimension '{dim}', which is standardised for; it has {has}")


def check_people(events: xr.DataArray, population: xr.DataArray) -> None:
    """Refuse events where nobody lives, and fewer people than none.

    Raises
    ------
    OptionError
        When there are any, with up to five of the places.

    Examples
    --------
    >>> people = xr.DataArray([100.0, 0.0], {"age_band": ["00-64", "65+"]}, "age_band")
    >>> check_people(people, people)
    >>> check_people(xr.full_like(people, 55.0), people)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: events where the population is 0: age_band 65+; correct the population or the
    events of that stratum
    """
    if bool((population < 0).any()):
        raise OptionError("a population below 0; correct it")
    stray = (events > 0) & (population == 0)
    if bool(stray.any()):
        where = "; ".join(name_cells(stray)[:NAMED_ROWS]) if stray.dims else "in all"
        raise OptionError(
            f"events where the population is 0: {where}; correct the population or the events of that stratum"
        )
