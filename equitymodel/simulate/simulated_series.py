"""Monthly series of admissions with a known interruption, and what they would have been without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.periods import Periods
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.timeline import lay_out_time
from equitymodel.data.tables.deprivation import ridit
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import words_for
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.errors import OptionError
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.spec.interruption import Interruption
from equitymodel.vocabulary import (
    ALL_GROUPS,
    ALL_ICS,
    ALL_PROCEDURES,
    DEPRIVATION,
    ICS,
    PERIOD,
    PROCEDURE,
    SERIES_DIMS,
)

AFTER_LAST = pd.Timestamp("2020-01-01")
"""Simulated series end before the pandemic, so that nothing in them is masked."""


@dataclass(frozen=True)
class SeriesTruth:
    """What a simulated series is really like.

    Attributes
    ----------
    fitted
        True mean admissions; dims ``period, ics, deprivation, procedure``.
    counterfactual
        The same had there been no interruption.
    effect
        Log ratio of the whole change, by deprivation group.
    noise
        Log deviation that lasts from month to month; dims as `fitted`.
    plan
        The interruption.
    """

    fitted: xr.DataArray
    counterfactual: xr.DataArray
    effect: xr.DataArray
    noise: xr.DataArray
    plan: Interruption

    @property
    def rate_ratio(self) -> xr.DataArray:
        """Average rate ratio after the start, of fitted to counterfactual; over cells, no unit."""
        after = self.fitted[PERIOD] >= pd.Timestamp(self.plan.start)
        pair = [part.where(after).sum(PERIOD) for part in (self.fitted, self.counterfactual)]
        return pair[0] / pair[1]


@refuses_other_types
def simulate_series(
    sizes: Sizes = Sizes(),
    *,
    change: Change = Change(),
    noise: MonthlyNoise = MonthlyNoise(),
    usual: Usual = Usual(),
    shock: Shock = Shock(),
    seed: int,
) -> tuple[xr.Dataset, SeriesTruth]:
    r"""Make monthly series with a known interruption, ready to evaluate.

    .. math:: \log \mu_{tiqp} = \log E_{iqp} + \log w_t + \tau t + s_t + \gamma\,\tilde x_q
              + (\delta + \kappa \tilde x_q) h_{ti} + (c + g \tilde x_q) [t \ge t_0] + \omega_{tiqp}

    with :math:`\tilde x_q` the position of the group, from -1/2 (most deprived) to 1/2, :math:`h_t` the
    shape of the interruption and :math:`\omega` an autoregression of order one.

    Parameters
    ----------
    sizes
        How many areas, groups, procedures and months, before the interruption and in all.
    change
        What the interruption changes: :math:`\delta`, :math:`\kappa` and its shape.
    noise
        The autoregression.
    usual
        What there is without it: :math:`E`, :math:`\gamma`, :math:`\tau` and the season.
    shock
        What happens to all areas at that time: :math:`c` and :math:`g`.
    seed
        Seed of the random numbers.

    Returns
    -------
    tuple
        A series as from `read_series`, with expected admissions for its exposure, and the truth.

    Raises
    ------
    OptionError
        When there is not one change for each group.
    SpecError
        When there is no such interruption.

    Examples
    --------
    >>> series, truth = simulate_series(Sizes(groups=5), change=Change(0.1, gap=-0.2), seed=1)
    >>> series["admissions"].shape, truth.effect.round(2).values
    ((60, 1, 5, 1), array([0.18, 0.14, 0.1 , 0.06, 0.02]))
    """
    rng = np.random.default_rng(seed)
    starts = pd.date_range(end=AFTER_LAST, periods=sizes.periods + 1, freq="MS")[:-1]
    series = empty_series(starts, sizes, usual.expected, rng)
    plan = _plan(series, starts[sizes.before], sizes, change)
    place = series["position"] - 0.5
    effect = (change.level + change.gap * place + _own(change, place)).rename("effect")
    lasting = _noise(series, noise, rng)
    log_rate = (
        _usual(series, usual)
        + lasting
        + (shock.level + shock.gap * place) * (series[PERIOD] >= pd.Timestamp(plan.start))
    )
    days = series["working_days"]
    counterfactual = (series["exposure"] * days / days.mean() * np.exp(log_rate)).transpose(*SERIES_DIMS)
    fitted = (counterfactual * np.exp(effect * plan.design(series)["level"])).transpose(*SERIES_DIMS)
    counts = fitted.copy(data=rng.poisson(fitted.values).astype(float)).assign_attrs(unit="admissions")
    ordered = xr.Dataset({"admissions": counts}).assign(series.data_vars)
    return SeriesFacts.of(series).keep_with(ordered), SeriesTruth(fitted, counterfactual, effect, lasting, plan)


def _plan(series: xr.Dataset, month: pd.Timestamp, sizes: Sizes, change: Change) -> Interruption:
    exposed = None if sizes.exposed_areas is None else {ICS: tuple(series[ICS].values[: sizes.exposed_areas])}
    return Interruption(f"{month:%Y-%m}", change.shape, lag=change.lag, ramp_months=change.ramp_months, exposed=exposed)


def _own(change: Change, place: xr.DataArray) -> xr.DataArray:
    """Lay out what each group has besides."""
    if change.by_group is None:
        return xr.zeros_like(place)
    if len(change.by_group) != place.size:
        raise OptionError(f"there are {place.size} groups, and changes of {len(change.by_group)}")
    return place.copy(data=np.asarray(change.by_group, dtype=float))


def _usual(series: xr.Dataset, usual: Usual) -> xr.DataArray:
    years = series["elapsed"] / 12
    return usual.trend * years + usual.season * np.sin(2 * np.pi * years) + usual.gradient * (series["position"] - 0.5)


def empty_series(
    starts: pd.DatetimeIndex,
    sizes: Sizes,
    expected: float,
    rng: np.random.Generator,
    periods: Periods = Periods(breaks=None),
) -> xr.Dataset:
    """Lay out exposure, time and labels, as `read_series` does; there are no admissions yet.

    Parameters
    ----------
    starts
        First days of months.
    sizes
        How many areas, groups and procedures.
    expected
        Expected admissions a month in a typical cell.
    rng
        Where the sizes of groups come from.
    periods
        What is masked; nothing if not given.

    Returns
    -------
    xarray.Dataset
        A series as from `read_series`, without ``admissions``.

    Examples
    --------
    >>> months = pd.date_range("2018-04", "2018-06", freq="MS")
    >>> empty_series(months, Sizes(), 100.0, np.random.default_rng(1))["working_days"].values
    array([20, 21, 21])
    """
    areas, groups, procedures = sizes.areas, sizes.groups, sizes.procedures
    places = [f"area {i + 1:02d}" for i in range(areas)] if areas > 1 else [ALL_ICS]
    levels: list[int] | list[str] = list(range(1, groups + 1)) if groups > 1 else [ALL_GROUPS]
    kinds = [f"procedure {p + 1:02d}" for p in range(procedures)] if procedures > 1 else [ALL_PROCEDURES]
    share = rng.dirichlet(np.full(groups, 30.0), size=areas) * groups
    cells = np.broadcast_to(share[None, :, :, None] * expected, (len(starts), areas, groups, procedures))
    exposure = xr.DataArray(
        cells.copy(), {PERIOD: starts, ICS: places, DEPRIVATION: levels, PROCEDURE: kinds}, attrs={"unit": "admissions"}
    )
    monthly = FREQUENCIES["monthly"]
    series = xr.Dataset({"exposure": exposure}).assign_coords(
        elapsed=(PERIOD, monthly.elapsed(starts)),
        ics_name=(ICS, places),
        region=(ICS, ["not known"] * areas),
        position=ridit(exposure.mean([PERIOD, PROCEDURE]).sum(ICS).drop_attrs()),
    )
    time = lay_out_time(series, monthly, periods, DataLog("series"))
    facts = replace(
        SeriesFacts.of(time),
        exposure="expected_admissions",
        deprivation_index="simulated",
        sources=(TableSource("series", "simulated", ""),),
        footprint=words_for("any", places) if areas > 1 else "",
    )
    return facts.keep_with(series.assign(time.data_vars))


def _noise(series: xr.Dataset, noise: MonthlyNoise, rng: np.random.Generator) -> xr.DataArray:
    """Draw an autoregression of order one for each cell, part of it the same for all."""
    shape, autocorrelation, shared = series["exposure"].shape, noise.autocorrelation, noise.shared
    steps = np.sqrt(1 - shared) * rng.normal(size=shape) + np.sqrt(shared) * rng.normal(size=(shape[0], 1, 1, 1))
    values = steps.copy()
    for month in range(1, shape[0]):
        values[month] = autocorrelation * values[month - 1] + np.sqrt(1 - autocorrelation**2) * steps[month]
    return series["exposure"].copy(data=noise.sd * values).drop_attrs()
