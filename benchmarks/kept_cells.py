"""Run replicates of the cells of a study at once, and keep each cell as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.inference.jobs import Job, run_fits
from equitymodel.inference.jobs.executors import WorkerProcesses

Cell = tuple[Any, ...]
Study = Callable[[Cell, int], dict[str, object]]
TAIL = 0.025


def seed_of(study: str, cell: Cell, replicate: int) -> int:
    """Give each replicate of each cell a seed of its own, whatever else is run."""
    letters = [ord(letter) for letter in f"{study} {cell}"]
    return int(np.random.SeedSequence([*letters, replicate]).generate_state(1)[0])


def interval(draws: np.ndarray) -> tuple[float, float]:
    """Give the 95 % interval of draws."""
    lower, upper = np.quantile(draws, [TAIL, 1 - TAIL])
    return float(lower), float(upper)


def kept_cells(
    study: Study, cells: Sequence[Cell], replicates: int, keep: Path, processes: int
) -> Iterator[tuple[Cell, pd.DataFrame]]:
    """Give each cell with one row a replicate; those in the folder are read, all others run and put there."""
    keep.mkdir(parents=True, exist_ok=True)
    pool = WorkerProcesses(processes)
    try:
        for cell in cells:
            file = keep / f"{study.__name__} {replicates} {' '.join(map(str, cell))}.csv"
            if not file.exists():
                jobs = [
                    Job(f"{study.__name__} {cell} {replicate}", study, {"cell": cell, "replicate": replicate})
                    for replicate in range(replicates)
                ]
                found = run_fits(jobs, executor=pool, workers=processes, keep=keep / "replicates")
                pd.DataFrame(found).to_csv(file, index=False)
            yield cell, pd.read_csv(file)
    finally:
        pool.shutdown()
