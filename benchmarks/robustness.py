"""Do intervals hold where the world is not the model's? Lasting deviations, shocks, outliers and more, by years.

    uv run python benchmarks/robustness.py --replicates 200 --keep results/robustness --write docs/robustness.md
    uv run python benchmarks/robustness.py --replicates 20 --worlds "model true" "lasting deviations 8 %" --years 1

Each replicate simulates cells from a world (`equitymodel.simulate.WORLDS`), fits each model to the same counts by the fast
engine, and holds the 95 % intervals of the last year against the truth: the area as it is, without the noise of the year.
The first of `--models` is judged by the limits, the others stand beside it; `--summed` names those that see the years
added up. With `--keep`, what was done is not done again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.jobs import FailedJob, Job, run_fits
from equitymodel.inference.jobs.memory import estimate_cells_memory
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.simulate import WORLDS, CellSizes, World, simulate_years
from equitymodel.spec.library import choose_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, PERIOD, PROCEDURE, SAMPLE_DIMS

SIZES = {
    "12x5x3": CellSizes(expected=400.0),
    "42x5x8": CellSizes(areas=42, procedures=8, expected=20.0, unequal=True),
}
"""The first 400 a cell, the second a median of 20, with ICSs and procedures of unequal size."""
SETTINGS = em.Laplace(draws=250, cores=1, enough_points=40)
ENDS = {"gap of an ICS", "shortfall of the most deprived"}
"""Quantities that compare the ends of deprivation."""
ONE_YEAR = ("share that lasts from Beta(2, 1)", "share that lasts 0", "share that lasts 1")
"""Worlds that are of interest with one year only, where the share that lasts cannot be learnt."""
YEARS_ONLY = ("lasting deviations 8 % that fade", "levels that walk 5 %")
"""Worlds that with one year are like others."""
Row = dict[str, object]


def quantities(fitted: xr.DataArray, need: xr.DataArray) -> dict[str, xr.DataArray]:
    """Follow what is published, of draws or of the truth: gaps as logs of rate ratios, the rest in admissions."""
    ends = em.estimands.shortfall(fitted, need, reference="least_deprived_ics")
    return {
        "gap of an ICS": np.log(em.rate_ratio(em.estimands.standardised_ratio(fitted, need))),
        "shortfall of the most deprived": ends.isel({DEPRIVATION: 0}, drop=True),
        "shortfall": ends.isel({DEPRIVATION: slice(0, -1)}),
        "zero_sum": em.route_change(fitted, need, route="zero_sum"),
        "fitted": fitted,
        "national gap": np.log(em.rate_ratio(em.pooled_ratio(fitted, need))),
    }


def last_year[Values: (xr.DataArray, xr.Dataset)](values: Values) -> Values:
    """Take the last year, where there are several."""
    return values.isel({PERIOD: -1}, drop=True) if PERIOD in values.dims else values


def summed(cells: xr.Dataset) -> xr.Dataset:
    """Add the years up, as a model of one period sees them."""
    if PERIOD not in cells.dims:
        return cells
    yearly = [str(name) for name, values in cells.data_vars.items() if PERIOD in values.dims]
    kept = cells.drop_vars([name for name, values in cells.coords.items() if PERIOD in values.dims])
    return kept.assign({name: cells[name].sum(PERIOD).drop_vars(PERIOD, errors="ignore") for name in yearly})


def fit_cells(spec: ModelSpec, cells: xr.Dataset, *, diagnose: bool, seed: int) -> CellFit:
    """Fit by the fast engine; without the full diagnosis, which takes most of the time, it has the engine's own checks."""
    if diagnose:
        return em.fit_model(spec, cells, engine="laplace", laplace=SETTINGS, seed=seed)
    tree = sample_laplace(spec, cells, settings=SETTINGS, seed=seed)
    checks = check_laplace(tree["sample_stats"].to_dataset())
    return CellFit(spec, cells, draws=tree, diagnosis=em.inference.Diagnosis(tuple(checks)), seed=seed)


def deviating(world: World, truth: xr.Dataset) -> dict[str, Callable[[str], xr.DataArray] | None]:
    """Say which places of a quantity deviate: those of the outlier, or the half and the tenth that deviate most."""
    if world.outlier:
        return {"outlier": lambda name: _places(truth["outlying"], name)}
    if world.overdispersion:
        extra = world.extra_variation(truth.sizes[PROCEDURE])
        most = xr.DataArray(np.array(extra) == max(extra), {PROCEDURE: truth[PROCEDURE]}, PROCEDURE)
        return {"deviating": lambda name: _places(most.broadcast_like(truth["fitted"]).transpose(*CELL_DIMS), name)}
    away = _away(world, truth)
    if float(abs(away).max()) < 1e-9:
        return {}
    return {"deviating": lambda name: _largest(away, name, 0.5), "tenth": lambda name: _largest(away, name, 0.9)}


def _away(world: World, truth: xr.Dataset) -> xr.DataArray:
    """Give the log departure of a cell that lasts: beyond the line, or, with heavy tails, that of the line itself."""
    if world.tails == "normal":
        return truth["deviation"]
    place = (truth[DEPRIVATION] - truth[DEPRIVATION].mean()) / truth.sizes[DEPRIVATION]
    return ((truth["gradient"] - world.gradient) * place).transpose(*CELL_DIMS)


def _places(cells: xr.DataArray, name: str) -> xr.DataArray:
    """Take marks of cells to the places of a quantity."""
    return cells.any(DEPRIVATION) if name in ENDS else cells


def _largest(away: xr.DataArray, name: str, beyond: float) -> xr.DataArray:
    """Mark the places of a quantity that deviate most."""
    first, last = (away.isel({DEPRIVATION: end}, drop=True) for end in (0, -1))
    size = abs(first - last) if name in ENDS else abs(away)
    return size > size.quantile(beyond).item()


