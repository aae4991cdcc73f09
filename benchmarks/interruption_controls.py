"""What controls do to a shock that hits all at the start: without them, with noise they share only, and as shipped.

    python benchmarks/interruption_controls.py --replicates 20 --out results/interruption_controls.csv

Two of four ICSs are exposed. All jump at the start; the interruption adds an effect, or none. With
``--delay`` the second of the two begins so many months later.
"""

from __future__ import annotations

import argparse
import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.library import load_series_model

TAIL, BEFORE = 0.025, 40
SHIPPED = load_series_model("controlled_interruption")
MODELS = {
    "no controls": load_series_model("interruption"),
    "controls, shared noise only": SHIPPED.leaving_out("common_level", "common_slope", "common_kappa"),
    "controls": SHIPPED,
}
GROUPED = ["effect", "model"]


def simulated(effect: float, shock: float, delay: int, seed: int) -> tuple[xr.Dataset, em.Interruption]:
    """Simulate; the counts of the second exposed ICS are drawn again, without the effect, until its own start."""
    series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, periods=60, before=BEFORE), change=Change(effect), noise=MonthlyNoise(0.03, shared=0.5), usual=Usual(500), shock=Shock(shock), seed=seed)  # fmt: skip
    if not delay:
        return series, truth.plan
    late, periods = truth.plan.exposed["ics"][1], series["period"]
    waiting = (series["ics"] == late) & periods.isin(periods[BEFORE : BEFORE + delay])
    again = truth.counterfactual.copy(data=np.random.default_rng([seed, 1]).poisson(truth.counterfactual))
    begins = f"{periods.values[BEFORE + delay].astype('datetime64[D]')}"
    counts = series["admissions"].where(~waiting, again)
    return series.assign(admissions=counts), replace(truth.plan, starts={late: begins})


def one(effect: float, model: str, shock: float, delay: int, seed: int) -> dict[str, float | str]:
    series, plan = simulated(effect, shock, delay, seed)
    if model == "no controls":
        series, plan = series.sel(ics=list(plan.exposed["ics"])), replace(plan, exposed=None, starts=None)
    fit = fit_interruption(*add_up_arms(series, plan), MODELS[model], seed=seed, draws=1000)
    found = np.log(average_rate_ratio(fit.posterior, counted_periods(fit.series, fit.plan)).values.ravel())
    lower, upper = np.quantile(found, [TAIL, 1 - TAIL])
    return {"effect": effect, "model": model, "estimate": np.median(found), "width": upper - lower,
            "called": lower > 0 or upper < 0, "held": lower <= effect <= upper, "sound": fit.sound}  # fmt: skip


def study(replicates: int, effects: list[float], models: list[str], shock: float, delay: int) -> pd.DataFrame:
    cells = itertools.product(effects, models)
    rows = pd.DataFrame([one(*cell, shock, delay, seed) for cell in cells for seed in range(replicates)])
    found = rows.groupby(GROUPED)[["estimate", "width", "called", "held", "sound"]].mean().reset_index()
    return found.assign(shock=shock, delay=delay, replicates=replicates, mcse=math.sqrt(0.05 * 0.95 / replicates))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicates", type=int, default=20)
    options.add_argument("--effect", type=float, nargs="+", default=[0.0, math.log(1.15)])
    options.add_argument("--shock", type=float, default=math.log(1.15))
    options.add_argument("--delay", type=int, default=0, help="months by which the second exposed ICS begins later")
    options.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    if given.delay and "no controls" in given.models:
        options.error("--delay is for models with controls: --models controls")
    table = study(given.replicates, given.effect, given.models, given.shock, given.delay)
    print(table.round(4).to_string(index=False))
    if given.out:
        table.to_csv(given.out, index=False)


if __name__ == "__main__":
    main()
