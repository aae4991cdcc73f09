"""How often the model for interrupted series calls a change where there is none, and holds the truth where there is.

    python benchmarks/interruption_errors.py --replicates 400 --out docs/interruption_errors.csv

The rule tested here is its first part, the interval; the others can only make a verdict rarer.
"""

from __future__ import annotations

import argparse
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.estimands.interruption import average_rate_ratio, counted_periods
from equitymodel.inference.interruption.fit import fit_interruption
from equitymodel.simulate.series import simulate_series
from equitymodel.spec.library import load_series_model

TAIL = 0.025
GROUPED = ["expected", "rho", "before", "after", "effect"]


def one(expected: float, rho: float, sizes: tuple[int, int], effect: float, seed: int) -> dict[str, float]:
    before, after = sizes
    series, truth = simulate_series(
        expected=expected, autocorrelation=rho, effect=effect, periods=before + after, before=before, seed=seed
    )
    fit = fit_interruption(series, truth.plan, load_series_model(), seed=seed, draws=2000)
    found = np.log(average_rate_ratio(fit.draws, counted_periods(series, truth.plan)).values.ravel())
    lower, upper = np.quantile(found, [TAIL, 1 - TAIL])
    called = lower > 0 or upper < 0
    return {"expected": expected, "rho": rho, "before": before, "after": after, "effect": effect,
            "called": called, "held": lower <= effect <= upper, "sound": fit.sound}  # fmt: skip


def study(replicates: int, expected: list[float], rhos: list[float], effects: list[float],
          sizes: list[tuple[int, int]]) -> pd.DataFrame:  # fmt: skip
    cells = list(itertools.product(expected, rhos, sizes, effects))
    rows = [one(*cell, seed=1000 * k + r) for k, cell in enumerate(cells) for r in range(replicates)]
    table = pd.DataFrame(rows).groupby(GROUPED)[["called", "held", "sound"]].mean().reset_index()
    return table.assign(replicates=replicates, error=math.sqrt(0.05 * 0.95 / replicates))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicates", type=int, default=400)
    options.add_argument("--expected", type=float, nargs="+", default=[30, 100, 1000])
    options.add_argument("--rho", type=float, nargs="+", default=[0, 0.2, 0.4, 0.6])
    options.add_argument("--effect", type=float, nargs="+", default=[0, math.log(1.1)])
    options.add_argument("--sizes", nargs="+", default=["24+12", "36+12", "60+36"])
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    sizes = [tuple(int(part) for part in text.split("+")) for text in given.sizes]
    table = study(given.replicates, given.expected, given.rho, given.effect, sizes)
    print(table.round(4).to_string(index=False))
    if given.out:
        table.to_csv(given.out, index=False)


if __name__ == "__main__":
    main()
