"""What a picture of lines over time, or of points against their size, draws, for formats whose charts can be edited."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equitymodel.errors import OptionError

LOOKS = ("values", "marks", "centre", "limit")
"""Values are joined marks, marks stand alone, a centre is a thin line and limits are dashed."""


@dataclass(frozen=True)
class LineChart:
    """Lines over labels in their order, or over numbers.

    Attributes
    ----------
    rows
        A column of labels or numbers, and one a line.
    along
        The column that lines run over; of numbers, points are placed by them.
    lines
        By column, how it is drawn: one of `LOOKS`. The heading of a column is the name of its line.
    quantity, along_title
        What the axes measure.

    Raises
    ------
    OptionError
        When a line has no column, or a look no meaning.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2023-01", "2023-02"], "value": [1.0, 2.0]})
    >>> LineChart(rows, "period", {"value": "values"}, "ratio").numeric
    False
    """

    rows: pd.DataFrame
    along: str
    lines: dict[str, str]
    quantity: str
    along_title: str = ""

    def __post_init__(self) -> None:
        """Refuse lines that are not there."""
        absent = [name for name in (self.along, *self.lines) if name not in self.rows]
        if absent or not set(self.lines.values()) <= set(LOOKS):
            raise OptionError(f"no chart can be made of lines {', '.join(absent or self.lines.values())}")

    @property
    def numeric(self) -> bool:
        """Whether it runs over numbers."""
        return pd.api.types.is_numeric_dtype(self.rows[self.along])
