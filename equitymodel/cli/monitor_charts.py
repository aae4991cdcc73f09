"""What `monitor` charts: the series read as asked, and the chart that was asked for made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.cli.carried_areas import refuse_carried
from equitymodel.cli.known_names import TO_2026
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, nearest

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.data.tables.sent_table import SentTable
    from equitymodel.inference.grouped.cell_fit import CellFit
    from equitymodel.monitoring.area_funnel import AreaFunnel
    from equitymodel.monitoring.chart_plan import ChartPlan
    from equitymodel.monitoring.compared_years import ComparedYears
    from equitymodel.monitoring.memory_alarms import MemoryMonitored
    from equitymodel.monitoring.metric_set import Metric
    from equitymodel.monitoring.monitored import Monitored
    from equitymodel.monitoring.several_metrics import SeveralMetrics
    from equitymodel.report.content.monitor_pages import AnyMonitored

READ = ("frequency", "week", "day_first", "gaps", "drop_last")
CONTROL, FUNNEL, YEARS = "control", "funnel", "years"
REMEMBER = ("cusum", "ewma")
CHARTS = (CONTROL, FUNNEL, *REMEMBER, YEARS)
OF_CHARTS = {
    "target": (CONTROL,), "kind": (CONTROL,), "form": (FUNNEL,), "last": (FUNNEL,), "baseline": REMEMBER,
    "allowance": ("cusum",), "decision": ("cusum",), "weight": ("ewma",), "reach": ("ewma",),
    "limits_until": (CONTROL, *REMEMBER), "rebase": (CONTROL, *REMEMBER),
}  # fmt: skip
"""Options that only some charts take."""
TARGET = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?)\s*(.*?)\s*$")


def chart_asked(chosen: dict[str, Any], metrics: Sequence[Metric]) -> AnyMonitored:
    """Chart what was asked for.

    Parameters
    ----------
    chosen
        What each option of the command was given.
    metrics
        The metrics that were named.

    Raises
    ------
    OptionError
        When there is no such chart, it does not take an option that was given, or has nothing to be made of.
    """
    refuse_unlike(chosen)
    if chosen["results"]:
        return _of_results(chosen)
    if chosen["chart"] == CONTROL:
        return _controlled(chosen, metrics)
    from equitymodel.monitoring.observed_expected import observed_expected

    counts = observed_expected(_read_counts(chosen), procedure=chosen["procedure"])
    return _funnel(counts, chosen) if chosen["chart"] == FUNNEL else _remembered(counts, chosen)


def _controlled(chosen: dict[str, Any], metrics: Sequence[Metric]) -> Monitored | SeveralMetrics:
    """Chart one metric, or several that each have limits of their own."""
    from equitymodel.monitoring.monitored import monitor
    from equitymodel.monitoring.several_metrics import SeveralMetrics

    series = read_asked(chosen, metrics)
    found = {
        metric.name: monitor(series[metric.name], metric, plan_asked(chosen, metric), seed=chosen["seed"])
        for metric in metrics
    }
    return SeveralMetrics(found) if len(found) > 1 else found[metrics[0].name]


def refuse_unlike(chosen: dict[str, Any]) -> None:
    """Refuse a chart that is not there, and options that it does not take.

    Raises
    ------
    OptionError
        Says which charts take the option.
    """
    chart = chosen["chart"]
    if chart not in CHARTS:
        raise OptionError(f"no chart is called '{chart}'. {nearest(chart, CHARTS)}")
    for name, charts in OF_CHARTS.items():
        if chosen[name] not in (None, ()) and chart not in charts:
            raise OptionError(f"--{name.replace('_', '-')} is for --chart {' or '.join(charts)}, not for {chart}")
    if bool(chosen["series"]) == bool(chosen["results"]):
        raise OptionError(
            "give --series FILE, or --results FOLDER of equitymodel run for --chart funnel or years; not both"
        )
    if chosen["results"] and chart not in (FUNNEL, YEARS):
        raise OptionError(
            f"--chart {chart} is of a series: give --series FILE. Of --results there are funnel and years"
        )
    if chart == YEARS and not chosen["results"]:
        raise OptionError("--chart years is of a model of several years: give --results FOLDER of equitymodel run")


def options_given(chosen: dict[str, Any]) -> dict[str, Any]:
    """Give the options that were chosen, for the record: of files the name.

    Examples
    --------
    >>> options_given({"allowance": 0.0, "day_first": False, "weight": None, "rebase": (), "overwrite": True})
    {'allowance': 0.0, 'day_first': False}
    """
    given = {name: value for name, value in chosen.items() if name != "overwrite" and value not in (None, ())}
    return {name: Path(value) if name in ("series", "results") else value for name, value in given.items()}


def plan_asked(chosen: dict[str, Any], metric: Metric) -> ChartPlan:
    """Make what was decided beforehand of the options."""
    from equitymodel.monitoring.chart_plan import ChartPlan
    from equitymodel.monitoring.monitored import merged_plan

    plan = ChartPlan(
        rules=chosen["rules"], rebase=rebased_asked(chosen), as_of=chosen["as_of"],
        limits_until=locked_asked(chosen, metric.name),
        target=target_asked(chosen["target"], metric, kind=chosen["kind"] or metric.kind),
    )  # fmt: skip
    return merged_plan(plan, metric, kind=chosen["kind"], better=chosen["better"])


def locked_asked(chosen: dict[str, Any], metric: str) -> tuple[str, ...]:
    """Give the days that lock limits: of all metrics, or in a refresh of several those of each.

    Examples
    --------
    >>> locked_asked({"limits_until": {"rate_ratio": ["2025-03-01"]}}, "rate_ratio")
    ('2025-03-01',)
    """
    days = chosen["limits_until"]
    return tuple(days[metric] if isinstance(days, dict) else days)


def rebased_asked(chosen: dict[str, Any]) -> dict[str, str]:
    """Give days of re-basing with their reasons, from DAY=WHY."""
    pairs = [text.partition("=") for text in chosen["rebase"]]
    return {day.strip(): why for day, _, why in pairs}


def target_asked(text: str | None, metric: Metric, *, kind: str = "xmr") -> float | None:
    """Read a target, in the unit of the metric and no other.

    Parameters
    ----------
    text
        A number, perhaps with its unit.
    metric, kind
        What is charted.

    Raises
    ------
    OptionError
        When it is no number, of another unit, or above 1 for a share.

    Examples
    --------
    >>> from equitymodel.monitoring.metric_set import metric_named
    >>> target_asked("5 percentage points", metric_named("over_52_weeks"))
    5.0
    """
    if text is None:
        return None
    found = TARGET.match(text)
    unit = metric.unit or "that of the values, a plain number"
    if found is None:
        raise OptionError(f"--target {text!r} is no number; give one in the unit of {metric.name}: {unit}")
    value, given = float(found[1]), found[2]
    if given and given != metric.unit:
        raise OptionError(
            f"--target is given in '{given}', and the unit of {metric.name} is {unit}: give it in that "
            "unit, without the word"
        )
    if value > 1 and (metric.unit == "share" or kind in ("p", "p_prime")):
        raise OptionError(
            f"--target {value:g} is above 1, and {metric.name} is a share from 0 to 1: 95 % is written 0.95"
        )
    return value


def read_asked(chosen: dict[str, Any], metrics: Sequence[Metric]) -> dict[str, xr.Dataset]:
    """Read the series of each metric: measured, or worked out from counts by deprivation.

    Parameters
    ----------
    chosen, metrics
        As for `chart_asked`. A table with a column ``metric`` says there which row is of which; of another, several
        metrics are those that are worked out of the same admissions, which are read once.

    Raises
    ------
    OptionError
        When it cannot be told which row is of which metric, or there is no row of one.
    """
    from equitymodel.cli.metric_rows import METRIC, read_whole, refuse_untold, rows_of_metric, told_whose
    from equitymodel.data.tables.sent_table import SentTable

    sent = SentTable.of(Path(chosen["series"]))
    frame, sha256 = read_whole(sent)
    if METRIC not in frame or METRIC in chosen["ignore_column"]:
        refuse_untold(metrics, list(map(str, frame)))
        one = _read(chosen, sent, admissions=metrics[0].family == "admissions")
        return {metric.name: _worked_out(one, metric, chosen) for metric in metrics}
    found = {}
    for metric in metrics:
        own = SentTable(rows_of_metric(frame, metric.name))
        read = told_whose(_read(chosen, own, admissions=metric.family == "admissions"), metric, file=sent.name,
                          sha256=sha256)  # fmt: skip
        found[metric.name] = _worked_out(read, metric, chosen)
    return found


def _worked_out(one: xr.Dataset, metric: Metric, chosen: dict[str, Any]) -> xr.Dataset:
    from equitymodel.monitoring.metric_series import metric_series

    grouped = "deprivation" in one.dims
    return metric_series(one, metric, procedure=chosen["procedure"], seed=chosen["seed"]) if grouped else one


def _read_counts(chosen: dict[str, Any]) -> xr.Dataset:
    from equitymodel.data.tables.sent_table import SentTable

    return _read(chosen, SentTable.of(Path(chosen["series"])), admissions=True)


def _read(chosen: dict[str, Any], table: SentTable, *, admissions: bool) -> xr.Dataset:
    """Read a measured series, or one of admissions where it has them and they are wanted."""
    from equitymodel.cli.metric_rows import read_whole, refuse_of_evaluation
    from equitymodel.data.series.measured_series import read_measured
    from equitymodel.data.series.periods import Periods
    from equitymodel.data.series.read_series import read_series
    from equitymodel.data.tables.suppression import SmallNumbers

    breaks = None if chosen["breaks"] == "none" else chosen["breaks"]
    periods = Periods(breaks=breaks, days="equal", **{name: chosen[name] for name in READ})
    sent = _on_areas(chosen, table)
    areas = "icb2026" if chosen["areas"] == TO_2026 else chosen["areas"]
    shared: dict[str, Any] = {"periods": periods, "areas": areas, "ignore_columns": tuple(chosen["ignore_column"])}
    markers = dict(text.rpartition("=")[::2] for text in chosen["marker"])
    columns = list(map(str, read_whole(sent)[0]))
    refuse_of_evaluation(columns, admissions=admissions)
    if admissions and "admissions" in columns:
        small = SmallNumbers(chosen["small_numbers"], markers=markers)
        read = read_series(sent, exposure="expected_admissions", small_numbers=small, **shared)
    else:
        read = read_measured(sent, markers=markers, **shared)
    return _one_area(_named(read, chosen), chosen)


def _on_areas(chosen: dict[str, Any], sent: SentTable) -> SentTable:
    """Give the table on the areas that were asked for."""
    if chosen["areas"] != TO_2026:
        return sent
    from equitymodel.data.areas.board_succession import board_succession
    from equitymodel.data.areas.carry_table import carry_table
    from equitymodel.data.tables.sent_table import SentTable

    if not chosen["deprivation_index"]:
        raise OptionError("--areas to_icb2026 goes by fifths of deprivation: name the index, as in --deprivation-index "
                          "'IMD 2019'")  # fmt: skip
    return SentTable(carry_table(sent, board_succession(chosen["deprivation_index"])))


def _named(read: xr.Dataset, chosen: dict[str, Any]) -> xr.Dataset:
    """Name a series that says of no area whose it is: as asked, or after its file, since it may not be of all ICSs."""
    if read["ics"].values.tolist() != [ALL_ICS]:
        if chosen["title"]:
            raise OptionError("--title is of a series without areas, and this one has a column ics: leave it out")
        return read
    return read.assign_coords(ics_name=("ics", [chosen["title"] or Path(chosen["series"]).stem]))


def _one_area(read: xr.Dataset, chosen: dict[str, Any]) -> xr.Dataset:
    area = chosen["area"]
    if area is None:
        return read
    if area not in read["ics"].values:
        raise OptionError(f"no area is called '{area}' in {chosen['series']}; it has "
                          f"{', '.join(map(str, read['ics'].values))}")  # fmt: skip
    return read.sel(ics=[area])


def _funnel(counts: xr.Dataset, chosen: dict[str, Any]) -> AreaFunnel:
    from equitymodel.monitoring.area_funnel import area_funnel

    form = chosen["form"] or "shmi"
    if form == "predictive":
        raise OptionError("a predictive funnel has for limits what a fitted model predicts: give --results FOLDER of "
                          "equitymodel run in place of --series")  # fmt: skip
    return area_funnel(counts, form=form, last=chosen["last"], better=chosen["better"] or "neither")


def _remembered(counts: xr.Dataset, chosen: dict[str, Any]) -> MemoryMonitored:
    from equitymodel.monitoring.chart_plan import ChartPlan
    from equitymodel.monitoring.memory_alarms import monitor_memory
    from equitymodel.monitoring.memory_chart import MemoryPlan

    own = ChartPlan(better=chosen["better"] or "neither", rebase=rebased_asked(chosen), as_of=chosen["as_of"],
                    limits_until=tuple(chosen["limits_until"]))  # fmt: skip
    stated = {name: chosen[name] for name in ("allowance", "decision", "weight", "reach") if chosen[name] is not None}
    plan = MemoryPlan(chosen["chart"], chosen["baseline"], plan=own, **stated)
    return monitor_memory(counts, plan, seed=chosen["seed"])


def _of_results(chosen: dict[str, Any]) -> AreaFunnel | ComparedYears:
    """Make a funnel, or the gap over years, of what a run fitted."""
    from equitymodel.inference.grouped.cell_fit import CellFit
    from equitymodel.inference.saved_fit import load_fit

    refuse_carried(chosen["results"], "equitymodel monitor")
    fit = load_fit(chosen["results"])
    if not isinstance(fit, CellFit):
        raise OptionError(f"{chosen['results']} holds an evaluation; give the folder that equitymodel run wrote")
    fit.require_sound()
    return _years(fit) if chosen["chart"] == YEARS else _fitted_funnel(fit, chosen)


def _require_draws(fit: CellFit, folder: str) -> None:
    """Refuse a folder that keeps too few of its draws, as that of the demo does, with what to run in its place."""
    from equitymodel.inference.fewer_draws import KEPT
    from equitymodel.monitoring.predictive_funnel import FEWEST_DRAWS

    kept = fit.posterior.attrs.get(KEPT)
    if kept and fit.posterior.sizes["chain"] * fit.posterior.sizes["draw"] < FEWEST_DRAWS:
        raise OptionError(
            f"{folder} keeps {kept}, and limits at 99.8 % take {FEWEST_DRAWS} in all: fit the tables in its folder "
            "inputs with equitymodel run, which keeps all draws, and give the folder of that"
        )


def _years(fit: CellFit) -> ComparedYears:
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.monitoring.any_two_years import gap_between_all_years
    from equitymodel.monitoring.compared_years import ComparedYears
    from equitymodel.report.tables.years_table import years_table

    pairs, years = gap_between_all_years(fit), years_table(fit)
    return ComparedYears(years, pairs, CellFacts.of(fit.cells), fit.seed)


def _fitted_funnel(fit: CellFit, chosen: dict[str, Any]) -> AreaFunnel:
    """Draw a funnel of a fit: of what its model predicts of the most deprived, or of counts and what is expected."""
    from equitymodel.inference.grouped.year_of_fit import year_of
    from equitymodel.report.tables.fitted_funnels import counted_funnel, predicted_funnel

    if chosen["last"] is not None:
        raise OptionError("--last is of a series; a funnel of --results is of the last year that was fitted")
    one, form = year_of(fit), chosen["form"] or "predictive"
    better = chosen["better"] or "neither"
    if form == "predictive":
        _require_draws(fit, chosen["results"])
        return predicted_funnel(one, procedure=chosen["procedure"], better=better)
    return counted_funnel(one, form=form, procedure=chosen["procedure"], better=better)
