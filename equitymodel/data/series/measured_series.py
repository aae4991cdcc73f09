"""A measured series for a chart: a value a period, or a count and what it is of, and whether it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.label_cells import area_coords
from equitymodel.data.series.periods import Periods, read_periods
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.series.series_rows import SINGLE
from equitymodel.data.series.timeline import check_last_period, lay_out_time, without_last
from equitymodel.data.tables.checked_table import TableReading, open_table, refuse_absent
from equitymodel.data.tables.distinct_values import as_text
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.keys import check_duplicates
from equitymodel.data.tables.markers import check_meanings
from equitymodel.data.tables.read_column import read_column
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import ALL_ICS, DEPRIVATION, ICS, PERIOD

RULES = (
    Rule(
        "M01",
        "error",
        "there is nothing to chart",
        "give a column value, or numerator and denominator together; not both",
    ),
    Rule(
        "M02",
        "error",
        "a denominator that is not above 0, or a numerator or standard error below 0",
        "correct it, or leave the row's numbers empty where they are not known",
    ),
    Rule("M03", "warning", "periods without a value are shown as a gap in the chart"),
    Rule(
        "M04",
        "error",
        "quality is neither good nor doubtful",
        "write good, or doubtful where coding or submissions changed; such points set and signal nothing",
    ),
    Rule("M05", "error", "no period has a value", "give the table with its values"),
    Rule(
        "M06",
        "error",
        "a marker in place of a number that is used for several things, or stands for a number",
        "say what it means: --marker '-=not_available' or '-=suppressed' (markers= in read_measured); for a zero "
        "write 0",
    ),
    Rule("M07", "repair", "markers of what is suppressed or not known were read as gaps"),
)
QUALITIES = {"good": False, "": False, "yes": False, "doubtful": True, "no": True}
COUNTS = ("numerator", "denominator")
NUMBERS = ("value", "value_se", *COUNTS)
GAPS = ("suppressed", "not_available", "not_applicable")
SMALLEST = 1e-12


@refuses_other_types
def read_measured(
    source: Source,
    *,
    periods: Periods = Periods(days="equal"),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
    markers: Mapping[str, str] = {},
) -> xr.Dataset:
    """Read a series that was measured, by area where there are several, for `control_chart`.

    Parameters
    ----------
    source
        A file, or a DataFrame: columns ``period`` and ``value``, or ``numerator`` and ``denominator``; perhaps ``ics``,
        ``ics_name``, ``deprivation`` (for `metric_series`), ``value_se`` (the standard error of a value) and
        ``quality`` (good or doubtful).
    periods
        How periods are read, and which breaks are shown apart.
    areas, ignore_columns
        As for `read_series`.
    markers
        What a marker in place of a number means, where it is used for several things: ``suppressed, not_available`` or
        ``not_applicable``. Each leaves a gap in the chart, since a rate that is hidden has no bounds.

    Returns
    -------
    xarray.Dataset
        Over ``ics``, where given ``deprivation``, and ``period``: ``value``, where given ``numerator``,
        ``denominator`` and ``value_se``, and
        ``doubtful``; over ``period`` ``masked``: inside a declared break. Its `SeriesFacts` say what was found.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken: periods absent or given twice, or nothing to chart.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", periods=4, freq="MS").strftime("%Y-%m")
    >>> series = read_measured(pd.DataFrame({"period": months, "value": [0.8, 0.82, 0.79, 0.81]}))
    >>> series["value"].values.tolist(), SeriesFacts.of(series).frequency.name
    ([[0.8, 0.82, 0.79, 0.81]], 'monthly')
    """
    table = open_table("measured", source, areas=areas, ignore_columns=ignore_columns)
    refuse_absent(ignore_columns, table.columns)
    log = table.log
    _name_markers(table, markers)
    _read_values(table)
    starts, frequency = read_periods(table.frame[PERIOD], log, periods)
    frame = table.frame.assign(period=starts)
    named = frame.assign(period=starts.map({start: frequency.label(start) for start in starts.unique()}))
    check_duplicates(named, "value", log, rule="T02")
    log.raise_errors()
    series = _lay_out(without_last(frame, frequency, periods.drop_last, log))
    check_last_period(pd.DatetimeIndex(series[PERIOD]), frequency, log)
    log.raise_errors()
    time = lay_out_time(series, frequency, periods, log)
    _note_unknown(series, log)
    log.raise_errors()
    facts = replace(
        SeriesFacts.of(time),
        exposure="none",
        findings=tuple(log.findings),
        sources=(TableSource("measured", table.source, table.sha256),),
    )
    return facts.keep_with(series.assign(masked=time["masked"]).assign_coords(**area_coords(series, [frame])))


def _name_markers(table: TableReading, said: Mapping[str, str]) -> None:
    """Read markers by their meaning: a gap is named, and one that could be a number is refused (rules M06 and M07)."""
    check_meanings(said)
    table.frame = as_text(table.frame)
    for name in (name for name in NUMBERS if name in table.frame):
        column = table.frame[name].astype(str)
        read = read_column(column, said)
        for rule, kinds in (("M06", ("ask", "zero", "rounded_low")), ("M07", GAPS)):
            marked = read.means(*kinds)
            if marked.any():
                rows = [f"{row}: {column[row]!r}" for row in table.frame.index[marked]]
                table.log.add(rule, detail=f"column {name}, {read.explain(*kinds)}", rows=rows)
        table.frame = table.frame.assign(**{name: table.frame[name].mask(read.means(*GAPS), "")})
    table.log.raise_errors()


def _read_values(table: TableReading) -> None:
    """Read what is charted, and work values out of counts."""
    counted = [name for name in COUNTS if name in table.frame]
    if ("value" in table.frame) == bool(counted) or len(counted) == 1:
        table.log.add("M01", detail=f"columns {', '.join(map(str, table.frame.columns))}")
        table.log.raise_errors()
    for name in NUMBERS:
        if name in table.frame:
            table.read_numbers(name, "M02", partial(_can_be, name))
    if counted:
        table.frame = table.frame.assign(value=table.frame["numerator"] / table.frame["denominator"])
    _read_quality(table)
    table.frame = table.frame.assign(**({} if ICS in table.frame else {ICS: SINGLE[ICS]}))


def _can_be(name: str, numbers: pd.Series) -> pd.Series:
    least = {"numerator": 0.0, "value_se": 0.0, "denominator": SMALLEST}.get(name, -math.inf)
    return numbers.isna() | (numbers >= least)


def _read_quality(table: TableReading) -> None:
    frame = table.frame
    given = frame["quality"].fillna("").astype(str).str.strip().str.lower() if "quality" in frame else pd.Series(
        "good", frame.index
    )  # fmt: skip
    bad = ~given.isin(QUALITIES)
    if bad.any():
        table.log.add("M04", rows=[f"{row}: {frame['quality'][row]!r}" for row in frame.index[bad]])
        table.log.raise_errors()
    table.frame = frame.assign(doubtful=given.map(QUALITIES).astype(float))


def _lay_out(frame: pd.DataFrame) -> xr.Dataset:
    names = [name for name in ("value", "value_se", *COUNTS, "doubtful") if name in frame]
    keys = [ICS, *([DEPRIVATION] if DEPRIVATION in frame else []), PERIOD]
    series = frame.set_index(keys)[names].to_xarray().astype(float)
    return series.assign(doubtful=series["doubtful"].fillna(0.0).astype(bool))


def _note_unknown(series: xr.Dataset, log: DataLog) -> None:
    unknown = series["value"].isnull()
    if bool(unknown.all()):
        log.add("M05")
    elif bool(unknown.any()):
        where = unknown.to_series()
        rows = [", ".join(str(part) for part in (*labels[:-1], f"{labels[-1]:%Y-%m-%d}") if part != ALL_ICS)
                for labels in where.index[where]]  # fmt: skip
        log.add("M03", rows=rows)
