"""Admissions and population brought to the strata and periods they share."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.cells.match_periods import TOGETHER, PeriodPlan
from equitymodel.data.tables.absent_rows import RULE_OF_ABSENT
from equitymodel.data.tables.distinct_values import by_distinct
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
    Rule(
        "P14",
        "error",
        "the population is not by the age and sex that the rates are by",
        "give the population by the age bands and sex of --rates",
    ),
    Rule("P06", "warning", "the population has no period; it was taken as person-years over all periods together"),
    Rule(
        "S07",
        "warning",
        "admissions have no age band or sex, so expected admissions are by population alone",
        "add age_band and sex to the admissions, or give --rates from elsewhere",
    ),
)
PART = "part"
"""The column of periods that are added up to those of the cells."""


def align_strata(
    counts: pd.DataFrame,
    people: pd.DataFrame,
    rates: pd.DataFrame | None,
    absent: Absent,
    between: tuple[float, float],
    plan: PeriodPlan,
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
    plan
        Which periods cells have, and what those of the tables are added up to.
    log
        Where findings are recorded.

    Returns
    -------
    tuple of pandas.DataFrame
        Admissions by cell and stratum, and population by ICS, deprivation and stratum; both by
        period where cells have several, the population if it has periods itself.
    """
    strata = [key for key in (AGE_BAND, SEX) if key in counts]
    kept = strata if rates is None else [key for key in (AGE_BAND, SEX) if key in rates]
    for key in (key for key in kept if key not in people):
        log.add("P05" if rates is None else "P14", detail=f"no column {key}")
    log.raise_errors()
    if AGE_BAND in counts and AGE_BAND in people:
        people = _coarsen_bands(people, counts, log)
    for key in (key for key in strata if key in people):
        if gone := sorted(set(counts[key].unique()) - set(people[key].unique())):
            log.add("P05", detail=f"no {key} {', '.join(gone)}")
    if not kept:
        log.add("S07")
    if dropped := [key for key in (AGE_BAND, SEX) if key in people and key not in kept]:
        log.add("P04", detail=" and ".join(dropped))
    counts = _add_up_counts(counts, [*CELL_DIMS, *strata], absent, between, plan, log)
    return counts, _add_up_people(people, [ICS, DEPRIVATION, *kept], plan, log)


def _add_up_counts(
    counts: pd.DataFrame,
    keys: list[str],
    absent: Absent,
    between: tuple[float, float],
    plan: PeriodPlan,
    log: DataLog,
) -> pd.DataFrame:
    """Add admissions up within each period of the cells; a row that only some parts have is absent in the others."""
    if PERIOD not in counts:
        return _add_up(counts, [LOW, HIGH], keys)
    counts = _within_periods(counts, "admissions", plan)
    parts = pd.Series(counts[PART].unique()).map(plan.into["admissions"]).value_counts()
    together = _add_up(counts.assign(**{PART: 1.0}), [LOW, HIGH, PART], [*keys, PERIOD])
    total, seen = together.drop(columns=PART), together.drop(columns=[LOW, HIGH]).astype({PART: int})
    needed = seen[PERIOD].map(parts)
    lacking = needed - seen[PART]
    if rows := _name_short(seen, needed):
        log.add(RULE_OF_ABSENT[absent], rows=rows)
    if absent == "missing":
        total = total.assign(**{end: total[end].where(lacking == 0) for end in (LOW, HIGH)})
    elif absent == "suppressed":
        total = total.assign(
            **{end: total[end] + lacking * each for end, each in zip((LOW, HIGH), between, strict=True)}
        )
    return total if plan.along else total.drop(columns=PERIOD)


def _add_up_people(people: pd.DataFrame, keys: list[str], plan: PeriodPlan, log: DataLog) -> pd.DataFrame:
    """Add the population up within each period of the cells; over all periods where the admissions have none."""
    if "admissions" not in plan.into:
        if PERIOD in people:
            log.add("P04", detail=f"{people[PERIOD].nunique()} periods")
        return _add_up(people, ["population"], keys)
    if PERIOD not in people:
        several = "; each has the share of its length" if plan.along else ""
        log.add("P06", detail=f"{len(plan.into['admissions'])} periods of admissions{several}")
        return _add_up(people, ["population"], keys)
    people = _within_periods(people, "population", plan)
    within = [key for key in (ICS, DEPRIVATION, AGE_BAND, SEX) if key in people]
    if rows := _name_short(_count_parts(people, within), people[PART].nunique()):
        log.add("P03", detail="no population in some periods", rows=rows)
    return _add_up(people, ["population"], [*keys, PERIOD] if plan.along else keys)


def _within_periods(frame: pd.DataFrame, table: str, plan: PeriodPlan) -> pd.DataFrame:
    """Name the period of the cells that each row belongs to, beside its own."""
    into = by_distinct(frame[PERIOD], lambda labels: labels.map(plan.into[table]))
    return frame.assign(**{PART: frame[PERIOD], PERIOD: into})


def _count_parts(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.groupby(keys)[PART].nunique().reset_index()


def _name_short(seen: pd.DataFrame, needed: pd.Series | int) -> list[str]:
    """Name what has fewer parts than it needs; each row with its period, unless there is one alone."""
    all_parts = pd.Series(needed, seen.index)
    short = seen[seen[PART] < all_parts].astype(str)
    return [
        f"{', '.join(part for part in cell if part != TOGETHER)}: {number} of {every} periods"
        for (*cell, number), every in zip(short.to_numpy(), all_parts[short.index], strict=True)
    ]


def _add_up(frame: pd.DataFrame, values: list[str], keys: list[str]) -> pd.DataFrame:
    """Add up within keys, as categories, which are fast to compare; a sum with an unknown part is unknown."""
    fast = frame[values].assign(**{key: frame[key].astype("category") for key in keys})
    total = fast.groupby(keys, observed=True)[values].sum(skipna=False).reset_index()
    return total.assign(**{key: total[key].astype(frame[key].dtype) for key in keys})


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
    if outside := sorted(set(people[AGE_BAND].unique()) - set(parents)):
        log.add("P04", detail=f"people aged {', '.join(outside)} are outside the ages of the admissions")
    wider = by_distinct(people[AGE_BAND], lambda labels: labels.map(parents))
    return people.assign(age_band=wider).dropna(subset=[AGE_BAND])
