"""Pathways that tests share: a small table with a stated truth, and a quick fit to a small world."""

import pandas as pd

from equitymodel.data.stages.read_stages import read_stages
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.passages.fit_stages import fit_stages
from equitymodel.simulate.simulated_stages import StageWorld, simulate_stages

QUICK = Laplace(draws=100, points=64, enough_points=1.0, cores=1)
WORLD = StageWorld(areas=4, procedures=2, groups=3, passages=(0.7, 0.5, 0.9), gaps=(0.5, 0.0, 0.3))
MOST, LEAST = [0.6, 0.5, 0.9, 0.5, 0.9], [0.7, 0.5, 0.95, 0.6, 0.95]
STAGES = ["need", "found", "referred", "seen", "listed", "admitted"]


def table(groups=None, *, areas=("E54000055", "E54000018"), first=1000, **columns):
    """Counts of the reference example, rounded: the same in every ICS."""
    rows = []
    for area in areas:
        for label, passages in (groups or {1: MOST, 2: LEAST}).items():
            count = float(first)
            for stage, passage in zip(STAGES, [1.0, *passages], strict=True):
                count *= passage
                rows.append((area, label, "hip", stage, round(count)))
    return pd.DataFrame(rows, columns=["ics", "deprivation", "procedure", "stage", "count"]).assign(**columns)


def quick_profile():
    """A profile of a small world, with the truth behind it."""
    found = simulate_stages(WORLD, seed=7)
    stages = read_stages(found.rows, areas="any")
    return fit_stages(stages, seed=3, laplace=QUICK), found
