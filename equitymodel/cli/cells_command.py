"""The command `cells`: records of spells counted to the tables that the other commands read."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from equitymodel.cli.option_kinds import pairs_once
from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError, OutputError

if TYPE_CHECKING:
    from equitymodel.data.records.record_selection import RecordSelection


def cells(**given: Any) -> None:
    """Count records of hospital spells to admissions by year and series by month, for run and interruption.

    Records are CSV or Parquet files with the columns of Hospital Episode Statistics. Only those that are needed are
    read, and no record leaves the engine: equitymodel sees counts.
    """
    if given["copy_procedures"]:
        _copy_procedures(Path(given["copy_procedures"]))
        return
    needed = ("records", "small_areas", "deprivation_index", "out")
    if missing := [f"--{name.replace('_', '-')}" for name in needed if not given[name]]:
        raise OptionError(f"cells needs {' and '.join(missing)}. See: equitymodel cells --help")
    _count(given)


def _count(given: dict[str, Any]) -> None:
    """Count the records, write the tables, and say what was left out."""
    from equitymodel.data.records.count_records import count_records
    from equitymodel.data.records.record_engine import RecordEngine
    from equitymodel.report.counted_results import write_counted
    from equitymodel.report.destination import check_destination

    check_destination(Path(given["out"]), overwrite=given["overwrite"])
    with progress() as tell:
        tell("counting records", 0.0)
        counted = count_records(
            given["records"],
            given["small_areas"],
            deprivation_index=given["deprivation_index"],
            procedures=given["procedures"],
            columns=_columns(given["column"]),
            selection=_selection(given),
            engine=RecordEngine(given["memory"], given["threads"], given["spill"], given["engine"]),
            areas=given["areas"],
        )
    out = write_counted(counted, given["out"], csv=given["csv"], options=_kept(given), overwrite=given["overwrite"])
    say(counted)
    for finding in counted.facts.findings:
        if finding.rule in ("R42", "R43"):
            say(finding.explain())
    say(f"Counts in {out} are exact: they stay where the records are. Next: equitymodel check --admissions "
        f"{out / 'admissions.parquet'} --population FILE")  # fmt: skip


def _selection(given: dict[str, Any]) -> RecordSelection:
    from equitymodel.data.records.record_selection import ELECTIVE, FIVE_YEARS, RecordSelection

    bands = given["age_bands"]
    return RecordSelection(
        methods=given["admission_method"] or ELECTIVE,
        every_episode=given["every_episode"],
        day_cases=given["day_cases"],
        first=given["first_month"],
        last=given["last_month"],
        year_starts=1 if given["years"] == "calendar" else 4,
        age_bands=tuple(bands.split(",")) if bands else FIVE_YEARS,
        date_format=given["date_format"],
    )


def _columns(texts: tuple[str, ...]) -> dict[str, str]:
    """Split ``name=column``, each name once."""
    try:
        return pairs_once(list(texts))
    except OptionError as refused:
        raise OptionError(f"--column {refused}. Write it as startage=age_at_start") from None


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    """Give the options for the record, with files by name."""
    files = {"small_areas", "procedures"}
    left = {"out", "overwrite", "csv", "spill", "memory", "threads", "engine", "copy_procedures", "records"}
    kept = {name: Path(value) if name in files and value else value for name, value in given.items()}
    return {"command": "cells", **{name: value for name, value in kept.items() if name not in left}}


def _copy_procedures(path: Path) -> None:
    """Copy the groups of procedures that ship, to be edited."""
    from equitymodel.data.records.procedure_groups import procedure_groups_text
    from equitymodel.storage.whole_file import write_new

    try:
        write_new(path, procedure_groups_text().encode())
    except FileExistsError as error:
        raise OutputError(f"{path} is there already; give another name") from error
    say(f"Copied to {path}. Edit it, then: equitymodel cells --procedures {path} ...")


further = partial(click.Option, hidden=True)
"""Options that help names, and docs/records.md explains."""
CELLS_COMMAND = click.Command(
    "cells",
    callback=cells,
    help=cells.__doc__,
    epilog="Further options, each with two dashes before it, are in docs/records.md: years, admission-method, "
    "every-episode, no-day-cases, date-format, areas, memory, threads, spill, engine, copy-procedures.",
    params=[
        click.Option(["--records"], metavar="FILES", multiple=True, help="CSV or Parquet; a pattern such as "
                     "'hes_*.parquet', or repeated."),
        click.Option(["--small-areas"], metavar="FILE", help="lsoa11, lsoa21 or dz11, with ics and deprivation."),
        click.Option(["--procedures"], metavar="FILE", help="procedure, opcs (the beginning of a code).  "
                     "[default: the table that ships]"),
        click.Option(["--deprivation-index"], metavar="NAME", help="'IMD 2019' (LSOA 2011) or 'IMD 2025' (LSOA 2021)."),
        click.Option(["--out"], metavar="DIR", help="Folder for admissions.parquet and series.parquet."),
        click.Option(["--csv"], is_flag=True, help="Write both as CSV too."),
        click.Option(["--first-month"], metavar="YYYY-MM", help="The first month that counts.  [default: as found]"),
        click.Option(["--last-month"], metavar="YYYY-MM", help="The last month that counts.  [default: as found]"),
        further(["--years"], type=click.Choice(["financial", "calendar"]), default="financial",
                     help="What a year is.  [default: financial]"),
        click.Option(["--age-bands"], metavar="BANDS", help="Such as 0-64,65-74,75+.  [default: five years each]"),
        further(["--admission-method"], metavar="CODE", multiple=True, help="Methods of admission that count.  "
                     "[default: 11, 12 and 13, elective]"),
        further(["--every-episode"], is_flag=True, help="Count each episode, not the first of a spell alone."),
        further(["--day-cases/--no-day-cases"], default=True, help="Whether day cases count; without them "
                     "classpat is read.  [default: they do]"),
        click.Option(["--column"], metavar="NAME=COLUMN", multiple=True, help="Another name of a column, such as "
                     "startage=age_at_start."),
        further(["--date-format"], metavar="FORMAT", help="How dates are written, such as %d/%m/%Y."),
        further(["--areas"], metavar="icb|icb2023|icb2026|any", default="icb", help="Area codes to expect."),
        further(["--memory"], metavar="SIZE", default="2GB", help="The most memory of the engine; it spills "
                     "what does not fit.  [default: 2GB]"),
        further(["--threads"], type=int, metavar="NUMBER", help="Processors to use.  [default: all]"),
        further(["--spill"], metavar="DIR", help="Folder to spill to, emptied afterwards: it can hold numbers of "
                     "spells."),
        further(["--engine"], type=click.Choice(["duckdb", "spark"]), default="duckdb", help="What reads the records; "
                     "Spark needs Java.  [default: duckdb]"),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier tables in the folder."),
        further(["--copy-procedures"], metavar="FILE", help="Only copy the table of procedures that ships."),
    ],
)  # fmt: skip
