"""How often forecasts of a right model fail the rule by chance.

python benchmarks/forecast_check.py --replicates 30
"""

from __future__ import annotations

import argparse

import pandas as pd

from equitymodel.estimands.guards import FORECAST_Z, FORECASTS_HELD, forecast_guard
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.forecasts import check_forecasts


def one(expected: float, before: int, seed: int) -> dict[str, float]:
    series, truth = simulate_series(Sizes(periods=before + 12, before=before), usual=Usual(expected), seed=seed)
    table = check_forecasts(fit_interruption(series, truth.plan, seed=seed, draws=400)).table
    covered, error = table["held"].mean(), table["scaled_error"].mean()
    return {"expected": expected, "before": before, "months forecast": table["period"].nunique(), "covered": covered,
            "scaled error": error, "held too few": covered < FORECASTS_HELD, "too far off": table["departure"].abs().max() > FORECAST_Z,
            "stopped": not forecast_guard(table).holds}  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicates", type=int, default=30)
    options.add_argument("--expected", type=float, nargs="+", default=[100, 1000])
    options.add_argument("--before", type=int, nargs="+", default=[36, 48, 60])
    given = options.parse_args()
    rows = [
        one(expected, before, 500 + seed)
        for expected in given.expected
        for before in given.before
        for seed in range(given.replicates)
    ]
    print(pd.DataFrame(rows).groupby(["expected", "before"]).mean().round(3).to_string())


if __name__ == "__main__":
    main()
