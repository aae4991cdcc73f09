"""Counts as they were reported on a day: each such table is a vintage, kept for good, beside those before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PERIOD

COUNT, LOW, HIGH = "count", "low", "high"
COUNTS = (COUNT, LOW, HIGH)
VINTAGE, NUMBER = "vintage", "number"
WHOLE_TABLE = "all"
"""What the period of a table is called that has none, or only one without a dimension of its own."""


@dataclass(frozen=True)
class Vintage:
    """The counts of one table, as they were reported on a day.

    Attributes
    ----------
    day
        When the table was published or received, ``YYYY-MM-DD``.
    rows
        From `vintage_rows`.
    """

    day: str
    rows: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse what is no day, or is written otherwise: vintages are in the order of their days as text."""
        try:
            day = dt.date.fromisoformat(self.day).isoformat()
        except ValueError:
            day = ""
        if self.day != day or not day:
            raise OptionError(f"the day of a vintage is written YYYY-MM-DD, such as 2026-11-30, not '{self.day}'")


@dataclass(frozen=True)
class Vintages:
    """All vintages of a table, the first one first. One that is kept is never changed or taken out.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-01-01"], "count": [5.0], "low": [5.0], "high": [5.0]})
    >>> kept = Vintages().with_new(Vintage("2026-02-20", rows))
    >>> kept = kept.with_new(Vintage("2026-03-20", rows.assign(count=6.0, low=6.0, high=6.0)))
    >>> kept.table[["number", "vintage", "count"]].values.tolist()
    [[1, '2026-02-20', 5.0], [2, '2026-03-20', 6.0]]
    """

    kept: tuple[Vintage, ...] = ()

    @property
    def last(self) -> Vintage:
        """The latest one; an `OptionError` where none is kept."""
        if not self.kept:
            raise OptionError("no vintage is kept yet; give the first one")
        return self.kept[-1]

    @property
    def table(self) -> pd.DataFrame:
        """All of them as one table: ``number, vintage``, the labels, ``count, low, high``."""
        parts = [_numbered(vintage, number) for number, vintage in enumerate(self.kept, start=1)]
        return pd.concat(parts, ignore_index=True)

    def with_new(self, vintage: Vintage) -> Vintages:
        """Add a vintage after the last; one that holds what the last does is not added twice.

        Parameters
        ----------
        vintage
            Of a day that is not before that of the last.

        Returns
        -------
        Vintages
            With it.

        Raises
        ------
        OptionError
            When it is of an earlier day.
        """
        if self.kept and vintage.day < self.last.day:
            raise OptionError(
                f"this table is of {vintage.day}, before the last that is kept ({self.last.day}). Vintages are kept in "
                "the order in which they were reported: give a day from then on (--vintage), or refresh the results of "
                "before that day"
            )
        if self.kept and as_written(self.last.rows).equals(as_written(vintage.rows)):
            return self
        return Vintages((*self.kept, vintage))


def vintage_rows(data: xr.Dataset) -> pd.DataFrame:
    """Lay the counts of a series or of cells out as rows, labels as text.

    Parameters
    ----------
    data
        From `read_series` or `read_cells`.

    Returns
    -------
    pandas.DataFrame
        ``period`` (the first day of a period of a series; the label of a period of cells), the labels of cells, and
        ``count, low, high``: of a count that is hidden ``count`` is missing, and its bounds are there where known.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, _ = simulate_series(Sizes(periods=24, before=12), seed=1)
    >>> vintage_rows(series).columns.tolist()
    ['period', 'ics', 'deprivation', 'procedure', 'count', 'low', 'high']
    """
    low, high = count_bounds(data)
    counts = xr.Dataset({COUNT: data["admissions"].astype(float), LOW: low.astype(float), HIGH: high.astype(float)})
    if PERIOD not in counts.dims:
        counts = counts.drop_vars(PERIOD, errors="ignore").expand_dims({PERIOD: [WHOLE_TABLE]})
    dims = [PERIOD, *(dim for dim in data["admissions"].dims if dim != PERIOD)]
    table: pd.DataFrame = counts.reset_coords(drop=True).to_dataframe(dim_order=dims).reset_index()
    if "offered" in data:
        offered = data["offered"].broadcast_like(counts[COUNT]).transpose(*dims).values.ravel()
        table = table[offered.astype(bool)].reset_index(drop=True)
    return table.assign(**{dim: _as_text(table[dim]) for dim in map(str, dims)})


def labels_of(rows: pd.DataFrame) -> list[str]:
    """Name the columns of a vintage that are labels, the period first.

    Examples
    --------
    >>> labels_of(pd.DataFrame(columns=["period", "ics", "count", "low", "high"]))
    ['period', 'ics']
    """
    return [str(name) for name in rows.columns if name not in (*COUNTS, VINTAGE, NUMBER)]


def as_written(rows: pd.DataFrame) -> pd.DataFrame:
    """Give labels the type that they have when they are read from a file.

    Examples
    --------
    >>> as_written(pd.DataFrame({"period": ["2026-01-01"], "count": [1.0]}, index=[4])).index.tolist()
    [0]
    """
    typed: pd.DataFrame = rows.astype(dict.fromkeys(labels_of(rows), "str")).reset_index(drop=True)
    return typed


def _numbered(vintage: Vintage, number: int) -> pd.DataFrame:
    rows = vintage.rows.copy()
    rows.insert(0, NUMBER, number)
    rows.insert(1, VINTAGE, vintage.day)
    return rows


def _as_text(column: pd.Series) -> np.ndarray:
    days = pd.api.types.is_datetime64_any_dtype(column)
    return (column.dt.strftime("%Y-%m-%d") if days else column.astype(str)).to_numpy(dtype=object)
