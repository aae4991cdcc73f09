"""Pictures of an interruption: with it and without it, the cumulative effect, and the gap over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num
from matplotlib.figure import Figure

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import OptionError
from equitymodel.estimands.interrupted_series import counted_periods, cumulative_added, earlier_periods
from equitymodel.estimands.series_gap import log_gap
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.report.plots.canvas import ACCENT, INK, SOFT, WARM, one_panel
from equitymodel.report.wording.evaluation_words import way_of
from equitymodel.spec.arms import CONTROLS, EXPOSED
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_GROUPS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE, SAMPLE_DIMS

TAIL = (1 - INTERVAL_PROBABILITY) / 2
OTHERS = (ICS, PROCEDURE)
LETTER, MARKER = 0.058, 0.6
"""Width in inches of a letter of a legend, and of its marker with the room about it."""
GREY = "#eef1f4"
PATHS = {"with": "fitted", "without": "counterfactual", "without_break": "without_break"}
"""The paths of the gap over time, and the draws they are made of; the last where a break left its mark."""
WORDS = {"with": "as fitted", "without": "without the intervention", "without_break": "without intervention and break"}
COLOURS = {"with": ACCENT, "without": WARM, "without_break": SOFT}


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
        counterfactual_lower, counterfactual_upper``, and ``without_break`` likewise where there is a
        break; admissions a period. A fit that did not pass its
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


@refuses_other_types
def plot_interruption(result: Evaluation, *, observed: bool = True) -> Figure:
    """Draw what the question is about, with and without the intervention: the gap, or admissions.

    Parameters
    ----------
    result
        As for `interruption_data`.
    observed
        Whether observed counts and gaps are drawn as dots; without them it holds modelled numbers alone.

    Returns
    -------
    matplotlib.figure.Figure
        For a question about the gap first a panel of the gap, beside it that of the controls; then one
        of admissions for all and for each group. The band is the credible interval without the
        intervention; months that do not count, as they are masked or left out, are grey.
    """
    data = interruption_data(result)
    gaps, label = gaps_said_round(result) if result.plan.outcome == "gap" else (pd.DataFrame({"arm": []}), "")
    if not observed:
        data, gaps = data.drop(columns="observed"), _modelled(gaps)
    arms, names = list(dict.fromkeys(gaps["arm"])), list(dict.fromkeys(data["group"]))
    figure, panels = _panels(len(arms) + len(names))
    for axes, arm in zip(panels, arms, strict=False):
        _draw_gap(axes, gaps[gaps["arm"] == arm], result, label)
        axes.set_title(f"gap, {arm}", fontsize=9, loc="left")
    _share_scale(panels[: len(arms)])
    for axes, name in zip(panels[len(arms) :], names, strict=False):
        _draw_paths(axes, data[data["group"] == name], result)
        axes.set_title(_title(name, result), fontsize=9, loc="left")
    for axes in panels[len(arms) + len(names) :]:
        axes.set_visible(False)
    _legend(figure, panels[len(arms)])
    return figure


def _panels(number: int) -> tuple[Figure, list[Axes]]:
    columns = min(3, number)
    rows = -(-number // columns)
    figure = Figure(figsize=(4.2 * columns + 1.2, 2.7 * rows + 0.5), layout="constrained", dpi=110)
    return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())


def _share_scale(panels: list[Axes]) -> None:
    """Draw panels of one quantity on one scale, so that they can be compared by eye."""
    ends = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in ends), max(high for _, high in ends))


def _title(name: str, result: Evaluation) -> str:
    if name == ALL_GROUPS:
        return "all exposed" if result.plan.exposed else "all"
    return name if name == CONTROLS else f"deprivation group {name}"


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=_columns_of(figure, labels), fontsize=8, frameon=False
    )


def _columns_of(figure: Figure, labels: list[str]) -> int:
    """Give how many columns of a legend fit beside one another; a legend that is wider is cut off."""
    widest = max(map(len, labels), default=1) * LETTER + MARKER
    return max(1, min(len(labels), int(figure.get_figwidth() / widest)))


def cumulative_data(result: Evaluation) -> pd.DataFrame:
    """Give admissions added up to each period: ``period, estimate, lower, upper``.

    Raises
    ------
    DiagnosisError
        When the fit of all admissions failed its diagnosis.
    """
    total = result.fits.total.require_sound()
    path = cumulative_added(total.posterior, counted_periods(total.series, total.plan))
    return quantiles_by_period(path.isel({PERIOD: path.notnull().all(SAMPLE_DIMS).values})).reset_index()


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
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))  # type: ignore[no-untyped-call]
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
        ``path`` (``with``, ``without``, ``observed``, and ``without_break`` where there is a break),
        ``arm`` (``exposed``, or ``all`` where nobody is a control, and ``controls``), ``period,
        estimate, lower, upper``; ratios, least over most deprived.

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
    arms = {EXPOSED: exposed, CONTROLS: ~exposed} if fit.plan.exposed else {"all": exposed}
    found = [path.assign(arm=arm) for arm, cells in arms.items() for path in _gap_paths(fit, cells)]
    return pd.concat(found, ignore_index=True)


def _gap_paths(fit: SeriesFit, cells: xr.DataArray) -> Iterator[pd.DataFrame]:
    """Give the gap among some cells by period: of each path, and as observed."""
    weight = _add_up(fit.series["exposure"], cells)
    for path, name in PATHS.items():
        if name in fit.posterior:
            gap = np.exp(log_gap(_add_up(fit.posterior[name], cells) / weight, weight, fit.series["position"]))
            known = gap.notnull().all(SAMPLE_DIMS).values
            yield quantiles_by_period(gap.isel({PERIOD: known})).reset_index().assign(path=path)
    seen = np.exp(log_gap(_add_up(count_middle(fit.series), cells) / weight, weight, fit.series["position"]))
    yield pd.DataFrame({PERIOD: seen[PERIOD].values, "estimate": seen.values, "path": "observed"}).dropna()


@refuses_other_types
def plot_gap_over_time(result: Evaluation, *, observed: bool = True) -> Figure:
    """Draw the gap by period, with the interruption and without it; where there are controls, theirs beside it.

    Parameters
    ----------
    result
        As for `gap_over_time_data`.
    observed
        As for `plot_interruption`.

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
    data, label = gaps_said_round(result)
    data = data if observed else _modelled(data)
    arms = list(dict.fromkeys(data["arm"]))
    figure = Figure(figsize=(7.2 + 2.4 * (len(arms) - 1), 3.4), layout="constrained", dpi=110)
    panels = list(figure.subplots(1, len(arms), squeeze=False).ravel())
    for axes, arm in zip(panels, arms, strict=True):
        _draw_gap(axes, data[data["arm"] == arm], result, label)
        axes.set_title(arm if len(arms) > 1 else "", fontsize=9, loc="left")
    _share_scale(panels)
    _legend(figure, panels[0])
    return figure


