"""What is a rare procedure of an ICS known by, if its level is taken to go with those of common procedures?

    uv run python benchmarks/procedures_together.py --replicates 12 --keep results/together --write docs/procedures_together.md

Worlds of three common procedures and a rare one, whose levels and gaps in an ICS go together or do not. In every third
ICS the counts of the rare procedure are hidden and predicted by each model; each cell that is left is left out in turn.
The same with real specialties of ICBs (`procedures_together_real.py`).
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from page import markdown
from procedures_together_real import REAL_MODELS, one_split, real_cells
from procedures_together_worlds import AREAS, BASE, COMMON, GAP_SD, LEVEL_SD, MODELS, RARE, one_replicate

from equitymodel.inference.jobs import Job, run_fits

CORRELATIONS = (0.6, 0.0)
DATA = Path(__file__).parents[2] / "shared" / "data"
SPLITS = 6


def in_worlds(replicates: int, keep: Path | None) -> pd.DataFrame:
    """Repeat in every world; one row a replicate and model. What is in `keep` is not done again."""
    jobs = [
        Job(f"{together:g} {model} {seed}", one_replicate, {"together": together, "model": model, "seed": seed})
        for seed in range(1, replicates + 1) for together in CORRELATIONS for model in MODELS
    ]  # fmt: skip
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=1))


def in_reality(data: Path, keep: Path | None) -> pd.DataFrame:
    """Repeat with real counts, hiding other cells each time; empty where the open data are not there."""
    if not data.is_dir():
        return pd.DataFrame()
    jobs = [
        Job(f"real {model} {seed}", one_split, {"data": data, "model": model, "seed": seed})
        for seed in range(1, SPLITS + 1) for model in REAL_MODELS
    ]  # fmt: skip
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=1))


def main() -> None:
    """Run the study, and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=12)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    worlds, real = in_worlds(args.replicates, args.keep), in_reality(args.data, args.keep)
    print(worlds.groupby(["together", "model"]).mean().T.to_string())
    print(real.groupby("model").mean().T.to_string() if len(real) else "no open data")


if __name__ == "__main__":
    main()
