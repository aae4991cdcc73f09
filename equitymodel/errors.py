"""Errors that say what is wrong, where, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Explained(Protocol):
    """Anything that can explain itself in a paragraph: a finding of the data contract."""

    def explain(self) -> str:
        """Return the rule, the rows and the way out, as text."""
        ...


class EquityModelError(Exception):
    """The root of every error this package raises on purpose."""


class EquityDataError(EquityModelError):
    """The tables break the data contract; each broken rule is explained.

    Parameters
    ----------
    findings
        What was found, one item for each broken rule.

    Examples
    --------
    >>> str(EquityDataError([]))
    'The data break 0 rules of the contract.'
    """

    def __init__(self, findings: Sequence[Explained]) -> None:
        self.findings = tuple(findings)
        rules = "rule" if len(self.findings) == 1 else "rules"
        opening = f"The data break {len(self.findings)} {rules} of the contract."
        super().__init__("\n\n".join([opening, *(item.explain() for item in self.findings)]))


class SpecError(EquityModelError):
    """A model specification uses a word, a value or a combination that has no meaning."""


class DiagnosisError(EquityModelError):
    """A fit failed its diagnosis, so its tables may not be published."""


class OutputError(EquityModelError):
    """A result could not be written where it was asked for."""


class OptionError(EquityModelError, ValueError):
    """An argument or option has a value that has no meaning, or names something that is not there."""


class ComputationError(EquityModelError, ArithmeticError):
    """A computation did not settle, so that it has no answer to give."""


class MemoryShortageError(EquityModelError):
    """A computation would need more memory than this machine has free."""
