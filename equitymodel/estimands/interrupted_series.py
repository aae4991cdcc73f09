"""What an interruption did: admissions with it against without it, and the gap with it against without it.

Every contrast is taken draw by draw, with the same noise in both.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.series.frequency import frequency_named
from equitymodel.estimands.gradients import FEWEST_GROUPS, fit_line
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

PEOPLE = 100_000.0
EXPECTED = 100.0


def counted_periods(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Say where the effect is counted: among the exposed, after start, lag and wash-out, and not masked.

    Parameters
    ----------
    series
        From `read_series`.
    plan
        The interruption.

    Returns
    -------
    xarray.DataArray
        Over ``period``; over ``ics`` and ``procedure`` as well where not all are exposed from the same start.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(counted_periods(series, truth.plan).sum())
    24
    """
    return (plan.design(series)["after"] & ~series["masked"]).rename("counted")


def earlier_periods(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Say what lies before the interruption of the exposed and is not masked; over what `counted_periods` is.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(earlier_periods(series, truth.plan).sum())
    36
    """
    design = plan.design(series)
    started = (design["after"] | design["washout"]).cumsum(PERIOD) > 0
    reached = (design["level"] > 0) | (design["slope"] > 0) | started
    return (~reached & design["exposed"] & ~series["masked"]).rename("earlier")


def average_rate_ratio(draws: xr.Dataset, counted: xr.DataArray, *, by: tuple[str, ...] = ()) -> xr.DataArray:
    r"""Compare admissions with the interruption and without it, on average over the periods after it.

    .. math:: \overline{\mathrm{RR}} = \sum_{t > t_0} \mu^1_t / \sum_{t > t_0} \mu^0_t

    Parameters
    ----------
    draws
        ``fitted`` and ``counterfactual`` admissions; dims ``chain, draw, period`` and those of cells.
    counted
        From `counted_periods`.
    by
        Dimensions to keep; all others are added up first.

    Returns
    -------
    xarray.DataArray
        Ratios, no unit; 1 = no change, above 1 = more admissions.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [90.0, 80.0]), "counterfactual": ("period", [90.0, 100.0])})
    >>> float(average_rate_ratio(pair, xr.DataArray([False, True], dims="period")))
    0.8
    """
    with_it, without = (_total(draws[name], counted, by) for name in ("fitted", "counterfactual"))
    return (with_it / without.where(without > 0)).rename("rate_ratio")


def admissions_added(draws: xr.Dataset, counted: xr.DataArray, *, by: tuple[str, ...] = ()) -> xr.DataArray:
    r"""Give admissions added by the interruption (negative: averted): :math:`\sum_t \mu^1_t - \mu^0_t`.

    Parameters
    ----------
    draws, counted, by
        As for `average_rate_ratio`. Keep ``period`` for the amount of each period.

    Returns
    -------
    xarray.DataArray
        Admissions.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [90.0, 80.0]), "counterfactual": ("period", [90.0, 100.0])})
    >>> float(admissions_added(pair, xr.DataArray([True, True], dims="period")))
    -20.0
    """
    with_it, without = (_total(draws[name], counted, by) for name in ("fitted", "counterfactual"))
    return (with_it - without).rename("admissions_added")


def cumulative_added(draws: xr.Dataset, counted: xr.DataArray, *, by: tuple[str, ...] = ()) -> xr.DataArray:
    """Give admissions added up to and including each period; as `admissions_added`, over ``period``.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [90.0, 80.0]), "counterfactual": ("period", [95.0, 100.0])})
    >>> cumulative_added(pair, xr.DataArray([True, True], dims="period")).values
    array([ -5., -25.])
    """
    each = admissions_added(draws, counted, by=(PERIOD, *by))
    begun = counted.any([dim for dim in counted.dims if dim not in (PERIOD, *by)]).cumsum(PERIOD) > 0
    return each.cumsum(PERIOD).where(begun).rename("cumulative_added")


def predicted_added(draws: xr.Dataset, admissions: xr.DataArray, counted: xr.DataArray, *, seed: int) -> xr.DataArray:
    r"""Compare what happened with what might have: observed admissions less new counts without the interruption.

    .. math:: \sum_t Y_t - Y^{0,\mathrm{new}}_t, \qquad Y^{0,\mathrm{new}}_t \sim \mathrm{Poisson}(\mu^0_t)

    Parameters
    ----------
    draws, counted
        As for `average_rate_ratio`. With a draw of ``variation``, new counts vary as the model says.
    admissions
        Observed counts, over ``period`` and cells; periods without a known count are left out.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Admissions; dims ``chain, draw``. Wider than `admissions_added` by the noise of counting.

    Examples
    --------
    >>> pair = xr.Dataset({"counterfactual": (("chain", "draw", "period"), np.full((1, 400, 1), 100.0))})
    >>> seen, after = (xr.DataArray([value], dims="period") for value in (90.0, True))
    >>> -13 < float(predicted_added(pair, seen, after, seed=1).mean()) < -7
    True
    """
    mean = draws["counterfactual"].where(counted & admissions.notnull(), 0.0).fillna(0.0)
    new = new_counts(draws, mean, seed=seed)
    seen = admissions.where(counted, 0.0).fillna(0.0)
    over = [dim for dim in (PERIOD, *CELL_DIMS) if dim in new.dims]
    return (seen.sum() - new.sum(over)).rename("predicted_added")


def new_counts(draws: xr.Dataset, mean: xr.DataArray, *, seed: int) -> xr.DataArray:
    """Draw a new count around each draw of a mean: Poisson, or with extra variation where there is a draw of it.

    Parameters
    ----------
    draws
        Perhaps with ``variation``, the coefficient of variation beyond Poisson noise.
    mean
        Mean admissions; dims ``chain, draw`` and any others. Missing means stay missing.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Counts; as `mean`.

    Examples
    --------
    >>> mean = xr.DataArray(np.full((1, 1000), 100.0), dims=("chain", "draw"))
    >>> bool(9 < new_counts(xr.Dataset(), mean, seed=1).std() < 11)
    True
    """
    rng = np.random.default_rng(seed)
    there = mean.notnull()
    mean = mean.fillna(0.0)
    if "variation" in draws:
        shape = np.broadcast_to(
            (draws["variation"] ** -2).broadcast_like(mean).transpose(*mean.dims).values, mean.shape
        )
        mean = mean * rng.gamma(shape) / shape
    return mean.copy(data=rng.poisson(mean.values).astype(float)).where(there)


def group_rates(means: xr.DataArray, exposure: xr.DataArray, chosen: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the rate of each deprivation group over chosen periods, and its exposure, all ICSs and procedures together.

    Parameters
    ----------
    means
        Mean admissions; dims ``period``, those of cells, and any others.
    exposure
        Population or expected admissions by period and cell.
    chosen
        From `counted_periods` or `earlier_periods`.

    Returns
    -------
    tuple
        Rates a period, and the exposure of a period on average.

    Examples
    --------
    >>> means = xr.DataArray([[8.0, 10.0], [9.0, 10.0]], dims=("period", "deprivation"))
    >>> found = group_rates(means, xr.full_like(means, 100.0), xr.DataArray([True, False], dims="period"))
    >>> found[0].values
    array([0.08, 0.1 ])
    """
    over = [dim for dim in (PERIOD, ICS, PROCEDURE) if dim in exposure.dims]
    base = exposure.where(chosen & (exposure > 0)).sum(over)
    periods = chosen.any([dim for dim in chosen.dims if dim != PERIOD]).sum()
    return means.where(chosen & (exposure > 0)).sum(over) / base, base / periods


