"""From what is monitored to a folder: points, a record, pictures, a page an area, and where it all comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuses_other_types
from equitymodel.monitoring.false_alarms import FalseAlarms
from equitymodel.monitoring.monitored import Monitored
from equitymodel.report.content.monitor_document import areas_document, monitor_document
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.plain_names import plain_name
from equitymodel.report.plots.control_plot import plot_control_chart
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_parquet
from equitymodel.report.results_folder import write_folder
from equitymodel.report.wording.monitor_words import NO_EVIDENCE

PAGE = "report.html"


@refuses_other_types
def write_monitor(
    found: Monitored, out: Path | str, *, options: Mapping[str, Any] | None = None, overwrite: bool = False
) -> Path:
    """Write a folder of what is monitored, all of it or none.

    Parameters
    ----------
    found
        From `monitor`: charts, and how often they would signal by chance.
    out, options, overwrite
        As for `write_evaluation`; the options are for the record.

    Returns
    -------
    pathlib.Path
        The folder: ``points.csv`` (period, value, centre, lower, upper, signal, rule and more) and the same as Parquet,
        ``monitor.json``, ``report.html``; of one area ``chart.png``, of several ``areas/CODE.html``;
        ``provenance.json`` and ``manifest.json``.

    Raises
    ------
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import mkdtemp
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.monitored import monitor
    >>> months = pd.date_range("2022-01-01", periods=12, freq="MS").strftime("%Y-%m")
    >>> found = monitor(read_measured(pd.DataFrame({"period": months, "value": range(12)})))
    >>> sorted(path.name for path in write_monitor(found, Path(mkdtemp()) / "results").glob("*"))[:3]
    ['chart.png', 'manifest.json', 'monitor.json']
    """
    return write_folder(out, partial(_write_files, found, options or {}), overwrite=overwrite)


def _write_files(found: Monitored, options: Mapping[str, Any], folder: Path) -> None:
    record = record_of(found.facts, {"monitoring": _plan_record(found)}, options=options, seed=found.seed)
    record.pop("interval")
    write_csv(folder / "points.csv", found.points)
    write_parquet(folder / "points.parquet", found.points)
    write_json(folder / "monitor.json", monitor_record(found))
    write_json(folder / PROVENANCE, record)
    pages = {code: monitor_document(found, code, record) for code in found.charts}
    if len(pages) == 1:
        [(code, chart)] = found.charts.items()
        plot_control_chart(chart, found.metric).savefig(folder / "chart.png", dpi=200)
        [page] = release_documents([pages[code]]).documents
        write_document(page, folder / PAGE)
        return
    (folder / "areas").mkdir()
    own, *released = release_documents([areas_document(found, record), *pages.values()]).documents
    write_document(own, folder / PAGE)
    for name, page in zip(file_names(list(pages)), released, strict=True):
        write_document(page, folder / "areas" / f"{name}.html")


def file_names(codes: Sequence[str]) -> list[str]:
    """Name a file after each area: its code, where that is a plain name; other letters become ``_``, with a number.

    Examples
    --------
    >>> file_names(["E54000037", "A/1", "../z"])
    ['E54000037', 'A_1_2', '___z_3']
    """
    plain = [plain_name(code, kept="_-") for code in codes]
    alike = Counter(name.casefold() for name in plain)
    return [name if name == code and alike[name.casefold()] == 1 else f"{name}_{number}"
            for number, (code, name) in enumerate(zip(codes, plain, strict=True), 1)]  # fmt: skip


def monitor_record(found: Monitored) -> dict[str, Any]:
    """Record what each chart came to, for programs.

    Parameters
    ----------
    found
        From `monitor`.

    Returns
    -------
    dict
        Ready for JSON: the metric, what was decided beforehand, and by area the last point, signals, what the target
        comes to and how often such a chart signals by chance.
    """
    return {
        "metric": asdict(found.metric),
        "plan": _plan_record(found),
        "a_signal_is": NO_EVIDENCE,
        "areas": {code: _area_record(found, code) for code in found.charts},
    }


def _plan_record(found: Monitored) -> dict[str, Any]:
    plan = found.plan
    return {
        "metric": found.metric.name, "kind": plan.kind, "rules": plan.rule_set.name, "flags": asdict(plan.rule_set),
        "better": plan.better, "target": plan.target, "rebased": dict(plan.rebase), "as_of": plan.as_of,
    }  # fmt: skip


def _area_record(found: Monitored, code: str) -> dict[str, Any]:
    chart, alarms = found.charts[code], found.alarms.get(code)
    last = None if chart.last is None else chart.last.drop("start").to_dict()
    signals = chart.signals[["period", "rule", "direction", "reading"]].to_dict("records")
    return {"name": chart.ics_name, "charted": len(chart.charted), "last": last, "signals": signals,
            "target": chart.assurance, "false_alarms": None if alarms is None else _alarm_record(alarms)}  # fmt: skip


def _alarm_record(alarms: FalseAlarms) -> dict[str, Any]:
    memory = alarms.memory
    return {
        "share_of_stable_series_with_a_signal": alarms.share, "monte_carlo_error": alarms.error,
        "by_rule": alarms.by_rule, "simulated_series": alarms.repetitions, "points": memory.points,
        "autocorrelation": memory.autocorrelation, "autocorrelation_interval": memory.interval, "season": memory.season,
        "share_at_either_end_of_the_interval": [alarms.low, alarms.high],
    }  # fmt: skip
