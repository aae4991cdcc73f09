"""What does it cost when small counts are hidden, and what do the usual replacements cost?

    uv run python benchmarks/small_numbers.py --replicates 1000 --write docs/small_numbers.md

Each replicate draws a truth from the model's own priors, simulates counts, hides and rounds them
as Hospital Episode Statistics do, and fits the same counts five times: exact, as intervals, with
hidden counts left out, as zero, and as the middle of what they may be.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.data.tables.suppression import HIGH, LOW, count_middle
from equitymodel.inference.grouped.predict import draw_predicted, draw_ratios
from equitymodel.inference.grouped.prior_check import draw_prior
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.jobs import Job, run_fits
from equitymodel.vocabulary import SAMPLE_DIMS

WORLDS = {"hes": 8.5}
"""The rule, and how many admissions a typical cell has: about two fifths of cells are then suppressed."""
AREAS, PROCEDURES = 12, 2
SETTINGS = em.Laplace(draws=250, points=64, enough_points=40, cores=1)


def treatments(cells: xr.Dataset, rule: str) -> dict[str, xr.Dataset]:
    """Give the same counts as they are, as intervals, and as they are usually replaced."""
    hidden = em.simulate.hide_small_numbers(cells, rule)
    suppressed = em.data.small_number_rule(rule).high >= hidden[HIGH]
    suppressed = suppressed & (hidden[HIGH] > 0)
    shown = count_middle(hidden)  # the number that is printed, where one is
    plain = hidden.drop_vars([LOW, HIGH])
    return {
        "exact counts": cells,
        "intervals": hidden,
        "hidden left out": plain.assign(admissions=shown.where(~suppressed)),
        "hidden as zero": plain.assign(admissions=shown.where(~suppressed, 0.0)),
        "hidden as the middle": plain.assign(admissions=np.floor(shown)),
    }


def one_replicate(rule: str, expected: float, seed: int) -> list[dict[str, object]]:
    """Draw a truth, simulate, hide, fit five times, and hold each against the truth."""
    spec = em.load_model("straight_gradients")
    world, believed, counted, sampled = (int(part) for part in np.random.SeedSequence(seed).generate_state(4))
    cells, _ = em.simulate_cells(areas=AREAS, procedures=PROCEDURES, expected=expected, seed=world)
    truth = draw_prior(spec, cells, seed=believed, draws=1)
    true_ratio = draw_ratios(spec, truth, cells)
    fitted = true_ratio * em.data.headline_expected(cells)
    counts = draw_predicted(fitted, truth, seed=counted).isel(chain=0, draw=0, drop=True).astype(float)
    cells = cells.assign(admissions=counts)
    true = followed(true_ratio, fitted, cells)
    rows = []
    for name, own in treatments(cells, rule).items():
        tree = sample_laplace(spec, own, settings=SETTINGS, seed=sampled)
        ratio = draw_ratios(spec, tree["posterior"].to_dataset(), own)
        found = followed(ratio, ratio * em.data.headline_expected(own), own)
        hidden = float((own[LOW] < own[HIGH]).mean()) if LOW in own else float(own["admissions"].isnull().mean())
        row: dict[str, object] = {"counts": name, "share": hidden}
        for quantity, draws in found.items():
            row |= {f"{quantity} {key}": value for key, value in against(draws, true[quantity]).items()}
        rows.append(row)
    return rows


def followed(ratio: xr.DataArray, fitted: xr.DataArray, cells: xr.Dataset) -> dict[str, xr.DataArray]:
    """Follow the gap of each ICS and of all together, and the level."""
    expected = em.data.headline_expected(cells)
    return {
        "gap of an ICS": np.log(em.rate_ratio(ratio)),
        "gap of all ICSs": np.log(em.rate_ratio(em.pooled_ratio(fitted, expected))),
        "level of an ICS": np.log((ratio * cells["population"]).sum("deprivation")),
    }


def against(draws: xr.DataArray, truth: xr.DataArray) -> dict[str, float]:
    """Average coverage, error and squared error over the places of one replicate."""
    lower, upper = (draws.quantile(p, SAMPLE_DIMS) for p in (0.05, 0.95))
    true = truth.isel(chain=0, draw=0)
    error = draws.mean(SAMPLE_DIMS) - true
    return {
        "coverage": float(((lower <= true) & (true <= upper)).mean()),
        "error": float(error.mean()),
        "square": float((error**2).mean()),
    }


def summary(rows: pd.DataFrame) -> list[str]:
    """Lay coverage, bias and root mean squared error out by treatment, with standard errors."""
    lines: list[tuple[str, ...]] = []
    for name, own in rows.groupby("counts", sort=False):
        cells = [str(name)]
        for quantity in ("gap of an ICS", "gap of all ICSs", "level of an ICS"):
            covered, error = own[f"{quantity} coverage"], own[f"{quantity} error"]
            cells += [f"{covered.mean():.3f} ± {covered.sem():.3f}", f"{error.mean():+.3f} ± {error.sem():.3f}"]
            if quantity == "gap of an ICS":
                cells.append(f"{np.sqrt(own[f'{quantity} square'].mean()):.3f}")
        lines.append(tuple(cells))
    header = ("counts", "ICS gap: 90 % coverage", "bias", "RMSE", "all ICSs: 90 % coverage", "bias",
              "ICS level: 90 % coverage", "bias")  # fmt: skip
    return markdown(header, lines)


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--keep", type=Path, help="folder of replicates that are done, so that a run can be resumed")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# What hidden counts cost",
        "",
        f"*Made by `uv run python benchmarks/small_numbers.py --replicates {options.replicates} --seed {options.seed} "
        f"--write docs/small_numbers.md` on {datetime.now(UTC):%Y-%m-%d}, engine `laplace`.*",
        "",
        f"Truths drawn from the priors of `straight_gradients`, {AREAS} ICSs x 5 groups x {PROCEDURES} procedures. The same counts are "
        "fitted five times. Gaps are log rate ratios, most against least deprived; the level is the log of an ICS's "
        "population-weighted ratio. Coverage and bias are averaged over places within a replicate, and their standard "
        f"error is over {options.replicates} independent replicates.",
    ]
    for number, (rule, expected) in enumerate(WORLDS.items()):
        started = time.monotonic()
        seeds = range(options.seed + number * options.replicates, options.seed + (number + 1) * options.replicates)
        jobs = [
            Job(f"{rule} {seed}", one_replicate, {"rule": rule, "expected": expected, "seed": seed}) for seed in seeds
        ]
        rows = pd.DataFrame([row for replicate in run_fits(jobs, keep=options.keep) for row in replicate])
        share = rows.loc[rows["counts"] == "hidden left out", "share"].mean()
        title = f"Rule `{rule}`: {em.data.small_number_rule(rule)}"
        lines += ["", f"## {title}", "", f"{share:.0%} of cells are suppressed.", "", *summary(rows)]
        print("\n".join(lines[-len(summary(rows)) - 4 :]), f"{time.monotonic() - started:.0f} s", flush=True)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
