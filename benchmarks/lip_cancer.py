"""Lip cancer in Scotland by BYM2, beside what was published of it: the same model and priors by the fast engine and by long sampling.

uv run python benchmarks/lip_cancer.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, sample, start_from
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.spec import Effect, Prior
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.share import ShareThatLasts
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS

TABLE = Path(__file__).with_name("lip_cancer.csv")
OUTDOOR = "outdoor work"
SEEN = "area 5"
PUBLISHED = {
    "intercept": (-0.217, 0.129), "coefficient of 10 % in outdoor work": (0.365, 0.134), "standard deviation": (0.514, 0.0885),
    "share of neighbours": (0.878, 0.144), f"fitted cases of {SEEN}": (13.8, 3.13),
}  # fmt: skip
"""Means and standard deviations that Stan gave. Morris M, Spatial models in Stan: intrinsic auto-regressive models for areal data,
mc-stan.org/users/documentation/case-studies/icar_stan.html, section BYM2 (priors Normal(0, 1), half-normal(1), Beta(1/2, 1/2))."""
INLA = {"intercept": (-0.222, 0.127), "coefficient of 10 % in outdoor work": (0.371, 0.132)}
"""The same by R-INLA, with other priors of the standard deviation and share, on the same page."""


def lip_cells() -> xr.Dataset:
    """Read the counties as cells of one group and one procedure, with their covariate and neighbours."""
    frame = pd.read_csv(TABLE, comment="#", dtype={"later_neighbours": str})
    codes = [f"area {number}" for number in frame["county"]]
    coords = {ICS: codes, DEPRIVATION: [1], PROCEDURE: ["lip cancer"]}

    def laid(name: str) -> xr.DataArray:
        return xr.DataArray(frame[name].to_numpy(float)[:, None, None], coords=coords, dims=CELL_DIMS)

    people = xr.DataArray(
        np.ones((len(codes), 1)), coords={dim: coords[dim] for dim in CELL_DIMS[:2]}, dims=CELL_DIMS[:2]
    )
    cells = xr.Dataset({
        "admissions": laid("cases"), "expected_admissions": laid("expected").expand_dims(adjustment=["population"]),
        "population": people, "offered": xr.ones_like(laid("cases"), dtype=bool),
    }).assign_coords(position=(DEPRIVATION, [0.5]), ics_name=(ICS, codes), region=(ICS, ["one"] * len(codes)))  # fmt: skip
    cells = CellFacts(adjustment="population", deprivation_index="none").keep_with(cells)
    work = pd.DataFrame({"ics": codes, "name": OUTDOOR, "value": frame["outdoor"] / 10.0, "unit": "10 % of people"})
    later = frame["later_neighbours"].fillna("").str.split()
    pairs = [(code, f"area {other}") for code, others in zip(codes, later, strict=True) for other in others]
    both = pd.DataFrame([*pairs, *(pair[::-1] for pair in pairs)], columns=["area", "neighbour"])
    return em.data.with_neighbours(em.data.with_covariates(cells, work, areas="any"), both)


def lip_model(cells: xr.Dataset) -> ModelSpec:
    """State the published model: its priors, that of the coefficient for one standard deviation of the covariate."""
    scale = float(cells["covariate_scale"].sel(covariate=OUTDOOR))
    effects = (
        Effect("level", (), "level", "all counties", prior=Prior("normal", sd=1.0)),
        Effect("work", (), "covariate", "outdoor work", prior=Prior("normal", sd=scale), covariate=OUTDOOR),
        Effect("area", (ICS,), "level", "neighbours are alike", spread=Prior("half_normal", sd=1.0),
               share_of_neighbours=ShareThatLasts(0.5, 0.5)),
    )  # fmt: skip
    return ModelSpec("lip_cancer", "Where is there more lip cancer?", "poisson", effects)


def in_published_terms(draws: xr.Dataset, cells: xr.Dataset) -> dict[str, xr.DataArray]:
    """Turn draws to what was published: of a covariate in its own unit, and an intercept where it is 0."""
    mean, scale = (float(cells[f"covariate_{what}"].sel(covariate=OUTDOOR)) for what in ("centre", "scale"))
    slope = draws["work_effect"] / scale
    of = {ICS: SEEN}
    log_ratio = draws["area_effect"].sel(of) + draws["area_of_neighbours_effect"].sel(of) + draws["level_effect"]
    value = float(cells["covariates"].sel(covariate=OUTDOOR).sel(of).values.ravel()[0])
    fitted = np.exp(log_ratio + slope * (value - mean)) * float(cells["expected_admissions"].sel(of).values.ravel()[0])
    named = (draws["level_effect"] - slope * mean, slope, draws["area_sd"], draws["area_share"], fitted)
    return dict(zip(PUBLISHED, named, strict=True))


def fast(cells: xr.Dataset, draws: int = 4000) -> xr.Dataset:
    """Fit by the fast engine."""
    return sample_laplace(lip_model(cells), cells, settings=em.Laplace(draws=draws), seed=1)["posterior"].to_dataset()


def long(cells: xr.Dataset, start: xr.Dataset, draws: int = 20_000) -> xr.Dataset:
    """Sample for long; the density is that of the PyMC model, as tests hold."""
    layout = lay_out_cells(lip_model(cells), cells)
    sampling = Sampling(draws=draws, tune=2000, target_accept=0.95)
    return sample(layout, sampling=sampling, seed=1, start=start_from(layout, start))["posterior"].to_dataset()


def compared(cells: xr.Dataset, **engines: xr.Dataset) -> pd.DataFrame:
    """Give mean and standard deviation of every published number by every engine."""
    rows = {name: {"Stan, published, mean": mean, "Stan, published, sd": sd} for name, (mean, sd) in PUBLISHED.items()}
    for engine, draws in engines.items():
        for name, values in in_published_terms(draws, cells).items():
            rows[name] |= {
                f"{engine}, mean": float(values.mean(SAMPLE_DIMS)),
                f"{engine}, sd": float(values.std(SAMPLE_DIMS)),
            }
    return pd.DataFrame(rows).T


if __name__ == "__main__":
    counties = lip_cells()
    quick = fast(counties)
    print(compared(counties, fast=quick, long=long(counties, quick)).round(3).to_string())