def _modelled(gaps: pd.DataFrame) -> pd.DataFrame:
    """Leave observed gaps out."""
    return gaps[gaps["path"] != "observed"] if len(gaps) else gaps


def _draw_gap(axes: Axes, data: pd.DataFrame, result: Evaluation, label: str) -> None:
    """Draw the gap of one arm; controls had no intervention, so that their line without it is left out."""
    after = data[PERIOD] >= pd.Timestamp(result.plan.first_start)
    seen, controls = data[data["path"] == "observed"], bool((data["arm"] == CONTROLS).all())
    if len(seen):
        axes.plot(seen[PERIOD], seen["estimate"], "o", ms=2.4, color=INK, label="observed")
    for path in dict.fromkeys(data["path"]):
        rows = data[(data["path"] == path) & (after | (path != "without"))]
        if path == "observed" or (path == "without" and controls):
            continue
        if path != "without_break":
            axes.fill_between(rows[PERIOD], rows["lower"], rows["upper"], color=COLOURS[path], alpha=0.15, lw=0)
        dash = ":" if path == "without_break" else "-"
        axes.plot(rows[PERIOD], rows["estimate"], dash, color=COLOURS[path], lw=1.4, label=WORDS[path])
    axes.axhline(1, color=SOFT, lw=0.8, ls="--")
    _finish(axes, result, label)


