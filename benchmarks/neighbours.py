"""Seconds that the fast engine takes for many small areas with neighbours.

uv run python benchmarks/neighbours.py [AREAS_DOWN AREAS_ACROSS PROCEDURES]
"""

from __future__ import annotations

import sys
import time

import pandas as pd

from equitymodel.data.cells.area_neighbours import with_neighbours
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model


def pairs_of_grid(codes: list[str], across: int) -> pd.DataFrame:
    """Write the neighbours of areas on a grid, each pair once."""
    right = [(codes[k], codes[k + 1]) for k in range(len(codes) - 1) if (k + 1) % across]
    return pd.DataFrame([*right, *zip(codes, codes[across:], strict=False)], columns=["area", "neighbour"])


def main(down: int = 20, across: int = 15, procedures: int = 5) -> None:
    """Fit with neighbours, and without, on the same cells; processor and wall time of each, in seconds."""
    cells, _ = simulate_cells(areas=down * across, procedures=procedures, expected=40.0, seed=1)
    cells = with_neighbours(cells, pairs_of_grid([str(code) for code in cells["ics"].values], across))
    for name in ("small_areas", "gap_by_procedure"):
        wall, processor = time.perf_counter(), time.process_time()
        sample_laplace(load_model(name), cells, seed=1)
        taken = time.perf_counter() - wall, time.process_time() - processor
        print(f"{name}: {taken[0]:.1f} s, {taken[1]:.1f} s of processor time")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
