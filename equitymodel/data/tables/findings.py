"""What was found in the tables: rules of the contract that were met, with their rows, in a log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.data.tables.rules import Severity, rule_named
from equitymodel.errors import EquityDataError
from equitymodel.vocabulary import DEPRIVATION

NAMED_ROWS = 5
FOUND = "found"
"""The attribute of a DataFrame that keeps what was found when it was made, for the log of what reads it."""


@dataclass(frozen=True)
class Finding:
    """One rule met in the data: which rows, how many, and the detail.

    Attributes
    ----------
    rule
        The id of the rule.
    detail
        What was seen, with values.
    rows
        Up to five rows, named as the reader can find them.
    count
        How many rows in all.
    table
        Which table it was found in.
    """

    rule: str
    detail: str = ""
    rows: tuple[str, ...] = ()
    count: int = 0
    table: str = ""

    @property
    def severity(self) -> Severity:
        """Error, warning or repair."""
        return rule_named(self.rule).severity

    def explain(self) -> str:
        """Say the rule, the rows and the way out, in a paragraph.

        Examples
        --------
        >>> print(Finding("C01", rows=("row 3",), count=1, table="admissions").explain())
        C01 in admissions: a negative count (1 row).
          row 3
          Way out: correct the count; reversals belong in the cell they reverse.
        """
        rule = rule_named(self.rule)
        place = f" in {self.table}" if self.table else ""
        size = f" ({self.count:,} row{'' if self.count == 1 else 's'})" if self.count else ""
        detail = f": {self.detail}" if self.detail else ""
        lines = [f"{rule.id}{place}: {rule.states}{size}{detail}."]
        lines += [f"  {row}" for row in self.rows]
        if self.count > len(self.rows) > 0:
            lines.append(f"  ... and {self.count - len(self.rows):,} more")
        if rule.way_out:
            lines.append(f"  Way out: {rule.way_out}.")
        return "\n".join(lines)


@dataclass
class DataLog:
    """What was found while reading one table, in the order it was found."""

    table: str = ""
    findings: list[Finding] = field(default_factory=list)
    group: str = DEPRIVATION
    """The column of the groups, as the reader knows it."""

    def add(self, rule: str, *, detail: str = "", rows: Sequence[str] = (), count: int | None = None) -> None:
        """Record that a rule was met, naming at most five rows."""
        size = len(rows) if count is None else count
        self.findings.append(Finding(rule, detail, tuple(rows[:NAMED_ROWS]), size, self.table))

    def raise_errors(self) -> None:
        """Raise one error that explains every broken rule found so far.

        Raises
        ------
        EquityDataError
            When any finding is an error; its message names the rows and the way out.
        """
        raise_errors(self.findings)


def raise_errors(findings: Iterable[Finding]) -> None:
    """Raise `EquityDataError` if any finding is an error."""
    broken = [item for item in findings if item.severity == "error"]
    if broken:
        raise EquityDataError(broken)


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Lay findings out as a table, one row each.

    Parameters
    ----------
    findings
        What a table was found to break, in the order in which rows are wanted.

    Returns
    -------
    pandas.DataFrame
        Columns ``rule, severity, table, states, detail, rows, count, way_out``.

    Examples
    --------
    >>> findings_frame([Finding("F01", table="admissions")])[["rule", "severity"]].values.tolist()
    [['F01', 'repair']]
    """
    columns = ["rule", "severity", "table", "states", "detail", "rows", "count", "way_out"]
    rows = [
        (item.rule, item.severity, item.table, rule_named(item.rule).states, item.detail,
         "; ".join(item.rows), item.count, rule_named(item.rule).way_out)
        for item in findings
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
