"""The command `monitor`: a control chart, a funnel or a chart that remembers, with how often it signals by chance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from equitymodel.cli.metric_rows import refuse_several
from equitymodel.cli.monitor_charts import chart_asked, options_given, refuse_unlike
from equitymodel.cli.screen import progress, say


def monitor(metric: tuple[str, ...], out: str, **chosen: Any) -> None:
    """Chart a metric over time, and say what signals and how often such a chart signals when nothing changes.

    A signal is for looking into; evidence comes from an evaluation. A series has period and value, or
    numerator and denominator; with ics, there is a chart an area, or a funnel of all.
    """
    from equitymodel.monitoring.metric_set import metric_named
    from equitymodel.report.content.monitor_pages import said_of
    from equitymodel.report.destination import check_destination
    from equitymodel.report.monitor_results import PAGE, write_monitor
    from equitymodel.report.wording.monitor_words import NO_EVIDENCE

    check_destination(Path(out), overwrite=chosen["overwrite"])
    wanted = [metric_named(name) for name in metric]
    refuse_unlike(chosen)
    refuse_several(metric, chosen)
    with progress() as tell:
        tell("charting", 0.0)
        found = chart_asked(chosen, wanted)
    named = metric[0] if len(metric) == 1 else metric
    options = options_given({"command": "monitor", "metric": named, **chosen})
    folder = write_monitor(found, out, options=options, overwrite=chosen["overwrite"])
    for said in (*said_of(found), NO_EVIDENCE, f"Open {folder / PAGE}"):
        say(said)


COLUMNS = (
    "CSV, Excel or Parquet: period and value, numerator and denominator, or admissions and expected_admissions [ics, "
    "deprivation, quality]."
)
CHOICES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("--series", {"metavar": "FILE"}, COLUMNS),
    ("--results", {"metavar": "DIR"}, "Of equitymodel run: a funnel of its model, or the gap over years."),
    ("--chart", {"default": "control"}, "control, funnel, cusum, ewma or years."),
    ("--metric", {"metavar": "NAME", "multiple": True, "default": ("value",)},
     "A metric of equitymodel metrics list; value: as measured. Repeatable."),
    ("--out", {"metavar": "DIR", "required": True}, "Folder for points.csv, monitor.json and the page."),
    ("--rules", {"default": "mdc"}, "mdc, plotthedots or sustained."),
    ("--kind", {}, "xmr, p, p_prime, u, u_prime, c, t or mr; by default as the metric has it."),
    ("--better", {}, "Which way is better: higher, lower or neither; by default as the metric has it."),
    ("--target", {}, "What is aimed for, in the unit of the metric."),
    ("--rebase", {"multiple": True, "metavar": "DAY=WHY"}, "Set limits anew from a day, for a documented reason: "
     "2024-04=boards merged. Repeatable."),
    ("--form", {}, "Of a funnel: shmi, cqc, exact or, of --results, predictive."),
    ("--last", {"type": click.IntRange(min=1), "metavar": "N"},
     "Of a funnel: the last N periods are added up; by default all."),
    ("--baseline", {"type": click.IntRange(min=0), "metavar": "N"},
     "Of cusum and ewma: the first N points say what is usual, by default "
     "half of them; 0: what is expected is."),
    ("--allowance", {"type": float}, "Of cusum; by default 0.5."),
    ("--decision", {"type": float}, "Of cusum; by default 5."),
    ("--weight", {"type": float}, "Of ewma; by default 0.2."),
    ("--reach", {"type": float}, "Of ewma; by default 2.962."),
    ("--limits-until", {"multiple": True, "metavar": "DAY"}, "The last day whose points set limits; refresh says it."),
    ("--title", {}, "What a series without areas is called; by default as its file."),
    ("--as-of", {"metavar": "DAY"}, "When the data were extracted; by default at the end of the last period."),
    ("--area", {"metavar": "CODE"}, "One ICS of several; by default all."),
    ("--areas", {"default": "icb"}, "Area codes to expect: icb, icb2023, icb2026 or any; to_icb2026 adds up "
     "counts to the boards of 2026."),
    ("--deprivation-index", {"metavar": "NAME"}, "With --areas to_icb2026, such as 'IMD 2019'."),
    ("--procedure", {"metavar": "NAME"}, "Needed where admissions have several."),
    ("--small-numbers", {"default": "error"}, "Suppressed admissions: as for equitymodel interruption."),
    ("--marker", {"multiple": True, "metavar": "TEXT=MEANING"}, "What a marker in place of a number means: "
     "suppressed, not_available or not_applicable. Repeatable."),
    ("--breaks", {"default": "england_pandemic"}, "What is shown apart: a name, a table of your own, or none."),
    ("--frequency", {}, "How long periods are; annual has to be said."),
    ("--week", {}, "Whether dates name the starting or the ending day of weeks."),
    ("--day-first/--no-day-first", {"default": None}, "How to read 03/04/2023."),
    ("--gaps", {"default": "error"}, "Absent periods: error, or keep."),
    ("--drop-last", {"type": click.IntRange(min=0), "default": 0}, "Periods to leave out at the end."),
    ("--ignore-column", {"multiple": True, "metavar": "NAME"}, "A column to leave out. Repeatable."),
    ("--seed", {"type": click.IntRange(min=0), "default": 1}, "Seed of the simulation of false alarms."),
    ("--overwrite", {"is_flag": True}, "Replace earlier results in that folder."),
)  # fmt: skip
RARE = (
    "--form", "--last", "--baseline", "--allowance", "--decision", "--weight", "--reach", "--limits-until", "--title",
    "--deprivation-index", "--marker", "--as-of", "--area", "--areas", "--procedure", "--small-numbers", "--breaks",
    "--frequency", "--week", "--gaps", "--day-first/--no-day-first", "--drop-last", "--ignore-column", "--seed",
)  # fmt: skip
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
