"""What is said of a chart: its last point, its signals, its target, and what a signal is not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.monitoring.chart_phases import APART, CHARTED, DOUBTFUL, FEWEST, HELD_BACK, NOT_KNOWN
from equitymodel.monitoring.chart_plan import BETTER, ChartPlan
from equitymodel.monitoring.control_chart import TRIAL, ControlChart
from equitymodel.monitoring.metric_set import Metric
from equitymodel.report.document.columns import written
from equitymodel.report.plots.alt_words import listed

NO_EVIDENCE = (
    "A signal is for looking into. It is no evidence that anything worked or failed: that takes an evaluation with a "
    "start that was declared, never one that a chart chose."
)
CHOSEN = (
    "Limits were set anew at the start of a run, as these rules have it: a date that the chart chose is for looking "
    "into, and not one to evaluate."
)
ASSURED = {
    "met": "the target {target} is met whatever usual variation does",
    "not met": "the target {target} is not met, whatever usual variation does",
    "hit and miss": "usual variation alone decides from period to period whether the target {target} is met",
}
KINDS = {
    "xmr": "single values with limits of 2.66 mean moving ranges (XmR)",
    "mr": "moving ranges",
    "c": "counts (c chart)",
    "p": "proportions (p chart)",
    "p_prime": "proportions with large denominators (Laney's p' chart)",
    "u": "rates (u chart)",
    "u_prime": "rates with large denominators (Laney's u' chart)",
    "t": "times between events (t chart)",
}
TOLD_APART, MOST_PLACES = 40, 6
"""So many steps between the limits are told apart, with so many decimals at most."""
WAYS = {"improvement": "an improvement", "concern": "of concern", "higher": "upwards", "lower": "downwards"}


def last_words(chart: ControlChart, metric: Metric) -> str:
    """Say where the last charted point lies, and whether it signals.

    Examples
    --------
    >>> from equitymodel.monitoring.chart_plan import ChartPlan
    >>> point = {"period": "2024-03", "value": 0.9, "centre": 0.8, "lower": 0.7, "upper": 0.95, "signal": False,
    ...          "rule": "", "reading": ""}
    >>> chart = ControlChart(pd.DataFrame([point]), ChartPlan(), "QE1", "Lancashire")
    >>> last_words(chart, Metric("x", "Rate ratio", ""))
    'Lancashire, 2024-03: rate ratio 0.90, within the limits of usual variation, 0.70 to 0.95 (centre 0.80). No signal.'
    """
    point = chart.last
    title = f"{metric.title[:1].lower()}{metric.title[1:]}"
    if point is None:
        few = f"no stretch of time has {FEWEST} points that could set limits"
        return f"{chart.ics_name}: {title} is shown and not charted: {few}."
    places = places_of(chart, metric)
    value = number_words(point["value"], metric, places)
    centre, lower, upper = (written(point[name], places) for name in ("centre", "lower", "upper"))
    within = point["lower"] <= point["value"] <= point["upper"]
    place = "within" if within else "outside"
    said = f"{chart.ics_name}, {point['period']}: {title} {value}, {place} the limits of usual variation, "
    return f"{said}{lower} to {upper} (centre {centre}). {_signal_words(point, chart.plan)}"


def places_of(chart: ControlChart, metric: Metric) -> int:
    """Give the decimals with which the points and limits of a chart can be told apart.

    Examples
    --------
    >>> from equitymodel.monitoring.chart_plan import ChartPlan
    >>> def chart(lower, upper):
    ...     rows = pd.DataFrame([{"centre": lower, "lower": lower, "upper": upper}])
    ...     return ControlChart(rows, ChartPlan(), "A", "A")
    >>> ends = ((0.7, 0.95), (0.0005, 0.002), (1e7, 2e7), (1, 1))
    >>> [places_of(chart(*each), Metric("x", "X", "")) for each in ends]
    [2, 4, 0, 2]
    """
    widths = (chart.charted["upper"] - chart.charted["lower"]).astype(float)
    widths = widths[np.isfinite(widths) & (widths > 0)]
    if widths.empty:
        return metric.decimals
    return int(np.clip(np.round(-np.log10(widths.median() / TOLD_APART)), 0, MOST_PLACES))


def number_words(value: float, metric: Metric, places: int | None = None) -> str:
    """Write a number as its metric is printed, with its unit where that is not a plain ratio.

    Examples
    --------
    >>> number_words(1.234, Metric("x", "X", "", unit="percentage points", decimals=1))
    '1.2 percentage points'
    """
    unit = "" if metric.unit in ("", "ratio", "share") else f" {metric.unit}"
    return f"{written(value, metric.decimals if places is None else places)}{unit}"


def _signal_words(point: pd.Series, plan: ChartPlan) -> str:
    if not point["signal"]:
        return "No signal."
    said = f"It signals: {point['rule']}, {WAYS[point['reading']]}"
    if plan.better == "neither" or point["reading"] not in BETTER:
        return f"{said}."
    return f"{said}, {'away from' if point['reading'] == plan.better else 'towards'} no gap."


def _beyond_words(chart: ControlChart, metric: Metric) -> list[str]:
    """Say how signals beyond no gap are read, where there are any."""
    plan = chart.plan
    if plan.better == "neither" or plan.no_gap is None or not chart.signals["reading"].isin(BETTER).any():
        return []
    equal, side = number_words(plan.no_gap, metric), "above" if plan.better == "higher" else "below"
    return [f"At {equal} there is no gap. Signals {side} it are upwards or downwards, and neither an improvement nor a "
            f"concern: further {WAYS[plan.better]} is away from no gap."]  # fmt: skip


def signals_words(chart: ControlChart) -> str:
    """Say how many points signal, and which last; nothing where none is charted.

    Examples
    --------
    >>> from equitymodel.monitoring.chart_plan import ChartPlan
    >>> points = pd.DataFrame({"period": ["2024-01"], "centre": [1.0], "signal": [False], "rule": [""]})
    >>> signals_words(ControlChart(points, ChartPlan(), "QE1", "Lancashire"))
    'No point of the 1 that is charted signals.'
    """
    many, all_points = len(chart.signals), len(chart.charted)
    if not all_points:
        return ""
    if not many:
        return f"No point of the {all_points} that {'is' if all_points == 1 else 'are'} charted signals."
    rules = listed([f"{rule} ({count})" for rule, count in chart.signals["rule"].value_counts().items()])
    verb = "signals" if many == 1 else "signal"
    return f"{many} of {all_points} charted points {verb}, the last in {chart.signals['period'].iloc[-1]}: {rules}."


def target_words(chart: ControlChart, metric: Metric) -> str:
    """Say what the target comes to; nothing where there is none."""
    if not chart.assurance or chart.plan.target is None:
        return ""
    said = ASSURED[chart.assurance].format(target=number_words(chart.plan.target, metric))
    return f"{said[:1].upper()}{said[1:]}."


def rests_on(chart: ControlChart, metric: Metric) -> list[str]:
    """Say how limits were set, and what was left out of them and why."""
    rules = chart.plan.rule_set
    said = [f"{metric.title}: {metric.definition}"]
    kind = f"A chart of {KINDS[chart.plan.kind]}, by the rules '{rules.name}': {rules.states}."
    said += [f"No limits: they take {FEWEST} points in one stretch of time." if chart.charted.empty else kind]
    said += [f"Limits are trial limits where fewer than {rules.trial_below} points set them."] * _has_trial(chart)
    for status, words in (
        (APART, "In a declared break, shown apart"),
        (HELD_BACK, "Held back, as they may still be filling up"),
        (DOUBTFUL, "Doubtful data, which set no limits and signal nothing"),
        (NOT_KNOWN, "Without a value"),
    ):
        periods = chart.points.loc[chart.points["status"] == status, "period"].tolist()
        if periods:
            said.append(f"{words}: {_counted(periods)}, {_stretch(periods)}.")
    said += [f"Limits were set anew from {day:%Y-%m-%d}: {why}." for day, why in chart.plan.rebased.items()]
    said += [f"Limits are locked: points up to {day} set them, and later ones do not move them."
             for day in chart.plan.limits_until]  # fmt: skip
    return said + _beyond_words(chart, metric) + [CHOSEN] * chart.rebased_at_run


def _has_trial(chart: ControlChart) -> bool:
    return bool((chart.points["limits"] == TRIAL).any())


def _counted(periods: list[str]) -> str:
    return f"{len(periods)} {'point' if len(periods) == 1 else 'points'}"


def _stretch(periods: list[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def chart_alt_text(chart: ControlChart, metric: Metric) -> str:
    """Say what a chart shows to whoever cannot see it: the last point, the signals, and what is not charted."""
    left_out = int((chart.points["status"] != CHARTED).sum())
    beside = f" {left_out} further points are shown and not charted." if left_out else ""
    said = " ".join(text for text in (last_words(chart, metric), signals_words(chart)) if text)
    return f"{said}{beside}"
