"""What was published of rules of a list, as a document needs it: tables, what was stated, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, DEPRIVATION, ICS
from equitymodel.waiting.compare_rules import RuleComparison

RULES, PATHS, STATED = "waiting_rules", "waiting_paths", "waiting_stated"


@dataclass(frozen=True)
class PublishedRules:
    """What was published of rules of a list.

    Attributes
    ----------
    tables
        By the names of their files: ``waiting_rules``, ``waiting_paths`` and ``waiting_stated``.
    rules
        What each rule says, and whether it is contested.
    conserved
        What no order can change here.
    provenance
        Where it all comes from.
    stamp
        A warning that goes with everything, empty if there is none.
    """

    tables: Mapping[str, pd.DataFrame]
    rules: pd.DataFrame
    conserved: str
    provenance: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""

    @property
    def names(self) -> list[str]:
        """The rules, the one that others are compared with first."""
        return [str(name) for name in self.rules["rule"]]

    @property
    def groups(self) -> list[str]:
        """Labels of the groups, the most deprived first."""
        found = self.rows("mean_wait", rule=self.names[0])[DEPRIVATION]
        return [str(label) for label in found if label != ALL_GROUPS]

    @property
    def stated(self) -> list[str]:
        """What was not learned from data."""
        return [str(text) for text in self.tables[STATED]["stated"]]

    def rows(
        self, quantity: str, *, rule: str | None = None, ics: str = ALL_ICS, deprivation: str | None = None
    ) -> pd.DataFrame:
        """Give the rows of a quantity in an area, of every rule or group where none is named."""
        found = self.tables[RULES]
        found = found[(found["quantity"] == quantity) & (found[ICS] == ics)]
        for column, label in (("rule", rule), (DEPRIVATION, deprivation)):
            found = found if label is None else found[found[column] == label]
        return found


def published_waiting(
    comparison: RuleComparison, provenance: Mapping[str, Any], sources: Mapping[str, str], checked: str = ""
) -> PublishedRules:
    """Gather what is published of a comparison.

    Parameters
    ----------
    comparison, provenance
        From `compare_rules`, and the record of where it comes from.
    sources
        Where what rules state comes from, by the name of the rule.
    checked
        What a check against last year found, in a sentence.

    Returns
    -------
    PublishedRules
        With every statement in a table of its own, and a stamp that names the kinds of statement.
    """
    said = [*comparison.stated, *(f"{name}: {source}." for name, source in sources.items())]
    said += [checked or "The list was not held against what was observed of it a year later."]
    tables = {RULES: comparison.table, PATHS: comparison.paths, STATED: pd.DataFrame({"stated": said})}
    return PublishedRules(
        tables, comparison.rules, comparison.conserved, provenance, str(provenance.get("stamp") or "")
    )
