"""Tables by groups that have no order, drawn from a known truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.simulate.simulated_cells import draw_counts
from equitymodel.vocabulary import AGE_BAND, GROUP, ICS, PROCEDURE, SEX

SHARES = {"Asian": 0.12, "Black": 0.06, "Mixed": 0.04, "Other": 0.05, "White British": 0.73}
"""Shares of the population by group, invented; real ones differ between places."""
RATIOS = {"Asian": 0.8, "Black": 0.7, "Mixed": 0.9, "Other": 1.1, "White British": 1.0}
AGES = {"00-44": (0.58, 0.3), "45-64": (0.25, 1.0), "65+": (0.17, 3.0)}
"""Share of the people of each age, and its rate relative to ages 45 to 64."""


@dataclass(frozen=True)
class GroupTables:
    """Tables of a simulated world, and the truth behind them.

    Attributes
    ----------
    admissions, population
        As `read_cells` takes them.
    ratio
        True rate relative to need; dims ``ics, group, procedure``; 1 = as needed.
    fitted
        True mean number of admissions, same dims.
    """

    admissions: pd.DataFrame
    population: pd.DataFrame
    ratio: xr.DataArray
    fitted: xr.DataArray


def group_tables(
    *,
    group: str = "ethnicity",
    ratios: Mapping[str, float] | None = None,
    areas: int = 8,
    procedures: int = 2,
    expected: float = 400.0,
    ics_sd: float = 0.1,
    extra_variation: float = 0.05,
    seed: int,
) -> GroupTables:
    """Draw admissions by groups that have no order, whose true rates are stated.

    Parameters
    ----------
    group
        What the column of the groups is called.
    ratios
        True rate of each group relative to its need; invented groups of ethnicity by default.
    areas, procedures
        Sizes.
    expected
        Typical expected admissions of an ICS and procedure, over all groups.
    ics_sd
        How much the rate of a group differs between ICSs, as a standard deviation of log ratios.
    extra_variation
        Coefficient of variation beyond Poisson noise.
    seed
        Seed of the random numbers.

    Returns
    -------
    GroupTables
        Two tables and the truth. Groups differ in age, so that crude rates mislead.

    Examples
    --------
    >>> tables = group_tables(areas=3, seed=1)
    >>> tables.admissions.columns.tolist()
    ['ics', 'ethnicity', 'procedure', 'age_band', 'sex', 'admissions']
    """
    rng = np.random.default_rng(seed)
    ratios = RATIOS if ratios is None else ratios
    people = _people(list(ratios), areas, rng)
    names = [f"procedure {number + 1:02d}" for number in range(procedures)]
    age_rate = xr.DataArray([rate for _, rate in AGES.values()], coords={AGE_BAND: list(AGES)})
    need = (people * age_rate).expand_dims({PROCEDURE: names})
    need = need * expected / need.sum([GROUP, AGE_BAND, SEX]).mean()
    stated = xr.DataArray(list(ratios.values()), coords={GROUP: list(ratios)})
    own = xr.DataArray(rng.normal(0.0, ics_sd, (areas, len(ratios))), dims=(ICS, GROUP))
    ratio = (stated * np.exp(own)).expand_dims({PROCEDURE: names}).assign_coords({ICS: people[ICS]})
    fitted = (need * ratio).transpose(ICS, GROUP, PROCEDURE, AGE_BAND, SEX)
    counts = draw_counts(fitted, extra_variation=extra_variation, rng=rng)
    return GroupTables(
        _table(counts.rename("admissions"), group),
        _table(people.rename("population"), group),
        ratio.transpose(ICS, GROUP, PROCEDURE),
        fitted.sum([AGE_BAND, SEX]),
    )


def _people(labels: list[str], areas: int, rng: np.random.Generator) -> xr.DataArray:
    """Draw people by ICS, group, age and sex; all groups but the last are younger."""
    typical = np.array([SHARES.get(label, 1.0 / len(labels)) for label in labels])
    share = rng.dirichlet(30.0 * typical / typical.sum(), areas)
    ages = np.array([part for part, _ in AGES.values()])
    younger = ages * np.array([1.3, 0.9, 0.4])
    by_age = np.array([younger / younger.sum()] * (len(labels) - 1) + [ages])
    counts = np.round(500_000 * share[:, :, None, None] * by_age[None, :, :, None] * np.array([0.51, 0.49]))
    coords = {
        ICS: [f"area {number + 1:02d}" for number in range(areas)],
        GROUP: labels,
        AGE_BAND: list(AGES),
        SEX: ["F", "M"],
    }
    return xr.DataArray(np.maximum(counts, 1.0), coords=coords)


def _table(values: xr.DataArray, group: str) -> pd.DataFrame:
    table: pd.DataFrame = values.to_series().reset_index()
    return table.rename(columns={GROUP: group})
