"""Expected admissions by cell: from population alone to age, sex and need; and the alarms on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from equitymodel.data.cells.cross_checks import name_cells, over_cells
from equitymodel.data.cells.rate_error import RATE_DRAW, RATE_ERROR, draw_reference_rates, name_shares
from equitymodel.data.cells.reference_rates import reference_rates, reference_rates_within
from equitymodel.data.cells.standardise import indirect_expected, standardisation_difference
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, LOW
from equitymodel.vocabulary import AGE_BAND, CELL_DIMS, DEPRIVATION, ICS, PROCEDURE, SEX, adjusted_by

RULES = (
    Rule(
        "S08",
        "error",
        "the rates do not cover an age band, sex or procedure of the population",
        "give one rate for each procedure, age band and sex",
    ),
    Rule(
        "S09",
        "warning",
        "the gap differs between direct and indirect standardisation, so age or sex acts differently by deprivation",
        "model broad age bands apart, with --age-bands auto or --age-bands 0-44,45-64,65-74,75+ "
        "(ages= in read_cells); where they are apart already, use narrower ones",
    ),
    Rule(
        "S13",
        "error",
        "need ratios are beyond what age would give, and neither the admissions nor rates allow for age",
        "add age_band to the admissions and the population; or give --rates by age band, and the population by these; "
        "or leave --need out, and results are per head",
    ),
    Rule(
        "S12",
        "warning",
        "reference rates rest on few admissions and groups differ in age, so intervals that take the "
        "rates as known would hold the truth less often than they say",
        "draw the rates: --rate-error (ages= in read_cells)",
    ),
)
ALARM, BY_CHANCE = 0.05, 0.05
"""Direct and indirect standardisation may differ by this share of the gap, and by noise this often in a procedure."""
MATTERS = 0.01
"""A gap that is near none may differ by this much as a log ratio, a hundredth, whatever share of it that is."""
CELL = (ICS, DEPRIVATION)


def expected_admissions(
    persons: xr.DataArray,
    totals: xr.Dataset,
    need: xr.Dataset | None,
    rate: xr.DataArray | None,
    used: Sequence[str] | None = None,
) -> xr.DataArray:
    """Give what each cell would have, adjusted more and more fully.

    Parameters
    ----------
    persons
        Person-years by ICS, deprivation group and stratum.
    totals
        What admissions may be, by cell; missing where nothing is known.
    need
        Need ratios of cells, if they were given.
    rate
        Reference rates by procedure and stratum; none if there are no strata.
    used
        The strata that are adjusted for; by default those that have more than one label.

    Returns
    -------
    xarray.DataArray
        Admissions, scaled to the observed total of each procedure; dims ``adjustment`` (keys of
        `ADJUSTMENTS`: population, then the strata that were used, then need) and those of cells.
    """
    people, known = persons.fillna(0.0), totals[HIGH].notnull()
    middle = (totals[LOW] + totals[HIGH]) / 2  # sets the scale alone: it cancels in every comparison
    versions = {"population": over_cells(people) * xr.ones_like(middle)}
    used = strata_used(people) if used is None else used
    if rate is not None and used:
        versions[adjusted_by(used, need=False)] = indirect_expected(people, rate)
    if need is not None:
        base = list(versions.values())[-1]
        versions[adjusted_by(used, need=True)] = base * need["need_ratio"].fillna(1.0)
    scaled = {name: array * middle.sum(CELL) / array.where(known).sum(CELL) for name, array in versions.items()}
    expected = xr.concat(
        [array.transpose(*CELL_DIMS) for array in scaled.values()],
        pd.Index(list(scaled), name="adjustment", dtype=object),
    )
    return expected.where(known.any(CELL))


def strata_used(persons: xr.DataArray) -> tuple[str, ...]:
    """Name the strata that have more than one label, so that they can be adjusted for.

    Examples
    --------
    >>> strata_used(xr.DataArray([[1.0, 2.0]], dims=("sex", "age_band")))
    ('age_band',)
    """
    return tuple(str(dim) for dim in persons.dims if dim not in CELL_DIMS and persons.sizes[dim] > 1)


def check_age_of_need(persons: xr.DataArray, group: Group, log: DataLog) -> None:
    """Refuse need ratios, which are beyond age and sex, where nothing allows for age (rule S13).

    Parameters
    ----------
    persons
        Person-years by ICS, group and the strata that are adjusted for.
    group
        What the groups are; groups of age are not adjusted for it.
    log
        Where the rule is recorded.
    """
    if AGE_BAND not in persons.dims and group.stratum != AGE_BAND:
        log.add(
            "S13", detail="sex alone is allowed for" if SEX in persons.dims else "neither age nor sex is allowed for"
        )
        log.raise_errors()


def rates_of_strata(
    bounds: xr.Dataset, persons: xr.DataArray, rates: CheckedTable | None, procedures: xr.DataArray, log: DataLog
) -> xr.DataArray | None:
    """Estimate reference rates from the admissions, or take those that were given; none without strata."""
    people = persons.fillna(0.0)
    strata = [dim for dim in people.dims if dim not in CELL_DIMS]
    if not strata:
        return None
    if rates is None and all(people.sizes[dim] == 1 for dim in strata):
        middle = ((bounds[LOW] + bounds[HIGH]) / 2).where(people > 0, 0.0)
        return reference_rates(middle, people, cells=CELL)  # a rate alone is only a scale
    if rates is None:
        return reference_rates_within(bounds[LOW], bounds[HIGH], people, cells=CELL)
    keys = [PROCEDURE, *(key for key in strata if key in rates.frame)]
    wanted = {PROCEDURE: procedures, **{key: people[key] for key in keys[1:]}}
    rate = rates.frame.set_index(keys)["rate"].to_xarray().reindex(wanted)
    if rate.isnull().any():
        log.add("S08", rows=name_cells(rate.isnull()))
        log.raise_errors()
    return rate


def draw_rate_error(
    bounds: xr.Dataset, persons: xr.DataArray, rate: xr.DataArray, *, draws: int, rng: np.random.Generator
) -> xr.DataArray:
    """Draw how far expected admissions may lie from the stated ones because reference rates are estimates.

    Parameters
    ----------
    bounds
        What admissions may be, by cell and stratum.
    persons
        Person-years by ICS, deprivation group and stratum.
    rate
        The rates that expected admissions rest on.
    draws, rng
        As for `draw_reference_rates`.

    Returns
    -------
    xarray.DataArray
        Log of drawn over stated expected admissions; dims ``rate_draw`` and those of cells; 0
        where there are no people. Each draw keeps the total of a procedure.
    """
    people = persons.fillna(0.0)
    drawn = draw_reference_rates(bounds[LOW], bounds[HIGH], people, cells=CELL, draws=draws, rng=rng)
    strata = [dim for dim in people.dims if dim not in CELL_DIMS]
    known = bounds[HIGH].notnull().all(strata)

    def share(rates: xr.DataArray) -> xr.DataArray:
        due = xr.dot(people, rates, dim=strata)
        return due / due.where(known).sum(CELL)

    stated = share(rate)
    away = np.log(share(drawn) / stated.where(stated > 0))
    return away.fillna(0.0).transpose(RATE_DRAW, *CELL_DIMS).rename(RATE_ERROR)


def raise_alarms(
    bounds: xr.Dataset, persons: xr.DataArray, rate: xr.DataArray, *, drawn: bool, bands: int, log: DataLog
) -> None:
    """Warn where the gap depends on how age is standardised for, and where taking rates as known would matter.

    Parameters
    ----------
    bounds, persons
        As for `draw_rate_error`.
    rate
        Reference rates that were estimated from these admissions.
    drawn
        Whether rates are drawn, so that the fit does not take them as known.
    bands
        Of how many bands of a procedure this is one; 1 for all ages.
    log
        Where rules S09 and S12 are recorded.
    """
    people, counts = persons.fillna(0.0), (bounds[LOW] + bounds[HIGH]) / 2
    if log.group == DEPRIVATION:
        _compare_standardisations(counts, people, rate, float(stats.norm.isf(BY_CHANCE / 2 / bands)), log)
    rows = [] if drawn else name_shares(counts, people, rate, group=log.group)
    if rows:
        log.add("S12", rows=rows)


def _compare_standardisations(
    counts: xr.DataArray, people: xr.DataArray, rate: xr.DataArray, noticed: float, log: DataLog
) -> None:
    """Raise an alarm where the gap depends on how age and sex are standardised for."""
    strata = [dim for dim in people.dims if dim not in CELL_DIMS]
    complete = counts.notnull().all(strata)
    persons = (people * complete).sum(ICS)
    found = standardisation_difference(counts.where(complete).sum(ICS), persons, rate, group=DEPRIVATION, strata=strata)
    apart, noise = abs(found["difference"]), noticed * found["standard_error"]
    alarm = (apart > np.maximum(ALARM * abs(found["gap"]), MATTERS)) & (apart > noise)
    rows = [
        f"{name}: log gap {found['gap'].sel({PROCEDURE: name}).item():.3f} by indirect standardisation, "
        f"{(found['gap'] + found['difference']).sel({PROCEDURE: name}).item():.3f} by direct"
        for name in found[PROCEDURE].values[alarm.values]
    ]
    if rows:
        log.add("S09", rows=rows)
