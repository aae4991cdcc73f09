"""Pages of what is monitored: one an area with its chart, and one of all areas, those that signal first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    answer, *beside = said_of_chart(found, area)
    blocks = (Paragraph(answer, "answer"), *map(Paragraph, beside), Paragraph(NO_EVIDENCE, "warning"),
              *chart_blocks(found, area, gaps=gaps_in(record)))  # fmt: skip
    return Document(f"{metric.title}: monitoring", span_of(chart), blocks, about_charts(record))


def said_of_chart(found: Monitored, area: str) -> list[str]:
    """Say where the last point of an area lies, what the target comes to, and which points signal."""
    chart, metric = found.charts[area], found.metric
    return [text for text in (last_words(chart, metric), target_words(chart, metric), signals_words(chart)) if text]


def chance_words(found: Monitored, area: str) -> Sequence[str]:
    """Say how often a chart like that of an area signals when nothing changes; nothing where it is not charted."""
    alarms = found.alarms.get(area)
    return [] if alarms is None else in_words(alarms, found.charts[area].plan.rule_set)


def chart_blocks(found: Monitored, area: str, *, gaps: Sequence[str] = (), ending: str = "") -> tuple[Block, ...]:
    """Show the chart of an area: how often one like it signals by chance, its signals, and what it rests on.

    Parameters
    ----------
    found, area
        As for `monitor_document`.
    gaps
        Sentences about values that are not known, for what the chart rests on.
    ending
        Of names of tables and pictures, where a document has charts of several metrics.
    """
    chart, metric = found.charts[area], found.metric
    said = [Paragraph(text) for text in chance_words(found, area)]
    picture = Picture(f"chart{ending}", f"{metric.title}, {chart.ics_name}", chart_alt_text(chart, metric),
                      plot_control_chart(chart, metric), observed=_draws_small_counts(chart),
                      chart=_lines(chart, metric))  # fmt: skip
    return (
        picture,
        *([Section("How often a chart like this signals when nothing changes", tuple(said))] if said else []),
        Section("Points that signal", (_points(found, area, ending, only_signals=True),)),
        Section("What this chart rests on", (Bullets((*rests_on(chart, metric), *gaps)),), limits=True),
        _points(found, area, ending, only_signals=False),
    )


def span_of(chart: ControlChart) -> str:
    """Say whose chart it is, from when to when."""
    periods = chart.points["period"]
    return f"{chart.ics_name}, {periods.iloc[0]} to {periods.iloc[-1]}"


def areas_document(found: Monitored, record: Mapping[str, Any]) -> Document:
    """Show every area as a small chart, those that signal first, and list what each comes to.

    Parameters
    ----------
    found, record
        As for `monitor_document`.
    """
    blocks: tuple[Block, ...] = (
        Paragraph(areas_words(found), "answer"), Paragraph(NO_EVIDENCE, "warning"), *panels_of(found),
        Section("Area by area", (areas_table(found),)),
    )  # fmt: skip
    return Document(f"{found.metric.title}: monitoring", f"{len(found.charts)} areas", blocks, about_charts(record))


def areas_words(found: Monitored) -> str:
    """Say how many areas signal at their last point, and how often charts like theirs signal by chance."""
    count = len(found.charts)
    lasts = [chart.last for chart in found.charts.values()]
    now = sum(bool(last["signal"]) for last in lasts if last is not None)
    ever = sum(not chart.signals.empty for chart in found.charts.values())
    by_chance = [found.alarms[code].share for code in found.alarms]
    if not by_chance:
        return f"None of {count} areas has a chart: they are shown and not charted."
    return (
        f"{now} of {count} areas signal at their last charted point, {ever} at some point. When nothing changes "
        f"anywhere, {100 * sum(by_chance) / len(by_chance):.0f} % of charts like these have a signal at some point."
    )


def panels_of(found: Monitored, ending: str = "") -> list[Picture]:
    """Draw every area as a small chart, 21 to a picture, those that signal first."""
    observed, said = any(map(_draws_small_counts, found.charts.values())), areas_words(found)
    return [
        Picture(f"areas{ending}_{page + 1}", f"{found.metric.title} by area, part {page + 1}",
                f"Small charts of areas. {said}", plot_signal_panels(found, page), observed=observed)
        for page in range(-(-len(found.charts) // A_PAGE))
    ]  # fmt: skip


def gaps_in(record: Mapping[str, Any]) -> list[str]:
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


def _points(found: Monitored, area: str, ending: str, *, only_signals: bool) -> DataTable:
    chart = found.charts[area]
    decimals = places_of(chart, found.metric)
    rows = chart.signals if only_signals else chart.points
    numbers = [Column(name, (name,), "number", decimals) for name in ("value", "centre", "lower", "upper")]
    rows = rows.assign(area=chart.ics_name, means=rows["reading"].map(VARIATION))
    hidden = only_signals and _draws_small_counts(chart)
    columns = (Column("period", ("period",)), *numbers[hidden:], Column("rule", ("rule",)), Column("means", ("means",)))
    name, title = ("signals", "Points that signal") if only_signals else ("points", "Every point")
    column = CountColumn("numerator", ("area", "period"), f"numerator of {chart.area}{ending}", beside=("value",))
    counts = (column,) if "numerator" in rows and not only_signals else ()
    beside = () if only_signals else (Column("status", ("status",)), Column("limits rest on", ("limits",)))
    title = f"{title}, {chart.ics_name}{_unit_of(found.metric)}"
    return DataTable(f"{name}{ending}", title, (*columns, *beside), rows.reset_index(drop=True),
                     place="everywhere" if only_signals else "workbook", counts=counts)  # fmt: skip


def areas_table(found: Monitored, ending: str = "") -> DataTable:
    """List the last point of every area, those that signal first; several metrics, with an ending, have no targets."""
    target = () if ending else (Column("target", ("target",)),)
    rows = pd.DataFrame([_area_row(found, code) for code in found.by_signal])
    numbers = [Column(name, (name,), "number", "places") for name in ("value", "lower", "upper")]
    columns = (
        Column("area", ("area",)), Column("last period", ("period",)), *numbers, Column("last point", ("last",)),
        Column("rule", ("rule",)), *target, Column("points that signal", ("signals",), "count"),
        Column("charts like this that signal by chance", ("alarms",), "share"),
    )  # fmt: skip
    return DataTable(f"areas{ending}", f"Last point of every area{_unit_of(found.metric)}", columns, rows)


def _unit_of(metric: Metric) -> str:
    return f" ({metric.unit})" if metric.unit else ""


def _area_row(found: Monitored, code: str) -> dict[str, object]:
    chart = found.charts[code]
    alarms = found.alarms.get(code)
    point = {"period": "", "value": float("nan"), "lower": float("nan"), "upper": float("nan"), "rule": ""}
    last = point if chart.last is None else {name: chart.last[name] for name in point}
    said = "not charted" if chart.last is None else VARIATION[chart.last["reading"]]
    share = float("nan") if alarms is None else alarms.share
    return {**last, "area": chart.ics_name, "last": said, "target": chart.assurance, "signals": len(chart.signals),
            "alarms": share, "places": places_of(chart, found.metric)}  # fmt: skip


def about_charts(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Say where charts come from, as pairs of a word and a text."""
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in record["inputs"].items())
    return (
        ("Made", record["made"]),
        ("Rules", record["monitoring"]["rules"]),
        ("Seed of the simulation", str(record["seed"])),
        ("Table", inputs),
        ("Package", f"equitymodel {record['versions']['equitymodel']}"),
    )
