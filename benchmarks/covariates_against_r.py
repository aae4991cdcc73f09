"""A fit with covariates beside glmmTMB, of the same model with priors too wide to say anything.

    uv run python benchmarks/covariates_against_r.py

R maximises the likelihood; the fast engine and sampling average over the posterior. With 80 areas and such priors their
estimates of coefficients should be the same to a tenth of a standard deviation, and standard deviations near.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.data.cells.area_covariates import standardised
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.spec import Effect, Prior
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS

SCRIPT = Path(__file__).with_name("covariates.R")
AREAS, PROCEDURES, EXPECTED = 80, 2, 60.0
BEDS, DISTANCE = 0.10, -0.08
WIDE, SPREAD = Prior("normal", sd=5.0), Prior("half_normal", sd=5.0)


def supplied_cells(seed: int = 1) -> xr.Dataset:
    """Simulate counts that follow beds, which areas have, and distance, which differs between their groups."""
    cells, _ = em.simulate_cells(areas=AREAS, procedures=PROCEDURES, expected=EXPECTED, seed=seed)
    rng, groups = np.random.default_rng(seed), cells[DEPRIVATION].values
    beds, away = rng.normal(3.0, 0.8, AREAS), rng.normal(10.0, 2.0, (AREAS, len(groups))) - np.arange(len(groups))
    rows = [(ics, group, name, value, unit) for i, ics in enumerate(cells[ICS].values) for g, group in enumerate(groups)
            for name, value, unit in (("beds", beds[i], "beds per 1,000"), ("distance", away[i, g], "km"))]  # fmt: skip
    table = pd.DataFrame(rows, columns=["ics", "deprivation", "name", "value", "unit"])
    cells = em.data.with_covariates(cells, table, areas="any")
    followed = np.exp(BEDS * standardised(cells, "beds") + DISTANCE * standardised(cells, "distance"))
    mean = (cells["admissions"] * followed).transpose(*cells["admissions"].dims)
    return cells.assign(admissions=mean.copy(data=rng.poisson(mean.values).astype(float)))


def model() -> ModelSpec:
    """State the model, with priors too wide to say anything."""
    effects = (
        Effect("procedure_level", (PROCEDURE,), "level", "level", prior=WIDE),
        Effect("procedure_gradient", (PROCEDURE,), "gradient", "gap", prior=WIDE),
        *(Effect(name, (), "covariate", name, prior=WIDE, covariate=name) for name in ("beds", "distance")),
        Effect("ics_level", (ICS,), "level", "level of an ICS", spread=SPREAD),
    )
    return ModelSpec("against_r", "As in R?", "negative_binomial", effects, SPREAD, ())


def by_fast_engine(cells: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Give posterior means and standard deviations, by the names that R has for them."""
    draws = sample_laplace(model(), cells, settings=em.Laplace(draws=8000), seed=1)["posterior"].to_dataset()
    named = {}
    for label in cells[PROCEDURE].values:
        named[f"procedure{label}"] = draws["procedure_level_effect"].sel({PROCEDURE: label})
        named[f"procedure{label}:x"] = draws["procedure_gradient_effect"].sel({PROCEDURE: label})
    named |= {name: draws[f"{name}_effect"] for name in ("beds", "distance")}
    named |= {"ics sd": draws["ics_level_sd"], "extra variation": draws["extra_variation"]}
    return {name: (float(own.mean(SAMPLE_DIMS)), float(own.std(SAMPLE_DIMS))) for name, own in named.items()}


def by_r(cells: xr.Dataset) -> dict[str, list[float | None]] | str:
    """Fit by glmmTMB; why not, where R or glmmTMB is not there."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    frame = cells["admissions"].to_dataframe()[["admissions"]].reset_index()
    expected = cells["expected_admissions"].isel(adjustment=0, drop=True)
    every = {"expected": expected, "x": cells["position"] - 0.5} | {
        name: standardised(cells, name) for name in ("beds", "distance")
    }
    for name, values in every.items():
        frame[name] = values.broadcast_like(cells["admissions"]).transpose(*cells["admissions"].dims).values.ravel()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "counts.csv"
        frame.to_csv(table, index=False)
        done = subprocess.run(["Rscript", str(SCRIPT), str(table)], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {"failed": done.stderr[-200:]}
    return str(found["failed"]) if "failed" in found else found


def compared(cells: xr.Dataset) -> pd.DataFrame | str:
    """Give every number by both, and how many posterior standard deviations apart they are."""
    theirs = by_r(cells)
    if isinstance(theirs, str):
        return theirs
    rows = {name: {"mean": mean, "sd": sd, "glmmTMB": theirs[name][0], "its error": theirs[name][1],
                   "apart, sd": (mean - theirs[name][0]) / sd}
            for name, (mean, sd) in by_fast_engine(cells).items()}  # fmt: skip
    return pd.DataFrame(rows).T


if __name__ == "__main__":
    found = compared(supplied_cells())
    print(found if isinstance(found, str) else found.astype(float).round(4).to_string())
