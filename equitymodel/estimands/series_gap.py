"""What an interruption did to the gap between groups: with it against without it, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.gradients import FEWEST_GROUPS, fit_line
from equitymodel.estimands.interrupted_series import counted_periods, earlier_periods
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE

PEOPLE = 100_000.0
EXPECTED = 100.0
WITHOUT, WITH = "log_relative_index_without", "log_relative_index_with"


@dataclass(frozen=True)
class WayRound:
    """Which end of the gradient has more admissions: the way round in which a gap is said aloud.

    Attributes
    ----------
    sign
        1 where the least deprived have more, -1 where the most deprived do: times a log ratio of least
        over most deprived it is positive, and a change that is negative brings the two nearer.

    Examples
    --------
    >>> WayRound(-1).words, WayRound.of_log_ratio(0.2).more
    ('the gap (most over least deprived)', 'least')
    """

    sign: Literal[1, -1] = 1

    @classmethod
    def of_log_ratio(cls, log_ratio: float) -> WayRound:
        """Take it from a log ratio of least over most deprived."""
        return cls(-1 if log_ratio < 0 else 1)

    @property
    def more(self) -> str:
        """The end that has more."""
        return "least" if self.sign == 1 else "most"

    @property
    def fewer(self) -> str:
        """The end that has fewer."""
        return "most" if self.sign == 1 else "least"

    @property
    def words(self) -> str:
        """The gap, the end that has more first."""
        return f"the gap ({self.more} over {self.fewer} deprived)"


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
    counted = chosen.any([dim for dim in chosen.dims if dim != PERIOD])
    some = means.isel({PERIOD: counted.values}).where((chosen & (exposure > 0)).isel({PERIOD: counted.values}))
    return some.sum(over) / base, base / counted.sum()


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
    >>> from equitymodel.simulate.series_world import Change, Sizes, Usual
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, _ = simulate_series(Sizes(groups=5), seed=1)
    >>> rate = xr.DataArray([1.0, 1, 1, 1, 1], {"deprivation": series["deprivation"]})
    >>> float(gap_measures_of(rate, xr.ones_like(rate), series)["slope_index"].round(6))
    0.0
    """
    facts = SeriesFacts.of(series)
    per_year = facts.frequency.per_year
    scale = EXPECTED if facts.exposure == "expected_admissions" else PEOPLE * per_year
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


@on_same_labels
def gap_change(
    draws: xr.Dataset, series: xr.Dataset, plan: Interruption, counted: xr.DataArray | None = None
) -> xr.Dataset:
    r"""Give the change of the gap that the interruption made: with it less without it, draw by draw.

    .. math:: \Delta = g(\mu^1) - g(\mu^0)

    Parameters
    ----------
    draws
        ``fitted`` and ``counterfactual`` admissions.
    series, plan
        What was fitted.
    counted
        Months after the start, as from `counted_periods`, which it is if not given.

    Returns
    -------
    xarray.Dataset
        For each measure of `gap_measures_of`, its change, ``..._with`` and ``..._without``; dims
        ``chain, draw``; among the exposed. A negative change brings the most deprived nearer to the
        least where the least had more without it (see `way_round`). Also ``before``, the log relative
        index before the interruption.

    Raises
    ------
    SpecError
        When the interruption does not fit the series.

    Notes
    -----
    Whether a negative change narrows the gap depends on who has fewer without it: see `narrowing`.

    Examples
    --------
    >>> from equitymodel.simulate.series_world import Change, Sizes, Usual
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(Sizes(groups=5), change=Change(gap=-0.1), usual=Usual(gradient=0.3), seed=1)
    >>> known = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual})
    >>> found = gap_change(known.expand_dims(("chain", "draw")), series, truth.plan)
    >>> round(float(found["log_relative_index"].squeeze()), 2)
    -0.1
    """
    counted, earlier = counted_periods(series, plan) if counted is None else counted, earlier_periods(series, plan)
    exposure = series["exposure"]
    found = {}
    for name, means in (("with", draws["fitted"]), ("without", draws["counterfactual"])):
        found[name] = gap_measures_of(*group_rates(means, exposure, counted), series)
    change = found["with"] - found["without"]
    named = [part.rename({key: f"{key}_{name}" for key in part}) for name, part in found.items()]
    before = log_gap(*group_rates(draws["fitted"], exposure, earlier), series["position"]).rename("before")
    return xr.merge([change, *named, before.to_dataset()])


@on_same_labels
def log_gap_change(draws: xr.Dataset, series: xr.Dataset, counted: xr.DataArray) -> xr.DataArray:
    """Give the change of the log relative index alone, as `gap_change` does and in a fraction of its time.

    Parameters
    ----------
    draws, series, counted
        As for `gap_change`.

    Returns
    -------
    xarray.DataArray
        Log ratio; dims ``chain, draw``; among the exposed.

    Examples
    --------
    >>> from equitymodel.simulate.series_world import Change, Sizes, Usual
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, truth = simulate_series(Sizes(groups=5), change=Change(gap=-0.1), usual=Usual(gradient=0.3), seed=1)
    >>> known = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual})
    >>> round(float(log_gap_change(known, series, counted_periods(series, truth.plan))), 2)
    -0.1
    """
    exposure, position = series["exposure"], series["position"]
    with_it, without = (
        log_gap(*group_rates(draws[name], exposure, counted), position) for name in ("fitted", "counterfactual")
    )
    return with_it - without


def way_round(change: xr.Dataset) -> WayRound:
    """Say which end of the gradient has more without the interruption, at the median of the log relative index.

    Parameters
    ----------
    change
        From `gap_change`.

    Returns
    -------
    WayRound
        The way round in which the gap and its change are said.

    Examples
    --------
    >>> way_round(xr.Dataset({WITHOUT: (("chain", "draw"), [[-0.3, -0.2]])})).more
    'most'
    """
    return WayRound.of_log_ratio(float(change[WITHOUT].median()))


def narrowing(change: xr.Dataset) -> xr.DataArray:
    r"""Give by how much the gap narrowed, as a log ratio: positive = narrowed, whoever has fewer.

    .. math:: s_0 \log \mathrm{RII}^0 - s_1 \log \mathrm{RII}^1, \qquad s = \operatorname{sign}(\text{median})

    Parameters
    ----------
    change
        From `gap_change`.

    Returns
    -------
    xarray.DataArray
        Log ratio; dims ``chain, draw``.

    Notes
    -----
    A gap that passes through none and opens the other way narrowed only if it is smaller then than it would have
    been: look at ``log_relative_index_with`` for its sign. Each gap is measured in the direction of its own median, as
    the absolute value of a draw would take its uncertainty for size.

    Examples
    --------
    >>> draws = {"log_relative_index_with": 0.1, "log_relative_index_without": 0.3}
    >>> found = xr.Dataset({key: (("chain", "draw"), [[value]]) for key, value in draws.items()})
    >>> float(narrowing(found).round(6).squeeze())
    0.2
    >>> float(narrowing(found.assign(log_relative_index_with=-found["log_relative_index_with"] * 5)).round(6).squeeze())
    -0.2
    """
    after = WayRound.of_log_ratio(float(change[WITH].median()))
    return (way_round(change).sign * change[WITHOUT] - after.sign * change[WITH]).rename("narrowing")
