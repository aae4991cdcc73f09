"""How often ten monthly looks call a change where nothing changed: by the interval alone, and by the whole verdict.

    uv run python benchmarks/monthly_looks.py --sets 500 --keep results/looks --write docs/monthly_looks.md

Each set is a simulated series without any change, 36 months before a declared start. It is evaluated with 12 months
after, then every month, ten times in all, as a plan of ten looks declares. Every part of a verdict has to hold, so that
a look is evaluated in full only where its interval excludes no change. Sets that are in the folder of ``--keep`` are
not done again.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from kept_cells import TAIL, Cell, kept_cells, seed_of
from page import markdown
from scipy import stats

import equitymodel as em
from equitymodel.simulate import MonthlyNoise, Sizes, Usual
from equitymodel.spec.library import choose_series_model
from equitymodel.studies.evaluation import outcome_draws
from equitymodel.studies.main_fit import fit_main

BEFORE, FIRST, LOOKS, BLOCK = 36, 12, 10, 10
LAST = FIRST + LOOKS - 1
EXPECTED, SD = 1000, 0.05
RHOS = (0.0, 0.3, 0.6)
PAGE = """# Ten monthly looks where nothing changed

An evaluation that is [refreshed](refresh.md) every month is looked at ten times, not once, and each look could be the one in
which chance passes for a change. A plan declares how often (`--looks 10`), and the threshold rises with it: here to {threshold}
in place of 0.975 for one look.

Series of {expected:,} admissions a month, {before} months before a start at which nothing happens, noise with a standard
deviation of {sd:.0%} and the correlation of the table; looked at with {first} to {last} months after. A set counts once, if any of
its ten looks calls a change. Shares have a Monte Carlo error in brackets.

{table}

The first column of shares is what happens where each look is judged as if it were the only one; the second is the interval at the
threshold of the plan; the last is the whole verdict, *real change*. {said}

A limit of 5 % is missed only where a share lies above it by more than two Monte Carlo errors. {size}

Asked of the level of all admissions. Ten looks at a gap between groups, and correlations that are not in the table, are not
measured.

Command: `uv run python benchmarks/monthly_looks.py --sets {asked} --rho {rhos} --keep results/looks --write docs/monthly_looks.md`.
"""


def ten_looks(cell: Cell, replicate: int) -> dict[str, object]:
    """Look ten times at one series without a change."""
    rho, block = cell
    seed = seed_of("looks", cell, replicate)
    series, truth = em.simulate_series(
        Sizes(periods=BEFORE + LAST, before=BEFORE), noise=MonthlyNoise(SD, autocorrelation=rho),
        usual=Usual(EXPECTED), seed=seed,
    )  # fmt: skip
    plan = replace(truth.plan, looks=LOOKS, planned_months=LAST)
    found = [look(series.isel(period=slice(0, BEFORE + months)), plan, seed) for months in range(FIRST, LAST + 1)]
    return {"block": block, **pd.DataFrame(found).any().to_dict()}


def look(series, plan: em.Interruption, seed: int) -> dict[str, bool]:
    """Look once: is a change called as if this were the only look, by the interval, and by the whole verdict."""
    above = float((outcome_draws(fit_main(series, plan, choose_series_model(plan, None), seed=seed).fit) > 0).mean())
    beyond = max(above, 1 - above)
    called = beyond > plan.threshold
    real = called and em.evaluate(series, plan, seed=seed).verdict.verdict == "real change"
    return {"alone": beyond > 1 - TAIL, "called": called, "real": real}


def share(rows: pd.Series) -> str:
    """Write a share with its Monte Carlo error, which of none found is that of half a set."""
    found, sets = int(rows.sum()), len(rows)
    kept = min(max(found, 0.5), sets - 0.5) / sets
    return f"{found / sets:.1%} ({100 * np.sqrt(kept * (1 - kept) / sets):.1f})"


def upper(found: dict[float, pd.DataFrame]) -> float:
    """Give the upper end of the exact 95 % interval of a false real change, of the correlation where it is highest."""
    counts = [(int(rows["real"].sum()), len(rows)) for rows in found.values()]
    return max(float(stats.beta.ppf(1 - TAIL, real + 1, sets - real)) for real, sets in counts)


def page(found: dict[float, pd.DataFrame], asked: int) -> str:
    """Write the page."""
    header = ["correlation of noise", "sets", "each look alone", "interval, ten looks declared", "real change"]
    rows = [[rho, len(rows), *(share(rows[name]) for name in ("alone", "called", "real"))]
            for rho, rows in found.items()]  # fmt: skip
    plan = em.Interruption("2020-01", looks=LOOKS, planned_months=LAST)
    worst = max(rows["real"].mean() for rows in found.values())
    sets = sum(map(len, found.values()))
    said = (
        f"A false *real change* came in {worst:.1%} of sets at most; from so many sets, shares of up to {upper(found):.1%} "
        "cannot be ruled out (exact 95 % interval)."
    )
    size = f"{sets} sets in all were run for this page." + ("" if asked >= 500 else
            " 500 for each correlation take hours; the command goes on from those that are kept.")  # fmt: skip
    return PAGE.format(threshold=f"{plan.threshold:.4f}", expected=EXPECTED, before=BEFORE, sd=SD, first=FIRST, last=LAST,
                       table="\n".join(markdown(header, rows)), said=said, size=size, asked=asked,
                       rhos=" ".join(map(str, found)))  # fmt: skip


def main() -> None:
    """Run the sets and write their page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sets", type=int, default=500, help="of each correlation, in tens")
    options.add_argument("--rho", type=float, nargs="+", default=RHOS)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path("results/looks"))
    options.add_argument("--write", type=Path)
    given = options.parse_args()
    found: dict[float, pd.DataFrame] = {}
    for rho in given.rho:
        cells = [(rho, block) for block in range(given.sets // BLOCK)]
        found[rho] = pd.concat(rows for _, rows in kept_cells(ten_looks, cells, BLOCK, given.keep, given.processes))
        print(rho, found[rho].mean(numeric_only=True).round(3).to_dict(), flush=True)
    text = page(found, given.sets)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
