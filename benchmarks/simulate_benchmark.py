"""Counts from a known truth for `peers.py`: one table that every engine reads, and the same as cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.areas import area_names, area_regions, icb_residents
from equitymodel.data.tables.deprivation import ridit
from equitymodel.simulate.simulated_cells import draw_counts
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE

SIZES = {"small": (5, 20), "large": (10, 100), "huge": (10, 1000)}
"""Deprivation groups and procedures; the ICSs are always the 42 of England."""
MEDIAN = 228.0
TRUTH = {
    "national_level": 0.0,
    "national_gradient": -0.25,
    "procedure_level_sd": 0.1,
    "ics_level_sd": 0.11,
    "ics_by_procedure_level_sd": 0.1,
    "procedure_gradient_sd": 0.15,
    "ics_gradient_sd": 0.08,
    "ics_by_procedure_gradient_sd": 0.08,
    "extra_variation": 0.06,
}


def simulate(groups: int, procedures: int, seed: int = 1) -> pd.DataFrame:
    """Draw a table of counts, one row a cell.

    Parameters
    ----------
    groups, procedures
        How many deprivation groups and procedures.
    seed
        Seed of the random numbers.

    Returns
    -------
    pandas.DataFrame
        Columns ``ics, deprivation, procedure, x`` (national ridit less a half), ``population,
        expected, admissions``.
    """
    rng = np.random.default_rng(seed)
    codes = sorted(icb_residents().index)
    coords = {
        ICS: codes,
        DEPRIVATION: np.arange(1, groups + 1),
        PROCEDURE: [f"p{number:04d}" for number in range(1, procedures + 1)],
    }
    people = rng.dirichlet(np.full(groups, 8.0), len(codes)) * rng.uniform(0.5, 2.0, (len(codes), 1)) * 1e6
    population = xr.DataArray(people.round(), coords={dim: coords[dim] for dim in (ICS, DEPRIVATION)})
    volume = xr.DataArray(rng.lognormal(0.0, 0.7, procedures), coords={PROCEDURE: coords[PROCEDURE]})
    expected = (population * volume).transpose(*CELL_DIMS)
    expected = expected * MEDIAN / float(expected.median())

    def effects(kind: str) -> xr.DataArray:
        total = xr.DataArray(TRUTH[f"national_{kind}"])
        for name, dims in {"procedure": [PROCEDURE], "ics": [ICS], "ics_by_procedure": [ICS, PROCEDURE]}.items():
            values = rng.normal(0.0, TRUTH[f"{name}_{kind}_sd"], [len(coords[dim]) for dim in dims])
            total = total + xr.DataArray(values, coords={dim: coords[dim] for dim in dims}, dims=dims)
        return total

    x = ridit(population.sum(ICS)) - 0.5
    fitted = (expected * np.exp(effects("level") + effects("gradient") * x)).transpose(*CELL_DIMS)
    admissions = draw_counts(fitted, extra_variation=TRUTH["extra_variation"], rng=rng)
    columns = {"x": x, "population": population, "expected": expected, "admissions": admissions}
    return xr.Dataset(columns).to_dataframe(dim_order=CELL_DIMS).reset_index()


def to_cells(frame: pd.DataFrame) -> xr.Dataset:
    """Turn the table into cells as `read_cells` gives them.

    Expected admissions stay as they are: scaled to the observed ones, as `make_cells` does, there
    would be no levels of procedures left to find.
    """
    table = frame.set_index(list(CELL_DIMS))[["population", "expected", "admissions"]].to_xarray()
    population = table["population"].isel({PROCEDURE: 0}, drop=True)
    codes = table[ICS].values.tolist()
    cells = xr.Dataset(
        {
            "admissions": table["admissions"].astype(float),
            "expected_admissions": table["expected"].expand_dims(adjustment=["population"]),
            "population": population,
            "offered": xr.ones_like(table["admissions"], dtype=bool),
        },
        attrs={"adjustment": "population only", "deprivation_index": "simulated", "findings": "[]", "sources": "{}"},
    )
    names, regions = area_names(codes), area_regions(codes)
    return cells.assign_coords(
        position=ridit(population.sum(ICS)),
        ics_name=(ICS, [names[code] for code in codes]),
        region=(ICS, [regions[code] for code in codes]),
    )
