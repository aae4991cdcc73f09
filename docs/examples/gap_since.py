"""How far groups, and the gap between them, are from where they were: a description, with intervals.

Shared by england_series.py and scotland_series.py. It describes stretches of time that are named beforehand;
it draws no trend on, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from scipy.stats import t as student

import equitymodel as em
from equitymodel.comparison.autoregression import newey_west
from equitymodel.data.series.timeline import period_days
from equitymodel.estimands.series_gap import log_gap

Stretches = Mapping[str, tuple[str, str]]
"""First and last day of each stretch, by what it is called; the first is before."""
COLOURS = ("#b8570a", "#d9a06c", "#8d99a6", "#6fa3d8", "#005eb8")
LEAST, MOST = "least deprived", "most deprived"


def middle(series: xr.Dataset) -> xr.DataArray:
    """Give counts, and for those known within bounds only, the middle of their bounds."""
    low, high = em.data.count_bounds(series)
    return (low + high) / 2


def by_group(series: xr.Dataset, values: xr.DataArray) -> xr.DataArray:
    """Give admissions a day over what they are compared with; dims period and deprivation."""
    return (values / series["exposure"] / period_days(series)).squeeze(["ics", "procedure"], drop=True)


def over_usual[Paths: (pd.Series, pd.DataFrame)](log_values: Paths, before: tuple[str, str], *, season: bool) -> Paths:
    """Give values over what they were before in the same calendar month; as they are, where there is no season."""
    if not season:
        return np.exp(log_values)
    usual = log_values[slice(*before)].groupby(lambda day: day.month).mean()
    return np.exp(log_values - usual.loc[log_values.index.month].to_numpy())


def levels(series: xr.Dataset, before: tuple[str, str], *, season: bool) -> pd.DataFrame:
    """Give the rate of each group over its own before."""
    return over_usual(np.log(by_group(series, middle(series)).to_pandas()), before, season=season)


def gap_by_period(series: xr.Dataset, values: xr.DataArray) -> pd.Series:
    """Give the log of the relative index of inequality, least over most deprived, of each period."""
    exposure = series["exposure"].squeeze(["ics", "procedure"], drop=True)
    return log_gap(by_group(series, values), exposure, series["position"]).to_pandas()


def gap_over_stretches(
    series: xr.Dataset, values: xr.DataArray, stretches: Stretches, *, season: bool, lags: int
) -> pd.DataFrame:
    """Give the gap of each stretch over that before, with a 95 % interval.

    Weighted least squares on the log gap of each period (weights: admissions), on the stretch and
    two waves of a year's season where there is one, with Newey-West errors. Without a season the
    exposure is taken to be the usual level, and the stretch before is shown against it.
    """
    gap = gap_by_period(series, values)
    inside = pd.DataFrame({name: (gap.index >= days[0]) & (gap.index <= days[1]) for name, days in stretches.items()})
    design = inside.to_numpy(dtype=float)
    if season:
        year = 2 * np.pi * series["elapsed"].values / em.data.SeriesFacts.of(series).frequency.per_year
        waves = [wave(k * year) for k in (1, 2) for wave in (np.sin, np.cos)]
        design = np.column_stack([np.ones(len(gap)), design[:, 1:], *waves])
    used = inside.any(axis=1).to_numpy()
    weight = np.sqrt(values.sum(["ics", "deprivation", "procedure"]).values)
    fit = newey_west((weight * gap.to_numpy())[used], (weight[:, None] * design)[used],
                     series["elapsed"].values[used], lags=lags)  # fmt: skip
    reach = student.ppf(0.975, fit.freedom) * np.sqrt(np.diag(fit.covariance))
    ends = np.exp(np.column_stack([fit.coefficients, fit.coefficients - reach, fit.coefficients + reach]))
    table = pd.DataFrame(ends[: len(stretches)], index=list(stretches), columns=["gap", "lower", "upper"])
    return table.drop(index=next(iter(stretches))) if season else table


def describe(series: xr.Dataset, stretches: Stretches, *, season: bool, lags: int) -> pd.DataFrame:
    """Give the table that is printed: the most and least deprived over their own before, and the gap over its."""
    found = gap_over_stretches(series, middle(series), stretches, season=season, lags=lags)
    level = levels(series, next(iter(stretches.values())), season=season)
    ends = {name: level[slice(*stretches[name])].iloc[:, [0, -1]].mean().to_numpy() for name in found.index}
    return pd.DataFrame(ends, index=[MOST, LEAST]).T.join(found)


def draw(
    series: xr.Dataset, stretches: Stretches, path: Path, *, season: bool, lags: int, title: str, usual: str,
    usual_gap: str = "the gap before", average: int = 1,
) -> None:  # fmt: skip
    """Draw each group over its own usual level, and the gap over the usual gap, by period and by stretch."""
    level = levels(series, next(iter(stretches.values())), season=season).rolling(average, center=True).mean()
    table = gap_over_stretches(series, middle(series), stretches, season=season, lags=lags)
    figure = Figure(figsize=(8.2, 6), layout="constrained", dpi=90)
    top, bottom = figure.subplots(2, 1, sharex=True)
    for colour, group in zip(COLOURS, level, strict=True):
        words = {level.columns[0]: f"{group} = {MOST}", level.columns[-1]: f"{group} = {LEAST}"}.get(group, str(group))
        top.plot(level.index, level[group], color=colour, lw=1.3, label=words)
    gap = over_usual(gap_by_period(series, middle(series)), next(iter(stretches.values())), season=season)
    bottom.plot(
        gap.index, gap, "o", ms=2.6, color="#8d99a6", label=f"each {em.data.SeriesFacts.of(series).frequency.name[:-2]}"
    )
    for position, (name, row) in enumerate(table.iterrows()):
        days = pd.to_datetime(list(stretches[name]))
        bottom.fill_between(days, row["lower"], row["upper"], color="#005eb8", alpha=0.2, lw=0)
        words = "gap of a stretch, with 95 % interval" if position == 0 else None
        bottom.plot(days, [row["gap"]] * 2, color="#005eb8", lw=1.8, label=words)
    top.set_ylabel(f"admissions over\n{usual}")
    bottom.set_ylabel(f"gap, least over most deprived,\nover {usual_gap}")
    for axes in (top, bottom):
        axes.axhline(1, color="#8d99a6", lw=0.8, ls="--")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(fontsize=7, frameon=False, ncols=5 if axes is top else 2)
    top.set_title(title, loc="left", fontsize=10)
    figure.savefig(path)
