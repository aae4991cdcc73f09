"""The embedded example: 42 real ICSs with synthetic admissions from a stated truth.

Area codes, names and populations are real and rounded. **Admissions and need are synthetic**:
national numbers are round figures of the right order, and gradients are set so that, adjusted
for age and sex, hip replacement peaks in the middle and knee replacement has a ratio near 0.82,
as published for England (Nuffield Trust QualityWatch; Lenguerrand et al. 2023,
doi:10.1371/journal.pmed.1004210). Tonsillectomy has no gap. Say nothing about any real ICS
from them.

With several financial years, groups of an ICS deviate from its gradient by what lasts, and every year has noise of
its own; the gap widens from year to year to the stated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.areas import age_sex_profile, icb_residents
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.errors import OptionError
from equitymodel.simulate.simulated_cells import LocalVariation, Truth, draw_counts, draw_ratio
from equitymodel.vocabulary import AGE_BAND, CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX, cell_dims, nearest

FIRST_YEAR = 2022
SYNTHETIC = "synthetic example: admissions and need are simulated and say nothing about any real ICS"
TRUTH_SEED = 2021
VARIATION = LocalVariation()


@dataclass(frozen=True)
class YearsOfExample:
    """How years of the example differ, and what lasts: log ratios.

    Attributes
    ----------
    growth
        Growth of all admissions, a year.
    widening
        By how much the gradient between the ends of the deprivation scale grows, a year.
    lasting
        Standard deviations of what lasts of an ICS and group: in all procedures alike, and in single ones.
    level_step
        Standard deviation of the change of the level of an ICS from one year to the next.
    noise
        Standard deviation of the noise of a year of an ICS and group, in all procedures.
    """

    growth: float = 0.03
    widening: float = 0.04
    lasting: tuple[float, float] = (0.05, 0.03)
    level_step: float = 0.02
    noise: float = 0.02


BETWEEN_YEARS = YearsOfExample()


@dataclass(frozen=True)
class ExampleProcedure:
    """The stated truth about one procedure.

    Attributes
    ----------
    admissions
        National admissions a year; a round figure.
    rates
        Relative rates in the eight age bands from 00-14 to 85+.
    female
        Share of admissions that are women's, at equal populations.
    gap
        True rate ratio, most against least deprived, for equal need.
    need
        True need ratio, most against least deprived, beyond age and sex.
    middle
        How much higher the middle groups are than a straight gradient gives, as a log ratio.
    """

    admissions: int
    rates: tuple[float, ...]
    female: float
    gap: float
    need: float
    middle: float = 0.0


EXAMPLE_PROCEDURES = {
    "cataract": ExampleProcedure(400_000, (0.05, 0.1, 0.3, 2, 10, 45, 100, 90), 0.55, 0.75, 1.20),
    "coronary bypass": ExampleProcedure(10_000, (0, 0.1, 1, 6, 15, 28, 18, 2), 0.18, 0.70, 1.50),
    "hernia repair": ExampleProcedure(70_000, (6, 4, 8, 14, 22, 30, 28, 14), 0.12, 0.88, 1.08),
    "hip replacement": ExampleProcedure(90_000, (0.01, 0.2, 1.5, 9, 26, 52, 56, 24), 0.58, 0.58, 1.45, 0.08),
    "hysterectomy": ExampleProcedure(30_000, (0, 0.5, 16, 30, 14, 12, 8, 2), 0.999, 0.85, 1.15),
    "knee replacement": ExampleProcedure(100_000, (0.01, 0.1, 0.6, 8, 32, 62, 52, 14), 0.57, 0.55, 1.50),
    "PCI": ExampleProcedure(30_000, (0, 0.1, 2, 10, 20, 30, 24, 8), 0.25, 0.85, 1.45),
    "tonsillectomy": ExampleProcedure(35_000, (30, 22, 5, 1, 0.5, 0.3, 0.1, 0.05), 0.55, 1.00, 1.00),
}


@dataclass(frozen=True)
class ExampleTables:
    """The example as tables, as a user would bring them, and the truth behind them."""

    admissions: pd.DataFrame
    population: pd.DataFrame
    need: pd.DataFrame
    truth: Truth


def example_tables(*, seed: int = 1, procedures: Sequence[str] | None = None, years: int = 1) -> ExampleTables:
    """Simulate the embedded example: long tables and their truth.

    Parameters
    ----------
    seed
        Seed of the counting noise. The truth itself is always the same.
    procedures
        Which of the eight to keep; all by default.
    years
        How many financial years. With several, admissions and population have a ``period``, and the truth is that
        of the last, as the area is: without the noise of a year.

    Returns
    -------
    ExampleTables
        ``admissions`` and ``population`` by ICS, deprivation, age band and sex (counts and
        person-years), ``need`` by ICS, deprivation and procedure (ratios), and the truth.

    Raises
    ------
    OptionError
        When a procedure is not one of the eight, or there is no year.

    Examples
    --------
    >>> tables = example_tables(procedures=["hip replacement"])
    >>> tables.admissions.columns.tolist()
    ['ics', 'deprivation', 'procedure', 'age_band', 'sex', 'admissions']
    """
    chosen, periods = _choose(procedures), _label_years(years)
    population = _population()
    need_ratio = _need_ratio(population)
    at_need = _rates(population) * population * need_ratio
    need = at_need.sum([AGE_BAND, SEX]).transpose(*CELL_DIMS)
    people = population.sum([AGE_BAND, SEX])
    ratio = _ratio(people, need, _lasting(people) if years > 1 else 0.0)
    total = xr.DataArray([item.admissions for item in EXAMPLE_PROCEDURES.values()], dims=PROCEDURE)
    scale = total / (need * ratio).sum([ICS, DEPRIVATION])
    mean = at_need * ratio * scale * (_change(people, periods) if years > 1 else 1.0)
    mean = mean.transpose(*cell_dims(mean.dims), AGE_BAND, SEX)
    residents = population.expand_dims({PERIOD: periods}) if years > 1 else population
    counts = draw_counts(mean, extra_variation=VARIATION.extra_variation, rng=np.random.default_rng(seed))
    keep = {PROCEDURE: chosen}
    truth = Truth(ratio.sel(keep), (need * ratio * scale).transpose(*CELL_DIMS).sel(keep), (need * scale).sel(keep))
    return ExampleTables(
        admissions=counts.sel(keep).to_series().rename("admissions").reset_index(),
        population=residents.to_series().rename("population").reset_index(),
        need=need_ratio.sel(keep).transpose(*CELL_DIMS).to_series().rename("need_ratio").reset_index(),
        truth=truth,
    )


@refuses_other_types
def example_cells(*, seed: int = 1, procedures: Sequence[str] | None = None, years: int = 1) -> xr.Dataset:
    """Give the embedded example as checked cells, ready to fit.

    Parameters
    ----------
    seed, procedures, years
        As for `example_tables`.

    Returns
    -------
    xarray.Dataset
        As from `read_cells`, marked as synthetic.

    Examples
    --------
    >>> cells = example_cells(procedures=["cataract"])
    >>> dict(cells.sizes)["deprivation"], CellFacts.of(cells).synthetic[:17]
    (5, 'synthetic example')
    """
    tables = example_tables(seed=seed, procedures=procedures, years=years)
    cells = read_cells(tables.admissions, tables.population, need=tables.need, groups=Deprivation("IMD 2019"))
    return replace(CellFacts.of(cells), synthetic=SYNTHETIC).keep_with(cells)


def _choose(procedures: Sequence[str] | None) -> list[str]:
    chosen = list(EXAMPLE_PROCEDURES) if procedures is None else list(procedures)
    for name in chosen:
        if name not in EXAMPLE_PROCEDURES:
            raise OptionError(f"no example procedure '{name}'. {nearest(name, EXAMPLE_PROCEDURES)}")
    return chosen


def _label_years(years: int) -> list[str]:
    if years < 1:
        raise OptionError(f"the example has at least one year, not {years}")
    return [f"{year}/{(year + 1) % 100:02d}" for year in range(FIRST_YEAR, FIRST_YEAR + years)]


def _population() -> xr.DataArray:
    residents = icb_residents().filter(like="quintile_")
    profile = age_sex_profile().set_index([AGE_BAND, SEX])
    people = xr.DataArray(residents.to_numpy(float), coords={ICS: residents.index, DEPRIVATION: [1, 2, 3, 4, 5]})
    share = profile.set_axis([1, 2, 3, 4, 5], axis=1).stack().rename_axis([AGE_BAND, SEX, DEPRIVATION]).to_xarray()
    return (people * share / share.sum([AGE_BAND, SEX])).round().transpose(ICS, DEPRIVATION, AGE_BAND, SEX)


def _rates(population: xr.DataArray) -> xr.DataArray:
    by_age = np.array([item.rates for item in EXAMPLE_PROCEDURES.values()])
    female = np.array([item.female for item in EXAMPLE_PROCEDURES.values()])
    by_sex = np.stack([female, 1 - female], axis=1)
    return xr.DataArray(
        by_age[:, :, None] * by_sex[:, None, :],
        coords={PROCEDURE: list(EXAMPLE_PROCEDURES), AGE_BAND: population[AGE_BAND].values, SEX: ["F", "M"]},
    )


def _need_ratio(population: xr.DataArray) -> xr.DataArray:
    people = population.sum([AGE_BAND, SEX])
    ends = ridit(people.sum(ICS))
    place = (0.5 - ends) / float(ends.isel(deprivation=-1) - ends.isel(deprivation=0))
    steepness = xr.DataArray(
        np.log([item.need for item in EXAMPLE_PROCEDURES.values()]), coords={PROCEDURE: list(EXAMPLE_PROCEDURES)}
    )
    local = np.random.default_rng(TRUTH_SEED).normal(0, 0.04, (people.sizes[ICS], len(EXAMPLE_PROCEDURES)))
    varied = xr.DataArray(local, coords={ICS: people[ICS], PROCEDURE: list(EXAMPLE_PROCEDURES)})
    return np.exp(steepness * place + varied).round(3)


def _lasting(people: xr.DataArray) -> xr.DataArray:
    """Draw what lasts of each ICS and group, in all procedures and in one, beside the gradient."""
    rng = np.random.default_rng(TRUTH_SEED + 2)
    common = people.copy(data=rng.normal(0.0, BETWEEN_YEARS.lasting[0], people.shape))
    size = (*people.shape, len(EXAMPLE_PROCEDURES))
    own = xr.DataArray(
        rng.normal(0.0, BETWEEN_YEARS.lasting[1], size),
        coords={**common.coords, PROCEDURE: list(EXAMPLE_PROCEDURES)}, dims=(*common.dims, PROCEDURE),
    )  # fmt: skip
    return common + own


def _change(people: xr.DataArray, periods: Sequence[str]) -> xr.DataArray:
    """Draw what the years add to the last one as the area is: growth, a narrower gap before, and noise of each year."""
    rng = np.random.default_rng(TRUTH_SEED + 3)
    shape = (*people.shape, len(periods))
    coords = {**people.coords, PERIOD: list(periods)}
    before = xr.DataArray(np.arange(1.0 - len(periods), 1.0), coords={PERIOD: coords[PERIOD]})
    steps = rng.normal(0.0, BETWEEN_YEARS.level_step, (shape[0], shape[2]))
    steps[:, -1] = 0.0
    level = xr.DataArray(steps[:, ::-1].cumsum(axis=1)[:, ::-1], {ICS: coords[ICS], PERIOD: coords[PERIOD]})
    noise = xr.DataArray(rng.normal(0.0, BETWEEN_YEARS.noise, shape), coords, dims=(*people.dims, PERIOD))
    slope = BETWEEN_YEARS.widening * (ridit(people.sum(ICS)) - 0.5)
    return np.exp((BETWEEN_YEARS.growth + slope) * before + level + noise)


def _ratio(people: xr.DataArray, need: xr.DataArray, lasting: xr.DataArray | float) -> xr.DataArray:
    """Draw local ratios around the stated national ones, then meet those exactly."""
    rng = np.random.default_rng(TRUTH_SEED + 1)
    position = ridit(people.sum(ICS))
    length = float(position.isel(deprivation=-1) - position.isel(deprivation=0))
    coords = {PROCEDURE: list(EXAMPLE_PROCEDURES)}
    gradient = xr.DataArray([-np.log(item.gap) / length for item in EXAMPLE_PROCEDURES.values()], coords=coords)
    hump = xr.DataArray([-1.0, 0.5, 1.0, 0.5, -1.0], dims=DEPRIVATION)
    departure = hump * xr.DataArray([item.middle for item in EXAMPLE_PROCEDURES.values()], coords=coords)
    drawn = draw_ratio(gradient, departure, people, variation=VARIATION, rng=rng) * np.exp(lasting)
    stated = np.exp(gradient * (position - 0.5) + departure)
    national = (drawn * need).sum(ICS) / need.sum(ICS)
    return (drawn * stated / national).transpose(*CELL_DIMS)
