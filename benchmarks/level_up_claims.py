"""No gap anywhere: how often is one claimed, and how often are admissions said to be needed to level up?

    uv run python benchmarks/level_up_claims.py --replicates 1000 --areas 12 --procedures 3
    uv run python benchmarks/level_up_claims.py --replicates 200 --areas 42 --procedures 8 --expected 20 --keep results/no_gap
    uv run python benchmarks/level_up_claims.py --replicates 1000 --write docs/level_up_claims.md

ICSs differ in level and counts vary beyond chance, but no group differs from another. With --gradient there is a gap,
and the same shares say how often it is found.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.estimands.gap_records import adjusted_ratios
from equitymodel.estimands.measures import headline_of
from equitymodel.estimands.route_records import total_measures
from equitymodel.estimands.summary import share_of_draws
from equitymodel.inference.jobs import Job, run_fits
from equitymodel.report.tables.rows import rows_of
from equitymodel.simulate.simulated_cells import LocalVariation
from equitymodel.vocabulary import ALL_ICS

CLAIMED = 0.975
GAPS, LEVEL_UP, TO_MOVE = "gaps", "level-up", "to move"
LIMITS = {GAPS: 0.025, LEVEL_UP: 0.05, TO_MOVE: 0.05}
CALLED = {"level_up": LEVEL_UP, "zero_sum": TO_MOVE}
NO_GAP_BY_ICS = LocalVariation(ics_gradient=0.0, ics_by_procedure_gradient=0.0)


@dataclass(frozen=True)
class World:
    """What is simulated: sizes, expected admissions a cell, and the national log gap, of which there is none."""

    areas: int
    procedures: int
    expected: float
    gradient: float = 0.0

    def __str__(self) -> str:
        gap = f", log gap {self.gradient:g}" if self.gradient else ""
        return f"{self.areas} ICSs x 5 x {self.procedures}, {self.expected:g} a cell{gap}"


WORLDS = (World(12, 3, 400.0), World(42, 8, 20.0))


def one_replicate(world: World, seed: int) -> dict[str, float]:
    """Simulate, fit, and give for each kind of claim the share of its places in which it was made."""
    made, fitted = (int(part) for part in np.random.SeedSequence(seed).generate_state(2))
    cells, truth = em.simulate_cells(
        areas=world.areas, procedures=world.procedures, expected=world.expected, gradient=world.gradient,
        variation=NO_GAP_BY_ICS, seed=made,
    )  # fmt: skip
    fit = em.fit_model(em.load_model(), cells, engine="laplace", laplace=em.Laplace(cores=1), seed=fitted)
    true = em.rate_ratio(em.pooled_ratio(truth.fitted, truth.need))
    return gap_claims(fit, true) | level_up_claims(fit)


def gap_claims(fit: em.CellFit, true: xr.DataArray) -> dict[str, float]:
    """Give the share of gaps that are claimed: of an ICS, and of all together beyond what levels of ICSs make of it."""
    gap = headline_of(adjusted_ratios(fit)).draws
    own = share_of_draws(gap < 1, gap).drop_sel(ics=ALL_ICS)
    together = gap.sel(ics=ALL_ICS)
    below = share_of_draws(together < true, together)
    return {
        f"{GAPS}: an ICS, P(most deprived have fewer) > {CLAIMED}": float((own > CLAIMED).mean()),
        f"{GAPS}: an ICS, P(most deprived have more) > {CLAIMED}": float((own < 1 - CLAIMED).mean()),
        f"{GAPS}: all ICSs together, P(ratio below the true one) > {CLAIMED}": float((below > CLAIMED).mean()),
        f"{GAPS}: all ICSs together, P(ratio above the true one) > {CLAIMED}": float((below < 1 - CLAIMED).mean()),
    }


def level_up_claims(fit: em.CellFit) -> dict[str, float]:
    """Give the share of sentences that admissions are needed, and of intervals that lie above 0 as such."""
    claims = {}
    for total in total_measures(fit):
        if total.route in CALLED and total.scope == "ics":
            rows, called = rows_of(total), CALLED[total.route]
            for where, part in (("all ICSs together", rows["ics"] == ALL_ICS), ("an ICS", rows["ics"] != ALL_ICS)):
                claims[f"{called}: {where}, told apart"] = float((rows[part]["told_apart"] == "yes").mean())
                if total.route == "level_up":
                    claims[f"lower end of level_up above 0: {where}"] = float((rows[part]["lower"] > 0).mean())
    return claims


def study(world: World, replicates: int, first_seed: int, keep: Path | None, workers: int | None) -> pd.DataFrame:
    """Repeat; one row a replicate."""
    jobs = [
        Job(f"{world} {seed}", one_replicate, {"world": world, "seed": seed})
        for seed in range(first_seed, first_seed + replicates)
    ]
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=workers))


def summary(found: pd.DataFrame, world: World) -> pd.DataFrame:
    """Give each share, its Monte Carlo error (replicates are independent, places within one are not), and its limit."""
    rows = []
    for name, shares in found.items():
        mean, error = shares.mean(), shares.std(ddof=1) / np.sqrt(len(shares))
        limit = None if world.gradient else LIMITS.get(str(name).split(":")[0])
        kept = "" if limit is None else "yes" if mean - 2 * error <= limit else "no"
        rows.append({"claim": name, "share": f"{mean:.2%}", "Monte Carlo error": f"{error:.2%}",
                     "limit": "" if limit is None else f"{limit:.1%}", "kept": kept})  # fmt: skip
    return pd.DataFrame(rows)


def worlds_of(options: argparse.Namespace) -> list[World]:
    """Take the two worlds of the page, or the one that is asked for."""
    if options.areas is None:
        return list(WORLDS)
    return [World(options.areas, options.procedures, options.expected, options.gradient)]


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--areas", type=int, help="one world with so many ICSs, in place of the two of the page")
    parser.add_argument("--procedures", type=int, default=3)
    parser.add_argument("--expected", type=float, default=400.0)
    parser.add_argument("--gradient", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--keep", type=Path, help="folder of replicates that are done, so that a run can be resumed")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# No gap anywhere: what is claimed",
        "",
        f"*Made by `uv run python benchmarks/level_up_claims.py --replicates {options.replicates} --seed {options.seed} "
        f"--write {options.write}` on {datetime.now(UTC):%Y-%m-%d}.*",
        "",
        f"{options.replicates} replicates a world by the fast engine and the default model. ICSs differ in level and "
        "counts vary by 10 % beyond chance, but no group differs from another. *Told apart*: the sentence says that "
        "admissions are needed to level up, because the level-up of the posterior means is above what no gap would "
        "show in all but 2.5 % of draws ([estimands](estimands.md)). *Lower end above 0*: what the interval of the "
        "level-up alone would have said. Gaps of all ICSs together are held against the true ratio of the world, which "
        "levels of ICSs put a little off 1; a levelling route across ICSs is not shown, as levels do differ. A limit is missed when the share lies above it by more than two Monte Carlo "
        "errors.",
    ]
    for world in worlds_of(options):
        started = time.monotonic()
        table = summary(study(world, options.replicates, options.seed, options.keep, options.workers), world)
        part = ["", f"## {world}", "", *markdown(table.columns, table.itertuples(index=False))]
        print("\n".join(part), f"{time.monotonic() - started:.0f} s", flush=True)
        lines += part
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
