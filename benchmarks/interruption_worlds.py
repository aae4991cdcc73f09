"""What a verdict says in worlds that are not the model's: recovery, trends that bend, anticipation, faults of data.

    uv run python benchmarks/interruption_worlds.py --replicates 200 --keep results/worlds --write docs/interruption_worlds.md

Every replicate is fitted as `evaluate` fits what its verdict rests on; where the interval finds a change that matters,
the whole evaluation follows. Everything is in the folder of ``--keep`` as soon as it is done, and not done again:
after a change of the package, give another folder.
"""

from __future__ import annotations

import argparse
import itertools
import os
from pathlib import Path

import pandas as pd
from interruption_worlds_page import page, summary
from judged_worlds import world_of_name
from kept_cells import Cell, kept_cells

from equitymodel.simulate.series_worlds import SERIES_WORLDS

OUTCOMES = ("level", "gap")


def study(cells: list[Cell], replicates: int, keep: Path, processes: int) -> dict[tuple[str, str], pd.DataFrame]:
    """Judge all replicates of all cells, and say of each what was found."""
    found = {}
    for cell, rows in kept_cells(world_of_name, cells, replicates, keep, processes):
        found[cell[0], cell[1]] = rows
        shares = {name: f"{share.value:.1f}" for name, share in summary(rows).items()}
        print(*cell, *(f"{name} {value}" for name, value in shares.items()), flush=True)
    return found


def main() -> None:
    """Run the worlds and write their page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--replicates", type=int, default=200)
    options.add_argument("--in-full", type=int,
                         help="so many replicates of a world are evaluated in full where a change is found; all if not given")  # fmt: skip
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--keep", type=Path, default=Path("results/worlds"), help="folder of what is done")
    options.add_argument("--worlds", nargs="+", choices=list(SERIES_WORLDS), default=list(SERIES_WORLDS), metavar="NAME",
                         help=f"of {', '.join(SERIES_WORLDS)}")  # fmt: skip
    options.add_argument("--outcomes", nargs="+", choices=OUTCOMES, default=OUTCOMES)
    options.add_argument("--remark", default="", help="a sentence on how these figures came about")
    options.add_argument("--write", type=Path, help="page to write, for example docs/interruption_worlds.md")
    given = options.parse_args()
    in_full = given.replicates if given.in_full is None else given.in_full
    cells: list[Cell] = [(name, outcome, in_full) for outcome, name in itertools.product(given.outcomes, given.worlds)]
    text = page(study(cells, given.replicates, given.keep, given.processes), given.remark)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
