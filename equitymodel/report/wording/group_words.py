"""What sentences, pages and records say of the groups, whatever they are: chosen in one place, by their kind."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.report.wording.deprivation_statement import DeprivationWords
from equitymodel.report.wording.group_statement import ReferenceWords


class GroupWords(Protocol):
    """What can be said of groups: of deprivation, or of those compared with a reference group."""

    def found(self, rows: pd.DataFrame) -> str:
        """Say what the gap of one procedure is, from its rows of the table of gaps."""
        ...

    def limits(self) -> list[str]:
        """Say what a comparison of such groups cannot show; need first."""
        ...

    def page(self) -> dict[str, str]:
        """Give the words of the page that depend on what the groups are."""
        ...

    def heading(self) -> str:
        """Give the heading of a table of gaps."""
        ...

    def record(self) -> dict[str, Any]:
        """Say what the groups are, for provenance."""
        ...


def words_of(facts: CellFacts) -> GroupWords:
    """Choose the words for the groups of some cells.

    Examples
    --------
    >>> from equitymodel.data.tables.groups import Group
    >>> words_of(CellFacts(deprivation_index="IMD 2019")).record()
    {'deprivation_index': 'IMD 2019'}
    >>> words_of(CellFacts(Group("ethnicity", "White British"))).heading()
    'Equality Act characteristic: race. Against White British'
    """
    return DeprivationWords(facts) if facts.group.ordered else ReferenceWords(facts)
