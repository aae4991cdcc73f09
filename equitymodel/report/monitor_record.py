"""What is monitored as a record for programs, and made again from that record and its table of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.series.frequency import frequency_named
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.monitoring.area_funnel import AreaFunnel, outside_of
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.chart_rules import ChartRules
from equitymodel.monitoring.charted_points import ChartedPoints
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.monitoring.control_chart import BESIDE, ControlChart
from equitymodel.monitoring.false_alarms import FalseAlarms
from equitymodel.monitoring.funnel_limits import Funnel
from equitymodel.monitoring.memory_alarms import MemoryAlarms, MemoryMonitored
from equitymodel.monitoring.memory_chart import MemoryChart, MemoryPlan
from equitymodel.monitoring.metric_set import Metric
from equitymodel.monitoring.monitored import Monitored
from equitymodel.monitoring.series_memory import SeriesMemory
from equitymodel.monitoring.several_metrics import METRIC, SeveralMetrics
from equitymodel.report.content.monitor_pages import AnyMonitored
from equitymodel.report.wording.monitor_words import NO_EVIDENCE
from equitymodel.vocabulary import ICS

CONTROL, FUNNEL, YEARS = "control", "funnel", "years"


def monitor_record(found: AnyMonitored) -> dict[str, Any]:
    """Record what each chart came to, for programs.

    Parameters
    ----------
    found
        Whatever is monitored.

    Returns
    -------
    dict
        Ready for JSON: which ``chart``, what was decided beforehand, and by area the last point, signals, what the
        target comes to and how often such a chart signals by chance; of charts that remember run lengths as solved.
    """
    said = {"a_signal_is": NO_EVIDENCE}
    own: dict[str, Any]
    match found:
        case AreaFunnel():
            made = found.funnel
            own = {"chart": FUNNEL, "form": made.form, "dispersion": _number(made.dispersion),
                   "between": _number(made.between), "period": found.period, "counted": found.counted,
                   "better": found.better}  # fmt: skip
        case ComparedYears():
            own = {"chart": YEARS}
        case MemoryMonitored():
            own = {"chart": found.plan.chart, "plan": memory_plan_record(found.plan), **_frequency(found),
                   "run_lengths": {f"{shift:g}": float(periods) for shift, periods in found.plan.run_lengths().items()},
                   "areas": {code: _memory_area(found, code) for code in found.charts}}  # fmt: skip
        case Monitored():
            own = {"chart": CONTROL, **_charts_record(found)}
        case SeveralMetrics():
            own = {"chart": CONTROL, "seed": found.seed,
                   "metrics": {name: _charts_record(one) for name, one in found.metrics.items()}}  # fmt: skip
    return own | said


def _charts_record(found: Monitored) -> dict[str, Any]:
    return {"metric": asdict(found.metric), "plan": plan_record(found.plan, found.metric.name), **_frequency(found),
            "areas": {code: _area_record(found, code) for code in found.charts}}  # fmt: skip


def monitored_from(points: pd.DataFrame, record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> AnyMonitored:
    """Make again what was monitored, from the files of its folder.

    Parameters
    ----------
    points
        The table of points, whole.
    record
        From `monitor_record`.
    tables
        Further tables by name: of the gap over years, ``years`` and ``changes_between_years``.
    """
    seed = int(record.get("seed", 1))
    match record["chart"]:
        case "funnel":
            return _funnel_from(points, record)
        case "years":
            return ComparedYears(tables["years"], tables["changes_between_years"], CellFacts(), seed)
        case "control" if "metrics" in record:
            own = {name: (points[points[METRIC] == name], kept) for name, kept in record["metrics"].items()}
            return SeveralMetrics({name: _charts_from(_known(rows), kept, seed) for name, (rows, kept) in own.items()})
        case "control":
            return _charts_from(points, record, seed)
    return _memory_from(points, record, seed)


def plan_record(plan: ChartPlan, metric: str) -> dict[str, Any]:
    """Record what was decided of a control chart.

    Examples
    --------
    >>> plan_record(ChartPlan(rules="sustained"), "value")["rules"]
    'sustained'
    """
    return {
        "metric": metric, "kind": plan.kind, "rules": plan.rule_set.name, "flags": asdict(plan.rule_set),
        "better": plan.better, "target": plan.target, "rebased": dict(plan.rebase), "as_of": plan.as_of,
        "limits_until": list(plan.limits_until), "no_gap": plan.no_gap,
    }  # fmt: skip


def memory_plan_record(plan: MemoryPlan) -> dict[str, Any]:
    """Record what was decided of a chart that remembers.

    Examples
    --------
    >>> memory_plan_record(MemoryPlan())["decision"]
    5.0
    """
    own = {name: getattr(plan, name) for name in ("baseline", "allowance", "decision", "weight", "reach")}
    decided = plan.plan
    return own | {"better": decided.better, "rebased": dict(decided.rebase), "as_of": decided.as_of,
                  "limits_until": list(decided.limits_until)}  # fmt: skip


def _frequency(found: Monitored | MemoryMonitored) -> dict[str, Any]:
    return {"frequency": found.facts.frequency.name, "seed": found.seed}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _area_record(found: Monitored, code: str) -> dict[str, Any]:
    chart, alarms = found.charts[code], found.alarms.get(code)
    signals = chart.signals[["period", "rule", "direction", "reading"]].to_dict("records")
    return {"name": chart.ics_name, "charted": len(chart.charted), "last": _last(chart), "signals": signals,
            "target": chart.assurance, "false_alarms": None if alarms is None else _alarm_record(alarms)}  # fmt: skip


def _alarm_record(alarms: FalseAlarms) -> dict[str, Any]:
    memory = alarms.memory
    return {
        "share_of_stable_series_with_a_signal": alarms.share, "monte_carlo_error": alarms.error,
        "by_rule": alarms.by_rule, "simulated_series": alarms.repetitions, "points": memory.points,
        "autocorrelation": memory.autocorrelation, "autocorrelation_interval": memory.interval, "season": memory.season,
        "share_at_either_end_of_the_interval": [alarms.low, alarms.high],
    }  # fmt: skip


def _memory_area(found: MemoryMonitored, code: str) -> dict[str, Any]:
    chart, alarms = found.charts[code], found.alarms.get(code)
    signals = chart.signals[["period", "direction", "reading"]].to_dict("records")
    usual = {str(phase): list(values) for phase, values in chart.usual.items()}
    return {"name": chart.ics_name, "last": _last(chart), "signals": signals, "since": chart.first_signal,
            "usual": usual, "false_alarms": None if alarms is None else asdict(alarms)}  # fmt: skip


def _last(chart: ChartedPoints) -> Mapping[Any, Any] | None:
    return None if chart.last is None else chart.last.drop("start").to_dict()


def _facts(record: Mapping[str, Any]) -> SeriesFacts:
    return SeriesFacts(frequency_named(record["frequency"]))


def _known(points: pd.DataFrame) -> pd.DataFrame:
    """Give the points of one metric as they were, without what only other metrics have beside their values."""
    others = [name for name in BESIDE if name in points and points[name].isna().all()]
    return points.drop(columns=[METRIC, *others]).reset_index(drop=True)


def _own_points(points: pd.DataFrame, code: str) -> pd.DataFrame:
    return points[points[ICS] == code].drop(columns=[ICS, "ics_name"]).reset_index(drop=True)


def _charts_from(points: pd.DataFrame, record: Mapping[str, Any], seed: int) -> Monitored:
    decided, areas = record["plan"], record["areas"]
    metric, rules = Metric(**record["metric"]), ChartRules(**_tupled(decided["flags"]))
    plan = ChartPlan(decided["kind"], rules, decided["better"], decided["target"], decided["rebased"], decided["as_of"],
                     tuple(decided["limits_until"]), decided.get("no_gap"))  # fmt: skip
    charts = {code: ControlChart(_own_points(points, code), plan, code, own["name"]) for code, own in areas.items()}
    alarms = {code: _alarms_from(own["false_alarms"]) for code, own in areas.items() if own["false_alarms"]}
    return Monitored(charts, alarms, metric, plan, _facts(record), seed)


def _tupled(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in flags.items()}


def _alarms_from(kept: Mapping[str, Any]) -> FalseAlarms:
    interval = kept["autocorrelation_interval"]
    memory = SeriesMemory((np.arange(float(kept["points"])),), kept["autocorrelation"],
                          None if interval is None else (interval[0], interval[1]), kept["season"])  # fmt: skip
    return FalseAlarms(kept["share_of_stable_series_with_a_signal"], kept["monte_carlo_error"], kept["by_rule"],
                       kept["simulated_series"], memory, *kept["share_at_either_end_of_the_interval"])  # fmt: skip


def _memory_from(points: pd.DataFrame, record: Mapping[str, Any], seed: int) -> MemoryMonitored:
    decided, areas = dict(record["plan"]), record["areas"]
    own = ChartPlan(better=decided.pop("better"), rebase=decided.pop("rebased"), as_of=decided.pop("as_of"),
                    limits_until=tuple(decided.pop("limits_until", ())))  # fmt: skip
    plan = MemoryPlan(record["chart"], **decided, plan=own)
    charts = {
        code: MemoryChart(_own_points(points, code), plan, code, kept["name"],
                          {int(phase): (values[0], values[1]) for phase, values in kept["usual"].items()})
        for code, kept in areas.items()
    }  # fmt: skip
    alarms = {code: MemoryAlarms(**kept["false_alarms"]) for code, kept in areas.items() if kept["false_alarms"]}
    return MemoryMonitored(charts, alarms, plan, _facts(record), seed)


def _funnel_from(points: pd.DataFrame, record: Mapping[str, Any]) -> AreaFunnel:
    table = points.set_index(ICS)
    table = table.rename(columns={"value": "ratio", "lower": "lower_998", "upper": "upper_998"})
    table = table.assign(outside=outside_of(points.set_index(ICS)))
    kept = ["observed", "expected", "ratio", "score", "lower_95", "upper_95", "lower_998", "upper_998", "outside"]
    dispersion, between = (float("nan") if record[name] is None else record[name]
                           for name in ("dispersion", "between"))  # fmt: skip
    made = Funnel(table[kept], record["form"], dispersion, between)
    names = dict(zip(points[ICS], points["ics_name"], strict=True))
    return AreaFunnel(made, names, record["period"], record["counted"], record["better"])
