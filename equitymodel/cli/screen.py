"""What is printed: what tables hold, how far a fit is, the gap, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from equitymodel.cli.option_words import for_command
from equitymodel.errors import EquityModelError
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD, PROCEDURE, group_dim

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from rich.console import Console

    from equitymodel.data.tables.findings import Finding
    from equitymodel.report.results import Results

INTERRUPTED = 130
RUNNING: ContextVar[str] = ContextVar("command", default="run")
"""The command at hand, whose options messages name."""
COLOURS = {"PASS": "green", "WARN": "yellow", "FAIL": "red"}


@cache
def screen() -> Console:
    """Give the console that all commands print to; loaded when there is something to print."""
    from rich.console import Console

    return Console()


def say(text: object) -> None:
    """Print text as it is, whatever brackets it has; long lines are left to the terminal."""
    screen().print(str(text), markup=False, highlight=False, soft_wrap=True)


def complain(message: str) -> None:
    """Print what went wrong, to standard error."""
    click.secho(message, fg="red", err=True)


def cells_found(cells: xr.Dataset) -> list[str]:
    """Say what tables hold: how many cells and admissions, and each finding, a paragraph each."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.data.tables.suppression import count_bounds

    facts, (low, high) = CellFacts.of(cells), count_bounds(cells)
    unknown, hidden = int((cells["offered"] & high.isnull()).sum()), int((low < high).sum())
    between = f"{low.sum():,.0f} to {high.sum():,.0f}" if hidden else f"{low.sum():,.0f}"
    partly = f"{hidden:,} cells known only within bounds, " if hidden else ""
    several = "" if cells.sizes[ICS] == 1 else "s"
    counted = (
        f"{cells.sizes[ICS]} ICS{several} x {cells.sizes[group_dim(cells.dims)]} {facts.group.words} groups x "
        f"{cells.sizes[PROCEDURE]} procedures{_in_time(cells)}: {between} admissions, {partly}"
        f"{unknown:,} cells not known; "
        f"expected admissions adjusted for {facts.adjustment}{_ages_apart(facts.age_bands)}."
        f"{_areas(facts.footprint)}"
    )
    return [counted, rates_in_words(cells), *_findings(facts.findings)]


def rates_in_words(cells: xr.Dataset) -> str:
    """Say the rate of each procedure beside the range that is plausible, so that a wrong unit is seen."""
    from equitymodel.data.cells.plausible_rates import rates_found, shown

    rows = rates_found(cells).to_dict("records")
    each = [f"{row['procedure']} {shown(row['rate'])} ({shown(row['low'])} to {shown(row['high'])})" for row in rows]
    return f"Admissions per 100,000 person-years (plausible range): {'; '.join(each)}."


def _in_time(cells: xr.Dataset) -> str:
    """Say which periods cells are of, and whether several are fitted together or were added up."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.data.cells.years import has_years

    facts = CellFacts.of(cells)
    if has_years(cells):
        return f" x {cells.sizes[PERIOD]} periods ({', '.join(facts.periods)})"
    added = " added up" if len(facts.periods) > 1 else ""
    return f" in {facts.when}{added}" if facts.periods else ""


def series_found(series: xr.Dataset) -> list[str]:
    """Say what a series holds: its periods and parts, and each finding, a paragraph each."""
    from equitymodel.data.series.series_facts import SeriesFacts

    facts, periods = SeriesFacts.of(series), series.indexes[PERIOD]
    frequency = facts.frequency
    counted = (
        f"{len(periods)} {frequency.name} periods, {frequency.label(periods[0])} to {frequency.label(periods[-1])}, "
        f"{int(series['masked'].sum())} of them masked, x {series.sizes[ICS]} ICSs x {series.sizes[DEPRIVATION]} "
        f"deprivation groups x {series.sizes[PROCEDURE]} procedures."
        f"{_areas(facts.footprint)}"
    )
    return [counted, *_findings(facts.findings)]


def stages_found(stages: xr.Dataset) -> list[str]:
    """Say what a table of stages holds: its stages and how they follow, and each finding, a paragraph each."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.vocabulary import STAGE

    facts, names = CellFacts.of(stages), [str(name) for name in stages[STAGE].values]
    linked = [name for name, own in zip(names, stages["linked"].values, strict=True) if own]
    counted = (
        f"{len(names)} stages ({', '.join(names)}), {'linked: ' + ', '.join(linked) if linked else 'counted apart'}, x "
        f"{stages.sizes[ICS]} ICSs x {stages.sizes[group_dim(stages.dims)]} {facts.group.words} groups x "
        f"{stages.sizes[PROCEDURE]} procedures{_in_time(stages)}.{_areas(facts.footprint)}"
    )
    return [counted, *_findings(facts.findings)]


