"""Published tables of all 42 boards, of made-up numbers: what pictures must hold without letters running into one another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.areas import icb_residents
from equitymodel.estimands.sensitivity_records import PERSISTS
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES

PROCEDURES = (
    "cataract", "coronary artery bypass graft", "hernia repair", "hip replacement", "hysterectomy", "knee replacement",
    "percutaneous coronary intervention", "tonsillectomy",
)  # fmt: skip
VARIANT = "most against least deprived, adjusted for age, sex and need"
GROUPS = ("1", "2", "3", "4", "5")


def areas() -> pd.DataFrame:
    """Give the boards, and all together first."""
    boards = icb_residents().reset_index()[["ics", "ics_name", "region"]]
    return pd.concat([pd.DataFrame([[ALL_ICS] * 3], columns=boards.columns), boards], ignore_index=True)


def crossed(places: pd.DataFrame, **columns: tuple[object, ...]) -> pd.DataFrame:
    """Give a row for each combination of areas and labels, with numbers of their own."""
    rows = places
    for name, values in columns.items():
        rows = rows.merge(pd.DataFrame({name: list(values)}), how="cross")
    rng = np.random.default_rng(1)
    estimate = np.exp(rng.normal(-0.25, 0.2, len(rows)))
    spread = rng.uniform(1.05, 1.2, len(rows))
    return rows.assign(estimate=estimate, lower=estimate / spread, upper=estimate * spread)


def gaps() -> pd.DataFrame:
    """Give gaps under two adjustments."""
    rows = crossed(areas(), procedure=PROCEDURES, adjustment=("population", "need"))
    return rows.assign(variant=VARIANT, reference="least_deprived", headline=rows["adjustment"] == "need")


def group_gaps() -> pd.DataFrame:
    """Give gaps of four groups without order."""
    rows = crossed(areas(), ethnicity=("Asian", "Black", "Mixed", "Other"), procedure=PROCEDURES[:3])
    return rows.assign(variant="against White British, adjusted for need", reference="White British", headline=True,
                       adjustment="need")  # fmt: skip


def sensitivity() -> pd.DataFrame:
    """Give probabilities that gaps persist, falling with need."""
    rows = crossed(areas(), procedure=PROCEDURES, assumption=(1.0, 0.9, 0.8, 0.7, 0.6, 0.5))
    return rows.assign(question=PERSISTS, estimate=rows["assumption"] ** 3)


def targets() -> pd.DataFrame:
    """Give changes of thousands of admissions a year."""
    rows = crossed(
        areas().iloc[1:], deprivation=GROUPS, procedure=PROCEDURES, route=("level_up", "level_down", "zero_sum")
    )
    signs = rows["route"].map({"level_up": 1, "level_down": -1, "zero_sum": 1}) * 4000
    numbers = {name: rows[name] * signs for name in ("estimate", "lower", "upper")}
    told = np.where(rows["estimate"] > 0.6, "yes", "no")
    return rows.assign(**numbers, scope="ics", told_apart=told)


def expected() -> pd.DataFrame:
    """Give ratios to all ICSs together."""
    rows = crossed(areas().iloc[1:], deprivation=GROUPS, procedure=PROCEDURES)
    return rows.assign(quantity="standardised_ratio")


def years() -> pd.DataFrame:
    """Give gaps of two years."""
    rows = crossed(areas(), procedure=(ALL_PROCEDURES, *PROCEDURES), period=("2022/23", "2023/24"))
    middle = rows["period"].map({"2022/23": 2022.75, "2023/24": 2023.75})
    return rows.assign(measure="rate_ratio", year=middle, variant=VARIANT)


def cells() -> xr.Dataset:
    """Give counts of 100 and, in the first group of the first procedure, of 7."""
    codes = areas()["ics"].iloc[1:].tolist()
    coords = {"ics": codes, "deprivation": [int(group) for group in GROUPS], "procedure": list(PROCEDURES)}
    counts = xr.DataArray(np.full((42, 5, 8), 102.0), coords, dims=list(coords))
    counts[:, 0, 0] = 7.0
    return xr.Dataset({"admissions": counts, "population": counts * 0 + 1000.0, "offered": counts > 0})
