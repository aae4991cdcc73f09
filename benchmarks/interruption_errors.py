"""How often a change is called where there is none, and how often intervals hold the change there is.

    uv run python benchmarks/interruption_errors.py --keep results/errors --write docs/interruption_errors.md

Five studies of simulated months. No change at all, over the correlation of the noise, the length and
the size of the series: by the shipped model, by its fast twin and by the companions. Steps and ramps of
several sizes. Changes that only some deprivation groups have, or all alike. Power of the whole verdict,
and how often each of its parts stops what is right. And how often a part stops the wrong world it is
there for. A cell of a study that is in the folder of ``--keep`` is not done again.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from interruption_page import page
from interruption_twin import simulate, tail_probabilities
from judged_worlds import right, world_of_name
from kept_cells import TAIL, Cell, Study, interval, kept_cells, seed_of

import equitymodel as em
from equitymodel.comparison.segmented import segmented_models
from equitymodel.estimands.interrupted_series import average_rate_ratio, judged_periods
from equitymodel.estimands.series_gap import gap_change, narrowing
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate import Change, MonthlyNoise, SeriesTruth, Sizes, Usual
from equitymodel.spec.library import load_series_model

STUDIES = ("none", "some", "groups", "power", "guards")
DRAWS, SD = 2000, 0.05
SIZES, RHOS, VOLUMES = ((24, 12), (36, 12), (60, 36)), (0.0, 0.2, 0.4, 0.6), (30, 100, 1000)
CHANGES, FORMS = (0.0, 0.05, 0.10, 0.20), {"step": {}, "ramp": {"ramp_months": 6.0}}
COMPANIONS = ("poisson", "quasi_poisson", "newey_west", "prais_winsten", "reml_ar1")
GAINS = {"all groups +10 %": (1.1,) * 5, "the two most deprived +20 %": (1.2, 1.2, 1.0, 1.0, 1.0)}
"""What groups gain, the most deprived first, by the words of the table."""
DECLARED = (("step", "both"), ("step", "step"), ("slope", "slope"))
"""Forms of a true change, and the shape that is declared."""
LAYOUTS = ((36, 12), (60, 36))
WRONG = ("random_walk", "two_months", "surge_half", "unlike_trends", "straight_25", "anticipation")
"""Worlds that parts of the rule are there for."""


def no_change(cell: Cell, replicate: int) -> dict[str, object]:
    """Simulate no change: is one called by the interval, by the whole verdict, or by the companions."""
    rho, (before, after), expected = cell
    seed = seed_of("none", cell, replicate)
    series, truth = em.simulate_series(Sizes(periods=before + after, before=before), noise=MonthlyNoise(SD, autocorrelation=rho), usual=Usual(expected), seed=seed)  # fmt: skip
    lower, upper = interval(_log_ratio(series, truth.plan, seed))
    called = lower > 0 or upper < 0
    table = segmented_models(series, truth.plan)
    usual = table[table["quantity"] == "average"].set_index("model")["p"]
    return {
        "called": called,
        "verdict": called and em.evaluate(series, truth.plan, seed=seed).verdict.verdict == "real change",
        **{name: usual[name] < 2 * TAIL for name in COMPANIONS},
    }


def some_change(cell: Cell, replicate: int) -> dict[str, object]:
    """Simulate a change: does the interval hold its true average, and is it found."""
    form, change, rho, (before, after), expected = cell
    seed = seed_of("some", cell, replicate)
    series, truth = em.simulate_series(
        Sizes(periods=before + after, before=before), change=Change(math.log1p(change), shape=form, **FORMS[form]),
        noise=MonthlyNoise(SD, autocorrelation=rho), usual=Usual(expected), seed=seed,
    )  # fmt: skip
    lower, upper = interval(_log_ratio(series, truth.plan, seed))
    true = float(np.log(average_rate_ratio(_known(truth), judged_periods(series, truth.plan))).squeeze())
    return {"held": lower <= true <= upper, "found": lower > 0, "width": upper - lower}


def some_groups(cell: Cell, replicate: int) -> dict[str, object]:
    """Simulate five groups: is the gap said to narrow, and is its change held."""
    words, shared, expected = cell
    seed = seed_of("groups", cell, replicate)
    series, truth = em.simulate_series(Sizes(groups=5, periods=72, before=48), change=Change(by_group=np.log(GAINS[words])), noise=MonthlyNoise(SD, autocorrelation=0.3, shared=shared), usual=Usual(expected), seed=seed)  # fmt: skip
    fit = fit_interruption(series, truth.plan, load_series_model("gap_interruption"), seed=seed, draws=DRAWS)
    judged = judged_periods(series, truth.plan)
    change = gap_change(fit.posterior, series, truth.plan, judged)
    true = float(gap_change(_known(truth), series, truth.plan, judged)["log_relative_index"].squeeze())
    lower, upper = interval(change["log_relative_index"].values.ravel())
    narrowed = float((narrowing(change) > 0).mean())
    return {"held": lower <= true <= upper, "narrowed": narrowed > 1 - TAIL, "widened": narrowed < TAIL,
            "width": upper - lower}  # fmt: skip


def twin(cell: Cell, replicates: int, keep: Path) -> float:
    """Give how often the fast twin calls a change where there is none; a cell that is done is kept as well."""
    file = keep / f"twin {replicates} {' '.join(map(str, cell))}.csv"
    if not file.exists():
        rho, sizes, expected = cell
        series = simulate(expected, rho, SD, sizes, replicates, seed_of("twin", cell, 0))
        above = tail_probabilities(series, expected, sizes)
        pd.DataFrame({"called": np.minimum(above, 1 - above) < TAIL}).to_csv(file, index=False)
    return float(pd.read_csv(file)["called"].mean())


def _known(truth: SeriesTruth) -> xr.Dataset:
    """Lay a truth out as draws."""
    return xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual}).expand_dims(("chain", "draw"))


def _log_ratio(series: xr.Dataset, plan: em.Interruption, seed: int) -> np.ndarray:
    fit = fit_interruption(series, plan, seed=seed, draws=DRAWS)
    return np.log(average_rate_ratio(fit.posterior, judged_periods(series, plan)).values.ravel())


def run(study: Study, cells: list[Cell], replicates: int, keep: Path, processes: int) -> pd.DataFrame:
    """Run all replicates of all cells, keeping each cell as soon as it is done; one row of shares a cell."""
    rows = []
    for cell, found in kept_cells(study, cells, replicates, keep, processes):
        rows.append({"cell": cell, "replicates": replicates, **found.mean(numeric_only=True)})
        print(study.__name__, *cell, {k: round(float(v), 3) for k, v in rows[-1].items() if k != "cell"}, flush=True)
    return pd.DataFrame(rows)


def told(
    study: Study, cells: list[Cell], replicates: int, keep: Path, processes: int
) -> Iterator[tuple[Cell, pd.DataFrame]]:
    """Judge all replicates of all cells, and print of each how many were found and called real."""
    for cell, rows in kept_cells(study, cells, replicates, keep, processes):
        print(study.__name__, *cell, f"{int(rows['called'].sum())} called, {int(rows['real'].sum())} real", flush=True)
        yield cell[:-1], rows


def power_cells(in_full: int) -> list[Cell]:
    """Lay out true changes: of the level in all sizes of series, of the gap where there are 1,000 a month."""
    return [
        (outcome, form, declared, size, months, expected, in_full)
        for outcome, volumes in (("level", (100, 1000)), ("gap", (1000,)))
        for (form, declared), size, months, expected in itertools.product(DECLARED, CHANGES[1:], LAYOUTS, volumes)
    ]


def main() -> None:
    """Run the studies and write their page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--replicates", type=int, nargs="+", default=[400],
                         help="of the shipped model, in each cell; one number, or one for each study")  # fmt: skip
    options.add_argument("--in-full", type=int, default=60,
                         help="so many replicates of a cell of power and guards are evaluated in full where a change is found")  # fmt: skip
    options.add_argument("--twin-replicates", type=int, default=2000)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--keep", type=Path, default=Path("results/errors"), help="folder of cells that are done")
    options.add_argument("--studies", nargs="+", choices=STUDIES, default=STUDIES)
    options.add_argument("--sizes", nargs="+", default=[f"{before}+{after}" for before, after in SIZES],
                         help="months before and after, where nothing changed")  # fmt: skip
    options.add_argument("--remark", default="", help="a sentence on how these figures came about")
    options.add_argument("--write", type=Path, help="page to write, for example docs/interruption_errors.md")
    given = options.parse_args()
    sizes = [tuple(int(part) for part in text.split("+")) for text in given.sizes]
    nothing = list(itertools.product(RHOS, sizes, VOLUMES))
    something = list(itertools.product(FORMS, CHANGES, (0.3,), ((36, 12), (60, 36)), (100, 1000)))
    groups = list(itertools.product(GAINS, (0.0, 0.5), (100, 1000)))
    replicates = given.replicates * (1 if len(given.replicates) > 1 else len(given.studies))
    asked = {"none": (no_change, nothing), "some": (some_change, something), "groups": (some_groups, groups)}
    judged = {
        "power": (right, power_cells(given.in_full)),
        "guards": (world_of_name, list(itertools.product(WRONG, ("level", "gap"), (given.in_full,)))),
    }
    numbers = dict(zip(given.studies, replicates, strict=True))
    tables = {name: run(*asked[name], numbers[name], given.keep, given.processes) for name in asked if name in numbers}
    found = {
        name: dict(told(*judged[name], numbers[name], given.keep, given.processes))
        for name in judged
        if name in numbers
    }
    if "none" in tables:
        tables["none"]["twin"] = [twin(cell, given.twin_replicates, given.keep) for cell in nothing]
    text = page(tables, found, given.twin_replicates, given.remark)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