def gaps_said_round(result: Evaluation) -> tuple[pd.DataFrame, str]:
    """Give the gap over time as the ratio of the end that has more over the other, and what it is called."""
    ratios, way = gap_over_time_data(result), way_of(result.judged_gap)
    if way.sign != 1:
        turned = {"estimate": 1 / ratios["estimate"], "lower": 1 / ratios["upper"], "upper": 1 / ratios["lower"]}
        ratios = ratios.assign(**turned)
    return ratios, f"{way.more} over {way.fewer} deprived"


def _paths(fit: SeriesFit, at: dict[str, object], cells: xr.DataArray, group: str) -> pd.DataFrame:
    seen = _add_up(count_middle(fit.series.sel(at)), cells)
    table = pd.DataFrame({PERIOD: fit.series[PERIOD].values, "group": group, "observed": seen.values})
    for name in (name for name in PATHS.values() if name in fit.posterior):
        found = quantiles_by_period(_add_up(fit.posterior[name].sel(at, drop=True), cells))
        table[[name, f"{name}_lower", f"{name}_upper"]] = found[["estimate", "lower", "upper"]].values
    return table


def _add_up(values: xr.DataArray, cells: xr.DataArray) -> xr.DataArray:
    """Add chosen cells up over ICSs and procedures; a total with an unknown part is unknown."""
    return values.where(cells, 0.0).sum(OTHERS, skipna=False)


def quantiles_by_period(draws: xr.DataArray) -> pd.DataFrame:
    """Give the median and the interval of draws over periods: ``estimate, lower, upper``."""
    values = draws.transpose(*SAMPLE_DIMS, PERIOD).values.reshape(-1, draws.sizes[PERIOD])
    found = np.quantile(values, [0.5, TAIL, 1 - TAIL], axis=0).T
    return pd.DataFrame(
        found, columns=["estimate", "lower", "upper"], index=pd.Index(draws[PERIOD].values, name=PERIOD)
    )


def _draw_paths(axes: Axes, data: pd.DataFrame, result: Evaluation) -> None:
    after = data[PERIOD] >= pd.Timestamp(result.plan.first_start)
    later = data[after]
    if "observed" in data:
        axes.plot(data[PERIOD], data["observed"], "o", ms=2.4, color=INK, label="observed")
    axes.plot(data[PERIOD], data["fitted"], color=ACCENT, lw=1.2, label=WORDS["with"])
    if (data["group"] != CONTROLS).all():
        axes.plot(later[PERIOD], later["counterfactual"], color=WARM, lw=1.2, label=WORDS["without"])
        lower, upper = later["counterfactual_lower"], later["counterfactual_upper"]
        axes.fill_between(later[PERIOD], lower, upper, color=WARM, alpha=0.15, lw=0)
    if "without_break" in data:
        axes.plot(data[PERIOD], data["without_break"], ":", color=SOFT, lw=1.2, label=WORDS["without_break"])
    _finish(axes, result, "admissions")


def _finish(axes: Axes, result: Evaluation, quantity: str) -> None:
    _mark_start(axes, result)
    _mark_left_out(axes, result)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))  # type: ignore[no-untyped-call]
    axes.set_ylabel(quantity, fontsize=8)


def _mark_start(axes: Axes, result: Evaluation) -> None:
    plan = result.plan
    for start in {plan.start, *(plan.start_of(ics) for ics in plan.starts or ())}:
        axes.axvline(_day(start), color=SOFT, lw=0.9, ls="--")


def _mark_left_out(axes: Axes, result: Evaluation) -> None:
    """Shade what counts neither as before nor as after: masked periods, wash-out, and what is left out."""
    starts, away = pd.DatetimeIndex(result.series[PERIOD].values), left_out_periods(result)
    ends = SeriesFacts.of(result.series).frequency.ends(starts)
    for place, (start, end) in enumerate(zip(starts[away], ends[away], strict=True)):
        label = "_" if place else "masked or left out"
        axes.axvspan(_day(start), _day(end), color=GREY, lw=0, zorder=0, label=label)


def left_out_periods(result: Evaluation) -> np.ndarray:
    """Say which periods count neither as before nor as after."""
    counts = earlier_periods(result.series, result.plan) | counted_periods(result.series, result.plan)
    return np.asarray(~counts.any([dim for dim in counts.dims if dim != PERIOD]).values)


def _day(moment: dt.date) -> float:
    """Give the number by which Matplotlib knows a day."""
    return float(date2num(moment))  # type: ignore[no-untyped-call]
