"""Real counts of many procedures by ICS: completed admitted pathways of January 2026, by ICB and specialty (NHS England).

They have no deprivation groups, so levels alone are compared: those of each specialty by itself, and shared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from procedures_together_worlds import BASE, LEVEL, SHARE, TODAY, TOGETHER, predicted

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE

LEVELS = [TODAY.effect("procedure_level"), TODAY.effect("ics_by_procedure_level")]
REAL_MODELS = {
    BASE: LEVELS,
    "procedures_together": [*LEVELS, TOGETHER.effect("ics_level")],
    SHARE: [LEVELS[0], LEVEL],
}
"""The levels of the models of `procedures_together_worlds`; with one cell a pair, all variation is of levels."""
RARE = 6
"""How many specialties, those with the fewest pathways, have counts hidden."""
FEWEST = 200
"""Specialties with fewer pathways in England than this are left out."""


def levels_alone(name: str) -> ModelSpec:
    """Give the model of levels alone."""
    return ModelSpec("levels", "How do levels differ?", "poisson", tuple(REAL_MODELS[name]))


def real_cells(data: Path) -> xr.Dataset:
    """Read the pathways; expected ones follow NHS England's weighted population (general and acute)."""
    counts = pd.read_csv(data / "rtt_jan2026_icb_specialty_weekbands.csv")
    counts = counts[counts["rtt_part"].eq("completed_admitted") & ~counts["tfc"].isin(["C_999"])]
    need = pd.read_csv(data / "icb_need_weighted_populations_2025_26.csv").set_index("icb_ods")["wp_general_acute"]
    wide = counts.pivot_table(index="icb_ods", columns="tfc", values="total", aggfunc="sum").reindex(need.index)
    wide = wide[wide.sum().sort_values(ascending=False).index].loc[:, wide.sum() >= FEWEST].fillna(0.0)
    coords = {ICS: list(wide.index), DEPRIVATION: [1], PROCEDURE: list(wide.columns)}
    admissions = xr.DataArray(wide.to_numpy()[:, None], coords=coords, dims=CELL_DIMS)
    people = xr.DataArray(
        need.to_numpy()[:, None], coords={dim: coords[dim] for dim in CELL_DIMS[:2]}, dims=CELL_DIMS[:2]
    )
    expected = people / people.sum() * admissions.sum([ICS, DEPRIVATION])
    cells = xr.Dataset({
        "admissions": admissions, "population": people, "offered": xr.ones_like(admissions, dtype=bool),
        "expected_admissions": expected.transpose(*CELL_DIMS).expand_dims(adjustment=["population"]),
    }).assign_coords(position=(DEPRIVATION, [0.5]), ics_name=(ICS, coords[ICS]), region=(ICS, ["one"] * len(need)))  # fmt: skip
    return CellFacts(adjustment="weighted population", deprivation_index="none").keep_with(cells)


def hidden_at_random(cells: xr.Dataset, seed: int) -> xr.DataArray:
    """Choose each of the rarest specialties in every third ICB, at random."""
    rng = np.random.default_rng(seed)
    chosen = xr.zeros_like(cells["offered"])
    for specialty in cells[PROCEDURE].values[-RARE:]:
        areas = rng.choice(cells[ICS].values, cells.sizes[ICS] // 3, replace=False)
        chosen.loc[{PROCEDURE: specialty, ICS: areas}] = True
    return chosen


def one_split(data: Path, model: str, seed: int) -> dict[str, object]:
    """Hide counts of rare specialties, fit one model, and score its predictions."""
    cells = real_cells(data)
    hidden = hidden_at_random(cells, seed)
    draws, density = predicted(levels_alone(model), cells, hidden, seed)
    share = float(draws["ics_level_share"].mean()) if "ics_level_share" in draws else float("nan")
    return {"model": model, "seed": seed, "hidden": density, "cells": int(hidden.sum()), "share": share}
