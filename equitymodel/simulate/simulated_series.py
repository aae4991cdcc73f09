"""Monthly series of admissions with a known interruption, and what they would have been without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.data.series.timeline import lay_out_time
from equitymodel.data.tables.contracts import DataLog
from equitymodel.data.tables.deprivation import ridit
from equitymodel.spec.interruption import Interruption, Shape
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


def simulate_series(
    *,
    areas: int = 1,
    groups: int = 1,
    procedures: int = 1,
    periods: int = 60,
    before: int = 36,
    effect: float = 0.0,
    gap_effect: float = 0.0,
    group_effects: Sequence[float] | None = None,
    autocorrelation: float = 0.3,
    sd: float = 0.05,
    shared: float = 0.0,
    seasonality: float = 0.05,
    trend: float = 0.0,
    gradient: float = 0.2,
    expected: float = 100.0,
    exposed_areas: int | None = None,
    shock: float = 0.0,
    gap_shock: float = 0.0,
    shape: Shape = "step",
    lag: float = 0,
    ramp_months: float | None = None,
    seed: int,
) -> tuple[xr.Dataset, SeriesTruth]:
    r"""Make monthly series with a known interruption, ready to evaluate.

    .. math:: \log \mu_{tiqp} = \log E_{iqp} + \log w_t + \tau t + s_t + \gamma\,\tilde x_q
              + (\delta + \kappa \tilde x_q) h_{ti} + (c + g \tilde x_q) [t \ge t_0] + \omega_{tiqp}

    with :math:`\tilde x_q` the position of the group, from -1/2 (most deprived) to 1/2, :math:`h_t` the
    shape of the interruption and :math:`\omega` an autoregression of order one.

    Parameters
    ----------
    areas, groups, procedures, periods
        Sizes; periods are months, the last of them December 2019.
    before
        Months before the interruption.
    effect
        Log ratio of the change, on average over the deprivation scale.
    gap_effect
        Change of the log ratio of the least to the most deprived end; negative narrows a gap in
        which the most deprived have fewer.
    group_effects
        What each group has besides, as a log ratio, the most deprived first.
    autocorrelation, sd
        Of the noise that lasts: its correlation from month to month, and its standard deviation.
    shared
        The part of its variance that all cells share, 0 to 1.
    seasonality
        Height of a yearly wave of the log rate.
    trend
        Change of the log rate a year.
    gradient
        Log ratio of the least to the most deprived end before the interruption.
    expected
        Expected admissions a month in a typical cell.
    exposed_areas
        How many areas, the first ones, are exposed; the others are controls. All if not given.
    shock, gap_shock
        What happens to all areas at the start of the interruption, exposed or not, and is none of its
        doing: as `effect` and `gap_effect`.
    shape, lag, ramp_months
        As for `Interruption`.
    seed
        Seed of the random numbers.

    Returns
    -------
    tuple
        A series as from `read_series`, with expected admissions for its exposure, and the truth.

    Raises
    ------
    ValueError
        When the noise has no such correlation, standard deviation or shared part, or there is not one
        of `group_effects` for each group.
    SpecError
        When there is no such interruption.

    Examples
    --------
    >>> series, truth = simulate_series(groups=5, effect=0.1, gap_effect=-0.2, seed=1)
    >>> series["admissions"].shape, truth.effect.round(2).values
    ((60, 1, 5, 1), array([0.18, 0.14, 0.1 , 0.06, 0.02]))
    """
    if not (-1 < autocorrelation < 1 and sd >= 0 and 0 <= shared <= 1):
        raise ValueError("autocorrelation lies between -1 and 1, sd is 0 or more, and shared between 0 and 1")
    rng = np.random.default_rng(seed)
    starts = pd.date_range(end=AFTER_LAST, periods=periods + 1, freq="MS")[:-1]
    series = _frame(starts, areas, groups, procedures, expected, rng)
    exposed = None if exposed_areas is None else {ICS: tuple(series[ICS].values[:exposed_areas])}
    month = _month(starts, before)
    plan = Interruption(f"{month:%Y-%m}", shape, lag=lag, ramp_months=ramp_months, exposed=exposed)
    place = series["position"] - 0.5
    own = xr.zeros_like(place) if group_effects is None else place.copy(data=np.asarray(group_effects, dtype=float))
    change = (effect + gap_effect * place + own).rename("effect")
    noise = _noise(series, autocorrelation, sd, shared, rng)
    years, days = series["elapsed"] / 12, series["working_days"]
    usual = trend * years + seasonality * np.sin(2 * np.pi * years) + gradient * place + noise
    usual = usual + (shock + gap_shock * place) * (series[PERIOD] >= month)
    counterfactual = (series["exposure"] * days / days.mean() * np.exp(usual)).transpose(*SERIES_DIMS)
    fitted = (counterfactual * np.exp(change * plan.design(series)["level"])).transpose(*SERIES_DIMS)
    counts = fitted.copy(data=rng.poisson(fitted.values).astype(float)).assign_attrs(unit="admissions")
    ordered = xr.Dataset({"admissions": counts}).assign(series.data_vars).assign_attrs(series.attrs)
    return ordered, SeriesTruth(fitted, counterfactual, change, noise, plan)


def _month(starts: pd.DatetimeIndex, before: int) -> pd.Timestamp:
    if not 0 < before < len(starts):
        raise ValueError(f"an interruption after {before} of {len(starts)} months leaves none on one side")
    return starts[before]


def _frame(
    starts: pd.DatetimeIndex, areas: int, groups: int, procedures: int, expected: float, rng: np.random.Generator
) -> xr.Dataset:
    """Lay out exposure, time and labels, as `read_series` does."""
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
    time = lay_out_time(series, monthly, None, "error", DataLog("series"))
    known = {"frequency": "monthly", "exposure": "expected_admissions", "deprivation_index": "simulated"}
    return series.assign(time.data_vars).assign_attrs(
        time.attrs | known | {"findings": "[]", "sources": json.dumps({"series": {"file": "simulated", "sha256": ""}})}
    )


def _noise(
    series: xr.Dataset, autocorrelation: float, sd: float, shared: float, rng: np.random.Generator
) -> xr.DataArray:
    """Draw an autoregression of order one for each cell, part of it the same for all."""
    shape = series["exposure"].shape
    steps = np.sqrt(1 - shared) * rng.normal(size=shape) + np.sqrt(shared) * rng.normal(size=(shape[0], 1, 1, 1))
    values = steps.copy()
    for month in range(1, shape[0]):
        values[month] = autocorrelation * values[month - 1] + np.sqrt(1 - autocorrelation**2) * steps[month]
    return series["exposure"].copy(data=sd * values).drop_attrs()
