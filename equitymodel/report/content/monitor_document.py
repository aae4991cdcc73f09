"""Pages of what is monitored: one an area with its chart, and one of all areas, those that signal first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equitymodel.monitoring.control_chart import ControlChart
from equitymodel.monitoring.false_alarms import in_words
from equitymodel.monitoring.metric_set import Metric
from equitymodel.monitoring.monitored import Monitored
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.plots.control_plot import VARIATION, plot_control_chart
from equitymodel.report.plots.signal_panels import A_PAGE, plot_signal_panels
from equitymodel.report.wording.monitor_words import (
    NO_EVIDENCE,
    chart_alt_text,
    last_words,
    places_of,
    rests_on,
    signals_words,
    target_words,
)

MARKED = "M07"
SMALL_COUNT = 8
"""Counts of 1 to 7 give patients away: a chart that draws any is left out where counts are hidden."""


def monitor_document(found: Monitored, area: str, record: Mapping[str, Any]) -> Document:
    """Say of one area what its chart shows, how often it would show that by chance, and what it rests on.

    Parameters
    ----------
    found
        Charts and false alarms, from `monitor`.
    area
        Its code.
    record
        Where the series comes from, as provenance has it.
    """
    chart, metric = found.charts[area], found.metric
    alarms = found.alarms.get(area)
    said = [] if alarms is None else [Paragraph(text) for text in in_words(alarms, chart.plan.rule_set)]
    picture = Picture("chart", f"{metric.title}, {chart.ics_name}", chart_alt_text(chart, metric),
                      plot_control_chart(chart, metric), observed=_draws_small_counts(chart),
                      chart=_lines(chart, metric))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(last_words(chart, metric), "answer"),
        *(Paragraph(text) for text in (target_words(chart, metric), signals_words(chart)) if text),
        Paragraph(NO_EVIDENCE, "warning"),
        picture,
        *([Section("How often a chart like this signals when nothing changes", tuple(said))] if said else []),
        Section("Points that signal", (_points(chart, places_of(chart, metric), only_signals=True),)),
        Section("What this chart rests on", (Bullets((*rests_on(chart, metric), *_gaps(record))),), limits=True),
        _points(chart, places_of(chart, metric), only_signals=False),
    )
    span = f"{chart.ics_name}, {chart.points['period'].iloc[0]} to {chart.points['period'].iloc[-1]}"
    return Document(f"{metric.title}: monitoring", span, blocks, _about(record))


def areas_document(found: Monitored, record: Mapping[str, Any]) -> Document:
    """Show every area as a small chart, those that signal first, and list what each comes to.

    Parameters
    ----------
    found, record
        As for `monitor_document`.
    """
    count = len(found.charts)
    lasts = [chart.last for chart in found.charts.values()]
    now = sum(bool(last["signal"]) for last in lasts if last is not None)
    by_chance = [found.alarms[code].share for code in found.alarms]
    said = (
        f"{now} of {count} areas signal at their last charted point. When nothing changes anywhere, "
        f"{100 * sum(by_chance) / len(by_chance):.0f} % of charts like these have a signal at some point."
        if by_chance else f"None of {count} areas has a chart: they are shown and not charted."
    )  # fmt: skip
    pictures = [
        Picture(f"areas_{page + 1}", f"{found.metric.title} by area, part {page + 1}", f"Small charts of areas. {said}",
                plot_signal_panels(found, page), observed=any(map(_draws_small_counts, found.charts.values())))
        for page in range(-(-count // A_PAGE))
    ]  # fmt: skip
    blocks: tuple[Block, ...] = (Paragraph(said, "answer"), Paragraph(NO_EVIDENCE, "warning"), *pictures,
              Section("Area by area", (_areas_table(found),)))  # fmt: skip
    return Document(f"{found.metric.title}: monitoring", f"{count} areas", blocks, _about(record))


def _gaps(record: Mapping[str, Any]) -> list[str]:
    """Say which markers were read as gaps, and whose they are."""
    return [f"Gaps where a marker stood: {finding['detail']}." for finding in record.get("exclusions_and_repairs", ())
            if finding["rule"] == MARKED]  # fmt: skip


def _lines(chart: ControlChart, metric: Metric) -> LineChart | None:
    """Give the chart for slides; nothing where nothing is charted."""
    rows = chart.points
    if chart.charted.empty:
        return None
    lines = {"value": rows["value"], "signal": rows["value"].where(rows["signal"]), "centre": rows["centre"],
             "lower limit": rows["lower"], "upper limit": rows["upper"]}  # fmt: skip
    looks = {"value": "values", "signal": "marks", "centre": "centre", "lower limit": "limit", "upper limit": "limit"}
    known = {name: look for name, look in looks.items() if lines[name].notna().any()}
    return LineChart(pd.DataFrame({"period": rows["period"], **lines}), "period", known, metric.unit or metric.title)


def _draws_small_counts(chart: ControlChart) -> bool:
    if "numerator" not in chart.points:
        return False
    counts = pd.concat([chart.points["numerator"], chart.points["denominator"] - chart.points["numerator"]])
    return bool(((counts > 0) & (counts < SMALL_COUNT)).any())


def _points(chart: ControlChart, decimals: int, *, only_signals: bool) -> DataTable:
    rows = chart.signals if only_signals else chart.points
    numbers = [Column(name, (name,), "number", decimals) for name in ("value", "centre", "lower", "upper")]
    rows = rows.assign(area=chart.ics_name, means=rows["reading"].map(VARIATION))
    hidden = only_signals and _draws_small_counts(chart)
    columns = (Column("period", ("period",)), *numbers[hidden:], Column("rule", ("rule",)), Column("means", ("means",)))
    name, title = ("signals", "Points that signal") if only_signals else ("points", "Every point")
    column = CountColumn("numerator", ("area", "period"), f"numerator of {chart.area}", beside=("value",))
    counts = (column,) if "numerator" in rows and not only_signals else ()
    beside = () if only_signals else (Column("status", ("status",)), Column("limits rest on", ("limits",)))
    return DataTable(name, f"{title}, {chart.ics_name}", (*columns, *beside), rows.reset_index(drop=True),
                     place="everywhere" if only_signals else "workbook", counts=counts)  # fmt: skip


def _areas_table(found: Monitored) -> DataTable:
    rows = pd.DataFrame([_area_row(found, code) for code in found.by_signal])
    numbers = [Column(name, (name,), "number", "places") for name in ("value", "lower", "upper")]
    columns = (
        Column("area", ("area",)), Column("last period", ("period",)), *numbers, Column("last point", ("last",)),
        Column("rule", ("rule",)), Column("target", ("target",)), Column("points that signal", ("signals",), "count"),
        Column("charts like this that signal by chance", ("alarms",), "share"),
    )  # fmt: skip
    return DataTable("areas", "Last point of every area", columns, rows)


def _area_row(found: Monitored, code: str) -> dict[str, object]:
    chart = found.charts[code]
    alarms = found.alarms.get(code)
    point = {"period": "", "value": float("nan"), "lower": float("nan"), "upper": float("nan"), "rule": ""}
    last = point if chart.last is None else {name: chart.last[name] for name in point}
    said = "not charted" if chart.last is None else VARIATION[chart.last["reading"]]
    share = float("nan") if alarms is None else alarms.share
    return {**last, "area": chart.ics_name, "last": said, "target": chart.assurance, "signals": len(chart.signals),
            "alarms": share, "places": places_of(chart, found.metric)}  # fmt: skip


def _about(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in record["inputs"].items())
    return (
        ("Made", record["made"]),
        ("Rules", record["monitoring"]["rules"]),
        ("Seed of the simulation", str(record["seed"])),
        ("Table", inputs),
        ("Package", f"equitymodel {record['versions']['equitymodel']}"),
    )
