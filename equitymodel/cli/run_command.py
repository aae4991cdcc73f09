"""The command `run`: a model fitted to tables, and its results in a folder."""

from __future__ import annotations

from equitymodel.cli.as_asked import read_cells_as_asked, unit_costs_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.cli.fit_cells import (
    load_asked_model,
    make_results_as_asked,
    model_for,
    need_error_of,
    write_and_show,
)
from equitymodel.cli.screen import cells_found, progress, show_found


def run(choices: Choices) -> None:
    """Fit a model to your tables and write expected admissions, gaps, targets and a report.

    With a FILE, run what it says: one that check or interruption wrote (--write), or the run.toml in a folder of
    results, which makes them again. Options given beside it override its lines.
    """
    load_asked_model(choices)
    cells = read_cells_as_asked(choices)
    found = cells_found(cells)
    show_found(found)
    model = model_for(cells, choices)
    with progress() as tell:
        results = make_results_as_asked(cells, model, choices, tell, error=need_error_of(choices),
                                        unit_costs=unit_costs_as_asked(choices))  # fmt: skip
    write_and_show(results, choices.choosing(model=model), found)
