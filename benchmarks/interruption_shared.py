"""What noise that series share does to the interval of a change of the gap, with it in the model and without.

    python benchmarks/interruption_shared.py --replicates 40 --out docs/interruption_shared.csv

Series have five groups, a gap that the interruption narrows, and noise of which a part is the same for all groups.
"""

from __future__ import annotations

import argparse
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.estimands.series_gap import gap_change
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

TAIL = 0.025
TRUTH = -0.15
MODELS = {
    "independent": load_series_model("gap_interruption").leaving_out("common"),
    "common": load_series_model("gap_interruption").including("common"),
}
GROUPED = ["expected", "shared", "model"]


def one(expected: float, shared: float, model: str, seed: int) -> dict[str, float | str]:
    series, truth = simulate_series(Sizes(groups=5, periods=48, before=30), change=Change(gap=TRUTH), noise=MonthlyNoise(0.06, autocorrelation=0.4, shared=shared), usual=Usual(expected), seed=seed)  # fmt: skip
    fit = fit_interruption(series, truth.plan, MODELS[model], seed=seed, draws=1000)
    change = gap_change(fit.posterior, series, truth.plan)["log_relative_index"].values.ravel()
    lower, upper = np.quantile(change, [TAIL, 1 - TAIL])
    return {"expected": expected, "shared": shared, "model": model, "held": lower <= TRUTH <= upper,
            "width": upper - lower, "error": np.median(change) - TRUTH, "sound": fit.sound}  # fmt: skip


def study(replicates: int, expected: list[float], shared: list[float]) -> pd.DataFrame:
    cells = itertools.product(expected, shared, MODELS)
    rows = pd.DataFrame([one(*cell, seed=seed) for cell in cells for seed in range(replicates)])
    found = rows.groupby(GROUPED)[["held", "width", "sound"]].mean()
    found["rmse"] = rows.assign(squared=rows["error"] ** 2).groupby(GROUPED)["squared"].mean() ** 0.5
    return found.reset_index().assign(replicates=replicates, mcse=math.sqrt(0.05 * 0.95 / replicates))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicates", type=int, default=40)
    options.add_argument("--expected", type=float, nargs="+", default=[200, 1000])
    options.add_argument("--shared", type=float, nargs="+", default=[0, 0.5, 0.9])
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    table = study(given.replicates, given.expected, given.shared)
    print(table.round(4).to_string(index=False))
    if given.out:
        table.to_csv(given.out, index=False)


if __name__ == "__main__":
    main()
