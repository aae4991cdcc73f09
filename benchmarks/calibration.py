"""Are intervals what they say? Simulation-based calibration of the default model.

    uv run python benchmarks/calibration.py --replicates 200 --write docs/calibration.md

Each replicate draws a truth from the model's own priors, simulates counts, fits, and asks where
the truth lies among the draws. If the posterior is right, its rank is uniform, and a 90 %
interval holds the truth in 90 % of replicates.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

import equitymodel as em
from equitymodel.inference.layout import lay_out
from equitymodel.inference.nuts import divergences, sample
from equitymodel.inference.predict import draw_fitted, draw_predicted, draw_ratios, log_likelihood
from equitymodel.inference.prior_check import draw_prior

WORLDS = {"median 100 a cell": 100.0, "median 5 a cell": 5.0}
SAMPLING = em.Sampling(draws=400, tune=500, target_accept=0.95)


def quantities(spec: em.ModelSpec, cells: xr.Dataset, draws: xr.Dataset) -> dict[str, xr.DataArray]:
    """Follow parameters, gaps, routes, and the likelihood of the data themselves."""
    ratio = draw_ratios(spec, draws, cells)
    fitted = draw_fitted(ratio, cells)
    expected = em.headline_expected(cells)
    moved = em.route_change(fitted, expected, route="zero_sum")
    first = {"ics": 0, "procedure": 0}
    return {
        "rate ratio, all ICSs together": em.rate_ratio(em.pooled_ratio(fitted, expected)).isel(procedure=0),
        "rate ratio, one ICS": em.rate_ratio(ratio).isel(first),
        "slope index, one ICS": em.slope_index(ratio, cells["population"]).isel(first),
        "signed shortfall, one cell": em.level_shortfall(fitted, expected).isel(first | {"deprivation": 0}),
        "admissions to move, one ICS": 0.5 * abs(moved).sum("deprivation").isel(first),
        "share to move, one ICS": em.share_to_move(fitted, expected).isel(first),
        "national gradient": draws["national_gradient_effect"],
        "spread of ICS gradients": draws["ics_gradient_sd"],
        "spread of levels": draws["ics_by_procedure_level_sd"].isel(procedure=0),
        "extra variation": draws["extra_variation"].isel(procedure=0),
        "log likelihood": log_likelihood(fitted, draws, cells["admissions"]).sum(["ics", "deprivation", "procedure"]),
    }


def one_replicate(expected: float, seed: int) -> tuple[pd.DataFrame, int]:
    """Draw a truth, simulate, fit, and rank the truth among the draws."""
    spec = em.load_model()
    world, believed, counted, sampled = (int(part) for part in np.random.SeedSequence(seed).generate_state(4))
    cells, _ = em.simulate_cells(areas=8, procedures=3, expected=expected, seed=world)
    truth = draw_prior(spec, cells, seed=believed, draws=1)
    fitted = draw_fitted(draw_ratios(spec, truth, cells), cells)
    counts = draw_predicted(fitted, truth, seed=counted).isel(chain=0, draw=0, drop=True).astype(float)
    cells = cells.assign(admissions=counts)
    tree = sample(lay_out(spec, cells), sampling=SAMPLING, seed=sampled)
    draws = tree["posterior"].to_dataset()
    true = {name: float(value.squeeze()) for name, value in quantities(spec, cells, truth).items()}
    rows = []
    for name, value in quantities(spec, cells, draws).items():
        rank = float((value < true[name]).mean() + 0.5 * (value == true[name]).mean())
        rows.append({"quantity": name, "rank": rank})
    return pd.DataFrame(rows), divergences(tree)


def study(expected: float, replicates: int, first_seed: int) -> tuple[pd.DataFrame, int]:
    """Repeat, and sum ranks up as coverage and distance from uniform."""
    parts, lost = [], 0
    for replicate in range(replicates):
        part, diverged = one_replicate(expected, first_seed + replicate)
        parts.append(part)
        lost += diverged > 0
    ranks = pd.concat(parts)
    rows = []
    for name, rank in ranks.groupby("quantity", sort=False)["rank"]:
        inside = {level: float((abs(rank - 0.5) <= level / 2).mean()) for level in (0.5, 0.9, 0.95)}
        rows.append({"quantity": name, **{f"{level:.0%}": f"{share:.3f}" for level, share in inside.items()},
                     "mean rank": f"{rank.mean():.2f}", "KS p": f"{stats.kstest(rank, 'uniform').pvalue:.2f}"})  # fmt: skip
    return pd.DataFrame(rows), lost


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    error = np.sqrt(0.9 * 0.1 / options.replicates)
    lines = [
        "# Calibration",
        "",
        f"*Made by `uv run python benchmarks/calibration.py --replicates {options.replicates} --seed {options.seed} "
        f"--write docs/calibration.md` on {datetime.now(UTC):%Y-%m-%d}.*",
        "",
        "Truths drawn from the priors of `need_adjusted`, 8 ICSs x 5 groups x 3 procedures, "
        f"{SAMPLING.chains} x {SAMPLING.draws} draws. Each row: the share of {options.replicates} independent replicates "
        "in which the interval of that level held the truth, the mean rank of the truth (0.5 if right), and the p-value of "
        f"a Kolmogorov-Smirnov test that ranks are uniform. One standard error of a 90 % share is {error:.3f}, of a mean "
        f"rank {np.sqrt(1 / 12 / options.replicates):.3f}. Eleven rows a world: read the smallest p-value against 0.05 / 11.",
    ]
    for name, expected in WORLDS.items():
        table, lost = study(expected, options.replicates, options.seed)
        header = "| " + " | ".join(table.columns) + " |\n|" + "---|" * len(table.columns)
        body = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False))
        lines += ["", f"## {name[0].upper()}{name[1:]}", "", f"{header}\n{body}", "",
                  f"Fits with divergences after the retry: {lost} of {options.replicates}."]  # fmt: skip
        print("\n".join(lines[-4:]), flush=True)
    print(f"{time.monotonic() - started:.0f} s")
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