def score(world: World, draws: xr.DataArray, expected: xr.DataArray, truth: xr.Dataset) -> Iterator[Row]:
    """Hold intervals against the truth, one row a quantity and a set of cells.

    Parameters
    ----------
    world
        What was simulated.
    draws
        Admissions a year, dims ``chain, draw`` and those of cells.
    expected
        Of the cells, as the model saw them; only their proportions within a procedure matter.
    truth
        Of the last year, as from `simulate_years`.
    """
    found, true = quantities(draws, expected), quantities(truth["fitted"], truth["need"])
    at_need = quantities(truth["fitted"], truth["true_need"])
    marks = deviating(world, truth)
    for name, own in found.items():
        lower, upper = (own.quantile(end, SAMPLE_DIMS).drop_vars("quantile") for end in (0.025, 0.975))
        held, width = (lower <= true[name]) & (true[name] <= upper), upper - lower
        yield _row(name, "all", held, width)
        if world.misreported:
            yield _row(name, "true need", (lower <= at_need[name]) & (at_need[name] <= upper), width)
        if name != "national gap":
            for which, chosen in marks.items():
                mark = chosen(name)
                yield _row(name, which, held.where(mark), width.where(mark))
    gap = found["gap of an ICS"]
    more = (gap > 0).mean(SAMPLE_DIMS)
    if world.outlier:
        mark = truth["outlying"].any(DEPRIVATION)
        yield _row("estimate of the gap", "outlier", gap.median(SAMPLE_DIMS).where(mark), (gap.std(SAMPLE_DIMS)))
        yield _row("most deprived have more", "outlier", more.where(mark), more)
    if not world.gradient:
        yield _row("claimed that they have fewer", "all", (1 - more) > 0.975, more)


def _row(name: str, which: str, held: xr.DataArray, width: xr.DataArray) -> Row:
    """Average over the places of one replicate."""
    return {"quantity": name, "cells": which, "share": float(held.mean()), "width": float(width.mean())}


def one_fit(world: World, sizes: CellSizes, spec: ModelSpec, seed: int, add_up: bool, diagnose: bool) -> list[Row]:
    """Simulate a world, fit a model, and score its intervals of the last year."""
    cells, truth = simulate_years(world, sizes, seed=seed)
    own, years = (summed(cells), sizes.years) if add_up else (cells, 1)
    fit = fit_cells(spec, own, diagnose=diagnose, seed=seed)
    draws, expected = last_year(fit.fitted) / years, last_year(em.data.headline_expected(own))
    return [row | {"verdict": fit.diagnosis.verdict} for row in score(world, draws, expected, last_year(truth))]


def plan(given: argparse.Namespace) -> list[tuple[Row, Job]]:
    """List every fit, with what it is of: replicates first, so that a run that is ended has some of all."""
    specs = {name: choose_model(Path(name) if name.endswith(".toml") else name) for name in given.models}
    summing = [name for name in given.models if name in given.summed]
    jobs = []
    for number in range(given.replicates):
        for size in given.sizes:
            for years in given.years:
                sizes = replace(SIZES[size], years=years)
                for world in given.worlds:
                    if world in (ONE_YEAR if years > 1 else YEARS_ONLY):
                        continue
                    for name, spec in specs.items():
                        seed = given.seed + number
                        of = {"size": size, "years": years, "world": world, "model": spec.name, "seed": seed}
                        arguments = {"world": WORLDS[world], "sizes": sizes, "spec": spec, "seed": seed,
                                     "diagnose": given.diagnose, "add_up": years > 1 and name in summing}  # fmt: skip
                        jobs.append((of, _job(of, arguments)))
    return jobs


def _job(of: Row, arguments: dict[str, object]) -> Job:
    label = " ".join(str(value) for value in of.values())
    return Job(label, one_fit, arguments, _memory(arguments["sizes"]))


def _memory(sizes: CellSizes) -> int:
    """Estimate the memory of a fit from how many cells there are."""
    cells = xr.Dataset(
        {"admissions": (CELL_DIMS, np.zeros((sizes.areas, sizes.groups, sizes.procedures * sizes.years)))}
    )
    return estimate_cells_memory(cells, SETTINGS.draws * SETTINGS.chains)


def study(given: argparse.Namespace) -> pd.DataFrame:
    """Do every fit, and give a row for each quantity of each; a fit that failed has one row that says so."""
    planned = plan(given)
    found = run_fits([job for _, job in planned], workers=given.workers, keep=given.keep, failed="return", progress=say)
    rows = []
    for (of, _), own in zip(planned, found, strict=True):
        failed = isinstance(own, FailedJob)
        rows += [of | row for row in ([{"verdict": f"failed: {str(own.error).splitlines()[0]}"}] if failed else own)]
    return pd.DataFrame(rows)


def say(what: str, share: float) -> None:
    """Say how far the study is."""
    print(f"{share:6.1%} {what}", flush=True)


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=list(WORLDS), metavar="WORLD")
    parser.add_argument("--years", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument(
        "--models", nargs="+", default=["need_adjusted"], help="names or TOML files; the first is judged"
    )
    parser.add_argument("--summed", nargs="+", default=[], help="models that see the years added up")
    parser.add_argument("--diagnose", action="store_true", help="the full diagnosis of every fit; five times slower")
    parser.add_argument("--seed", type=int, default=14000)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--keep", type=Path, help="folder of fits that are done, so that a run can be resumed")
    parser.add_argument("--write", type=Path)
    return parser.parse_args(arguments)


def main() -> None:
    """Run the study and write its page."""
    from robustness_page import page

    given = options_of()
    written = page(study(given), given)
    print(written)
    if given.write:
        given.write.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
