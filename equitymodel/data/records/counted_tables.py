"""From numbers of cells to tables of the contract: admissions by year, age and sex, and series by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.data.records.record_selection import MONTHS_A_YEAR, RecordSelection, month_label, year_label
from equitymodel.data.tables.deprivation_index import INDEX_COLUMN
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

SEX_LABELS = ("F", "M")


@dataclass(frozen=True)
class CellLayout:
    """What the number of a cell stands for.

    Attributes
    ----------
    places
        Pairs of ICS and group of deprivation.
    procedures
        Groups of procedures.
    selection
        With the bands of age and the period.
    index
        The index of deprivation.
    """

    places: pd.DataFrame
    procedures: tuple[str, ...]
    selection: RecordSelection
    index: str

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How many places, procedures, bands of age and sexes there are."""
        return len(self.places), len(self.procedures), len(self.selection.bands), len(SEX_LABELS)

    def counts(self, cells: np.ndarray, admissions: np.ndarray) -> tuple[np.ndarray, int]:
        """Lay admissions out by month, place, procedure, band and sex.

        Parameters
        ----------
        cells, admissions
            Numbers of cells, and how many admissions each has.

        Returns
        -------
        tuple
            Counts, with months first, and the first month.
        """
        size = int(np.prod(self.shape))
        first, last = self._period(cells // size)
        counts = np.zeros((last - first + 1, *self.shape), dtype=np.int64)
        counts.ravel()[cells - first * size] = admissions
        return counts, first

    def _period(self, months: np.ndarray) -> tuple[int, int]:
        first, last = self.selection.months
        return int(months.min()) if first is None else first, int(months.max()) if last is None else last

    def series(self, counts: np.ndarray, first: int) -> pd.DataFrame:
        """Give admissions by month, place and procedure, those of none too.

        Parameters
        ----------
        counts, first
            From `counts`.

        Returns
        -------
        pandas.DataFrame
            Columns ``period, ics, deprivation, procedure, deprivation_index, admissions``.
        """
        months = [month_label(first + number) for number in range(len(counts))]
        return self._table({PERIOD: months}, {}, counts.sum(axis=(3, 4)))

    def admissions(self, counts: np.ndarray, first: int) -> pd.DataFrame:
        """Give admissions by whole year, place, procedure, age and sex, those of none too.

        Parameters
        ----------
        counts, first
            From `counts`.

        Returns
        -------
        pandas.DataFrame
            Columns ``period, ics, deprivation, procedure, age_band, sex, deprivation_index, admissions``; without rows
            where no year is whole.
        """
        starts = whole_years(first, len(counts), self.selection.year_starts)
        years = [counts[start - first : start - first + MONTHS_A_YEAR].sum(axis=0) for start in starts]
        labels = [year_label(start, self.selection.year_starts) for start in starts]
        strata = {AGE_BAND: self.selection.bands, SEX: list(SEX_LABELS)}
        return self._table({PERIOD: labels}, strata, np.array(years).reshape(len(starts), *self.shape))

    def _table(self, outer: dict[str, list[str]], inner: dict[str, list[str]], counts: np.ndarray) -> pd.DataFrame:
        """Write an array as a table, a row a number; procedures without any admission are left out."""
        known = counts.sum(axis=tuple(axis for axis in range(counts.ndim) if axis != 2)) > 0
        counts = counts[:, :, known]
        at = np.indices(counts.shape).reshape(counts.ndim, -1)
        names = [*outer, "place", PROCEDURE, *inner]
        labels = [*outer.values(), [], list(np.array(self.procedures)[known]), *inner.values()]
        places = {key: self.places[key].to_numpy()[at[1]] for key in (ICS, DEPRIVATION)}
        columns: dict[str, object] = {}
        for name, those, place in zip(names, labels, at, strict=True):
            columns |= places if name == "place" else {name: np.array(those, dtype=object)[place]}
        return pd.DataFrame({**columns, INDEX_COLUMN: self.index, "admissions": counts.ravel()})


def whole_years(first: int, months: int, year_starts: int) -> list[int]:
    """Give the first month of each whole year.

    Parameters
    ----------
    first, months
        The first month, since the year 0, and how many there are.
    year_starts
        The month in which a year begins.

    Examples
    --------
    >>> whole_years(24266, 14, 4)
    [24267]
    """
    starts = range(first + (year_starts - 1 - first) % MONTHS_A_YEAR, first + months, MONTHS_A_YEAR)
    return [start for start in starts if start + MONTHS_A_YEAR <= first + months]
