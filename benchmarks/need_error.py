"""What does it cost to take need as known, when it is measured with error?

    uv run python benchmarks/need_error.py --replicates 200 --write docs/need_error.md

Each replicate simulates need with a gradient over deprivation, use in proportion to it with a
true gap, and a register of reliability 0.6: of the variance of the recorded log need within a
deprivation group, 60 % is true. The same counts are fitted with the register taken as exact and
with its error allowed for, cut and with feedback; and with an estimated elasticity, which error
attenuates. Then cut and feedback are compared where errors are small, and where the model is
wrong: in a third of ICSs the most deprived group is under-served in a way that no effect follows.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown

import equitymodel as em
from equitymodel.inference.jobs import Job, run_fits
from equitymodel.vocabulary import SAMPLE_DIMS

AREAS, EXPECTED = 20, 300.0
GAP, NEED_GRADIENT, NEED_SPREAD, RELIABILITY = 0.3, float(np.log(1.5)), 0.15, 0.6
"""Log units from the most to the least deprived end; spread of log need within a group."""
SMALL_ERRORS = 0.95
"""Reliability where errors are small."""
BARRIER = 0.3
"""By how much the most deprived group is under-served in a third of ICSs, log units, where the model is wrong."""
SETTINGS = em.Laplace(draws=500, points=64, enough_points=40, cores=1)
CUT, JOINT = em.NeedError("classical"), em.NeedError("classical", feedback=True)
FITS = {
    "true need": ("true", None, False),
    "register as exact": ("recorded", None, False),
    "register, classical error, cut": ("recorded", CUT, False),
    "register, classical error, feedback": ("recorded", JOINT, False),
    "true need, elasticity estimated": ("true", None, True),
    "register as exact, elasticity estimated": ("recorded", None, True),
    "register, classical error, elasticity estimated": ("recorded", CUT, True),
}
FEW = {
    "register, classical error, cut (5 draws)": ("recorded", em.NeedError("classical", draws=5), False),
    "register, classical error, feedback": FITS["register, classical error, feedback"],
}
"""Enough to compare cut and feedback where many fits are too many."""
WORLDS = {
    "the model is right": (RELIABILITY, 0.0, FITS, 1),
    "small errors": (SMALL_ERRORS, 0.0, FEW, 4),
    "the model is wrong": (RELIABILITY, BARRIER, FEW, 4),
}
"""Reliability, barrier, which fits, and one replicate in how many: most replicates go where coverage is measured."""
Task = tuple[str, str, int]
"""A world, a fit and a seed."""


@dataclass(frozen=True)
class World:
    """Simulated cells, their true ratios, true and recorded log need, and which cells are under-served."""

    cells: xr.Dataset
    ratio: xr.DataArray
    need: xr.DataArray
    recorded: xr.DataArray
    underserved: xr.DataArray


def world(seed: int, reliability: float, barrier: float) -> World:
    """Simulate one world."""
    cells, truth = em.simulate_cells(areas=AREAS, procedures=1, expected=EXPECTED, gradient=GAP, seed=seed)
    rng = np.random.default_rng([seed, 1])
    shape = cells["admissions"]
    slope = NEED_GRADIENT * (0.5 - cells["position"])
    need = slope + shape.copy(data=rng.normal(0, NEED_SPREAD, shape.shape))
    noise = NEED_SPREAD * np.sqrt((1 - reliability) / reliability)
    recorded = need + shape.copy(data=rng.normal(0, noise, shape.shape))
    third = xr.DataArray(np.arange(AREAS) % 3 == 0, dims="ics")
    underserved = (third & (cells["deprivation"] == 1)).broadcast_like(shape)
    away = np.exp(-barrier * underserved)
    counts = shape.copy(data=rng.poisson((truth.fitted * away * np.exp(need)).transpose(*shape.dims)).astype(float))
    made = cells.assign(admissions=counts, noise=shape * 0 + noise)
    return World(made, truth.ratio * away, need, recorded, underserved)


def with_need(cells: xr.Dataset, need: xr.DataArray) -> xr.Dataset:
    """Adjust expected admissions for a log need, and keep it with its standard error."""
    ratio = np.exp(need).transpose(*cells["admissions"].dims)
    adjusted = cells["expected_admissions"].isel(adjustment=0, drop=True) * ratio
    plain = cells.drop_vars(["expected_admissions", "adjustment", "noise"])
    return plain.assign(
        expected_admissions=adjusted.expand_dims(adjustment=["need"]),
        need_ratio=ratio,
        need_ratio_se=ratio * cells["noise"],
    )


def tasks(options: argparse.Namespace) -> list[Task]:
    """List every fit to every world."""
    return [
        (name, fit, options.seed + number)
        for name, (_, _, fits, every) in WORLDS.items()
        for number in range(options.replicates // every)
        for fit in fits
    ]


def one_task(task: Task) -> dict[str, object]:
    """Simulate a world, fit it one way, and hold gaps and needs against the truth."""
    name, fit, seed = task
    reliability, barrier, fits, _ = WORLDS[name]
    return {
        "world": name,
        "fit": fit,
        "seed": seed,
        **_one_fit(world(seed, reliability, barrier), *fits[fit], seed=seed),
    }


def _one_fit(made: World, which: str, error: em.NeedError | None, elastic: bool, *, seed: int) -> dict[str, float]:
    own = with_need(made.cells, made.need if which == "true" else made.recorded)
    spec = em.load_model("straight_gradients")
    if elastic:
        fit = em.inference.fit_elasticity(
            spec, own, em.inference.Elasticity(prior_sd=1.0), need_error=error, laplace=SETTINGS, seed=seed
        )
    else:
        fit = em.fit_model(spec, own, engine="laplace", need_error=error, laplace=SETTINGS, seed=seed)
    true, draws = np.log(em.rate_ratio(made.ratio)), np.log(em.rate_ratio(fit.ratio))
    lower, upper = (draws.quantile(p, SAMPLE_DIMS) for p in (0.05, 0.95))
    away = draws.mean(SAMPLE_DIMS) - true
    posterior = fit.draws["posterior"]
    found = {
        "coverage": float(((lower <= true) & (true <= upper)).mean()),
        "width": float((upper - lower).mean()),
        "square": float((away**2).mean()),
        "error": float(away.mean()),
        "elasticity": float(posterior["need_elasticity"].mean()) if elastic else np.nan,
    }
    if error and not elastic:
        need = made.recorded + posterior["need_error"].mean(SAMPLE_DIMS) - made.need
        found["need_error"] = float((need**2).mean() ** 0.5)
        found["need_bent"] = float(need.where(made.underserved).mean())
    return found


def _table(rows: pd.DataFrame, columns: dict[str, str]) -> list[str]:
    """Lay one world out, fit by fit, each number with its Monte Carlo error."""
    lines = []
    for name, own in rows.groupby("fit", sort=False):
        cells = [name]
        for column in columns:
            if column == "rmse":
                cells.append(f"{np.sqrt(own['square'].mean()):.3f}")
            elif own[column].isna().all():
                cells.append("")
            else:
                sign = "+" if column in ("error", "need_bent") else ""
                cells.append(f"{own[column].mean():{sign}.3f} ± {own[column].sem():.3f}")
        lines.append(tuple(cells))
    return markdown(("fit", *columns.values()), lines)


GAPS = {"coverage": "ICS gap: 90 % coverage", "width": "width", "rmse": "RMSE", "error": "bias"}
NEEDS = {"need_error": "need: RMSE", "need_bent": "need of the most deprived in a third of ICSs: bias"}
COLUMNS = {
    "the model is right": {**GAPS, "elasticity": "elasticity (truth 1)"},
    "small errors": {**GAPS, "need_error": NEEDS["need_error"]},
    "the model is wrong": {**GAPS, **NEEDS},
}


def page(rows: pd.DataFrame, options: argparse.Namespace) -> str:
    """Write the page."""
    tables = {name: _table(own, COLUMNS[name]) for name, own in rows.groupby("world", sort=False)}
    step = 0.5 * NEED_GRADIENT * 2 * 0.8  # positions of the first and last of five groups are about 0.8 apart
    introductions = {
        "the model is right": f"{AREAS} ICSs x 5 groups x 1 procedure, about {EXPECTED:.0f} admissions a cell; true "
        f"gradient of use for equal need {GAP:.2f}, of need {NEED_GRADIENT:.2f} (log, end to end); reliability "
        f"{RELIABILITY}. Gaps are log rate ratios, most against least deprived. With an elasticity of 1 error in need adds "
        "noise to the gaps of single ICSs and no bias. With an estimated one it attenuates the elasticity to about its "
        f"reliability, and what is left of the need gradient, theory says {(1 - RELIABILITY) * step:+.2f}, is read as use.",
        "small errors": f"The same with a reliability of {SMALL_ERRORS}: cut and feedback agree where errors are small.",
        "the model is wrong": f"The same with a reliability of {RELIABILITY}, where in a third of ICSs the most deprived "
        f"group has {1 - np.exp(-BARRIER):.0%} less use for equal need, which straight gradients cannot follow. With "
        "feedback the low use of those places is read, in part, as low need; under the cut it is not.",
    }
    said = [
        "# What error in need costs",
        "",
        f"*Made by `uv run python benchmarks/need_error.py --replicates {options.replicates} --seed {options.seed} "
        f"--write docs/need_error.md` on {datetime.now(UTC):%Y-%m-%d}, engine `laplace`. ± is one Monte Carlo standard "
        "error.*",
    ]
    for name, table in tables.items():
        count = rows.loc[rows["world"] == name, "seed"].nunique()
        said += ["", f"## {name[:1].upper()}{name[1:]}", "", f"{count} replicates. {introductions[name]}", "", *table]
    return "\n".join(said) + "\n"


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=9000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, help="folder of fits that are done, so that a run can be resumed")
    parser.add_argument("--write", type=Path)
    return parser.parse_args(arguments)


def main() -> None:
    """Run the study and write its page."""
    options, started = options_of(), time.monotonic()
    jobs = [Job(" ".join(map(str, task)), one_task, {"task": task}) for task in tasks(options)]
    rows = pd.DataFrame(run_fits(jobs, workers=options.workers, keep=options.keep))
    written = page(rows, options)
    print(written, f"{time.monotonic() - started:.0f} s")
    if options.write:
        options.write.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
