"""What was different between two reports of the same question: data, revisions, population, need, code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.kept_as_text import TableSource, read_sources
from equitymodel.monitoring.revisions import BEFORE, DIFFERENCE, new_periods, revisions
from equitymodel.monitoring.vintages import labels_of, vintage_rows
from equitymodel.vocabulary import PERIOD

NEW, REVISED, POPULATION, NEED, CODE = "new data", "revision", "population", "need", "code version"
COMPARED = (("exposure", POPULATION), ("population", POPULATION), ("need_ratio", NEED))
"""What admissions are held against, as it was read; expected admissions follow from it and from admissions."""
OTHER_TABLES = ("rates", "not_offered")
"""Tables of which only the file is compared."""
COLUMNS = ["why", "what"]
MOST_NAMED = 3


@dataclass(frozen=True)
class Cause:
    """Something that was different between two reports.

    Attributes
    ----------
    why, what
        ``new data``, ``revision``, ``population``, ``need``, ``rates``, ``not offered`` or ``code version``; and what
        of it, in words.

    Examples
    --------
    >>> print(Cause("new data", "1 period: 2026-02"))
    new data (1 period: 2026-02)
    """

    why: str
    what: str

    def __str__(self) -> str:
        """Say it."""
        return f"{self.why} ({self.what})"


def causes_between(
    before: xr.Dataset,
    after: xr.Dataset,
    versions: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
) -> list[Cause]:
    """Name everything that was different between two reports.

    Parameters
    ----------
    before, after
        Series or cells of the last report and of this one.
    versions
        Of the package and what it rests on, by name, of both.

    Returns
    -------
    list of Cause
        Empty where nothing was.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, _ = simulate_series(Sizes(periods=24, before=12), seed=1)
    >>> later = series.assign(exposure=series["exposure"] * 1.1)
    >>> [str(cause) for cause in causes_between(series.isel(period=slice(0, 22)), later)]
    ['new data (2 periods: 2019-11-01, 2019-12-01)', 'population (changed in 22 of 22 rows)']
    """
    rows = [vintage_rows(data) for data in (before, after)]
    found = [*_new(*rows), *_revised(*rows), *_changed(before, after), *_versions(*versions)]
    return [Cause(why, what) for why, what in found]


def causes_table(causes: list[Cause]) -> pd.DataFrame:
    """Lay causes out, a row each: ``why, what``."""
    return pd.DataFrame([(cause.why, cause.what) for cause in causes], columns=COLUMNS)


def _new(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[str, str]]:
    if added := new_periods(before, after):
        yield NEW, f"{_counted(len(added), 'period')}: {_some(added)}"
    for name in labels_of(before)[1:]:
        if more := sorted(set(after[name]) - set(before[name])):
            yield NEW, f"{_counted(len(more), name)} more: {_some(more)}"


def _revised(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[str, str]]:
    moved = revisions(before, after)
    if moved.empty:
        return
    by = float(moved[DIFFERENCE].sum())
    share = by / float(before["count"].sum())
    periods = sorted(set(moved[PERIOD]))
    hidden = int(moved[DIFFERENCE].isna().sum())
    more = f", {hidden} of them hidden before or now" if hidden else ""
    yield REVISED, (f"{_counted(len(moved), 'count')} of {_some(periods)}{more}: {by:+,.0f} in all, {share:+.2%} of "
                    f"all that was reported; the largest by {_largest(moved):+,.0f}")  # fmt: skip


def _largest(moved: pd.DataFrame) -> float:
    known = moved[moved[BEFORE].notna() & moved[DIFFERENCE].notna()][DIFFERENCE]
    return float(known.to_numpy()[known.abs().to_numpy().argmax()]) if len(known) else 0.0


def held_against_changed(before: xr.Dataset, after: xr.Dataset) -> list[tuple[str, str]]:
    """Compare what admissions are held against, over the cells and periods that both have.

    Parameters
    ----------
    before, after
        As for `causes_between`.

    Returns
    -------
    list of tuple
        What changed, ``population`` or ``need``, and in how many rows.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, _ = simulate_series(Sizes(periods=24, before=12), seed=1)
    >>> held_against_changed(series, series.assign(exposure=series["exposure"] * 1.1))
    [('population', 'changed in 24 of 24 rows')]
    """
    return list(_held_against(before, after))


def _held_against(before: xr.Dataset, after: xr.Dataset) -> Iterator[tuple[str, str]]:
    for name, why in COMPARED:
        if name not in before or name not in after:
            continue
        old, new = xr.align(before[name], after[name], join="inner")
        moved = int((~np.isclose(old.values, new.transpose(*old.dims).values, rtol=1e-12, equal_nan=True)).sum())
        if moved:
            yield why, f"changed in {moved:,} of {old.size:,} rows"


def _changed(before: xr.Dataset, after: xr.Dataset) -> Iterator[tuple[str, str]]:
    yield from _held_against(before, after)
    files = [_sources(data) for data in (before, after)]
    for name in OTHER_TABLES:
        had, has = (found.get(name) for found in files)
        if (had and had.sha256) != (has and has.sha256):
            yield name.replace("_", " "), f"another file: {has.file if has else 'none'}"


def _sources(data: xr.Dataset) -> dict[str, TableSource]:
    return {source.table: source for source in read_sources(str(data.attrs.get("sources", "")))}


def _versions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    moved = [f"{name} {before.get(name, 'none')} to {after.get(name, 'none')}"
             for name in sorted({*before, *after}) if before.get(name) != after.get(name)]  # fmt: skip
    if moved:
        yield CODE, ", ".join(moved)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
