"""How often ten monthly looks call a change where nothing changed: by the interval alone, and by the whole verdict.

    uv run python benchmarks/monthly_looks.py --outcome gap --rho 0 0.6 --sets 100 --keep results/looks --write

Each set is a simulated series without any change, 36 months before a declared start. It is evaluated with 12 months
after, then every month, ten times in all, as a plan of ten looks declares. Every part of a verdict has to hold, so that
a look is evaluated in full only where its interval excludes no change. Sets that are in the folder of ``--keep`` are
not done again. With ``--write`` what was counted goes into ``monthly_looks.csv``, of which the page is made; with
``--sets 0`` the page is made of that table alone.
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
EXPECTED, SD, GROUPS = 1000, 0.05, 5
RHOS = (0.0, 0.3, 0.6)
OUTCOMES = {"level": "all admissions", "gap": "the gap"}
FOUND = ("alone", "called", "real")
ASKED, LIMIT = 500, 0.05
COUNTED, DOCUMENT = Path("benchmarks/monthly_looks.csv"), Path("docs/monthly_looks.md")
PAGE = """# Ten monthly looks where nothing changed

An evaluation that is [refreshed](refresh.md) every month is looked at ten times, not once, and each look could be the one in
which chance passes for a change. A plan declares how often (`--looks 10`), and the threshold rises with it: here to {threshold}
in place of 0.975 for one look.

Series of {expected:,} admissions a month, {before} months before a start at which nothing happens, noise with a standard
deviation of {sd:.0%} and the correlation of the table; looked at with {first} to {last} months after. For a question about the gap
they are of {groups} groups, {each} admissions a month each, every group with such noise of its own. A set counts once, if any of
its ten looks calls a change. Shares have a Monte Carlo error in brackets.

{table}

The first column of shares is what happens where each look is judged as if it were the only one; the second is the interval at the
threshold of the plan; the last is the whole verdict, *real change*.

A limit of 5 % is missed only where a share lies above it by more than two Monte Carlo errors. {verdict}

{missing}

Commands, each of which goes on from sets that are kept:

```bash
{commands}
```

