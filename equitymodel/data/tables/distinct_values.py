"""Columns read by their distinct values: millions of rows hold few labels, and each is read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.data.tables.findings import DataLog


@dataclass(frozen=True)
class DistinctColumn:
    """A column by its distinct values.

    Attributes
    ----------
    column
        As it is, row by row.
    places
        For each row, which of the values it has.
    values
        Each value once, in the order in which they are met.

    Examples
    --------
    >>> sexes = DistinctColumn.of(pd.Series(["f", "m", "f"]))
    >>> sexes.values.tolist(), sexes.times.tolist(), sexes.rows_of(sexes.values == "f").index.tolist()
    (['f', 'm'], [2, 1], [0, 2])
    """

    column: pd.Series
    places: np.ndarray
    values: pd.Series

    @classmethod
    def of(cls, column: pd.Series) -> DistinctColumn:
        """Find the distinct values of a column; of labels kept as categories, by their codes."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            places, values = _of_categories(column.cat)
        else:
            places, found = pd.factorize(column, use_na_sentinel=False)
            values = pd.Series(found)
        values.name = column.name
        return cls(column, places, values)

    @property
    def times(self) -> np.ndarray:
        """How often each value is met."""
        return np.bincount(self.places, minlength=len(self.values))

    def rows_of(self, chosen: pd.Series) -> pd.Series:
        """Give the rows whose value is among the chosen."""
        rows: pd.Series = self.column[chosen.to_numpy(dtype=bool)[self.places]]
        return rows

    def in_rows(self, answers: pd.Series) -> pd.Series:
        """Give each row what was found for its value; texts stay categories where they were."""
        if isinstance(self.column.dtype, pd.CategoricalDtype) and isinstance(answers.dtype, pd.StringDtype):
            codes, labels = pd.factorize(answers)
            small = codes.astype(np.min_scalar_type(-len(labels) - 1))
            own: pd.api.extensions.ExtensionArray = pd.Categorical.from_codes(small[self.places], categories=labels)
        else:
            own = answers.array.take(self.places)
        return pd.Series(own, index=self.column.index, name=self.column.name)


def _of_categories(kept: Any) -> tuple[np.ndarray, pd.Series]:
    """Give the place of each row among the categories that are met, in the order in which they are met."""
    codes = kept.codes.to_numpy()
    met, categories = pd.unique(codes), pd.Series(kept.categories)
    if len(met) == len(categories) and (met == np.arange(len(met))).all():
        return codes, categories
    place = np.empty(len(categories) + 1, dtype=np.min_scalar_type(-len(met) - 1))
    place[met] = np.arange(len(met))  # a code of -1, for what is missing, has the last place
    return place[codes], categories.reindex(met).reset_index(drop=True)


def by_distinct(column: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Work out what depends on a value alone once for each distinct value.

    Examples
    --------
    >>> by_distinct(pd.Series(["f", "m", "f"]), lambda text: text.str.upper()).tolist()
    ['F', 'M', 'F']
    """
    distinct = DistinctColumn.of(column)
    return distinct.in_rows(read(distinct.values))


def read_by_distinct(column: pd.Series, read: Callable[[pd.Series, DataLog], pd.Series], log: DataLog) -> pd.Series:
    """Read a column by its distinct values; where anything is found, read all of it, so that its rows are named.

    Parameters
    ----------
    column
        Labels or numbers, as text.
    read
        Reads each value by itself, whatever the others are, and records what it finds.
    log
        Where that is recorded.

    Returns
    -------
    pandas.Series
        What `read` gives for the whole column.

    Examples
    --------
    >>> def shout(text, log):
    ...     if (text == "").any():
    ...         log.add("C03", rows=list(text.index[text == ""]))
    ...     return text.str.upper()
    >>> log = DataLog()
    >>> read_by_distinct(pd.Series(["f", "", ""], index=["row 2", "row 3", "row 4"]), shout, log).tolist()
    ['F', '', '']
    >>> log.findings[0].rows
    ('row 3', 'row 4')
    """
    trial = DataLog(log.table, group=log.group)
    answer = by_distinct(column, lambda values: read(values, trial))
    return read(in_text(column), log) if trial.findings else answer


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Write labels that are kept as categories as text again.

    Examples
    --------
    >>> as_text(pd.DataFrame({"sex": pd.Categorical(["F", "M", "F"])}))["sex"].dtype
    <StringDtype(na_value=nan)>
    """
    texts = {
        name: in_text(frame[name]) for name in frame.columns if isinstance(frame.dtypes[name], pd.CategoricalDtype)
    }
    return frame.assign(**texts) if texts else frame


def in_text(column: pd.Series) -> pd.Series:
    """Write labels that are kept as categories as text again; any other column stays as it is."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    labels = column.cat.categories.astype("str").array
    texts = labels.take(column.cat.codes.to_numpy(), allow_fill=True)
    return pd.Series(texts, index=column.index, name=column.name)
