"""Pages of charts that remember: one an area with its run lengths, and one of all areas, those that signal first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equitymodel.monitoring.memory_alarms import MemoryMonitored
from equitymodel.monitoring.memory_chart import MemoryChart, MemoryPlan
from equitymodel.report.content.funnel_document import about_of
from equitymodel.report.content.monitor_document import SMALL_COUNT
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.line_chart import LineChart
from equitymodel.report.plots.control_plot import VARIATION, last_icon
from equitymodel.report.plots.memory_plot import TITLES, plot_memory_chart
from equitymodel.report.plots.signal_panels import A_PAGE, plot_signal_panels
from equitymodel.report.wording.monitor_words import NO_EVIDENCE

LINES = {"cusum": {"more than expected": "sum_higher", "less than expected": "sum_lower"}, "ewma": {"average": "value"}}


def memory_document(found: MemoryMonitored, area: str, record: Mapping[str, Any]) -> Document:
    """Say of one area what its chart shows, and how long such a chart runs until it signals.

    Parameters
    ----------
    found, area
        From `monitor_memory`, and the code of an area of it.
    record
        Where the counts come from, as provenance has it.
    """
    chart, alarms = found.charts[area], found.alarms.get(area)
    title = TITLES[chart.plan.chart].capitalize()
    picture = Picture("chart", f"{title}, {chart.ics_name}", memory_words(chart), plot_memory_chart(chart),
                      observed=_small_counts(chart), chart=_lines(chart))  # fmt: skip
    said = [Paragraph(str(alarms))] if alarms is not None else []
    blocks: tuple[Block, ...] = (
        Paragraph(memory_words(chart), "answer"),
        Paragraph(NO_EVIDENCE, "warning"),
        picture,
        Section("How long such a chart runs until it signals", (*said, run_lengths_table(chart.plan))),
        Section("What this chart rests on", (Bullets(tuple(rests_on_words(chart))),), limits=True),
        _points(chart),
    )
    periods = chart.points["period"]
    return Document(f"{title}: monitoring", f"{chart.ics_name}, {periods.iloc[0]} to {periods.iloc[-1]}", blocks,
                    about_of(record))  # fmt: skip


def memory_areas_document(found: MemoryMonitored, record: Mapping[str, Any]) -> Document:
    """Show every area as a small chart, those that signal first, and list what each comes to.

    Parameters
    ----------
    found, record
        As for `memory_document`.
    """
    count, now = len(found.charts), sum(chart.signals_now for chart in found.charts.values())
    shares = [alarms.share for alarms in found.alarms.values()]
    said = f"{now} of {count} areas signal at their last point."
    if shares:
        said += (f" When nothing changes anywhere, {100 * sum(shares) / len(shares):.0f} % of charts like these have a "
                 "signal at some point.")  # fmt: skip
    pictures = [
        Picture(f"areas_{page + 1}", f"{TITLES[found.plan.chart].capitalize()} by area, part {page + 1}",
                f"Small charts of areas. {said}", plot_signal_panels(found, page),
                observed=any(map(_small_counts, found.charts.values())))
        for page in range(-(-count // A_PAGE))
    ]  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(said, "answer"), Paragraph(NO_EVIDENCE, "warning"), *pictures,
        Section("Area by area", (_areas_table(found),)),
        Section("How long such charts run until they signal", (run_lengths_table(found.plan),)),
        Section("What these charts rest on", (Bullets(tuple(plan_words(found.plan))),), limits=True),
    )  # fmt: skip
    return Document(f"{TITLES[found.plan.chart].capitalize()}: monitoring", f"{count} areas", blocks, about_of(record))


def memory_words(chart: MemoryChart) -> str:
    """Say where the last point lies, and since when it signals.

    Examples
    --------
    >>> point = {"period": ["2024-01"], "value": [1.0], "centre": [float("nan")], "signal": [False], "status": "shown"}
    >>> points = pd.DataFrame(point)
    >>> memory_words(MemoryChart(points, MemoryPlan(), "A", "Devon", {}))
    'Devon: shown and not charted, as no stretch of time is long enough to say what is usual and hold more against it.'
    """
    last = chart.last
    if last is None:
        short = "no stretch of time is long enough to say what is usual and hold more against it"
        return f"{chart.ics_name}: shown and not charted, as {short}."
    what = "cumulative sum" if chart.plan.chart == "cusum" else "moving average"
    place = f"{what} of residuals {last['value']:.1f}, limits {last['lower']:.1f} to {last['upper']:.1f}"
    if not last["signal"]:
        before = f" The latest stretch of signals began in {chart.first_signal}." if chart.first_signal else ""
        return f"{chart.ics_name}, {last['period']}: {place}. No signal.{before}"
    way = VARIATION[str(last["reading"])].split(": ")[1]
    return f"{chart.ics_name}, {last['period']}: {place}. It signals ({way}), since {chart.first_signal}."


def run_lengths_table(plan: MemoryPlan) -> DataTable:
    """Give how many periods pass until a signal, solved for this chart."""
    rows = pd.DataFrame([
        {"change": "nothing changed (a false alarm)" if shift == 0 else f"a change of {size_words(shift)}",
         "periods": periods}
        for shift, periods in plan.run_lengths().items()
    ])  # fmt: skip
    note = (
        "Solved from the integral equation of the run length, for residuals that are normal, that do not depend on one "
        "another, and whose usual level is known. Months that hang together give shorter runs: the simulated share of "
        "charts with a signal, where it is given, allows for that."
    )
    columns = (Column("where", ("change",)), Column("periods until a signal, on average", ("periods",), "number", 1))
    return DataTable("run_lengths", "Periods until a signal", columns, rows, note)


def size_words(shift: float) -> str:
    """Write a change in standard deviations.

    Examples
    --------
    >>> size_words(1.0), size_words(0.5)
    ('1 standard deviation', '0.5 standard deviations')
    """
    return f"{shift:g} standard deviation{'' if shift == 1 else 's'}"


def plan_words(plan: MemoryPlan) -> list[str]:
    """Say how charts were made, and what that leaves open.

    Examples
    --------
    >>> plan_words(MemoryPlan(baseline=0))[0]
    'Cumulative sums with an allowance of 0.5 and a decision at 5 standard deviations.'
    """
    own = f"Cumulative sums with an allowance of {plan.allowance:g} and a decision at {size_words(plan.decision)}."
    if plan.chart == "ewma":
        own = (
            f"A moving average: the last period weighs {plan.weight:g}; limits are {plan.reach:g} of its spreads away."
        )
    many = "the first half of the points" if plan.baseline is None else f"the first {plan.baseline} points"
    locked = plan.plan.limits_until if not plan.baseline else ()
    usual = (
        "Residuals are held against what is expected itself; their spread is that of moving ranges."
        if plan.baseline == 0
        else f"What is usual is observed over expected in {many}, with the spread of residuals there; these have no "
        "sums and cannot signal."
    )
    return [
        own, usual,
        "Sums and averages go on after a signal: the period in which one began says when it was noticed, not when "
        "something changed.",
        "A change of what is expected (coding, population, need) looks like one of what was observed.",
        *(f"What is usual was set anew from {day:%Y-%m-%d}: {why}." for day, why in plan.plan.rebased.items()),
        *(f"What is usual is locked: it rests on points up to {day}, and later ones do not move it." for day in locked),
    ]  # fmt: skip


def rests_on_words(chart: MemoryChart) -> list[str]:
    """Say what a chart of one area rests on."""
    said = [
        f"Usual here: {ratio:.3f} times what is expected, with {dispersion:.1f} times the variance of counts by chance."
        for ratio, dispersion in chart.usual.values()
    ]
    return [*said, *plan_words(chart.plan)]


def _points(chart: MemoryChart) -> DataTable:
    known = chart.points[chart.points["observed"].notna()]
    rows = known.assign(area=chart.ics_name, means=known["reading"].map(VARIATION))
    own = [Column(heading, (field,), "number", 2) for heading, field in LINES[chart.plan.chart].items()]
    columns = (
        Column("period", ("period",)), Column("observed", ("observed",), "count"),
        Column("expected", ("expected",), "number", 1), Column("residual", ("residual",), "number", 2), *own,
        Column("limit", ("upper",), "number", 2), Column("means", ("means",)), Column("status", ("status",)),
    )  # fmt: skip
    count = CountColumn("observed", ("area", "period"), f"observed of {chart.area}", beside=("residual", "ratio"))
    return DataTable("points", f"Every point, {chart.ics_name}", columns, rows.reset_index(drop=True), place="workbook",
                     counts=(count,))  # fmt: skip


def _small_counts(chart: MemoryChart) -> bool:
    return bool(chart.points["observed"].between(1, SMALL_COUNT - 1).any())


def _lines(chart: MemoryChart) -> LineChart | None:
    """Give the chart for slides; nothing where nothing is charted."""
    rows = chart.charted
    if rows.empty:
        return None
    sums = {
        name: rows[field] if field != "sum_lower" else -rows[field] for name, field in LINES[chart.plan.chart].items()
    }
    data = pd.DataFrame({"period": rows["period"], **sums, "lower limit": rows["lower"], "upper limit": rows["upper"]})
    looks = {**dict.fromkeys(sums, "values"), "lower limit": "limit", "upper limit": "limit"}
    return LineChart(data, "period", looks, "standard deviations")


def _areas_table(found: MemoryMonitored) -> DataTable:
    rows = pd.DataFrame([_area_row(found, code) for code in found.by_signal])
    numbers = [Column(heading, (field,), "number", 1) for heading, field in (("value", "value"), ("limit", "upper"))]
    columns = (
        Column("area", ("area",)), Column("last period", ("period",)), *numbers, Column("last point", ("last",)),
        Column("signals since", ("since",)), Column("points that signal", ("signals",), "count"),
        Column("charts like this that signal by chance", ("alarms",), "share"),
    )  # fmt: skip
    return DataTable("areas", "Last point of every area", columns, rows)


def _area_row(found: MemoryMonitored, code: str) -> dict[str, object]:
    chart, alarms = found.charts[code], found.alarms.get(code)
    point = {"period": "", "value": float("nan"), "upper": float("nan")}
    last = point if chart.last is None else {name: chart.last[name] for name in point}
    return {**last, "area": chart.ics_name, "last": last_icon(chart), "signals": len(chart.signals),
            "since": chart.first_signal if chart.signals_now else "",
            "alarms": float("nan") if alarms is None else alarms.share}  # fmt: skip
