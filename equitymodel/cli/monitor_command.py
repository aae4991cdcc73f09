"""The command `monitor`: a series as a control chart, with how often it would signal when nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.monitoring.chart_plan import ChartPlan
    from equitymodel.monitoring.metric_set import Metric

READ = ("frequency", "week", "day_first", "gaps", "drop_last")


def monitor(series: str, metric: str, out: str, **chosen: Any) -> None:
    """Chart a metric over time, and say what signals and how often such a chart signals when nothing changes.

    A signal is for looking into; evidence comes from an evaluation. A series has period and value, or
    numerator and denominator; with ics, there is a chart an area.
    """
    from equitymodel.monitoring.metric_set import metric_named
    from equitymodel.monitoring.monitored import merged_plan
    from equitymodel.monitoring.monitored import monitor as chart
    from equitymodel.report.destination import check_destination
    from equitymodel.report.monitor_results import PAGE, write_monitor
    from equitymodel.report.wording.monitor_words import NO_EVIDENCE, last_words, signals_words

    check_destination(Path(out), overwrite=chosen["overwrite"])
    wanted = metric_named(metric)
    plan = merged_plan(_plan(chosen), wanted, kind=chosen["kind"], better=chosen["better"])
    table = _read(series, wanted, chosen)
    with progress() as tell:
        tell("charting", 0.0)
        found = chart(table, wanted, plan, seed=chosen["seed"])
    kept = {"command": "monitor", "series": Path(series), "metric": metric, **_kept(chosen)}
    folder = write_monitor(found, out, options=kept, overwrite=chosen["overwrite"])
    for code in found.by_signal[:3]:
        say(last_words(found.charts[code], wanted))
        say(signals_words(found.charts[code]))
    say(NO_EVIDENCE)
    say(f"Open {folder / PAGE}")


def _kept(chosen: dict[str, Any]) -> dict[str, Any]:
    """Give the options that were chosen, for the record."""
    return {name: value for name, value in chosen.items() if name != "overwrite" and value not in (None, (), False)}


def _plan(chosen: dict[str, Any]) -> ChartPlan:
    """Make what was decided beforehand of the options."""
    from equitymodel.monitoring.chart_plan import ChartPlan

    pairs = [text.partition("=") for text in chosen["rebase"]]
    return ChartPlan(
        rules=chosen["rules"], target=chosen["target"], rebase={day.strip(): why for day, _, why in pairs},
        as_of=chosen["as_of"],
    )  # fmt: skip


def _read(series: str, metric: Metric, chosen: dict[str, Any]) -> xr.Dataset:
    """Read the series: measured, or worked out from counts by deprivation."""
    from equitymodel.data.series.measured_series import read_measured
    from equitymodel.data.series.periods import Periods
    from equitymodel.data.series.read_series import read_series
    from equitymodel.monitoring.metric_series import metric_series

    breaks = None if chosen["breaks"] == "none" else chosen["breaks"]
    options = {name: chosen[name] for name in READ}
    periods = Periods(breaks=breaks, days="equal", **options)
    shared = {"periods": periods, "areas": chosen["areas"], "ignore_columns": tuple(chosen["ignore_column"])}
    if metric.family == "admissions" and "admissions" in _columns_of(series):
        small = chosen["small_numbers"]
        read = read_series(Path(series), exposure="expected_admissions", small_numbers=small, **shared)
    else:
        read = read_measured(Path(series), **shared)
    one = _one_area(read, chosen["area"], series)
    grouped = "deprivation" in one.dims
    return metric_series(one, metric, procedure=chosen["procedure"], seed=chosen["seed"]) if grouped else one


def _columns_of(series: str) -> list[str]:
    """Name the columns of a file, as the contract has them."""
    from equitymodel.data.tables.files import load_text_table
    from equitymodel.data.tables.findings import DataLog
    from equitymodel.data.tables.sent_table import SentTable

    return [str(name).strip().lower() for name in load_text_table(SentTable.of(Path(series)), DataLog())[0].columns]


def _one_area(read: xr.Dataset, area: str | None, series: str) -> xr.Dataset:
    if area is None:
        return read
    if area not in read["ics"].values:
        raise OptionError(f"no area is called '{area}' in {series}; it has {', '.join(map(str, read['ics'].values))}")
    return read.sel(ics=[area])


COLUMNS = (
    "CSV, Excel or Parquet: period and value, numerator and denominator, or admissions and expected_admissions [ics, "
    "deprivation, quality]."
)
CHOICES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("--series", {"metavar": "FILE", "required": True}, COLUMNS),
    ("--metric", {"metavar": "NAME", "default": "value"}, "A metric of equitymodel metrics list; value: as measured."),
    ("--out", {"metavar": "DIR", "required": True}, "Folder for points.csv, monitor.json and the page."),
    ("--rules", {"default": "mdc"}, "mdc, plotthedots or sustained."),
    ("--kind", {}, "xmr, p, p_prime, u, u_prime, c, t or mr; by default as the metric has it."),
    ("--better", {}, "Which way is better: higher, lower or neither; by default as the metric has it."),
    ("--target", {"type": float}, "What is aimed for, in the unit of the values."),
    ("--rebase", {"multiple": True, "metavar": "DAY=WHY"}, "Set limits anew from a day, for a documented reason: "
     "2024-04=boards merged. Repeatable."),
    ("--as-of", {"metavar": "DAY"}, "When the data were extracted; by default at the end of the last period."),
    ("--area", {"metavar": "CODE"}, "One ICS of several; by default all."),
    ("--areas", {"default": "icb"}, "Area codes to expect: icb, icb2023, icb2026 or any."),
    ("--procedure", {"metavar": "NAME"}, "Needed where admissions have several."),
    ("--small-numbers", {"default": "error"}, "Suppressed admissions: as for equitymodel interruption."),
    ("--breaks", {"default": "england_pandemic"}, "What is shown apart: a name, a table of your own, or none."),
    ("--frequency", {}, "How long periods are; annual has to be said."),
    ("--week", {}, "Whether dates name the starting or the ending day of weeks."),
    ("--day-first/--no-day-first", {"default": None}, "How to read 03/04/2023."),
    ("--gaps", {"default": "error"}, "Absent periods: error, or keep."),
    ("--drop-last", {"type": int, "default": 0}, "Periods to leave out at the end."),
    ("--ignore-column", {"multiple": True, "metavar": "NAME"}, "A column to leave out. Repeatable."),
    ("--seed", {"type": int, "default": 1}, "Seed of the simulation of false alarms."),
    ("--overwrite", {"is_flag": True}, "Replace earlier results in that folder."),
)  # fmt: skip
RARE = ("--as-of", "--area", "--areas", "--procedure", "--small-numbers", "--breaks", "--frequency", "--week", "--gaps",
        "--day-first/--no-day-first", "--drop-last", "--ignore-column", "--seed")  # fmt: skip
"""Options that help does not show; docs/monitoring.md lists them."""
MONITOR = click.Command(
    "monitor",
    callback=monitor,
    help=monitor.__doc__,
    params=[
        click.Option(
            [flag], help=words, show_default=options.get("default") is not None, hidden=flag in RARE, **options
        )
        for flag, options, words in CHOICES
    ],
)