The page is made of [what they counted](../benchmarks/monthly_looks.csv), also by
`uv run python benchmarks/monthly_looks.py --sets 0 --write`.
"""


def ten_looks(cell: Cell, replicate: int) -> dict[str, object]:
    """Look ten times at one series without a change; a set that was called real once needs no further look."""
    rho, block, outcome = (*cell, "level")[:3]
    groups = GROUPS if outcome == "gap" else 1
    seed = seed_of("looks", cell, replicate)
    series, truth = em.simulate_series(
        Sizes(groups=groups, periods=BEFORE + LAST, before=BEFORE), noise=MonthlyNoise(SD, autocorrelation=rho),
        usual=Usual(EXPECTED / groups), seed=seed,
    )  # fmt: skip
    plan = replace(truth.plan, outcome=outcome, looks=LOOKS, planned_months=LAST)
    found = dict.fromkeys(FOUND, False)
    for months in range(FIRST, LAST + 1):
        one = look(series.isel(period=slice(0, BEFORE + months)), plan, seed)
        found = {name: found[name] or one[name] for name in FOUND}
        if found["real"]:
            break
    return {"block": block, **found}


def look(series, plan: em.Interruption, seed: int) -> dict[str, bool]:
    """Look once: is a change called as if this were the only look, by the interval, and by the whole verdict."""
    above = float((outcome_draws(fit_main(series, plan, choose_series_model(plan, None), seed=seed).fit) > 0).mean())
    beyond = max(above, 1 - above)
    called = beyond > plan.threshold
    real = called and em.evaluate(series, plan, seed=seed).verdict.verdict == "real change"
    return {"alone": beyond > 1 - TAIL, "called": called, "real": real}


def monte_carlo(found: int, sets: int) -> float:
    """Give the Monte Carlo error of a share, which of none found is that of half a set."""
    kept = min(max(found, 0.5), sets - 0.5) / sets
    return float(np.sqrt(kept * (1 - kept) / sets))


def share(found: int, sets: int) -> str:
    """Write a share with its Monte Carlo error.

    Examples
    --------
    >>> share(10, 500), share(0, 100)
    ('2.0% (0.6)', '0.0% (0.7)')
    """
    return f"{found / sets:.1%} ({100 * monte_carlo(found, sets):.1f})"


def upper(row: pd.Series) -> float:
    """Give the upper end of the exact 95 % interval of a false real change."""
    return float(stats.beta.ppf(1 - TAIL, row["real"] + 1, row["sets"] - row["real"]))


def verdict_words(counted: pd.DataFrame) -> str:
    """Say whether the limit is kept, and what cannot be ruled out, of the row where that is most."""
    beyond = [row["real"] / row["sets"] - 2 * monte_carlo(row["real"], row["sets"]) > LIMIT
              for _, row in counted.iterrows()]  # fmt: skip
    worst = counted.loc[(counted["real"] / counted["sets"]).idxmax()]
    open_yet = counted.loc[counted.apply(upper, axis=1).idxmax()]
    return (
        f"It is {'missed' if any(beyond) else 'not missed in what was run'}: a false *real change* came in {worst['real'] / worst['sets']:.1%} "
        f"of sets at most ({OUTCOMES[worst['outcome']]}, correlation {worst['rho']:g}). From so few sets as there are, "
        f"shares of up to {upper(open_yet):.1%} cannot be ruled out ({OUTCOMES[open_yet['outcome']]}, correlation "
        f"{open_yet['rho']:g}; exact 95 % interval). {counted['sets'].sum():,} sets in all were run for this page."
    )


def missing_words(counted: pd.DataFrame) -> str:
    """Say which correlations were not run, and which with fewer sets than the limit asks for."""
    run = {(row["outcome"], row["rho"]): row["sets"] for _, row in counted.iterrows()}
    every = [(outcome, rho) for outcome in OUTCOMES for rho in RHOS]
    absent = [f"{OUTCOMES[outcome]} at {rho:g}" for outcome, rho in every if (outcome, rho) not in run]
    fewer = [f"{OUTCOMES[outcome]} at {rho:g}" for outcome, rho in every if 0 < run.get((outcome, rho), 0) < ASKED]
    said = [f"Not run: {', '.join(absent)}."] if absent else []
    return " ".join([*said, *([f"Run with fewer than {ASKED} sets: {', '.join(fewer)}."] if fewer else [])])


def page(counted: pd.DataFrame) -> str:
    """Write the page."""
    header = ["question about", "correlation of noise", "sets", "each look alone", "interval, ten looks declared",
              "real change"]  # fmt: skip
    rows = [[OUTCOMES[row["outcome"]], f"{row['rho']:g}", row["sets"], *(share(row[name], row["sets"]) for name in FOUND)]
            for _, row in counted.iterrows()]  # fmt: skip
    plan = em.Interruption("2020-01", looks=LOOKS, planned_months=LAST)
    commands = [f"uv run python benchmarks/monthly_looks.py --outcome {outcome} --rho {' '.join(f'{rho:g}' for rho in some['rho'])} "
                f"--sets {sets} --keep results/looks --write"
                for (outcome, sets), some in counted.groupby(["outcome", "sets"], sort=False)]  # fmt: skip
    return PAGE.format(threshold=f"{plan.threshold:.4f}", expected=EXPECTED, before=BEFORE, sd=SD, first=FIRST, last=LAST,
                       groups=GROUPS, each=EXPECTED // GROUPS, table="\n".join(markdown(header, rows)),
                       verdict=verdict_words(counted), missing=missing_words(counted),
                       commands="\n".join(commands))  # fmt: skip


def counted_with(kept: pd.DataFrame, run: pd.DataFrame) -> pd.DataFrame:
    """Put what was run into what is kept: of one question and correlation, the row with the most sets.

    Examples
    --------
    >>> kept = pd.DataFrame({"outcome": ["level"], "rho": [0.3], "sets": [500], "real": [10]})
    >>> run = pd.DataFrame({"outcome": ["gap", "level"], "rho": [0.6, 0.3], "sets": [100, 20], "real": [1, 0]})
    >>> counted_with(kept, run)[["outcome", "sets"]].values.tolist()
    [['level', 500], ['gap', 100]]
    """
    both = pd.concat([kept, run]).sort_values("sets", kind="stable", ascending=False)
    found = both.drop_duplicates(["outcome", "rho"]).sort_values(["outcome", "rho"], ascending=[False, True])
    return found.reset_index(drop=True)


def run_sets(given: argparse.Namespace) -> pd.DataFrame:
    """Run the sets that are not kept, ten of each correlation in turn, and count them."""
    own = () if given.outcome == "level" else (given.outcome,)
    cells = [(rho, block, *own) for block in range(given.sets // BLOCK) for rho in given.rho]
    rows = []
    for (rho, *_), found in kept_cells(ten_looks, cells, BLOCK, given.keep, given.processes):
        rows.append({"outcome": given.outcome, "rho": rho, "sets": len(found), **found[list(FOUND)].sum()})
        print(rows[-1], flush=True)
    found = pd.DataFrame(rows, columns=["outcome", "rho", "sets", *FOUND])
    return found.groupby(["outcome", "rho"], as_index=False).sum()


def main() -> None:
    """Run the sets and write their page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--outcome", choices=OUTCOMES, default="level", help="what the question is about")
    options.add_argument("--sets", type=int, default=ASKED, help="of each correlation, in tens")
    options.add_argument("--rho", type=float, nargs="+", default=RHOS)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path("results/looks"))
    options.add_argument("--write", action="store_true", help=f"into {COUNTED} and {DOCUMENT}")
    given = options.parse_args()
    counted = counted_with(pd.read_csv(COUNTED), run_sets(given))
    if given.write:
        counted.to_csv(COUNTED, index=False)
        DOCUMENT.write_text(page(counted), encoding="utf-8")
    print(page(counted))


if __name__ == "__main__":
    main()
