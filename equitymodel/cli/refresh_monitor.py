"""Refresh of a monitored series: the same chart of the new table, limits locked unless set anew for a reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.cli.monitor_charts import chart_asked, options_given
from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, ICS

if TYPE_CHECKING:
    from equitymodel.report.content.published_monitor import PublishedMonitor
    from equitymodel.report.monitor_results import Refresh

MONITOR = "monitor.json"


def refresh_monitor(
    folder: Path, series: str | None, out: Path, *, day: str, rebase: str | None, reason: str | None, overwrite: bool
) -> None:
    """Chart a new table as the last report did, and say what moved since.

    Parameters
    ----------
    folder
        That `monitor` or a refresh of it wrote.
    series
        The new table, with every period in it.
    out
        The folder for the new chart.
    day
        On which the new table was published.
    rebase, reason
        From when limits are set anew, and why; both or neither.
    overwrite
        Whether an earlier folder is replaced.

    Raises
    ------
    OptionError
        When no table is named, the chart is not over time, a day of re-basing comes without its reason, or a period or
        an area is gone that was there.
    """
    from equitymodel.monitoring.metric_set import metric_named
    from equitymodel.monitoring.points_since import points_since
    from equitymodel.report.content.monitor_pages import said_of
    from equitymodel.report.content.published_monitor import open_monitor
    from equitymodel.report.destination import check_destination
    from equitymodel.report.monitor_results import PAGE, Refresh, write_monitor
    from equitymodel.report.wording.monitor_words import NO_EVIDENCE

    refuse_half(rebase, reason)
    if series is None:
        raise OptionError("refresh needs the new table: --series FILE, with every period in it, old and new")
    if out.resolve() == folder.resolve():
        raise OptionError(
            f"--out is {out}, the chart that is refreshed: it stays. Give another folder, or leave --out out"
        )
    check_destination(out, overwrite=overwrite)
    earlier = open_monitor(folder)
    chosen = {**options_of_earlier(earlier), "series": series}
    if rebase is not None:
        chosen["rebase"] = (*chosen["rebase"], f"{rebase}={reason}")
    with progress() as tell:
        tell("charting", 0.0)
        found = chart_asked(chosen, [metric_named(name) for name in chosen["metric"]])
    rebased = f"from {rebase}, {reason}" if rebase else ""
    since = Refresh(folder.name, day, rebased, points_since(earlier.found.points, found.points, rebased=rebased))
    named = chosen["metric"] if len(chosen["metric"]) > 1 else chosen["metric"][0]
    write_monitor(found, out, options=options_given(chosen | {"metric": named}), overwrite=overwrite, since=since)
    for said in (*said_of(found), summary(since), NO_EVIDENCE, f"Open {out / PAGE}"):
        say(said)


def summary(since: Refresh) -> str:
    """Say how much moved, and whether limits are those of the last report.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.report.monitor_results import Refresh
    >>> summary(Refresh("results", "2026-11-30", "", pd.DataFrame()))
    'Nothing moved since the last report. Limits are locked as they were.'
    """
    moved = f"{len(since.changes)} numbers are new or moved since the last report (changes.csv)."
    return f"{'Nothing moved since the last report.' if since.changes.empty else moved} {since.limits}"


def refuse_half(rebase: str | None, reason: str | None) -> None:
    """Refuse re-basing without its reason, and a reason without a day.

    Examples
    --------
    >>> refuse_half("2024-04", None)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: --rebase DAY and --reason TEXT go together: limits are set anew for a documented
    event, and the reason stands on the page
    """
    if (rebase is None) != (reason is None) or (reason is not None and not reason.strip()):
        raise OptionError(
            "--rebase DAY and --reason TEXT go together: limits are set anew for a documented event, and the "
            "reason stands on the page"
        )


def options_of_earlier(earlier: PublishedMonitor) -> dict[str, Any]:
    """Give the options of the last report, with what set its limits locked.

    Raises
    ------
    OptionError
        When it is a funnel or of years, or was written in Python.
    """
    from equitymodel.cli.monitor_command import CHOICES
    from equitymodel.monitoring.locked_limits import locked_days
    from equitymodel.monitoring.memory_alarms import MemoryMonitored
    from equitymodel.monitoring.monitored import Monitored
    from equitymodel.monitoring.several_metrics import SeveralMetrics

    kept, found = dict(earlier.provenance["options"]), earlier.found
    if kept.get("command") != "monitor":
        raise OptionError("this chart was written in Python, and its options are not known: chart the table there")
    if not isinstance(found, Monitored | MemoryMonitored | SeveralMetrics):
        raise OptionError("a funnel and the gap over years have no limits that go on: chart them with monitor")
    usual = {flag: () if settings.get("multiple") else settings.get("default") for flag, settings, _ in CHOICES}
    chosen = {flag.split("/")[0].strip("-").replace("-", "_"): value for flag, value in usual.items()}
    chosen |= {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    chosen["results"] = None
    chosen["title"] = next(iter(found.points.loc[found.points[ICS] == ALL_ICS, "ics_name"]), chosen["title"])
    if isinstance(found, SeveralMetrics):
        return chosen | {"limits_until": {name: locked_days(own) for name, own in found.metrics.items()}}
    return chosen | {"metric": (chosen["metric"],), "limits_until": locked_days(found)}
