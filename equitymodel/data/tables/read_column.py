"""A column of numbers as it was read: what each row says, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from equitymodel.data.tables.distinct_values import DistinctColumn
from equitymodel.data.tables.markers import Marker
from equitymodel.data.tables.written_counts import WrittenCount, read_written


@dataclass(frozen=True)
class ReadColumn:
    """What each row of a column says.

    Attributes
    ----------
    column, numbers
        As it was given, and as numbers, missing where there is none.
    meaning
        Empty for a number; the meaning of a marker; or ``empty``, ``unknown`` (a marker that is not known),
        ``unreadable`` (neither a number nor a marker) or ``doubtful`` (a number beside a mark that may change it).
    separated, noted
        Whether thousands were separated, and whether notes stood beside the number.
    markers
        What stood in place of a number, by row; only the rows where something did.
    within
        The whole column, where these rows are its distinct values.
    """

    column: pd.Series
    numbers: pd.Series
    meaning: pd.Series
    separated: pd.Series
    noted: pd.Series
    markers: Mapping[str, Marker]
    within: DistinctColumn | None = None

    @property
    def name(self) -> str:
        """What the column is called."""
        return str(self.column.name)

    @property
    def stated(self) -> pd.Series:
        """Whether a marker states its own bounds."""
        return self._own(0).notna()

    @property
    def low(self) -> pd.Series:
        """The least that a marker states, where it states bounds."""
        return self._own(0)

    @property
    def high(self) -> pd.Series:
        """The most that a marker states, where it states bounds."""
        return self._own(1)

    def means(self, *kinds: str) -> pd.Series:
        """Mark the rows of some meanings."""
        return self.meaning.isin(kinds)

    def states(self, low: int, high: int) -> pd.Series:
        """Mark the rows whose marker states these bounds, or these but for a zero that cannot be told from them."""
        return (self.high == high) & ((self.low == low) | ((self.low <= 1) & (low <= 1) & self._loose()))

    def within_stated(self, numbers: pd.Series) -> pd.Series:
        """Mark numbers above zero that lie in bounds which a marker of the column states."""
        bounds = {marker.between for marker in self.markers.values() if marker.between}
        inside = [(numbers >= max(low, 1)) & (numbers <= high) for low, high in bounds]
        return np.logical_or.reduce(inside) if inside else pd.Series(False, index=numbers.index)

    def explain(self, *kinds: str) -> str:
        """Say the markers of some meanings, and who uses them so."""
        found = [marker for marker in self.markers.values() if marker.meaning in kinds]
        return ", ".join(f"'{marker.text}' ({marker.source})" for marker in found)

    def explain_bounds(self) -> str:
        """Say the bounds that markers state."""
        found = [(marker.text, marker.between) for marker in self.markers.values() if marker.between]
        return "; ".join(f"{text} is {low} to {high}" for text, (low, high) in found)

    def name_rows(self, chosen: pd.Series) -> list[str]:
        """Name rows with what they say."""
        rows = self.column[chosen] if self.within is None else self.within.rows_of(chosen)
        return [f"{label}: {value!r}" for label, value in rows.items()]

    def _own(self, end: int) -> pd.Series:
        ends = {text: float(marker.between[end]) for text, marker in self.markers.items() if marker.between}
        if not ends:
            return pd.Series(np.nan, index=self.column.index)
        return self.column.astype(str).map(ends).astype(float)

    def _loose(self) -> pd.Series:
        """Mark the rows whose marker has no lower end of its own, such as fewer than 5."""
        loose = {text for text, marker in self.markers.items() if marker.between and "-" not in marker.text}
        return self.column.astype(str).isin(loose)


def read_column(column: pd.Series, said: Mapping[str, str], *, stars_hide: bool = False) -> ReadColumn:
    """Read every row of a column as a number, a number with notes, or a marker.

    Parameters
    ----------
    column
        Text or numbers.
    said
        Meanings of markers, as the user gave them.
    stars_hide
        Whether stars hide counts in this table; they do where one stands alone.

    Examples
    --------
    >>> read = read_column(pd.Series(["1,204", "[x]", "12c", "many"]), {})
    >>> read.numbers.tolist(), read.meaning.tolist()
    ([1204.0, nan, nan, nan], ['', 'not_available', 'doubtful', 'unknown'])
    """
    text = _as_text(column)
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    numbers = numbers.where(np.isfinite(numbers))
    zeros = bool((numbers == 0).any())
    rest = text[numbers.isna()]
    written = {value: read_written(value, said, zeros_shown=zeros) for value in rest.unique()}
    hide = stars_hide or any(value.strip("*") == "" and value for value in written)
    written = {text: _doubted(value, hide) for text, value in written.items()}
    meanings = pd.Series([_meaning(value, written[value]) for value in rest], index=rest.index, dtype=object)
    own = pd.Series([_number(written[value]) for value in rest], index=rest.index, dtype=float)
    return ReadColumn(
        column,
        numbers.where(numbers.notna(), own.reindex(column.index)) if len(rest) else numbers,
        meanings.reindex(column.index, fill_value=""),
        text.isin([value for value, said in written.items() if said.separated]),
        text.isin([value for value, said in written.items() if said.notes and not said.doubtful]),
        {value: said.marker for value, said in written.items() if said.marker},
    )


def _as_text(column: pd.Series) -> pd.Series:
    """Give numbers as they are and all else as text, empty where there is nothing."""
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.astype(float)
        return (
            numbers if bool(np.isfinite(numbers).all()) else numbers.astype(object).where(numbers.notna(), "").map(str)
        )
    return column.astype("object").where(column.notna(), "").astype(str)


def _doubted(value: WrittenCount, stars_hide: bool) -> WrittenCount:
    """Doubt a number beside stars in a table whose stars hide counts; what is doubtful gives no number."""
    doubtful = value.doubtful or (value.starred and stars_hide)
    return replace(value, doubtful=True, number=np.nan) if doubtful else value


def _number(value: WrittenCount) -> float:
    return 0.0 if value.marker and value.marker.meaning == "zero" else value.number


def _meaning(text: str, value: WrittenCount) -> str:
    if value.marker:
        return value.marker.meaning if value.marker.meaning != "note" else "ask"
    if value.doubtful:
        return "doubtful"
    if not np.isnan(value.number):
        return ""
    if not text:
        return "empty"
    wordy = not any(sign.isdigit() for sign in text) and "inf" not in text.lower()
    return "unknown" if wordy or (text.startswith("[") and text.endswith("]")) else "unreadable"
