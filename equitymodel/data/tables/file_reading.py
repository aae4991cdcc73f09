"""A file while it is read: what was said of it, what is found, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from equitymodel.data.tables.column_names import names_a_column
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.group_columns import names_a_group
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError

REMEMBERED = 10_000
"""Of how many texts it is remembered whether they name a column."""
RULES = (
    Rule(
        "F03",
        "error",
        "the file is not readable as a table",
        "save it as CSV (UTF-8), as a workbook (.xlsx) or as Parquet: one header row, one row a cell",
    ),
)


@dataclass(frozen=True)
class FileReading:
    """A file as it was sent, with what was found so far while it is read."""

    sent: SentTable
    log: DataLog = field(default_factory=DataLog)

    def knows(self, text: str) -> bool:
        """Say whether a cell could be the name of a column, that of the groups or of one group among them.

        Examples
        --------
        >>> reading = FileReading(SentTable("a.csv"))
        >>> reading.knows("ICB code"), reading.knows("Quintile 1"), reading.knows("hip replacement")
        (True, True, False)
        """
        return text.strip().lower() == self.log.group or _names_any(text)

    def refuse(self, detail: str) -> NoReturn:
        """Refuse what is not readable as a table (rule F03).

        Raises
        ------
        EquityDataError
            Always.
        """
        self.log.add("F03", detail=f"{self.sent.name}: {detail}")
        raise EquityDataError([item for item in self.log.findings if item.severity == "error"])


@lru_cache(maxsize=REMEMBERED)
def _names_any(text: str) -> bool:
    """Say whether a text names a column or a group; tables have few texts, many times over."""
    return names_a_column(text) or names_a_group(text)
