"""Checked tables to cells: one labelled dataset of ICS x deprivation group x procedure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.areas import AreaCheck, area_names, area_regions, icb_residents
from equitymodel.data.contracts import DataLog, Finding, findings_frame, raise_errors
from equitymodel.data.deprivation import ridit
from equitymodel.data.files import Source
from equitymodel.data.numbers import SmallNumbers
from equitymodel.data.read import (
    CheckedTable,
    read_admissions,
    read_need,
    read_not_offered,
    read_population,
    read_rates,
)
from equitymodel.data.standardise import indirect_expected, reference_rates
from equitymodel.data.strata import band_edges
from equitymodel.vocabulary import (
    ADJUSTMENTS,
    AGE_BAND,
    CELL_DIMS,
    DEPRIVATION,
    ICS,
    PERIOD,
    PROCEDURE,
    SEX,
)

Incomplete = Literal["error", "zero", "missing"]
LIKELY_NOT_OFFERED = 20
FEW_ADMISSIONS = 50


def read_cells(
    admissions: Source,
    population: Source,
    *,
    need: Source | None = None,
    rates: Source | None = None,
    not_offered: Source | None = None,
    most_deprived: int = 1,
    deprivation_index: str | None = None,
    incomplete: Incomplete = "error",
    small_numbers: SmallNumbers = "error",
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> xr.Dataset:
    """Read admissions and population (and need) into one checked dataset of cells.

    Parameters
    ----------
    admissions, population, need, rates, not_offered
        CSV or Parquet files, or DataFrames; see `read_admissions` and its companions.
    most_deprived
        The label of the most deprived group in the files.
    deprivation_index
        The index and its version, for example ``"IMD 2019"``.
    incomplete
        What an absent row means: ``"zero"``, ``"missing"``, or an ``"error"`` (the default).
    small_numbers
        ``"exclude"`` reads suppressed counts as not known.
    areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    xarray.Dataset
        See `make_cells`.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.

    Examples
    --------
    >>> from equitymodel.simulate import example
    >>> tables = example.example_tables(seed=1, procedures=["cataract"])
    >>> cells = read_cells(tables.admissions, tables.population, deprivation_index="IMD 2019")
    >>> dict(cells.sizes)["ics"]
    42
    """
    keys: dict[str, Any] = {"most_deprived": most_deprived, "areas": areas}
    return make_cells(
        read_admissions(admissions, small_numbers=small_numbers, ignore_columns=ignore_columns, **keys),
        read_population(population, ignore_columns=ignore_columns, **keys),
        need=None if need is None else read_need(need, ignore_columns=ignore_columns, **keys),
        rates=None if rates is None else read_rates(rates),
        not_offered=None if not_offered is None else read_not_offered(not_offered),
        deprivation_index=deprivation_index,
        incomplete=incomplete,
    )


def make_cells(
    admissions: CheckedTable,
    population: CheckedTable,
    *,
    need: CheckedTable | None = None,
    rates: CheckedTable | None = None,
    not_offered: CheckedTable | None = None,
    deprivation_index: str | None = None,
    incomplete: Incomplete = "error",
) -> xr.Dataset:
    """Join checked tables into cells, and check each table against the others.

    Parameters
    ----------
    admissions, population, need, rates, not_offered
        Tables that keep the contract.
    deprivation_index
        The index and its version.
    incomplete
        What an absent row means.

    Returns
    -------
    xarray.Dataset
        ``admissions`` (counts; missing where not known), ``expected_admissions`` (by
        ``adjustment``: population, age_sex, need), ``population`` (person-years) and
        ``offered`` (whether the cell exists), over ``ics, deprivation, procedure``. The
        national ridit is the coordinate ``position``. The log is `data_log`.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2], "procedure": "hernia",
    ...                      "admissions": [30, 20], "population": [500, 500]})
    >>> cells = make_cells(read_admissions(rows.drop(columns="population")),
    ...                    read_population(rows.drop(columns=["procedure", "admissions"])))
    >>> cells["expected_admissions"].sel(adjustment="population").values.ravel()
    array([25., 25.])
    """
    log = DataLog("cells")
    if deprivation_index is None:
        log.add("D04")
    given = None if rates is None else rates.frame
    counts, people = _align_strata(admissions.frame, population.frame, given, incomplete, log)
    log.raise_errors()
    _check_keys(counts, people, incomplete, log)
    log.raise_errors()
    persons = _to_array(people, "population", (ICS, DEPRIVATION))
    offered = _offered(counts, persons, not_offered, log)
    observed = _observed(counts, persons, offered, incomplete, log)
    log.raise_errors()
    totals = observed.sum([dim for dim in observed.dims if dim not in CELL_DIMS], skipna=False)
    totals = totals.where(offered).transpose(*CELL_DIMS)
    expected = _expected(observed, persons, totals, need, rates, log).where(offered)
    _check_counts(totals, persons, expected, offered, log)
    log.raise_errors()
    tables = [table for table in (admissions, population, need, rates, not_offered) if table]
    findings = [item for table in tables for item in table.findings] + log.findings
    cells = xr.Dataset(
        {
            "admissions": totals.assign_attrs(unit="admissions"),
            "expected_admissions": expected.assign_attrs(unit="admissions"),
            "population": _over_cells(persons).assign_attrs(unit="person-years"),
            "offered": offered.assign_attrs(unit="whether the cell exists"),
        }
    )
    return _label(cells, tables, findings, deprivation_index)


def data_log(cells: xr.Dataset) -> pd.DataFrame:
    """Show every warning and repair met on the way from the files to these cells.

    Parameters
    ----------
    cells
        From `read_cells` or `make_cells`.

    Returns
    -------
    pandas.DataFrame
        One row a finding; columns as in `findings_frame`.

    Examples
    --------
    >>> data_log(xr.Dataset(attrs={"findings": "[]"})).empty
    True
    """
    return findings_frame(stored_findings(cells))


def stored_findings(cells: xr.Dataset) -> list[Finding]:
    """Read the findings kept with the cells."""
    kept = json.loads(cells.attrs.get("findings", "[]"))
    return [Finding(**{**item, "rows": tuple(item["rows"])}) for item in kept]


def headline_expected(cells: xr.Dataset) -> xr.DataArray:
    """Give expected admissions with the fullest adjustment the tables allow, in admissions.

    Examples
    --------
    >>> cells = xr.Dataset({"expected_admissions": ("adjustment", [1.0, 2.0])},
    ...                    {"adjustment": ["population", "age_sex"]})
    >>> float(headline_expected(cells))
    2.0
    """
    return cells["expected_admissions"].isel(adjustment=-1)


def _align_strata(
    counts: pd.DataFrame, people: pd.DataFrame, rates: pd.DataFrame | None, incomplete: Incomplete, log: DataLog
) -> tuple[pd.DataFrame, pd.DataFrame]:
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
    counts = _add_up_periods(counts, people, [*CELL_DIMS, *strata], incomplete, log)
    return counts, _add_up(people, "population", [ICS, DEPRIVATION, *kept])


def _add_up_periods(
    counts: pd.DataFrame, people: pd.DataFrame, keys: list[str], incomplete: Incomplete, log: DataLog
) -> pd.DataFrame:
    """Add admissions up over periods; a row that only some periods have is absent in the others."""
    total = _add_up(counts, "admissions", keys)
    if PERIOD not in counts:
        if PERIOD in people:
            log.add("P04", detail=f"{people[PERIOD].nunique()} periods")
        return total
    _check_periods(counts, people, log)
    seen = _count_periods(counts, keys)
    if rows := _name_short(seen, counts[PERIOD].nunique()):
        log.add({"error": "K05", "zero": "K07", "missing": "K08"}[incomplete], rows=rows)
    complete = (seen[PERIOD] == counts[PERIOD].nunique()) | (incomplete != "missing")
    return total.assign(admissions=total["admissions"].where(complete))


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


def _add_up(frame: pd.DataFrame, value: str, keys: list[str]) -> pd.DataFrame:
    """Add up within keys; a sum with an unknown part is unknown."""
    return frame.groupby(keys)[value].agg(lambda numbers: numbers.sum(skipna=False)).reset_index()


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


def _check_keys(counts: pd.DataFrame, people: pd.DataFrame, incomplete: Incomplete, log: DataLog) -> None:
    lonely = sorted(set(counts[ICS]) - set(people[ICS]))
    if incomplete == "error":
        lonely += sorted(set(people[ICS]) - set(counts[ICS]))
    if lonely:
        place = {code: "admissions" if code in set(counts[ICS]) else "population" for code in lonely}
        log.add("G03", rows=[f"{code} is only in {table}" for code, table in place.items()])
    groups = sorted(set(people[DEPRIVATION]) | set(counts[DEPRIVATION]))
    if len(groups) < 2 or groups != list(range(1, len(groups) + 1)):
        log.add("D03", detail=f"groups {', '.join(map(str, groups))}")
    if counts[DEPRIVATION].max() != people[DEPRIVATION].max():
        log.add("D03", detail=f"admissions end at group {counts[DEPRIVATION].max()}, "
                              f"population at {people[DEPRIVATION].max()}")  # fmt: skip
    _check_direction(people, log)


def _check_direction(people: pd.DataFrame, log: DataLog) -> None:
    """Hold population shares by group against the published shares of known areas."""
    shares = people.groupby([ICS, DEPRIVATION])["population"].sum().unstack(fill_value=0)
    known = icb_residents().filter(like="quintile_")
    both = shares.index.intersection(known.index)
    if len(both) < 3 or shares.shape[1] not in (5, 10):
        return
    ours = shares.loc[both].to_numpy().reshape(len(both), 5, -1).sum(axis=2)
    published = known.loc[both].to_numpy(dtype=float)
    ours, published = (table / table.sum(axis=1, keepdims=True) for table in (ours, published))
    straight = np.corrcoef(ours.ravel(), published.ravel())[0, 1]
    reverse = np.corrcoef(ours[:, ::-1].ravel(), published.ravel())[0, 1]
    if reverse > straight:
        log.add("D01", detail=f"where people live fits the published shares when the groups are reversed "
                              f"(correlation {reverse:.2f} against {straight:.2f} as given)")  # fmt: skip


def _to_array(frame: pd.DataFrame, value: str, first: Sequence[str]) -> xr.DataArray:
    dims = [*first, *(key for key in (AGE_BAND, SEX) if key in frame)]
    return frame.set_index(dims)[value].to_xarray().astype(float)


def _over_cells(values: xr.DataArray) -> xr.DataArray:
    return values.sum([dim for dim in values.dims if dim not in CELL_DIMS])


def _offered(
    counts: pd.DataFrame, persons: xr.DataArray, not_offered: CheckedTable | None, log: DataLog
) -> xr.DataArray:
    procedures = xr.DataArray(np.unique(counts[PROCEDURE].astype(str)), dims=PROCEDURE)
    offered = (_over_cells(persons).fillna(0) > 0).expand_dims({PROCEDURE: procedures.values}).copy()
    if not_offered is not None:
        declared = not_offered.frame
        for ics, procedure in zip(declared[ICS], declared[PROCEDURE], strict=True):
            if ics not in offered[ICS] or procedure not in offered[PROCEDURE]:
                log.add("G03", detail=f"--not-offered names {ics}, {procedure}, which has no admissions rows at all")
                continue
            offered.loc[{ICS: ics, PROCEDURE: procedure}] = False
            given = counts[(counts[ICS] == ics) & (counts[PROCEDURE] == procedure)]["admissions"].sum()
            if given > 0:
                log.add("C10", rows=[f"{ics}, {procedure}: {given:g} admissions"])
    return offered.transpose(*CELL_DIMS)


def _observed(
    counts: pd.DataFrame, persons: xr.DataArray, offered: xr.DataArray, incomplete: Incomplete, log: DataLog
) -> xr.DataArray:
    given = _to_array(counts.assign(present=1.0), "present", CELL_DIMS)
    observed = _to_array(counts, "admissions", CELL_DIMS)
    people = persons if set(observed.dims) >= set(persons.dims) else _over_cells(persons)
    observed, given = (array.reindex({**people.coords, PROCEDURE: offered[PROCEDURE]}) for array in (observed, given))
    empty = ~(people.fillna(0) > 0)
    stray = given.notnull() & (observed > 0) & empty
    if stray.any():
        log.add("P01", rows=_name_cells(stray, observed))
    absent = given.isnull() & ~empty & offered
    observed = observed.where(given.notnull() | ~(empty | ~offered), 0.0)
    if absent.any() and incomplete == "error":
        log.add("K05", rows=_name_cells(absent))
    elif absent.any():
        log.add("K07" if incomplete == "zero" else "K08", rows=_name_cells(absent))
    return observed.where(~absent, 0.0) if incomplete == "zero" else observed


def _expected(
    observed: xr.DataArray,
    persons: xr.DataArray,
    totals: xr.DataArray,
    need: CheckedTable | None,
    rates: CheckedTable | None,
    log: DataLog,
) -> xr.DataArray:
    people = persons.fillna(0.0)
    versions = {"population": _over_cells(people) * xr.ones_like(totals)}
    strata = [dim for dim in people.dims if dim not in CELL_DIMS]
    if strata:
        if rates is None:
            rate = reference_rates(observed.where(totals.notnull()), people, cells=(ICS, DEPRIVATION))
        else:
            rate = _given_rates(rates, people, totals, log)
            log.raise_errors()
        versions["age_sex"] = indirect_expected(people, rate)
    if need is not None:
        base = versions.get("age_sex", versions["population"])
        versions["need"] = base * _need_ratio(need, totals, log)
    known = totals.notnull()
    scaled = {
        name: array * totals.sum(CELL_DIMS[:2]) / array.where(known).sum(CELL_DIMS[:2])
        for name, array in versions.items()
    }
    expected = xr.concat(
        [array.transpose(*CELL_DIMS) for array in scaled.values()],
        pd.Index(list(scaled), name="adjustment", dtype=object),
    )
    return expected.where(known.any(CELL_DIMS[:2]))


def _given_rates(rates: CheckedTable, people: xr.DataArray, totals: xr.DataArray, log: DataLog) -> xr.DataArray:
    strata = [dim for dim in people.dims if dim not in CELL_DIMS]
    keys = [PROCEDURE, *(key for key in strata if key in rates.frame)]
    wanted = {PROCEDURE: totals[PROCEDURE], **{key: people[key] for key in keys[1:]}}
    rate = rates.frame.set_index(keys)["rate"].to_xarray().reindex(wanted)
    if rate.isnull().any():
        log.add("S08", rows=_name_cells(rate.isnull()))
    return rate


def _need_ratio(need: CheckedTable, totals: xr.DataArray, log: DataLog) -> xr.DataArray:
    ratio = need.frame.set_index(list(CELL_DIMS))["need_ratio"].to_xarray().reindex(totals.coords)
    lacking = ratio.isnull() & totals.notnull()
    if lacking.any():
        log.add("N02", rows=_name_cells(lacking))
        log.raise_errors()
    average = ratio.mean(CELL_DIMS[:2])
    if (abs(np.log(average)) > np.log(1.25)).any():
        log.add("N03", detail=", ".join(f"{name}: {value:.2g}" for name, value in average.to_series().items()))
    return ratio.fillna(1.0)


def _check_counts(
    totals: xr.DataArray, persons: xr.DataArray, expected: xr.DataArray, offered: xr.DataArray, log: DataLog
) -> None:
    people = _over_cells(persons)
    crowded = totals > people
    if crowded.any():
        log.add("P02", rows=_name_cells(crowded, totals))
    national = totals.sum(CELL_DIMS[:2])
    few = national < FEW_ADMISSIONS
    if few.any():
        log.add("C07", rows=[f"{name}: {value:g}" for name, value in national[few].to_series().items()])
    silent = (totals.fillna(1).where(offered, 0).sum(DEPRIVATION) == 0) & offered.any(DEPRIVATION)
    due = expected.isel(adjustment=-1).where(offered).sum(DEPRIVATION)
    for rule, chosen in (("C08", silent & (due >= LIKELY_NOT_OFFERED)), ("C09", silent & (due < LIKELY_NOT_OFFERED))):
        if chosen.any():
            log.add(rule, rows=[f"{', '.join(key)}: {value:.1f} expected"
                                for key, value in due.where(chosen).to_series().dropna().items()])  # fmt: skip
    present = (people > 0).sum(DEPRIVATION)
    if (present < 3).any() and people.sizes[DEPRIVATION] >= 3:
        log.add(
            "D06", rows=[f"{code}: {value}" for code, value in present.where(present < 3).to_series().dropna().items()]
        )


def _name_cells(chosen: xr.DataArray, values: xr.DataArray | None = None) -> list[str]:
    marked = chosen.to_series()
    keys = marked.index[marked.to_numpy()]
    shown = {} if values is None else values.transpose(*chosen.dims).to_series().loc[keys].to_dict()
    names = [key if isinstance(key, tuple) else (key,) for key in keys]
    return [", ".join(f"{dim} {part}" for dim, part in zip(chosen.dims, key, strict=True))
            + (f": {shown[original]:g}" if shown else "")
            for key, original in zip(names, keys, strict=True)]  # fmt: skip


def _label(
    cells: xr.Dataset, tables: Sequence[CheckedTable], findings: Sequence[Finding], deprivation_index: str | None
) -> xr.Dataset:
    raise_errors(findings)
    codes = [str(code) for code in cells[ICS].values]
    names = area_names(codes)
    for table in tables:
        if "ics_name" in table.frame:
            names |= dict(zip(table.frame[ICS].astype(str), table.frame["ics_name"], strict=True))
    regions = area_regions(codes)
    adjustment = str(cells["adjustment"].values[-1])
    sources = {table.name: {"file": table.source, "sha256": table.sha256} for table in tables}
    return cells.assign_coords(
        ics_name=(ICS, [names[code] for code in codes]),
        region=(ICS, [regions[code] for code in codes]),
        position=ridit(cells["population"].sum(ICS)),
    ).assign_attrs(
        deprivation_index=deprivation_index or "not named",
        adjustment=ADJUSTMENTS[adjustment],
        findings=json.dumps([asdict(item) for item in findings]),
        sources=json.dumps(sources),
    )
