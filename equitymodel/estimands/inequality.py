"""Measures over the whole distribution: concentration, horizontal inequity, share to move."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.tables.deprivation import ridit
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, check_order, population_of
from equitymodel.estimands.rates import rate_and_people
from equitymodel.estimands.reading import Reading, deficit_reading, read_as
from equitymodel.vocabulary import DEPRIVATION, group_dim

CONCENTRATION, SHARE = "index, -1 to 1", "share of admissions"


@on_same_labels
def concentration_index(
    rate: FitOrDraws, population: xr.DataArray | None = None, *, generalised: bool = False
) -> xr.DataArray:
    r"""Give the concentration index of use over deprivation.

    .. math:: C = \frac{2}{\bar y} \sum_q w_q\, y_q\, (R_q - \tfrac12)

    Parameters
    ----------
    rate
        A fit; or rates, dims ``deprivation`` and any others.
    population
        Person-years, which give the weights and the local ridits R; by default those of the fit.
    generalised
        Multiply by the mean, for the absolute version in the unit of `rate`.

    Returns
    -------
    xarray.DataArray
        Between -1 and 1, or in the unit of `rate` if generalised; 0 = no gradient; positive =
        use is concentrated among the least deprived; missing where there is no rate.

    Raises
    ------
    OptionError
        When rates come without population, or the groups of a fit have no order.

    Notes
    -----
    Relative: doubling every rate does not change it. Grouped data give a slightly smaller value
    than people would.

    References
    ----------
    O'Donnell O et al (2008) Analyzing health equity using household survey data. World Bank, ch 8.

    Examples
    --------
    >>> people = xr.DataArray([1.0, 1.0], dims="deprivation")
    >>> float(concentration_index(xr.DataArray([1.0, 3.0], dims="deprivation"), people))
    0.25
    """
    check_order(rate)
    rate, population = rate_and_people(rate, population)
    people = population.where(rate.notnull())
    use = people / people.sum(DEPRIVATION) * rate
    mean = add_up(use, DEPRIVATION, min_count=1)
    absolute = 2 * add_up(use * (ridit(people) - 0.5), DEPRIVATION, min_count=1)
    unit = rate.attrs.get("unit", "") if generalised else CONCENTRATION
    return read_as(absolute if generalised else absolute / mean, deficit_reading(unit), "concentration_index")


@on_same_labels
def horizontal_inequity(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, population: xr.DataArray | None = None
) -> xr.DataArray:
    r"""Give horizontal inequity: concentration of use less that of need.

    .. math:: \mathrm{HI} = C(\text{use}) - C(\text{need-expected use})

    Parameters
    ----------
    fitted, expected
        A fit; or mean and need-expected admissions, dims ``deprivation`` and any others.
    population
        Person-years by the same groups; by default those of the fit.

    Returns
    -------
    xarray.DataArray
        No unit; 0 = use follows need; positive = use favours the least deprived.

    Raises
    ------
    OptionError
        When draws come without expected admissions or population, or the groups of a fit have no order.

    Notes
    -----
    A difference between two indices; its scale has no simple reading. Report the shortfall
    in admissions beside it.

    References
    ----------
    Wagstaff A, van Doorslaer E (2000) Measuring and testing for inequity in the delivery of
    health care. J Human Resources 35:716. doi:10.2307/146369

    Examples
    --------
    >>> people = xr.DataArray([1.0, 1.0], dims="deprivation")
    >>> use, need = xr.DataArray([1.0, 3.0], dims="deprivation"), xr.DataArray([3.0, 1.0], dims="deprivation")
    >>> float(horizontal_inequity(use, need, people))
    0.5
    """
    check_order(fitted)
    population = population_of(fitted, population)
    fitted, expected = admissions_of(fitted, expected)
    people = population.where(population > 0)
    use, need = fitted / people, expected / people
    difference = concentration_index(use, population) - concentration_index(need, population)
    return read_as(difference, deficit_reading("index"), "horizontal_inequity")


@on_same_labels
def share_to_move(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, over: Sequence[Hashable] | None = None
) -> xr.DataArray:
    r"""Give the share of admissions that would have to move for rates to be equal (Hoover index).

    .. math:: H = \frac{\sum_q |\kappa E_q - \mu_q|}{2 \sum_q \mu_q}, \qquad
              \kappa = \frac{\sum \mu}{\sum E}

    Parameters
    ----------
    fitted, expected
        A fit; or mean and expected admissions, the dims in `over` and any others.
    over
        The dims within which admissions may move; that of the groups if not given.

    Returns
    -------
    xarray.DataArray
        Between 0 and 1; 0 = equal rates.

    Raises
    ------
    OptionError
        When draws come without expected admissions.

    Notes
    -----
    Biased upward by noise: always read it beside `share_to_move_null`.

    References
    ----------
    Hoover EM (1936) The measurement of industrial localization. Review of Economics and
    Statistics 18:162. doi:10.2307/1927875

    Examples
    --------
    >>> fitted = xr.DataArray([60.0, 140.0], dims="deprivation")
    >>> float(share_to_move(fitted, xr.full_like(fitted, 50.0)))
    0.2
    """
    fitted, expected = admissions_of(fitted, expected)
    over = [group_dim(fitted.dims)] if over is None else over
    total = add_up(fitted, over)
    equal = expected * (total / add_up(expected, over))
    return read_as(add_up(abs(equal - fitted), over) / (2 * total), Reading(SHARE), "share_to_move")


@on_same_labels
def null_counts(
    expected: xr.DataArray, *, extra_variation: xr.DataArray | float = 0.0, seed: int, draws: int = 2000
) -> xr.DataArray:
    """Draw years of counts in a world of perfect equity, where only noise makes rates differ.

    Parameters
    ----------
    expected
        Admissions each group would have if rates were equal.
    extra_variation
        Coefficient of variation beyond Poisson noise, by the dims of `expected` or alone.
    seed
        Seed of the random numbers.
    draws
        How many simulated years.

    Returns
    -------
    xarray.DataArray
        Whole numbers of admissions; dims ``year`` and those of `expected`.

    Examples
    --------
    >>> null_counts(xr.DataArray([20.0, 30.0], dims="deprivation"), seed=1, draws=3).sizes["year"]
    3
    """
    rng = np.random.default_rng(seed)
    mean = expected.fillna(0.0).expand_dims(year=draws)
    variation = xr.DataArray(extra_variation).broadcast_like(mean).transpose(*mean.dims).values
    shape = np.maximum(variation, 1e-6) ** -2
    counts = rng.poisson(mean.values * rng.gamma(shape, 1.0 / shape)).astype(float)
    return mean.copy(data=counts).where(expected.notnull())


@on_same_labels
def share_to_move_null(
    expected: xr.DataArray,
    *,
    over: Sequence[Hashable] | None = None,
    extra_variation: xr.DataArray | float = 0.0,
    seed: int,
    draws: int = 2000,
) -> xr.DataArray:
    r"""Give the share to move that noise in counts alone would show under perfect equity.

    .. math:: \mathbb{E}\, H(Y, E), \qquad Y \sim \text{counts with mean } E

    Parameters
    ----------
    expected
        Admissions each group would have if rates were equal, in admissions.
    over
        The dims within which admissions may move; that of the groups if not given.
    extra_variation, seed, draws
        As for `null_counts`; without extra variation the null is too small.

    Returns
    -------
    xarray.DataArray
        The mean share over simulated years, no unit, without the dims in `over`.

    Notes
    -----
    The value of a **crude** index, from counts, under equity: print it beside any observed
    share to move. A modelled index is less noisy.

    Examples
    --------
    >>> even = xr.DataArray(np.full(5, 20.0), dims="deprivation")
    >>> float(share_to_move_null(even, seed=1).round(2))
    0.08
    """
    counts = null_counts(expected, extra_variation=extra_variation, seed=seed, draws=draws)
    return read_as(share_to_move(counts, expected, over=over).mean("year"), Reading(SHARE), "share_to_move_null")
