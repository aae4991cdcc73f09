"""Cells of one stage of a pathway: who arrives at it, out of the stage before or per person at the first stage."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.data.tables.suppression import count_variables
from equitymodel.inference.grouped.lay_out_latent import BEFORE_HIGH, BEFORE_LOW
from equitymodel.vocabulary import ICS, PROCEDURE, STAGE, group_dim


def cells_of_stage(stages: xr.Dataset, stage: str) -> xr.Dataset:
    """Make the cells of one stage, as a model of cells reads them.

    Parameters
    ----------
    stages
        From `read_stages`, of one period.
    stage
        Any stage but the first.

    Returns
    -------
    xarray.Dataset
        ``admissions`` (the count that arrives; people) with its bounds. Of linked records ``before_low, before_high``
        (the count before) and as ``expected_admissions`` the odds of passing in all ICSs together; of stages that are
        counted apart, what arrives in all ICSs together per person at the first stage, times those people.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.data.stages.read_stages import read_stages
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 1, 5, 5], "procedure": "hip", "linked": "yes",
    ...                      "stage": ["referred", "admitted"] * 2, "count": [90, 40, 80, 50]})
    >>> cells = cells_of_stage(read_stages(rows), "admitted")
    >>> cells["before_low"].values.ravel(), cells["admissions"].values.ravel()
    (array([90., 80.]), array([40., 50.]))
    """
    names = stages[STAGE].values.tolist()
    here, before = (stages.sel({STAGE: name}, drop=True) for name in (stage, names[names.index(stage) - 1]))
    linked = bool(stages["linked"].sel({STAGE: stage}))
    base = before if linked else stages.isel({STAGE: 0}, drop=True)
    people = _middle(base) * (1.0 if linked else here["exposure"])
    usable = (people > 0) & here["count_high"].notnull()
    low, high = (here[name].where(usable) for name in ("count_low", "count_high"))
    share = _pooled(_middle(here).where(usable), people.where(usable), linked=linked)
    expected = (share / (1 - share) if linked else share * people).broadcast_like(people).where(usable, 1.0)
    exists = here["count_high"].notnull().any(group_dim(stages.dims)).broadcast_like(people)
    found = count_variables(low, high) | {
        "expected_admissions": expected.expand_dims(adjustment=["population"]),
        "offered": exists.transpose(*people.dims),
    }
    if linked:
        found |= {BEFORE_LOW: before["count_low"], BEFORE_HIGH: before["count_high"]}
    coords = {name: stages[name] for name in ("position", "ics_name", "region") if name in stages.coords}
    return xr.Dataset(found).assign_coords(coords).assign_attrs(stages.attrs)


def _middle(counts: xr.Dataset) -> xr.DataArray:
    return (counts["count_low"] + counts["count_high"]) / 2


def _pooled(arrived: xr.DataArray, people: xr.DataArray, *, linked: bool) -> xr.DataArray:
    """Give what arrives at a stage per person, in all ICSs and groups together; never 0, and of linked never 1."""
    dims = [ICS, group_dim(people.dims)]
    return (arrived.sum(dims) + 0.5) / (people.sum(dims) + (1.0 if linked else 0.5))


def log_rate(cells: xr.Dataset, log_ratio: xr.DataArray, stages: xr.Dataset, stage: str) -> xr.DataArray:
    """Turn draws of log ratios of a stage into log passages of linked records, or log rates per person at the first.

    Parameters
    ----------
    cells
        From `cells_of_stage`.
    log_ratio
        Draws, dims ``chain, draw`` and those of the cells.
    stages, stage
        As there.
    """
    linked = bool(stages["linked"].sel({STAGE: stage}))
    pooled = cells["expected_admissions"].isel(adjustment=-1, drop=True)
    if linked:
        odds = _by_procedure(pooled, cells)
        return -np.logaddexp(0.0, -(np.log(odds) + log_ratio))
    people = _middle(stages.isel({STAGE: 0}, drop=True)) * stages["exposure"].sel({STAGE: stage}, drop=True)
    return np.log(_by_procedure(pooled / people, cells)) + log_ratio


def _by_procedure(values: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    """Give the one value that all usable cells of a procedure have."""
    usable = cells["admissions" if "admissions_high" not in cells else "admissions_high"].notnull()
    return values.where(usable).median([dim for dim in values.dims if dim != PROCEDURE])
