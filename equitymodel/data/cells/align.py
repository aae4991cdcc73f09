"""Admissions and population brought to the strata and periods they share."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.strata import band_edges
from equitymodel.data.tables.suppression import HIGH, LOW, Absent
from equitymodel.vocabulary import AGE_BAND, CELL_DIMS, DEPRIVATION, ICS, PERIOD, SEX

RULES = (
    Rule("P04", "repair", "population was added up over groups that the admissions do not have"),
    Rule(
        "P05",
        "error",
        "the population table has no groups that the admissions have",
        "give the population by the same age bands and sex as the admissions, or finer",
    ),
    Rule("P06", "warning", "the population has no period; it was taken as person-years over all periods together"),
    Rule(
        "S07",
        "warning",
        "admissions have no age band or sex, so expected admissions are by population alone",
        "add age_band and sex to the admissions, or give --rates from elsewhere",
    ),
)


def align_strata(
    counts: pd.DataFrame,
    people: pd.DataFrame,
    rates: pd.DataFrame | None,
    absent: Absent,
    between: tuple[float, float],
    log: DataLog,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bring admissions and population to the strata and periods they share, and add them up.

    Parameters
    ----------
    counts, people, rates
        Checked frames of admissions, population and, if given, reference rates.
    absent
        What a row absent from some periods means.
    between
        The least and the most that an absent row may be, where it means a suppressed count.
    log
        Where findings are recorded.

    Returns
    -------
    tuple of pandas.DataFrame
        Admissions by cell and stratum, and population by ICS, deprivation and stratum.
    """
    strata = [key for key in (AGE_BAND, SEX) if key in counts]
    kept = strata if rates is None else [key for key in (AGE_BAND, SEX) if key in rates]
    for key in (key for key in kept if key not in people):
        log.add("P05", detail=f"no column {key}")
    log.raise_errors()
    if AGE_BAND in counts and AGE_BAND in people:
        people = _coarsen_bands(people, counts, log)
    for key in (key for key in strata if key in people):
        if gone := sorted(set(counts[key]) - set(people[key])):
            log.add("P05", detail=f"no {key} {', '.join(gone)}")
    if not kept:
        log.add("S07")
    if dropped := [key for key in (AGE_BAND, SEX) if key in people and key not in kept]:
        log.add("P04", detail=" and ".join(dropped))
    counts = _add_up_periods(counts, people, [*CELL_DIMS, *strata], absent, between, log)
    return counts, _add_up(people, ["population"], [ICS, DEPRIVATION, *kept])


def _add_up_periods(
    counts: pd.DataFrame,
    people: pd.DataFrame,
    keys: list[str],
    absent: Absent,
    between: tuple[float, float],
    log: DataLog,
) -> pd.DataFrame:
    """Add admissions up over periods; a row that only some periods have is absent in the others."""
    total = _add_up(counts, [LOW, HIGH], keys)
    if PERIOD not in counts:
        if PERIOD in people:
            log.add("P04", detail=f"{people[PERIOD].nunique()} periods")
        return total
    _check_periods(counts, people, log)
    seen = _count_periods(counts, keys)
    periods = counts[PERIOD].nunique()
    if rows := _name_short(seen, periods):
        log.add(RULE_OF_ABSENT[absent], rows=rows)
    lacking = periods - seen[PERIOD]
    if absent == "missing":
        return total.assign(**{end: total[end].where(lacking == 0) for end in (LOW, HIGH)})
    if absent == "suppressed":
        return total.assign(
            **{end: total[end] + lacking * each for end, each in zip((LOW, HIGH), between, strict=True)}
        )
    return total


def _count_periods(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.groupby(keys)[PERIOD].nunique().reset_index()


def _name_short(seen: pd.DataFrame, periods: int) -> list[str]:
    short = seen[seen[PERIOD] < periods].astype(str)
    return [f"{', '.join(cell)}: {number} of {periods} periods" for *cell, number in short.to_numpy()]


def _check_periods(counts: pd.DataFrame, people: pd.DataFrame, log: DataLog) -> None:
    periods = set(counts[PERIOD])
    if PERIOD not in people:
        log.add("P06", detail=f"{len(periods)} periods of admissions")
        return
    if gone := periods ^ set(people[PERIOD]):
        log.add("K05", detail="periods in one table only", rows=sorted(gone))
    seen = _count_periods(people, [key for key in (ICS, DEPRIVATION, AGE_BAND, SEX) if key in people])
    if rows := _name_short(seen, len(periods)):
        log.add("P03", detail="no population in some periods", rows=rows)


def _add_up(frame: pd.DataFrame, values: list[str], keys: list[str]) -> pd.DataFrame:
    """Add up within keys; a sum with an unknown part is unknown."""
    return frame.groupby(keys)[values].sum(skipna=False).reset_index()


def _coarsen_bands(people: pd.DataFrame, counts: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    wide = {band: band_edges(band) for band in counts[AGE_BAND].unique()}
    parents: dict[str, str] = {}
    for band in people[AGE_BAND].unique():
        low, high = band_edges(band) or (0, 0)
        inside = [name for name, edges in wide.items() if edges and edges[0] <= low and high <= edges[1]]
        crossing = [name for name, edges in wide.items() if edges and edges[0] < high and low < edges[1]]
        if inside:
            parents[band] = inside[0]
        elif crossing:
            log.add("S03", detail=f"population {band} lies across admissions {' and '.join(sorted(crossing))}")
    log.raise_errors()
    if any(child != parent for child, parent in parents.items()):
        log.add("P04", detail="finer age bands")
    if outside := sorted(set(people[AGE_BAND]) - set(parents)):
        log.add("P04", detail=f"people aged {', '.join(outside)} are outside the ages of the admissions")
    return people.assign(age_band=people[AGE_BAND].map(parents)).dropna(subset=[AGE_BAND])
