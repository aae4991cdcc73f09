"""Tables by age with a known truth, in which age may act differently by deprivation."""

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.deprivation import ridit

AGES = ("00-44", "45-64", "65-74", "75+")
RATE = np.array([0.002, 0.01, 0.03, 0.05])
"""Admissions a person-year at each age."""


def age_tables(*, gap_by_age, areas=12, people=60_000, tilt=1.5, shared=0.0, seed):
    """Admissions and population by age, and the true mean admissions; gap_by_age is a log ratio at each age.

    The most deprived are younger, by `tilt`; `shared` is extra variation that the ages of a cell share.
    """
    rng = np.random.default_rng(seed)
    coords = {"ics": [f"A{i:02d}" for i in range(areas)], "deprivation": range(1, 6), "age_band": list(AGES)}
    old = tilt * (np.arange(5) - 2)[:, None] / 4 * np.array([-1.5, -0.5, 0.5, 1.5])
    structure = np.exp(old) * np.array([0.5, 0.25, 0.15, 0.1])
    persons = people * structure / structure.sum(1, keepdims=True) * rng.uniform(0.6, 1.4, (areas, 5, 1))
    population = xr.DataArray(persons.round(), coords)
    position = ridit(population.sum(["ics", "age_band"])) - 0.5
    level = xr.DataArray(rng.normal(0, 0.1, areas), {"ics": coords["ics"]})
    rate, gap = (xr.DataArray(np.asarray(each), {"age_band": list(AGES)}) for each in (RATE, gap_by_age))
    ratio = np.exp(level - gap * position).transpose("ics", "deprivation", "age_band")
    mean = population * rate * ratio
    noise = rng.gamma(shared**-2, shared**2, (areas, 5, 1)) if shared else 1.0
    admissions = mean.copy(data=rng.poisson(mean * noise))
    tables = {
        name: values.rename(name).to_series().reset_index()
        for name, values in (("admissions", admissions), ("population", population))
    }
    weight = population.sum(["ics", "deprivation"]) * rate
    direct = (ratio * weight).sum("age_band") / weight.sum()
    tables["admissions"] = tables["admissions"].assign(procedure="hip replacement")
    return tables, mean, direct.expand_dims(procedure=["hip replacement"])


def hidden(table: pd.DataFrame) -> pd.DataFrame:
    """Hide counts of 1 to 7 as published tables do."""
    shown = table["admissions"].astype(str).where(~table["admissions"].between(1, 7), "*")
    return table.assign(admissions=shown)
