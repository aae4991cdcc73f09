"""How long the default model takes over years, each fit in a process of its own, beside the default of before.

    uv run python benchmarks/years_speed.py --write docs/years_speed.md
    uv run python benchmarks/years_speed.py --cases 42x5x8x5

A case is ICSs x groups x procedures x years, at a median of 20 admissions a cell and year (`simulate_years`). Both models
see the same cells; the one of before sees a single year only. Times are of the fast engine alone, without diagnosis and
tables, with 4,000 draws up to 100,000 cells x years and 400 beyond. Processor seconds are of all threads, and stay
comparable where other work runs at the same time; seconds do not.

    uv run python benchmarks/years_speed.py --cases 42x10x100x3

has 213 hyperparameters, two for each procedure, and takes about a quarter of an hour of processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pandas as pd
from page import markdown

import equitymodel as em
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.simulate import WORLDS, CellSizes, simulate_years

CASES = ("12x5x3x1", "42x5x8x1", "42x5x8x3", "42x5x8x5")
NOW, BEFORE = "need_adjusted", "straight_gradients"
MANY_CELLS = 100_000


def measure(case: str, model: str) -> dict[str, object]:
    """Fit once, in this process."""
    areas, groups, procedures, years = (int(part) for part in case.split("x"))
    warm, _ = em.simulate_cells(areas=4, procedures=2, seed=1)
    sample_laplace(em.load_model(model), warm, seed=1)
    sizes = CellSizes(areas=areas, groups=groups, procedures=procedures, unequal=0.5, expected=20.0, years=years)
    cells, _ = simulate_years(WORLDS["lasting deviations 8 %"], sizes, seed=1)
    settings = em.Laplace(draws=100 if cells["admissions"].size > MANY_CELLS else 1000)
    wall, processor = time.monotonic(), time.process_time()
    tree = sample_laplace(em.load_model(model), cells, seed=1, settings=settings)
    stats = tree["sample_stats"].to_dataset()
    return {
        "case": case,
        "model": model,
        "seconds": round(time.monotonic() - wall, 1),
        "processor seconds": round(time.process_time() - processor, 1),
        "peak, GB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "integration": stats.attrs["integration"],
        "effective points": round(float(stats["effective_points"])),
    }


def run(cases: list[str]) -> pd.DataFrame:
    """Measure every case in a process of its own."""
    rows = []
    for case in cases:
        for model in (NOW, BEFORE) if case.endswith("x1") else (NOW,):
            command = [sys.executable, __file__, "--one", case, model]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append(json.loads(done.stdout.splitlines()[-1]))
            print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def main() -> None:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", default=list(CASES))
    parser.add_argument("--one", nargs=2, metavar=("CASE", "MODEL"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(*given.one)))
        return
    table = run(given.cases)
    if given.write:
        command = f"uv run python benchmarks/years_speed.py --cases {' '.join(given.cases)}"
        made = f"*Made by `{command}` on {date.today()}, two cores, load average {os.getloadavg()[1]:.0f}.*"
        lines = "\n".join(markdown(table.columns, table.itertuples(index=False)))
        given.write.write_text(f"# How long years take\n\n{made}\n\n{__doc__.split(chr(10) * 2, 2)[2]}\n{lines}\n")


if __name__ == "__main__":
    main()