def _findings(findings: Iterable[Finding]) -> list[str]:
    return [for_command(f"{finding.severity}: {finding.explain()}", RUNNING.get()) for finding in findings]


def _areas(footprint: str) -> str:
    return f" Areas: {footprint}." if footprint else ""


def _ages_apart(bands: Sequence[str]) -> str:
    return f", ages apart in {'; '.join(bands)}" if bands else ""


def show_found(found: list[str]) -> None:
    """Print what tables hold."""
    screen().print(found[0])
    for finding in found[1:]:
        screen().print(finding, markup=False, highlight=False)


@contextmanager
def progress() -> Iterator[Any]:
    """Show how far the work is; give the function that updates it."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen(), transient=not screen().is_terminal) as bar:
        task = bar.add_task("starting", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        yield tell


def show_gaps(results: Results) -> None:
    """Print the headline gap of each procedure, over all ICSs, and beside it that of the most deprived fifth."""
    from rich.table import Table

    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.report.tables.named_year import INTERVAL_COLUMN, PERIOD_COLUMN
    from equitymodel.report.tables.rows import column_of_groups
    from equitymodel.report.wording.group_words import words_of
    from equitymodel.report.wording.one_ics import together_words

    gaps, facts = results.tables["gaps"], CellFacts.of(results.fit.cells)
    rows = gaps[(gaps["ics"] == "All ICSs") & gaps["headline"]]
    labels = ["procedure", *column_of_groups(gaps)]
    parts = (words_of(facts).heading(), together_words(results.fit.cells), _said(rows, PERIOD_COLUMN), facts.basis)
    said = _said(rows, INTERVAL_COLUMN)
    fifth = gaps[(gaps["ics"] == "All ICSs") & (gaps["measure"] == "core20_ratio")].set_index("procedure")
    beside = ["Core20 against all others", "95 % interval"] if len(fifth) else []
    headings = (*(label.replace("_", " ") for label in labels), "rate ratio", "95 % interval", *beside)
    shown = Table(*headings, title=", ".join(filter(None, parts)),
                  title_justify="left", caption=f"Intervals are for {said}." if said else None,
                  caption_justify="left")  # fmt: skip
    for row in rows.to_dict("records"):
        numbers = [row, fifth.loc[row["procedure"]]] if beside else [row]
        shown.add_row(*(str(row[label]) for label in labels), *(text for part in numbers for text in _numbers(part)))
    screen().print(shown)
    if results.stamp:
        screen().print(f"[bold red]{results.stamp}[/bold red]")


def _said(rows: pd.DataFrame, column: str) -> str:
    """Give what a column says of all rows; empty where the tables did not say."""
    known = rows[column].dropna() if column in rows else ()
    return str(next(iter(known), ""))


def _numbers(row: Mapping[Any, Any]) -> tuple[str, str]:
    return f"{row['estimate']:.2f}", f"{row['lower']:.2f} to {row['upper']:.2f}"


def show_coverage(coverage: Any) -> None:
    """Print how many intervals held the truth of an example."""
    from rich.table import Table

    shown = Table("intervals against the stated truth", "intervals", "held it", "share", title_justify="left")
    for row in coverage.itertuples():
        share = f"{row.share:.1%} (level {row.level:.0%})"
        shown.add_row(str(row.quantity), f"{row.intervals:,}", f"{row.held:,}", share)
    screen().print(shown)


def show_diagnosis(results: Results, page: object) -> None:
    """Print the verdict of the diagnosis, with what is behind it unless it passed, and where the report is."""
    diagnosis = results.fit.diagnosis
    colour = COLOURS[diagnosis.verdict]
    screen().print(f"Diagnosis: [{colour}]{diagnosis.verdict}[/{colour}] (seed {results.fit.seed}). Open {page}")
    if diagnosis.verdict != "PASS":
        screen().print(str(diagnosis), markup=False, highlight=False)


def message_of(error: BaseException) -> str:
    """Give the message of an error: one of ours, of the command line, or of the files it met."""
    if isinstance(error, click.UsageError):
        where = f"{error.ctx.command_path} --help" if error.ctx else "equitymodel --help"
        return f"{error.format_message()}\nSee: {where}"
    if isinstance(error, OSError) and not isinstance(error, EquityModelError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return for_command(str(error), RUNNING.get())
