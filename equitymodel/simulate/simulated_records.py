"""A made-up extract of hospital records, with faults as real ones have, and the tables that go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.areas import age_sex_profile, icb_residents
from equitymodel.data.tables.strata import OLDEST, band_edges
from equitymodel.errors import OptionError

SMALL_AREAS = 4
"""How many made-up small areas each ICS has in each fifth."""
OPERATIONS = {"hip replacement": "W371", "cataract surgery": "C712", "gallbladder removal": "J183"}
RATIO = {"hip replacement": 0.7, "cataract surgery": 0.85, "gallbladder removal": 1.0}
"""The true rate of the most deprived fifth over that of the least, by procedure."""
METHODS = (["11", "12", "13", "21", "2A"], [0.55, 0.25, 0.1, 0.07, 0.03])
SECOND_EPISODE, COPY = 0.15, 0.01
OLDEST_DRAWN = 95


@dataclass(frozen=True)
class MadeUpRecords:
    """A made-up extract.

    Attributes
    ----------
    records
        One row an episode, with the columns of Hospital Episode Statistics.
    small_areas
        ``lsoa21, ics, deprivation``: made-up areas of real boards.
    population
        Person-years by ICS, fifth, age, sex and year.
    """

    records: pd.DataFrame
    small_areas: pd.DataFrame
    population: pd.DataFrame


@refuses_other_types
def made_up_records(*, spells: int = 20_000, areas: int = 42, years: int = 2, seed: int) -> MadeUpRecords:
    """Make an extract of records up, from known rates by deprivation.

    Parameters
    ----------
    spells
        How many spells; episodes and copies come on top.
    areas
        How many boards, of the 42 of 2023.
    years
        Financial years from 2022/23 on.
    seed
        Of all random numbers.

    Returns
    -------
    MadeUpRecords
        Records with emergencies, second episodes and copies; small areas; and person-years.

    Raises
    ------
    OptionError
        When there are no spells, boards or years.

    Examples
    --------
    >>> made = made_up_records(spells=100, areas=2, seed=1)
    >>> made.records.columns.tolist()[:4], len(made.small_areas)
    (['procode', 'spell', 'epiorder', 'admimeth'], 40)
    """
    if min(spells, areas, years) < 1 or areas > len(icb_residents()):
        raise OptionError("a made-up extract has 1 spell or more, 1 to 42 boards, and 1 year or more")
    rng = np.random.default_rng(seed)
    living = icb_residents().filter(like="quintile_").iloc[:areas].astype(float)
    small = _small_areas(list(living.index))
    firsts = _first_episodes(living.to_numpy(), small, (spells, years), rng)
    again = firsts[rng.random(spells) < SECOND_EPISODE].assign(epiorder=2)
    records = pd.concat([firsts, again, firsts[rng.random(spells) < COPY]], ignore_index=True)
    return MadeUpRecords(records, small, _population(living, years))


def _small_areas(boards: list[str]) -> pd.DataFrame:
    pairs = pd.MultiIndex.from_product([boards, range(1, 6), range(SMALL_AREAS)], names=["ics", "deprivation", "n"])
    table = pairs.to_frame(index=False).drop(columns="n")
    return table.assign(lsoa21=[f"X01{number:06d}" for number in range(len(table))])


def _first_episodes(
    living: np.ndarray, small: pd.DataFrame, sizes: tuple[int, int], rng: np.random.Generator
) -> pd.DataFrame:
    """Draw spells: what was done, where the patient lives, how old, and when."""
    spells, years = sizes
    procedure = rng.integers(len(OPERATIONS), size=spells)
    place = np.empty(spells, dtype=int)
    for number, name in enumerate(OPERATIONS):
        done = procedure == number
        rate = living * np.linspace(RATIO[name], 1.0, living.shape[1])
        place[done] = rng.choice(rate.size, size=int(done.sum()), p=(rate / rate.sum()).ravel())
    age, sex = _ages(place % living.shape[1], rng)
    day = rng.integers(365 * years, size=spells)
    return pd.DataFrame({
        "procode": np.array(["RXA", "RXB", "RXC"])[rng.integers(3, size=spells)],
        "spell": np.arange(1, spells + 1),
        "epiorder": 1,
        "admimeth": rng.choice(METHODS[0], size=spells, p=METHODS[1]),
        "admidate": pd.Timestamp("2022-04-01") + pd.to_timedelta(day, unit="D"),
        "startage": age,
        "sex": sex,
        "opertn_01": np.array(list(OPERATIONS.values()))[procedure],
        "lsoa21": small["lsoa21"].to_numpy()[place * SMALL_AREAS + rng.integers(SMALL_AREAS, size=spells)],
    })  # fmt: skip


def _ages(fifth: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw age and sex as residents of each fifth have them."""
    profile, edges = age_sex_profile(), _edges()
    row = np.empty(len(fifth), dtype=int)
    for number in range(5):
        share = profile[f"quintile_{number + 1}"].to_numpy(float)
        row[fifth == number] = rng.choice(len(profile), size=int((fifth == number).sum()), p=share / share.sum())
    sex = np.where(profile["sex"].to_numpy() == "F", 2, 1)[row]
    return rng.integers(edges[row, 0], edges[row, 1]), sex


def _edges() -> np.ndarray:
    """Give the ages of each row of the profile."""
    pairs = [band_edges(str(label)) or (0, OLDEST) for label in age_sex_profile()["age_band"]]
    return np.array([(low, min(high, OLDEST_DRAWN)) for low, high in pairs])


def _population(living: pd.DataFrame, years: int) -> pd.DataFrame:
    """Give residents of each year by ICS, fifth, age and sex."""
    people = living.rename(columns=lambda name: int(name.removeprefix("quintile_"))).reset_index(names="ics")
    long = people.melt("ics", var_name="deprivation", value_name="people")
    long["deprivation"] = long["deprivation"].astype(int)
    share = age_sex_profile().melt(["sex", "age_band"], var_name="deprivation", value_name="share")
    share["deprivation"] = share["deprivation"].str.removeprefix("quintile_").astype(int)
    share["share"] /= share.groupby("deprivation")["share"].transform("sum")
    table = long.merge(share, on="deprivation").merge(
        pd.DataFrame({"period": [f"{2022 + year}/{23 + year}" for year in range(years)]}), how="cross"
    )
    table["population"] = table["people"] * table["share"]
    return table[["period", "ics", "deprivation", "age_band", "sex", "population"]]
