"""From what is monitored to a folder: points, a record, pictures, a page an area, and where it all comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.monitoring.area_funnel import AreaFunnel
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.monitoring.memory_alarms import MemoryMonitored
from equitymodel.monitoring.monitored import Monitored
from equitymodel.monitoring.several_metrics import SeveralMetrics
from equitymodel.report.content.monitor_pages import AnyMonitored, monitored_page, pages_of, picture_of
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.monitor_record import memory_plan_record, monitor_record, plan_record
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.plain_names import plain_name
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_parquet
from equitymodel.report.results_folder import write_folder

PAGE, MOST_ROWS = "report.html", 40


@dataclass(frozen=True)
class Refresh:
    """How a chart came about from the one before.

    Attributes
    ----------
    before
        The name of its folder.
    day, rebased
        On which the new table was published; and from when limits were set anew and why, empty where they are locked.
    changes
        From `points_since`.
    """

    before: str
    day: str
    rebased: str
    changes: pd.DataFrame = field(repr=False)

    @property
    def limits(self) -> str:
        """Whether limits are those of the last report, in a sentence."""
        if self.rebased:
            return f"Limits were set anew {self.rebased}."
        moved = 0 if self.changes.empty else int((self.changes["what"] == "limits").sum())
        followed = f"Limits are locked, and those of {moved:,} {'point' if moved == 1 else 'points'} follow what was "
        return f"{followed}revised or is new." if moved else "Limits are locked as they were."


@refuses_other_types
def write_monitor(
    found: AnyMonitored, out: Path | str, *, options: Mapping[str, Any] | None = None, overwrite: bool = False,
    since: Refresh | None = None,
) -> Path:  # fmt: skip
    """Write a folder of what is monitored, all of it or none.

    Parameters
    ----------
    found
        From `monitor`, `monitor_memory` or `area_funnel`, several metrics together, or the gap over years.
    out, options, overwrite
        As for `write_evaluation`; the options are for the record.
    since
        Of a refresh: what moved since the last report, which is written as ``changes.csv`` and on the first page.

    Returns
    -------
    pathlib.Path
        The folder: ``points.csv`` (period, value, centre, lower, upper, signal, rule and more; of several metrics
        ``metric`` before these) and the same as Parquet,
        ``monitor.json``, ``report.html``; of one chart ``chart.png``, of several areas ``areas/CODE.html``;
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
    return write_folder(out, partial(_write_files, found, options or {}, since), overwrite=overwrite)


def _write_files(found: AnyMonitored, options: Mapping[str, Any], since: Refresh | None, folder: Path) -> None:
    record = _record(found, options)
    changes = {} if since is None else {"changes": since.changes}
    for name, table in {"points": found.points, **further_tables(found), **changes}.items():
        write_csv(folder / f"{name}.csv", table)
        write_parquet(folder / f"{name}.parquet", table)
    refreshed = {} if since is None else {"refreshed": {"before": since.before, "table_of": since.day,
                                                        "limits": since.rebased or "locked"}}  # fmt: skip
    write_json(folder / "monitor.json", monitor_record(found) | refreshed)
    write_json(folder / PROVENANCE, record | refreshed)
    codes = list(pages_of(found))
    pages = [monitored_page(found, record), *(monitored_page(found, record, code) for code in codes)]
    if since is not None:
        pages[0] = replace(pages[0], blocks=(*pages[0].blocks, since_section(since)))
    picture = picture_of(pages[0])
    if picture is not None:
        picture.savefig(folder / "chart.png", dpi=200)
    own, *released = release_documents(pages).documents
    write_document(own, folder / PAGE)
    if codes:
        (folder / "areas").mkdir()
    for name, page in zip(file_names(codes), released, strict=True):
        write_document(page, folder / "areas" / f"{name}.html")


def since_section(since: Refresh) -> Section:
    """Say what moved since the last report.

    Examples
    --------
    >>> from equitymodel.monitoring.points_since import COLUMNS
    >>> since_section(Refresh("results", "2026-11-30", "", pd.DataFrame(columns=COLUMNS))).blocks[-1].text
    'Nothing moved.'
    """
    said = Paragraph(f"Table of {since.day}, compared with the report {since.before}. {since.limits}")
    title = "What moved since the last report"
    if since.changes.empty:
        return Section(title, (said, Paragraph("Nothing moved.")))
    columns = tuple(Column(name.replace("ics_name", "area"), (name,)) for name in since.changes.columns[1:])
    note = f"{MOST_ROWS} rows at most; changes.csv has all {len(since.changes)}."
    return Section(title, (said, DataTable("changes", title, columns, since.changes.head(MOST_ROWS), note)))


def further_tables(found: AnyMonitored) -> dict[str, pd.DataFrame]:
    """Give the tables that stand beside the points: of the gap over years all of it, and every pair."""
    return {"years": found.years, "changes_between_years": found.pairs} if isinstance(found, ComparedYears) else {}


def _record(found: AnyMonitored, options: Mapping[str, Any]) -> dict[str, Any]:
    """Record where it comes from, and what was decided beforehand."""
    match found:
        case Monitored():
            plan = plan_record(found.plan, found.metric.name)
        case SeveralMetrics():
            plans = {name: plan_record(one.plan, name) for name, one in found.metrics.items()}
            plan = {"rules": next(iter(plans.values()))["rules"], "metrics": plans}
        case MemoryMonitored():
            plan = {"chart": found.plan.chart, **memory_plan_record(found.plan)}
        case AreaFunnel():
            plan = {"chart": "funnel", "form": found.funnel.form}
        case ComparedYears():
            plan = {"chart": "years"}
    record = record_of(found.facts, {"monitoring": {"rules": plan.get("chart", ""), **plan}}, options=options,
                       seed=found.seed)  # fmt: skip
    if not isinstance(found, ComparedYears):
        record.pop("interval")
    return record


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