def log_gap(rate: xr.DataArray, weight: xr.DataArray, position: xr.DataArray) -> xr.DataArray:
    r"""Give the log of the relative index of inequality: least over most deprived end of a line through log rates.

    .. math:: \log \mathrm{RII} = \hat y(1) - \hat y(0), \qquad y_q = \log \text{rate}_q

    Parameters
    ----------
    rate
        Rates; dims ``deprivation`` and any others.
    weight, position
        Exposure and place of each group; dim ``deprivation``.

    Returns
    -------
    xarray.DataArray
        Log ratio; positive = the most deprived have fewer. With two groups, the log ratio of their rates.

    Examples
    --------
    >>> rate = xr.DataArray([1.0, 1.1, 1.21], dims="deprivation")
    >>> place = xr.DataArray([1 / 6, 3 / 6, 5 / 6], dims="deprivation")
    >>> round(float(np.exp(log_gap(rate, xr.ones_like(rate), place))), 3)
    1.331
    """
    log_rate = np.log(rate.where(rate > 0))
    if rate.sizes[DEPRIVATION] < FEWEST_GROUPS:
        return log_rate.isel(deprivation=-1, drop=True) - log_rate.isel(deprivation=0, drop=True)
    line = fit_line(log_rate, position, weight)
    return line.least - line.most


