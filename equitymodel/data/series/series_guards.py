"""Guards that tables of cells pass, for series too: zeros, groups without people, and more admissions than people."""

from __future__ import annotations

import xarray as xr

from equitymodel.data.cells.cross_checks import LIKELY_NOT_OFFERED, check_groups_present, name_cells
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.vocabulary import ALL_GROUPS, DEPRIVATION, ICS, PERIOD, PROCEDURE

RULES = (
    Rule(
        "T41",
        "error",
        "an ICS has no admissions at all in the whole series where at least 20 were expected",
        "leave its rows out if the procedure is not offered there; otherwise correct the counts",
    ),
    Rule(
        "T42",
        "warning",
        "an ICS has no admissions at all in some periods where at least 20 were expected",
        "if they are not known, delete its rows of these periods and say --incomplete missing; a zero is read as none",
    ),
)


def check_as_cells(series: xr.Dataset, log: DataLog) -> None:
    """Hold a series against what tables of cells are held against, as far as it has areas, groups and people.

    Parameters
    ----------
    series
        Laid out over periods and cells, with what is masked.
    log
        Where rules D06, P02, T41 and T42 are recorded.
    """
    _check_zeros(series, log)
    if "population" in series and "T19" not in {found.rule for found in log.findings}:
        _check_groups(series["population"], log)
        _check_crowded(series, log)


def _check_groups(population: xr.DataArray, log: DataLog) -> None:
    """Check that areas have groups, by where people live on average over time."""
    if population[DEPRIVATION].values.tolist() != [ALL_GROUPS]:
        check_groups_present(population.mean([PERIOD, PROCEDURE]).fillna(0), log)


def _check_crowded(series: xr.Dataset, log: DataLog) -> None:
    low, _ = count_bounds(series)
    crowded = (low > series["population"]).any(PERIOD)
    if crowded.any():
        log.add("P02", rows=name_cells(crowded, low.max(PERIOD)))


def _check_zeros(series: xr.Dataset, log: DataLog) -> None:
    """Record ICSs without admissions where others have them at the same exposure."""
    _, high = count_bounds(series)
    high, exposure = (values.where(~series["masked"]) for values in (high, series["exposure"]))
    national = high.sum([PERIOD, ICS, DEPRIVATION]) / exposure.where(high.notnull()).sum([PERIOD, ICS, DEPRIVATION])
    counted = high.sum(DEPRIVATION, min_count=1)
    due = (exposure * national).where(high.notnull()).sum(DEPRIVATION)
    silent = (counted.sum(PERIOD, min_count=1) == 0) & (due.sum(PERIOD) >= LIKELY_NOT_OFFERED)
    if silent.any():
        log.add("T41", rows=name_cells(silent, due.sum(PERIOD).round(1)))
    gone = (counted == 0) & (due >= LIKELY_NOT_OFFERED) & ~silent
    if gone.any():
        frequency = SeriesFacts.of(series).frequency
        labels = [frequency.label(start) for start in gone.indexes[PERIOD]]
        log.add("T42", rows=name_cells(gone.assign_coords({PERIOD: labels})))
