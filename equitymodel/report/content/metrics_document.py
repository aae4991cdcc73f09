"""Pages of several metrics: one of all areas, by metric and those that signal first, and one an area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equitymodel.monitoring.monitored import Monitored
from equitymodel.monitoring.several_metrics import SeveralMetrics
from equitymodel.report.content.monitor_document import (
    about_charts,
    areas_table,
    areas_words,
    chance_words,
    chart_blocks,
    gaps_in,
    panels_of,
    said_of_chart,
)
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.plots.control_plot import VARIATION
from equitymodel.report.wording.monitor_words import NO_EVIDENCE, last_words, places_of

TITLE = "Several metrics: monitoring"
NOT_IN, NOT_CHARTED = "not in the table", "not charted"
EACH = "Each metric has limits and false alarms of its own: the more are charted, the more signal somewhere by chance."


def metrics_document(found: SeveralMetrics, record: Mapping[str, Any]) -> Document:
    """Show every area by metric as small charts, those that signal first, and what each comes to.

    Parameters
    ----------
    found
        Several metrics in several areas.
    record
        Where they come from, as provenance has it.
    """
    sections = [
        Section(one.metric.title, (Paragraph(areas_words(one)), *panels_of(one, end), areas_table(one, end)))
        for end, one in _by_ending(found.metrics).items()
    ]
    blocks: tuple[Block, ...] = (
        Paragraph(_answer(found), "answer"),
        Paragraph(f"{_by_chance(found)} {EACH}"),
        Paragraph(NO_EVIDENCE, "warning"),
        Section("Every area and metric", (_overview(found),)),
        *sections,
        *_gaps(record),
    )
    return Document(TITLE, f"{len(found.areas)} areas, {len(found.metrics)} metrics", blocks, about_charts(record))


def metrics_area_document(found: SeveralMetrics, area: str, record: Mapping[str, Any]) -> Document:
    """Say of one area what the chart of each metric shows, and how often it would show that by chance.

    Parameters
    ----------
    found, record
        As for `metrics_document`.
    area
        Its code.
    """
    own = {name: one for name, one in found.metrics.items() if area in one.charts}
    sections = [
        Section(one.metric.title, (*map(Paragraph, said_of_chart(one, area)), *chart_blocks(one, area, ending=end)))
        for end, one in _by_ending(own).items()
    ]
    now = found.signalling(area)
    named = f": {', '.join(own[name].metric.title for name in now)}" if now else ""
    said = f"{found.areas[area]}: {len(now)} of {len(own)} metrics signal at their last charted point{named}."
    blocks: tuple[Block, ...] = (
        Paragraph(said, "answer"), Paragraph(EACH), Paragraph(NO_EVIDENCE, "warning"), _metrics_table(own, area),
        *sections, *_gaps(record),
    )  # fmt: skip
    periods = sorted({str(period) for one in own.values() for period in one.charts[area].points["period"]})
    return Document(TITLE, f"{found.areas[area]}, {periods[0]} to {periods[-1]}", blocks, about_charts(record))


def said_of_metrics(found: SeveralMetrics) -> list[str]:
    """Say what is printed of several metrics, each with how often charts like its own signal by chance.

    Parameters
    ----------
    found
        Several metrics, in one area or in many.
    """
    if len(found.areas) > 1:
        return [f"{one.metric.title}: {areas_words(one)}" for one in found.metrics.values()]
    said = []
    for one in found.metrics.values():
        code, chart = next(iter(one.charts.items()))
        said.append(last_words(chart, one.metric))
        said += chance_words(one, code)[:1]
    return said


def _by_ending(metrics: Mapping[str, Monitored]) -> dict[str, Monitored]:
    """Give metrics by what the names of their tables and pictures end with."""
    return {f"_{name}": one for name, one in metrics.items()}


def _answer(found: SeveralMetrics) -> str:
    lasts = [chart.last for one in found.metrics.values() for chart in one.charts.values()]
    charts, now = len(lasts), sum(bool(last["signal"]) for last in lasts if last is not None)
    areas = sum(bool(found.signalling(code)) for code in found.areas)
    return f"{now} of {charts} charts signal at their last point, in {areas} of {len(found.areas)} areas."


def _by_chance(found: SeveralMetrics) -> str:
    shares = [alarms.share for one in found.metrics.values() for alarms in one.alarms.values()]
    if not shares:
        return "No chart has limits: points are shown and not charted."
    return (
        f"When nothing changes anywhere, about {sum(shares):.0f} of {len(shares)} charts like these have a signal at "
        "some point."
    )


def _overview(found: SeveralMetrics) -> DataTable:
    """Lay out areas by metrics: what the last point of each comes to, areas with most signals first."""
    names = list(found.metrics)
    rows = pd.DataFrame([
        {"area": found.areas[code], **{name: _last(found.metrics[name], code) for name in names},
         "now": len(found.signalling(code))}
        for code in found.by_signal
    ])  # fmt: skip
    own = [Column(found.metrics[name].metric.title, (name,)) for name in names]
    columns = (Column("area", ("area",)), *own, Column("metrics that signal", ("now",), "count"))
    return DataTable("areas", "Last point of every area and metric", columns, rows)


def _last(one: Monitored, code: str) -> str:
    if code not in one.charts:
        return NOT_IN
    last = one.charts[code].last
    return NOT_CHARTED if last is None else VARIATION[last["reading"]]


def _metrics_table(own: Mapping[str, Monitored], area: str) -> DataTable:
    rows = pd.DataFrame([_metric_row(one, area) for one in own.values()])
    numbers = [Column(name, (name,), "number", "places") for name in ("value", "lower", "upper")]
    columns = (
        Column("metric", ("metric",)), Column("unit", ("unit",)), Column("last period", ("period",)), *numbers,
        Column("last point", ("said",)), Column("points that signal", ("signals",), "count"),
        Column("charts like this that signal by chance", ("alarms",), "share"),
    )  # fmt: skip
    return DataTable("metrics", "Last point of every metric", columns, rows)


def _metric_row(one: Monitored, area: str) -> dict[str, object]:
    chart, alarms = one.charts[area], one.alarms.get(area)
    point = {"period": "", "value": float("nan"), "lower": float("nan"), "upper": float("nan")}
    last = point if chart.last is None else {name: chart.last[name] for name in point}
    return {**last, "metric": one.metric.title, "unit": one.metric.unit, "said": _last(one, area),
            "signals": len(chart.signals), "alarms": float("nan") if alarms is None else alarms.share,
            "places": places_of(chart, one.metric)}  # fmt: skip


def _gaps(record: Mapping[str, Any]) -> tuple[Block, ...]:
    gaps = tuple(gaps_in(record))
    return (Section("Values that are not known", (Bullets(gaps),)),) if gaps else ()
