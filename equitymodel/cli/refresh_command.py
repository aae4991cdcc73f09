"""The command `refresh`: the same run or evaluation again, of tables with a month more, and what moved since."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from equitymodel.cli.as_asked import read_cells_as_asked, read_series_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.cli.gather_choices import gather_choices
from equitymodel.cli.interruption_command import interruption
from equitymodel.cli.refresh_monitor import MONITOR, refresh_monitor
from equitymodel.cli.run_command import run
from equitymodel.cli.run_file import NAME, read_run_file
from equitymodel.cli.screen import RUNNING, say
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.report.earlier_results import EarlierResults

TABLES = (
    "series",
    "admissions",
    "population",
    "need",
    "rates",
    "not_offered",
    "covariates",
    "neighbours",
    "placebo_series",
)
"""Options that name a table: all that may differ from the results that are refreshed."""
COMMANDS: Mapping[str, Callable[[Choices], None]] = {"run": run, "interruption": interruption}
DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def refresh(
    results: str, out: str | None, vintage: str | None, force: bool, overwrite: bool, rebase: str | None,
    reason: str | None, **tables: str | None,
) -> None:  # fmt: skip
    """Make results again from tables with new or revised months, and say what moved since and why.

    RESULTS is the folder that equitymodel run, interruption, monitor or refresh wrote. Model, seed and way of reading
    are those of its run.toml, and limits of a chart stay locked; only tables may differ. Earlier results stay as they
    are. What moved is in the folder refresh of the new ones, with every table as it was reported.
    """
    from equitymodel.report.earlier_results import open_earlier
    from equitymodel.report.refresh_results import write_refresh

    folder, day = Path(results), vintage or dt.datetime.now(dt.UTC).date().isoformat()
    place = Path(out) if out else place_for(folder, day)
    if (folder / MONITOR).is_file():
        refresh_monitor(folder, tables["series"], place, day=day, rebase=rebase, reason=reason, overwrite=overwrite)
        return
    if rebase or reason:
        raise OptionError(
            f"{folder} is no monitored series, and has no limits to set anew: its start was declared. Leave "
            "--rebase and --reason out"
        )
    earlier = open_earlier(folder)
    choices = choices_for(earlier, tables, place, force=force, overwrite=overwrite)
    RUNNING.set(choices.command)
    new = read_new(choices)
    earlier.require_follows(new)
    if not force:
        earlier.require_same_population(new)
    _require_later(earlier, day)
    COMMANDS[choices.command](choices)
    written = write_refresh(folder, place, vintage=day, reported=new, seed=choices["seed"])
    say("\n" + "\n".join(written.lines))
    say(f"Open {place / 'refresh' / 'report.html'}")


def place_for(folder: Path, day: str) -> Path:
    """Name the folder of new results after the one before, without the day that it may bear, and their own day.

    Examples
    --------
    >>> place_for(Path("hips-2026-10-20"), "2026-11-20").name
    'hips-2026-11-20'
    """
    named = folder if folder.name not in ("", "..") else folder.resolve()
    return named.with_name(f"{DATED.sub('', named.name)}-{day}")


def choices_for(
    earlier: EarlierResults, tables: Mapping[str, str | None], out: Path, *, force: bool, overwrite: bool
) -> Choices:
    """Give the choices of earlier results, with new tables.

    Parameters
    ----------
    earlier
        Results that hold the file that makes them again.
    tables
        Files by the name of their option; a table that is not given is read again as it was.
    out
        The folder for the new results, not that of the earlier ones.
    force, overwrite
        As for the command that made them.

    Raises
    ------
    OptionError
        When the new table is not named, a file that was not given differs from what it was, or the results are of
        made-up tables or were written in Python.
    """
    file, needed = earlier.folder / NAME, earlier.kind.table
    if not file.is_file():
        raise OptionError(f"{earlier.folder} holds no {NAME}, as it was written in Python: fit there again, write the "
                          "results, and compare them by em.report.write_refresh(before, after)")  # fmt: skip
    if read_run_file(file).command == "demo":
        raise OptionError(f"{earlier.folder} is of the made-up tables of the demo, which get no new month")
    given = {name: path for name, path in tables.items() if path}
    if needed not in given:
        raise OptionError(f"refresh needs the new table: --{needed} FILE, with every month in it, old and new")
    if out.resolve() == earlier.folder.resolve():
        raise OptionError(f"--out is {out}, the results that are refreshed: they stay, as the new ones are compared "
                          "with them. Give another folder, or leave --out away")  # fmt: skip
    flags = {name: True for name, wanted in (("force", force), ("overwrite", overwrite)) if wanted}
    return gather_choices("run", {**given, "out": str(out), **flags}, file)


def read_new(choices: Choices) -> xr.Dataset:
    """Read the new table as the results were, with every month in it.

    Parameters
    ----------
    choices
        From `choices_for`.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken: a month twice, or a gap between months, is named.
    """
    if choices.command == "run":
        return read_cells_as_asked(choices)
    return read_series_as_asked(choices["series"], choices.choosing(drop_last=0))


def _require_later(earlier: EarlierResults, day: str) -> None:
    """Refuse a day before the last table, before anything is fitted."""
    from equitymodel.monitoring.vintages import Vintage

    rows = earlier.vintages.last.rows
    earlier.vintages.with_new(Vintage(day, rows))


def _flag(name: str) -> click.Option:
    return click.Option([f"--{name.replace('_', '-')}"], metavar="FILE", help=HELP[name], hidden=name in RARE)


HELP = {
    "series": "Of an evaluation or a chart: the series with its new months. Its whole history, as it is reported now.",
    "admissions": "Of a run: admissions with the new period.",
    "population": "A new table of population; by default the one there was, unchanged.",
    "need": "A new table of need; likewise.",
    "rates": "New reference rates; likewise.",
    "not_offered": "A new table of what is not offered; likewise.",
    "covariates": "A new table of covariates of areas; likewise.",
    "neighbours": "A new table of neighbours; likewise.",
    "placebo_series": "Of an evaluation: the placebo outcome with its new months.",
}
RARE = ("rates", "not_offered", "covariates", "neighbours")
"""Tables that help does not show; docs/refresh.md lists them."""
REFRESH = click.Command(
    "refresh",
    callback=refresh,
    help=refresh.__doc__,
    params=[
        click.Argument(["results"], metavar="RESULTS"),
        *map(_flag, TABLES),
        click.Option(["--out"], metavar="FOLDER", help="For the new results.  [default: RESULTS-DAY, beside RESULTS]"),
        click.Option(
            ["--vintage"], metavar="YYYY-MM-DD", help="The day the new table was published.  [default: today]"
        ),
        click.Option(["--rebase"], metavar="DAY", help="Of a chart: set limits anew from a day; else locked."),
        click.Option(["--reason"], metavar="TEXT", help="Why: a documented event, never what the chart shows."),
        click.Option(
            ["--force"],
            is_flag=True,
            help="As for the command that made RESULTS; and a series whose population "
            "was changed is then taken, and named.",
        ),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier results in the new folder."),
    ],
)
