"""The command `backlog`: admissions missed since a day, by group, and how much of them came back."""

from __future__ import annotations

from equitymodel.cli.as_asked import read_series_as_asked, refuse_absent_columns
from equitymodel.cli.choices import Choices
from equitymodel.cli.run_file import lines_kept
from equitymodel.cli.screen import progress, say, series_found, show_found


def backlog(choices: Choices) -> None:
    """Estimate admissions missed since March 2020 against what would have been, by group, and how much came back."""
    from equitymodel.report.backlog_results import write_backlog
    from equitymodel.studies.backlog import backlog as estimate

    refuse_absent_columns(choices)
    series = read_series_as_asked(choices["series"], choices)
    show_found(series_found(series))
    with progress() as tell:
        tell("carrying the months before on", 0.0)
        found = estimate(series, choices["since"], seed=choices["seed"], by=choices["by"])
    out = choices["out"]
    options = {"command": choices.command, **lines_kept(choices)}
    write_backlog(found, out, options=options, overwrite=choices["overwrite"])
    say(found)
    say(f"Open {out / 'backlog.png'}")
