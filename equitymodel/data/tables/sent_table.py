"""A table as it was sent: a file, and what has to be said about how it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

DecimalMark = Literal["comma", "point"]
WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class SentTable:
    """A table with what its own rows and columns do not tell.

    Attributes
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame.
    wide
        Whether there is a column a group, in place of a row a group.
    sheet
        Which sheet of a workbook holds the table; needed where there are several.
    header_row
        The row of the header, counted from 1; found by its names if none is given.
    decimal
        What stands before decimals: ``"comma"`` or ``"point"``; found from the numbers if not given.

    Examples
    --------
    >>> SentTable("wide.csv", wide=True).name
    'wide.csv'
    """

    source: str | Path | pd.DataFrame
    wide: bool = False
    sheet: str | None = None
    header_row: int | None = None
    decimal: DecimalMark | None = None

    def __post_init__(self) -> None:
        """Refuse a row that is none, a sheet of what is no workbook, and a decimal mark that there is not."""
        row = self.header_row
        if row is not None and (isinstance(row, bool) or not isinstance(row, int) or row < 1):
            raise OptionError(f"header_row is the number of a row, 1 or more, not {row!r}")
        if row is not None and isinstance(self.source, pd.DataFrame):
            raise OptionError("header_row is of a file; a DataFrame has its columns already")
        if self.sheet is not None and not self.is_workbook:
            raise OptionError(f"sheet={self.sheet!r} is of a workbook, and {self.name} is none; leave sheet out")
        if self.decimal is not None and self.decimal not in get_args(DecimalMark):
            raise OptionError(f"decimal cannot be '{self.decimal}'. {nearest(self.decimal, get_args(DecimalMark))}")

    @property
    def is_workbook(self) -> bool:
        """Whether the name is that of a workbook of Excel."""
        return not isinstance(self.source, pd.DataFrame) and Path(self.source).suffix.lower() in WORKBOOKS

    @property
    def name(self) -> str:
        """The name of the file, without its folder, or ``DataFrame``."""
        return "DataFrame" if isinstance(self.source, pd.DataFrame) else Path(self.source).name

    @classmethod
    def of(cls, source: SentTable | str | Path | pd.DataFrame) -> SentTable:
        """Take a file or a DataFrame of which nothing more has to be said."""
        return source if isinstance(source, SentTable) else cls(source)
