"""Write a made-up extract of hospital records, to try everything on: a file for every million spells.

uv run python docs/examples/made_up_extract.py FOLDER [SPELLS] [BOARDS]    (60,000 spells of 8 boards by default)
"""

from __future__ import annotations

import sys
from pathlib import Path

from equitymodel.simulate.simulated_records import made_up_records

A_FILE = 1_000_000


def write_extract(folder: Path, spells: int = 60_000, boards: int = 8) -> None:
    """Write ``spells_000.parquet`` and on, ``small_areas.csv`` and ``population.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, spells, A_FILE)):
        made = made_up_records(spells=min(A_FILE, spells - first), areas=boards, seed=number + 1)
        records = made.records.assign(spell=made.records["spell"] + first)
        records.to_parquet(folder / f"spells_{number:03d}.parquet")
    made.small_areas.to_csv(folder / "small_areas.csv", index=False)
    made.population.to_csv(folder / "population.csv", index=False)


if __name__ == "__main__":
    write_extract(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
