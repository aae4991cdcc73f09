"""Tables by deprivation within ethnicity, drawn from a known truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.crossed_groups import MAIN, WITHIN
from equitymodel.simulate.simulated_cells import draw_counts
from equitymodel.simulate.simulated_groups import GroupTables
from equitymodel.vocabulary import DEPRIVATION, GROUP, ICS, PROCEDURE

PEOPLE = 500_000
QUINTILES = 5


@dataclass(frozen=True)
class MainGroup:
    """One main group of a simulated world, invented.

    Attributes
    ----------
    share
        Of all people.
    ratio
        True rate relative to need, at the middle of the scale of deprivation.
    gradient
        Log ratio of the least to the most deprived, from end to end of the scale.
    deprived
        How many of its people are deprived: log ratio of the share of people in the most to that in the least deprived.
    """

    share: float
    ratio: float = 1.0
    gradient: float = 0.3
    deprived: float = 0.0


MAIN_GROUPS = {
    "Asian": MainGroup(0.13, 0.8, 0.15, 0.7),
    "Black": MainGroup(0.06, 0.75, 0.5, 1.3),
    "White British": MainGroup(0.81, 1.0, 0.3, -0.2),
}
"""Invented; real ones differ between places."""


@dataclass(frozen=True)
class CrossedWorld:
    """A world of deprivation within main groups.

    Attributes
    ----------
    areas, procedures
        Sizes.
    expected
        Typical expected admissions of an ICS and procedure, over all groups.
    groups
        Main groups by their labels; the last is the reference group.
    interaction_sd
        How far cells lie from what both their groups and the gradient of the main group say, on the log scale.
    ics_sd
        How much the rates of main groups, and the gradient, differ between ICSs; log scale.
    extra_variation
        Coefficient of variation beyond Poisson noise.
    """

    areas: int = 8
    procedures: int = 2
    expected: float = 400.0
    groups: Mapping[str, MainGroup] = field(default_factory=lambda: MAIN_GROUPS)
    interaction_sd: float = 0.0
    ics_sd: float = 0.05
    extra_variation: float = 0.05


def crossed_tables(world: CrossedWorld | None = None, *, seed: int) -> GroupTables:
    """Draw admissions by deprivation within main groups whose true rates are stated.

    Parameters
    ----------
    world
        The truth; by default invented groups of ethnicity.
    seed
        Seed of the random numbers.

    Returns
    -------
    GroupTables
        Two tables with the columns ``ethnicity`` and ``deprivation``, and the truth over ``main_group`` and
        ``deprivation_group``.

    Examples
    --------
    >>> tables = crossed_tables(seed=1)
    >>> tables.admissions.columns.tolist()
    ['ics', 'ethnicity', 'deprivation', 'procedure', 'admissions']
    """
    world, rng = world or CrossedWorld(), np.random.default_rng(seed)
    people = _people(world, rng)
    names = [f"procedure {number + 1:02d}" for number in range(world.procedures)]
    need = (people * world.expected / people.sum([MAIN, WITHIN])).expand_dims({PROCEDURE: names})
    ratio = np.exp(_log_ratio(world, people, rng)).expand_dims({PROCEDURE: names})
    ratio = ratio * np.exp(_interaction(world, people, names, rng))
    fitted = (need * ratio).transpose(ICS, MAIN, WITHIN, PROCEDURE)
    flat = fitted.stack({GROUP: [MAIN, WITHIN]}).transpose(ICS, GROUP, PROCEDURE)  # noise of each cell its own
    counts = draw_counts(flat, extra_variation=world.extra_variation, rng=rng).unstack(GROUP)
    admissions = _table(counts.transpose(*fitted.dims).rename("admissions"))
    return GroupTables(admissions, _table(people.rename("population")), ratio.transpose(*fitted.dims), fitted)


def _table(values: xr.DataArray) -> pd.DataFrame:
    rows: pd.DataFrame = values.to_series().reset_index()
    return rows.rename(columns={MAIN: "ethnicity", WITHIN: DEPRIVATION})


def _people(world: CrossedWorld, rng: np.random.Generator) -> xr.DataArray:
    """Draw people by ICS, main group and deprivation."""
    places = np.linspace(0.5, -0.5, QUINTILES)
    typical = np.array([
        group.share * np.exp(group.deprived * places) / np.exp(group.deprived * places).sum()
        for group in world.groups.values()
    ])  # fmt: skip
    own = np.exp(rng.normal(0.0, 0.2, (world.areas, *typical.shape)))
    coords = {ICS: [f"area {number + 1:02d}" for number in range(world.areas)], MAIN: list(world.groups),
              WITHIN: np.arange(1, QUINTILES + 1)}  # fmt: skip
    return xr.DataArray(np.round(PEOPLE * typical * own), coords=coords).clip(min=1.0)


def _log_ratio(world: CrossedWorld, people: xr.DataArray, rng: np.random.Generator) -> xr.DataArray:
    """Give the log ratio of each cell of an ICS: rate of its main group, and gradients at national positions."""
    persons = people.sum([ICS, MAIN])
    place = (persons.cumsum(WITHIN) - persons / 2) / persons.sum() - 0.5
    level, slope = (xr.DataArray(values, {MAIN: list(world.groups)}, MAIN) for values in (
        [np.log(group.ratio) for group in world.groups.values()],
        [group.gradient for group in world.groups.values()],
    ))  # fmt: skip
    of_ics = rng.normal(0.0, world.ics_sd, (2, world.areas, len(world.groups)))
    level = level + xr.DataArray(of_ics[0], dims=(ICS, MAIN))
    slope = slope + xr.DataArray(of_ics[1][:, 0], dims=ICS)
    return (level + slope * place).assign_coords({ICS: people[ICS]})


def _interaction(
    world: CrossedWorld, people: xr.DataArray, procedures: list[str], rng: np.random.Generator
) -> xr.DataArray:
    """Draw how far cells lie from main effects, in all ICSs alike."""
    size = (people.sizes[MAIN], people.sizes[WITHIN], len(procedures))
    coords = {MAIN: people[MAIN], WITHIN: people[WITHIN], PROCEDURE: procedures}
    return xr.DataArray(rng.normal(0.0, world.interaction_sd, size), coords=coords, dims=(MAIN, WITHIN, PROCEDURE))
