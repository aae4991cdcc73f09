"""Pictures of an interruption: with it and without it, the cumulative effect, and the gap over time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num
from matplotlib.figure import Figure

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import OptionError
from equitymodel.estimands.interrupted_series import counted_periods, cumulative_added
from equitymodel.estimands.series_gap import WayRound, log_gap
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WARM, one_panel
from equitymodel.report.wording.evaluation_words import way_of
from equitymodel.spec.arms import CONTROLS
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_GROUPS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE, SAMPLE_DIMS

TAIL = (1 - INTERVAL_PROBABILITY) / 2
OTHERS = (ICS, PROCEDURE)


def interruption_data(result: Evaluation) -> pd.DataFrame:
    """Give observed, fitted and counterfactual admissions by period: all exposed, then each group, then controls.

    Parameters
    ----------
    result
        The evaluation, of which the fits of the total and of the groups are used.

    Returns
    -------
    pandas.DataFrame
        ``group, period, observed, fitted, fitted_lower, fitted_upper, counterfactual,
        counterfactual_lower, counterfactual_upper``; admissions a period. A fit that did not pass its
        diagnosis is left out.

    Raises
    ------
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis.
    """
    result = result.through_gate()
    total, groups = result.total, result.groups
    parts = {} if total is None else _of_total(total)
    controls = parts.pop(CONTROLS, None)
    found = [*parts.values(), *([] if groups is None else _of_groups(groups))]
    return pd.concat([*found, *([] if controls is None else [controls])], ignore_index=True)


def _of_total(fit: SeriesFit) -> dict[str, pd.DataFrame]:
    """Give the paths of all exposed and, where there are any, of the controls."""
    exposed, one = fit.plan.exposed_cells(fit.series), {DEPRIVATION: fit.series[DEPRIVATION].values[0]}
    found = {ALL_GROUPS: _paths(fit, one, exposed, ALL_GROUPS)}
    return found | ({CONTROLS: _paths(fit, one, ~exposed, CONTROLS)} if fit.plan.exposed else {})


def _of_groups(fit: SeriesFit) -> list[pd.DataFrame]:
    """Give the paths of each group of the exposed."""
    exposed = fit.plan.exposed_cells(fit.series)
    return [_paths(fit, {DEPRIVATION: group}, exposed, str(group)) for group in fit.series[DEPRIVATION].values]


def plot_interruption(result: Evaluation) -> Figure:
    """Draw admissions as observed, as fitted, and as they would have been, for all and for each group.

    Parameters
    ----------
    result
        As for `interruption_data`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a group; the band is the counterfactual's credible interval.
    """
    data = interruption_data(result)
    names = list(dict.fromkeys(data["group"]))
    columns = min(3, len(names))
    figure = Figure(figsize=(4.2 * columns + 1.2, 2.7 * -(-len(names) // columns) + 0.5), layout="constrained", dpi=110)
    panels = figure.subplots(-(-len(names) // columns), columns, squeeze=False).ravel()
    for axes, name in zip(panels, names, strict=False):
        _draw_paths(axes, data[data["group"] == name], result)
        axes.set_title(name if name in (ALL_GROUPS, CONTROLS) else f"deprivation group {name}", fontsize=9, loc="left")
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=3, fontsize=8, frameon=False)
    return figure


def cumulative_data(result: Evaluation) -> pd.DataFrame:
    """Give admissions added up to each period: ``period, estimate, lower, upper``.

    Raises
    ------
    DiagnosisError
        When the fit of all admissions failed its diagnosis.
    """
    total = result.fits.total.require_sound()
    path = cumulative_added(total.posterior, counted_periods(total.series, total.plan))
    return _quantiles(path.isel({PERIOD: path.notnull().all(SAMPLE_DIMS).values})).reset_index()


def plot_cumulative(result: Evaluation) -> Figure:
    """Draw admissions added (or averted) since the start, with the credible interval.

    Parameters
    ----------
    result
        The evaluation, of which the fit of the total is used.

    Returns
    -------
    matplotlib.figure.Figure
        Admissions; 0 = no change.

    Raises
    ------
    DiagnosisError
        When the fit of all admissions failed its diagnosis.
    """
    data = cumulative_data(result)
    figure, axes = one_panel()
    axes.fill_between(data[PERIOD], data["lower"], data["upper"], color=ACCENT, alpha=0.15, lw=0)
    axes.plot(data[PERIOD], data["estimate"], color=ACCENT, lw=1.6)
    axes.axhline(0, color=SOFT, lw=0.8, ls="--")
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=7))  # type: ignore[no-untyped-call]
    axes.set_ylabel("admissions added since the start")
    return figure


def gap_over_time_data(result: Evaluation) -> pd.DataFrame:
    """Give the relative index of inequality by period, with the interruption and without it.

    Parameters
    ----------
    result
        From `evaluate`, of a series with deprivation groups.

    Returns
    -------
    pandas.DataFrame
        ``path`` (``with``, ``without``), ``period, estimate, lower, upper``; ratios, least over most deprived.

    Raises
    ------
    OptionError
        When there are no groups.
    DiagnosisError
        When their fit failed its diagnosis.
    """
    fit = result.fits.groups
    if fit is None:
        raise OptionError("a gap over time needs deprivation groups")
    fit.require_sound()
    exposed = fit.plan.exposed_cells(fit.series)
    weight = _add_up(fit.series["exposure"], exposed)
    parts = []
    for path, name in (("with", "fitted"), ("without", "counterfactual")):
        rate = _add_up(fit.posterior[name], exposed) / weight
        gap = np.exp(log_gap(rate, weight, fit.series["position"]))
        known = gap.notnull().all(SAMPLE_DIMS).values
        parts.append(_quantiles(gap.isel({PERIOD: known})).reset_index().assign(path=path))
    return pd.concat(parts, ignore_index=True)


def plot_gap_over_time(result: Evaluation) -> Figure:
    """Draw the gap by period, with the interruption and without it.

    Parameters
    ----------
    result
        As for `gap_over_time_data`.

    Returns
    -------
    matplotlib.figure.Figure
        Ratio of the ends of the gradient, that which has more without the intervention over the other; 1 = no gap.

    Raises
    ------
    OptionError
        When there are no groups.
    DiagnosisError
        When their fit failed its diagnosis.
    """
    ratios, way = gap_over_time_data(result), way_of(result.gap_change)
    data = _said_round(ratios, way)
    figure, axes = one_panel()
    after = data[PERIOD] >= pd.Timestamp(result.plan.first_start)
    for path, colour, words in (("with", ACCENT, "as fitted"), ("without", WARM, "without the intervention")):
        rows = data[(data["path"] == path) & (after | (path == "with"))]
        axes.fill_between(rows[PERIOD], rows["lower"], rows["upper"], color=colour, alpha=0.15, lw=0)
        axes.plot(rows[PERIOD], rows["estimate"], color=colour, lw=1.6, label=words)
    axes.axhline(1, color=SOFT, lw=0.8, ls="--")
    _mark_start(axes, result)
    axes.set_ylabel(f"{way.more} over {way.fewer} deprived")
    axes.legend(fontsize=8, frameon=False)
    return figure


def _said_round(ratios: pd.DataFrame, way: WayRound) -> pd.DataFrame:
    """Turn ratios of least over most deprived into the way round in which they are said."""
    if way.sign == 1:
        return ratios
    return ratios.assign(estimate=1 / ratios["estimate"], lower=1 / ratios["upper"], upper=1 / ratios["lower"])


def _paths(fit: SeriesFit, at: dict[str, object], cells: xr.DataArray, group: str) -> pd.DataFrame:
    seen = _add_up(count_middle(fit.series.sel(at)), cells)
    table = pd.DataFrame({PERIOD: fit.series[PERIOD].values, "group": group, "observed": seen.values})
    for name in ("fitted", "counterfactual"):
        found = _quantiles(_add_up(fit.posterior[name].sel(at, drop=True), cells))
        table[[name, f"{name}_lower", f"{name}_upper"]] = found[["estimate", "lower", "upper"]].values
    return table


def _add_up(values: xr.DataArray, cells: xr.DataArray) -> xr.DataArray:
    """Add chosen cells up over ICSs and procedures; a total with an unknown part is unknown."""
    return values.where(cells, 0.0).sum(OTHERS, skipna=False)


def _quantiles(draws: xr.DataArray) -> pd.DataFrame:
    """Give the median and the interval of draws over periods."""
    values = draws.transpose(*SAMPLE_DIMS, PERIOD).values.reshape(-1, draws.sizes[PERIOD])
    found = np.quantile(values, [0.5, TAIL, 1 - TAIL], axis=0).T
    return pd.DataFrame(
        found, columns=["estimate", "lower", "upper"], index=pd.Index(draws[PERIOD].values, name=PERIOD)
    )


def _draw_paths(axes: Axes, data: pd.DataFrame, result: Evaluation) -> None:
    after = data[PERIOD] >= pd.Timestamp(result.plan.first_start)
    later = data[after]
    axes.plot(data[PERIOD], data["observed"], "o", ms=2.4, color=INK, label="observed")
    axes.plot(data[PERIOD], data["fitted"], color=ACCENT, lw=1.2, label="fitted")
    axes.plot(later[PERIOD], later["counterfactual"], color=WARM, lw=1.2, label="without the intervention")
    lower, upper = later["counterfactual_lower"], later["counterfactual_upper"]
    axes.fill_between(later[PERIOD], lower, upper, color=WARM, alpha=0.15, lw=0)
    _mark_start(axes, result)
    _mark_breaks(axes, result.series)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
    axes.set_ylabel("admissions", fontsize=8)


def _mark_start(axes: Axes, result: Evaluation) -> None:
    plan = result.plan
    for start in {plan.start, *(plan.start_of(ics) for ics in plan.starts or ())}:
        axes.axvline(_day(start), color=SOFT, lw=0.9, ls="--")


def _mark_breaks(axes: Axes, series: xr.Dataset) -> None:
    starts = pd.DatetimeIndex(series[PERIOD].values)
    ends = SeriesFacts.of(series).frequency.ends(starts)
    for start, end in zip(starts[series["masked"].values], ends[series["masked"].values], strict=True):
        axes.axvspan(_day(start), _day(end), color="#eef1f4", lw=0)


def _day(moment: dt.date) -> float:
    """Give the number by which Matplotlib knows a day."""
    return float(date2num(moment))  # type: ignore[no-untyped-call]
