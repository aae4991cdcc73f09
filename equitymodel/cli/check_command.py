"""The command `check`: tables against the contract, and a run file of what was found."""

from __future__ import annotations

from equitymodel.cli.as_asked import read_cells_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.cli.fit_cells import load_asked_model, model_for
from equitymodel.cli.run_file import run_file_text, write_run_file
from equitymodel.cli.screen import cells_found, say, screen, show_found


def check(choices: Choices) -> None:
    """Hold the tables against the data contract, and do nothing else. Exits with 2 on errors.

    With --write run.toml, what was found and every choice goes into a file, which equitymodel run run.toml runs.
    """
    load_asked_model(choices)
    cells = read_cells_as_asked(choices)
    found = cells_found(cells)
    show_found(found)
    for name in choices.changed:
        say(f"{name} is not what it was when the run file was written: the SHA-256 of {choices[name]} differs.")
    screen().print("[green]The tables keep the contract.[/green]")
    if choices["write"]:
        chosen = choices.choosing(model=model_for(cells, choices))
        write_run_file(choices["write"], run_file_text(chosen, choices["write"].parent, found=found))
        say(f"Written to {choices['write']}. Run it: equitymodel run {choices['write']}")