def gap_measures_of(rate: xr.DataArray, exposure: xr.DataArray, series: xr.Dataset) -> xr.Dataset:
    """Measure the gap between deprivation groups in five ways; positive = the most deprived have fewer.

    Parameters
    ----------
    rate, exposure
        From `group_rates`.
    series
        Where the rates come from: its frequency, positions and kind of exposure.

    Returns
    -------
    xarray.Dataset
        ``log_relative_index``; ``log_rate_ratio`` (least over most deprived); ``slope_index`` (per 100,000
        people a year, or per 100 expected admissions); ``shortfall_most`` and ``shortfall`` (signed
        admissions a year by which the most deprived, and all groups, fall short of the least deprived
        rate).

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, _ = simulate_series(Sizes(groups=5), seed=1)
    >>> rate = xr.DataArray([1.0, 1, 1, 1, 1], {"deprivation": series["deprivation"]})
    >>> float(gap_measures_of(rate, xr.ones_like(rate), series)["slope_index"].round(6))
    0.0
    """
    per_year = frequency_named(series.attrs["frequency"]).per_year
    scale = EXPECTED if series.attrs["exposure"] == "expected_admissions" else PEOPLE * per_year
    position = series["position"]
    least, most = rate.isel(deprivation=-1, drop=True), rate.isel(deprivation=0, drop=True)
    short = (least - rate) * exposure * per_year
    line = fit_line(rate, position, exposure)
    straight = least - most if rate.sizes[DEPRIVATION] < FEWEST_GROUPS else line.least - line.most
    return xr.Dataset({
        "log_relative_index": log_gap(rate, exposure, position),
        "log_rate_ratio": np.log(least) - np.log(most),
        "slope_index": straight * scale,
        "shortfall_most": short.isel(deprivation=0, drop=True),
        "shortfall": short.sum(DEPRIVATION),
    })  # fmt: skip


def gap_change(draws: xr.Dataset, series: xr.Dataset, plan: Interruption) -> xr.Dataset:
    r"""Give the change of the gap that the interruption made: with it less without it, draw by draw.

    .. math:: \Delta = g(\mu^1) - g(\mu^0)

    Parameters
    ----------
    draws
        ``fitted`` and ``counterfactual`` admissions.
    series, plan
        What was fitted.

    Returns
    -------
    xarray.Dataset
        For each measure of `gap_measures_of`, its change, ``..._with`` and ``..._without``; dims
        ``chain, draw``; among the exposed. A negative change brings the most deprived nearer to the
        least. Also ``before``, the log relative index before the interruption.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Notes
    -----
    Whether a negative change narrows the gap depends on who had fewer before: see `narrowing`.

    Examples
    --------
    >>> from equitymodel.simulate import Change, Sizes, Usual, simulate_series
    >>> series, truth = simulate_series(Sizes(groups=5), change=Change(gap=-0.1), usual=Usual(gradient=0.3), seed=1)
    >>> known = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual})
    >>> found = gap_change(known.expand_dims(("chain", "draw")), series, truth.plan)
    >>> round(float(found["log_relative_index"].squeeze()), 2)
    -0.1
    """
    counted, earlier = counted_periods(series, plan), earlier_periods(series, plan)
    exposure = series["exposure"]
    found = {}
    for name, means in (("with", draws["fitted"]), ("without", draws["counterfactual"])):
        found[name] = gap_measures_of(*group_rates(means, exposure, counted), series)
    change = found["with"] - found["without"]
    named = [part.rename({key: f"{key}_{name}" for key in part}) for name, part in found.items()]
    before = log_gap(*group_rates(draws["fitted"], exposure, earlier), series["position"]).rename("before")
    return xr.merge([change, *named, before.to_dataset()])


def narrowing(change: xr.Dataset) -> xr.DataArray:
    """Give by how much the gap narrowed, as a log ratio: positive = narrowed, whoever had fewer before.

    Parameters
    ----------
    change
        From `gap_change`.

    Returns
    -------
    xarray.DataArray
        Log ratio; dims ``chain, draw``. The direction is that of the gap before, at its median.

    Notes
    -----
    A gap that passes through none and opens the other way counts as narrowed all the way: look at
    ``log_relative_index_with`` for its sign.

    Examples
    --------
    >>> draws = {"log_relative_index_with": 0.1, "log_relative_index_without": 0.3, "before": 0.3}
    >>> found = xr.Dataset({key: (("chain", "draw"), [[value]]) for key, value in draws.items()})
    >>> float(narrowing(found).round(6).squeeze())
    0.2
    """
    direction = np.sign(change["before"].median()) if float(change["before"].median()) else 1.0
    without, with_it = change["log_relative_index_without"], change["log_relative_index_with"]
    return (direction * (without - with_it)).rename("narrowing")


def _total(means: xr.DataArray, counted: xr.DataArray, by: tuple[str, ...]) -> xr.DataArray:
    over = [dim for dim in (PERIOD, *CELL_DIMS) if dim in means.dims and dim not in by]
    return means.where(counted, 0.0).sum(over)
