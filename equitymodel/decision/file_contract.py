"""What is found in a file of the user's: rules with an id, the places that break them and a way out, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from equitymodel.data.tables.rules import Rule
from equitymodel.errors import EquityDataError

NAMED_PLACES = 5


@dataclass(frozen=True)
class FileFinding:
    """One rule that a file breaks, with every place where it does.

    Attributes
    ----------
    rule, file
        Which rule, and what the file is called.
    places
        Where it is broken, and what stands there.
    """

    rule: Rule
    file: str
    places: tuple[str, ...]

    def explain(self) -> str:
        """Say the rule, up to five places and the way out, in a paragraph.

        Examples
        --------
        >>> rule = Rule("R03", "error", "a word that is needed is not there", "add it")
        >>> print(FileFinding(rule, "own.toml", ("strategy 19: stage",)).explain())
        R03 in own.toml: a word that is needed is not there (1 place).
          strategy 19: stage
          Way out: add it.
        """
        size = f"{len(self.places)} place{'' if len(self.places) == 1 else 's'}"
        lines = [f"{self.rule.id} in {self.file}: {self.rule.states} ({size})."]
        lines += [f"  {place}" for place in self.places[:NAMED_PLACES]]
        if len(self.places) > NAMED_PLACES:
            lines.append(f"  ... and {len(self.places) - NAMED_PLACES} more")
        return "\n".join([*lines, f"  Way out: {self.rule.way_out}."])


@dataclass
class FileLog:
    """What one file breaks, in the order in which it was found.

    Attributes
    ----------
    file
        What the file is called.
    rules
        The rules that it is held against, by id.
    """

    file: str
    rules: Mapping[str, Rule]
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, rule: str, place: str) -> None:
        """Record a place that breaks a rule."""
        self.found.setdefault(rule, []).append(place)

    def raise_errors(self) -> None:
        """Raise one error that explains every rule that is broken.

        Raises
        ------
        EquityDataError
            When any is.
        """
        if self.found:
            raise EquityDataError([FileFinding(self.rules[name], self.file, tuple(places))
                                   for name, places in self.found.items()])  # fmt: skip


def by_id(rules: Sequence[Rule]) -> dict[str, Rule]:
    """Give rules by their ids.

    Examples
    --------
    >>> list(by_id([Rule("R01", "error", "it is no TOML", "mend it")]))
    ['R01']
    """
    return {rule.id: rule for rule in rules}
