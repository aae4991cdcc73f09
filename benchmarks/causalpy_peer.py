"""Fit one series with CausalPy, in an environment of its own: it needs an older PyMC than this package.

    uv run --isolated --no-project --with "causalpy>=0.9,<0.10" python benchmarks/causalpy_peer.py series.csv 36

The model is CausalPy's Bayesian linear regression of the log rate on trend and season, fitted to the
months before and forecast for those after. It prints seconds of fitting, sampling compiled code
included, and the average log ratio after the start with its 95 % interval.
"""

from __future__ import annotations

import json
import sys
import time

import causalpy as cp
import numpy as np
import pandas as pd

SEED = 1
FORMULA = "log_rate ~ 1 + years + sin1 + cos1 + sin2 + cos2"


def main(file: str, before: int) -> None:
    table = pd.read_csv(file)
    sampling = {"random_seed": SEED, "progressbar": False, "chains": 4, "cores": 2, "target_accept": 0.9}
    started = time.perf_counter()
    result = cp.InterruptedTimeSeries(
        table, treatment_time=before, formula=FORMULA, model=cp.pymc_models.LinearRegression(sample_kwargs=sampling)
    )
    seconds = time.perf_counter() - started
    impact = result.post_impact.mean("obs_ind").values.ravel()
    lower, middle, upper = np.quantile(impact, [0.025, 0.5, 0.975])
    print(json.dumps({"seconds": seconds, "lower": lower, "estimate": middle, "upper": upper}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
