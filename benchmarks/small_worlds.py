"""Two small worlds of simulated data, fitted and written, for `same_numbers.py`.

uv run python benchmarks/small_worlds.py groups results/groups
uv run python benchmarks/small_worlds.py controls results/controls
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import equitymodel as em
from equitymodel.simulate import Change, Sizes, Usual


def groups(out: Path) -> None:
    """Ethnic groups of five areas, each against White British."""
    tables = em.simulate.group_tables(areas=5, seed=7)
    cells = em.read_cells(
        tables.admissions, tables.population, groups=em.Group("ethnicity", "White British"), areas="any"
    )
    fit = em.fit_model(em.load_model("group_by_procedure"), cells, engine="laplace", seed=7)
    em.write_results(em.make_results(fit, force=True), out, overwrite=True)


def controls(out: Path) -> None:
    """Two areas with an intervention that changed the gap, and two without."""
    sizes = Sizes(areas=4, groups=3, exposed_areas=2, periods=60, before=36)
    series, truth = em.simulate_series(sizes, change=Change(0.1, gap=-0.2), usual=Usual(300), seed=3)
    result = em.evaluate(series, replace(truth.plan, outcome="gap"), seed=3)
    em.write_evaluation(result, out, overwrite=True)


if __name__ == "__main__":
    {"groups": groups, "controls": controls}[sys.argv[1]](Path(sys.argv[2]))
