"""The command `demo`: the whole analysis on a synthetic example."""

from __future__ import annotations

from equitymodel.cli.choices import Choices
from equitymodel.cli.fit_cells import make_results_as_asked, write_and_show
from equitymodel.cli.screen import cells_found, progress, screen, show_coverage, show_found

YEARS = 2
"""So many financial years the example has: two are enough to tell what lasts from the noise of a year."""
KEPT_DRAWS = 20
"""Draws of each of four chains that the folder keeps: enough to try things out, and a sixtieth of all in size."""


def demo(choices: Choices) -> None:
    """See what you will get: the whole analysis on a synthetic example of 42 ICSs, in about a minute."""
    from dataclasses import replace

    from equitymodel.simulate.example import SYNTHETIC, example_cells, example_tables
    from equitymodel.studies.truth import truth_coverage

    screen().print(f"[bold yellow]{SYNTHETIC[0].upper()}{SYNTHETIC[1:]}.[/bold yellow]")
    tables = example_tables(seed=choices["seed"], years=YEARS)
    cells = example_cells(seed=choices["seed"], years=YEARS)
    found = cells_found(cells)
    show_found(found)
    with progress() as tell:
        results = make_results_as_asked(cells, "need_adjusted", choices, tell)
    coverage = truth_coverage(results.fit, tables.truth)
    truth = tables.truth.ratio.rename("true_ratio").to_series().reset_index()
    truth = truth.assign(true_admissions=tables.truth.fitted.transpose(*tables.truth.ratio.dims).values.ravel())
    inputs = {"admissions": tables.admissions, "population": tables.population, "need": tables.need, "truth": truth,
              "truth_coverage": coverage}  # fmt: skip
    write_and_show(replace(results, inputs=inputs, kept_draws=KEPT_DRAWS), choices, found)
    show_coverage(coverage)
