"""What an interruption did to admissions: with it against without it, draw by draw, with the same noise in both."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import CELL_DIMS, PERIOD

VALUES_AT_ONCE = 4_000_000
"""Values of draws that are added up at the same time."""


def counted_periods(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Say where the effect is counted: among the exposed, after start, lag and wash-out, and not masked.

    Parameters
    ----------
    series, plan
        From `read_series`, and the interruption.

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
    return plan.design(series)["counted"]


def judged_periods(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Say on which of the periods of `counted_periods` the verdict rests: see `Interruption.shape`.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(judged_periods(series, truth.plan).sum())
    12
    """
    return plan.design(series)["judged"]


def earlier_periods(series: xr.Dataset, plan: Interruption) -> xr.DataArray:
    """Say what lies before the interruption of the exposed and is not masked; over what `counted_periods` is.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    >>> int(earlier_periods(series, truth.plan).sum())
    36
    """
    return plan.design(series)["earlier"]


@on_same_labels
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


@on_same_labels
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


@on_same_labels
def cumulative_added(draws: xr.Dataset, counted: xr.DataArray, *, by: tuple[str, ...] = ()) -> xr.DataArray:
    """Give admissions added up to and including each period; as `admissions_added`, over ``period``.

    Parameters
    ----------
    draws, counted, by
        As for `admissions_added`.

    Returns
    -------
    xarray.DataArray
        In admissions, over ``period`` too; missing before the first period that counts.

    Examples
    --------
    >>> pair = xr.Dataset({"fitted": ("period", [90.0, 80.0]), "counterfactual": ("period", [95.0, 100.0])})
    >>> cumulative_added(pair, xr.DataArray([True, True], dims="period")).values
    array([ -5., -25.])
    """
    each = admissions_added(draws, counted, by=(PERIOD, *by))
    begun = counted.any([dim for dim in counted.dims if dim not in (PERIOD, *by)]).cumsum(PERIOD) > 0
    return each.cumsum(PERIOD).where(begun).rename("cumulative_added")


@on_same_labels
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


def _total(means: xr.DataArray, counted: xr.DataArray, by: tuple[str, ...]) -> xr.DataArray:
    """Add up what is counted, some draws at a time: a copy of all would take as much memory as the draws."""
    over = [dim for dim in (PERIOD, *CELL_DIMS) if dim in means.dims and dim not in by]
    draws = means.sizes.get("draw", 1)
    if means.size <= VALUES_AT_ONCE or draws == 1:
        return means.where(counted, 0.0).sum(over)
    step = max(1, VALUES_AT_ONCE * draws // means.size)
    parts = (means.isel(draw=slice(at, at + step)) for at in range(0, draws, step))
    totals = [part.where(counted, 0.0).sum(over) for part in parts]
    return xr.concat(totals, "draw", coords="minimal", compat="override", join="override")
