"""Strata brought together into cells: of all ages, and of each age band that is modelled separately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from equitymodel.data.cells.bands import with_bands
from equitymodel.data.cells.cross_checks import name_few, over_cells, over_periods
from equitymodel.data.cells.expected import (
    draw_rate_error,
    expected_admissions,
    raise_alarms,
    rates_of_strata,
    strata_used,
)
from equitymodel.data.cells.rate_error import RATE_ERROR, RateError
from equitymodel.data.cells.years import join_years
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW, count_bounds, count_variables
from equitymodel.vocabulary import CELL_DIMS, PERIOD, PROCEDURE, cell_dims

RULES = (
    Rule(
        "S11",
        "warning",
        "an age band of a procedure with fewer than 50 admissions in all; one without any is left out",
        "use wider bands; its gradient is learned mostly from the other bands",
    ),
)


def add_up_strata(bounds: xr.Dataset, offered: xr.DataArray) -> xr.Dataset:
    """Add up over strata; a sum with an unknown part is unknown."""
    dims = cell_dims(bounds.dims)
    totals = bounds.sum([dim for dim in bounds.dims if dim not in dims], skipna=False)
    return totals.where(offered).transpose(*dims)


@dataclass(frozen=True)
class Strata:
    """What was observed by cell and stratum, where reference rates come from, and what is adjusted for.

    A band of ages is adjusted for what the whole is, also where it has but one label of it.
    """

    bounds: xr.Dataset
    persons: xr.DataArray
    offered: xr.DataArray
    rates: CheckedTable | None
    rate_error: RateError | None
    whole: tuple[str, ...] | None = None

    @property
    def used(self) -> tuple[str, ...]:
        """The strata that are adjusted for."""
        within = tuple(dim for dim in strata_used(self.persons) if dim != PERIOD)
        return within if self.whole is None else self.whole

    def within(self, band: str, chosen: Mapping[str, list[str]]) -> Strata:
        """Keep the strata of one band, and name the band with each procedure."""
        labels = {PROCEDURE: [f"{name}, {band}" for name in self.offered[PROCEDURE].values]}
        bounds, offered = self.bounds.sel(chosen).assign_coords(labels), self.offered.assign_coords(labels)
        return replace(self, bounds=bounds, persons=self.persons.sel(chosen), offered=offered, whole=self.used)

    def during(self, period: str) -> Strata:
        """Keep one of several periods."""
        chosen = {PERIOD: period}
        return replace(self, bounds=self.bounds.sel(chosen, drop=True), persons=self.persons.sel(chosen, drop=True))


def assemble(
    strata: Strata, ratio: xr.Dataset | None, log: DataLog, *, part: Sequence[int] = (0,), bands: int
) -> xr.Dataset:
    """Bring strata together into cells: counts, expected admissions, people; of all ages, or of one of some bands.

    Where there are several periods, reference rates, and so expected admissions, are those of each.

    Parameters
    ----------
    strata
        What was observed.
    ratio
        Need ratios, if there are any, by cell and period.
    log
        Where alarms are recorded.
    part
        Which of several parts this is: its own seed of drawn rates.
    bands
        How many parts alarms are raised for; none are for 0.
    """
    if PERIOD in strata.persons.dims:
        return _assemble_periods(strata, ratio, log, part=part, bands=bands)
    persons, offered = strata.persons, strata.offered
    totals = add_up_strata(strata.bounds, offered)
    bounds = strata.bounds.where(totals[HIGH].notnull())
    rate = rates_of_strata(bounds, persons, strata.rates, offered[PROCEDURE], log)
    expected = expected_admissions(persons, totals, ratio, rate, strata.used)
    drawn = {}
    if rate is not None and strata.rates is None:
        error = strata.rate_error
        if bands:
            raise_alarms(bounds, persons, rate, drawn=error is not None, bands=bands, log=log)
        if error is not None:
            rng = np.random.default_rng([error.seed, 17, *part])
            drawn[RATE_ERROR] = draw_rate_error(bounds, persons, rate, draws=error.draws, rng=rng)
    counts = count_variables(totals[LOW], totals[HIGH])
    return xr.Dataset(
        {
            **{name: array.assign_attrs(unit="admissions") for name, array in counts.items()},
            "expected_admissions": expected.where(offered).assign_attrs(unit="admissions"),
            "population": over_cells(persons).assign_attrs(unit="person-years"),
            "offered": offered.assign_attrs(unit="whether the cell exists"),
            **drawn,
        }
    )


def _assemble_periods(
    strata: Strata, ratio: xr.Dataset | None, log: DataLog, *, part: Sequence[int], bands: int
) -> xr.Dataset:
    """Bring the strata of each period together, and join the periods."""
    if bands and strata.rates is None:
        _raise_alarms_over_time(strata, bands, log)
    own = {}
    for number, label in enumerate(map(str, strata.persons[PERIOD].values)):
        need = None if ratio is None else ratio.sel({PERIOD: label}, drop=True)
        own[label] = assemble(strata.during(label), need, log, part=(*part, number), bands=0)
    return join_years(own)


def _raise_alarms_over_time(strata: Strata, bands: int, log: DataLog) -> None:
    """Raise alarms about age and sex for all periods together, where they are noticed best."""
    whole = replace(strata, bounds=strata.bounds.sum(PERIOD, skipna=False), persons=strata.persons.sum(PERIOD))
    bounds = whole.bounds.where(add_up_strata(whole.bounds, whole.offered)[HIGH].notnull())
    rate = rates_of_strata(bounds, whole.persons, None, whole.offered[PROCEDURE], log)
    if rate is not None:
        raise_alarms(bounds, whole.persons, rate, drawn=strata.rate_error is not None, bands=bands, log=log)


def add_bands(
    cells: xr.Dataset, strata: Strata, ratio: xr.Dataset | None, bands: Mapping[str, Mapping[str, list[str]]],
    log: DataLog,
) -> xr.Dataset:  # fmt: skip
    """Let cells carry the cells of each band, with reference rates of its own."""
    banded = []
    for number, (band, chosen) in enumerate(bands.items()):
        own = strata.within(band, chosen)
        need = None if ratio is None else ratio.assign_coords({PROCEDURE: own.offered[PROCEDURE]})
        banded.append(assemble(own, need, log, part=(1 + number,), bands=len(bands)))
    national = xr.concat([over_periods(count_bounds(own)[1].sum(CELL_DIMS[:2])) for own in banded], PROCEDURE)
    if few := name_few(national, least=0):
        log.add("S11", rows=few)
    return with_bands(cells, banded)
