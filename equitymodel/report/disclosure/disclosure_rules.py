"""Rules of disclosure control as data: what is hidden, what is rounded, and when a hidden count is safe."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from equitymodel.errors import OptionError, SpecError
from equitymodel.spec.read_spec import check_words, parse
from equitymodel.vocabulary import nearest

SHIPPED = ("hes", "opensafely", "acro", "none")
FORMAT = 1
SWITCHES = ("secondary", "alone", "differencing")
TEXTS = ("name", "title", "source", "mark")
WHOLE_NUMBERS = ("rounded_to", "width")


@dataclass(frozen=True)
class DisclosureRules:
    """What is hidden and rounded in a release, and when what is hidden is safe.

    Attributes
    ----------
    name, title, source, mark
        The rules' word, what they say in a line, where they come from, and what stands for a hidden count.
    hides
        The least and the most count that is hidden, both included; empty if none is.
    rounded_to
        Counts that are shown, and totals worked out from true counts, go to the nearest multiple; 1 as they are.
    width
        A hidden count is safe if the most it may be, less the least, is this or more; or if it may be all that is
        hidden.
    secondary
        Whether further counts are hidden, so that none can be worked out from totals and other tables.
    alone
        Whether it is asked, too, what someone learns who is alone in a cell and so knows that count.
    differencing
        Whether differences count as counts: from the release before, and between a whole and a part of it.

    Examples
    --------
    >>> rules = disclosure_rules("hes")
    >>> rules.rounded(np.array([0, 8, 12, 13])).tolist(), rules.is_small(np.array([0, 1, 7, 8])).tolist()
    ([0, 10, 10, 15], [False, True, True, False])
    """

    name: str
    title: str
    source: str
    mark: str
    hides: tuple[int, int] | tuple[()]
    rounded_to: int
    width: int
    secondary: bool
    alone: bool
    differencing: bool

    @property
    def first(self) -> int:
        """The least count that is hidden; of rules that hide none, 1."""
        return self.hides[0] if self.hides else 1

    @property
    def last(self) -> int:
        """The most count that is hidden; of rules that hide none, 0, so that no count is small."""
        return self.hides[1] if self.hides else 0

    def is_small(self, counts: np.ndarray) -> np.ndarray:
        """Mark the counts that are hidden for their own sake."""
        small: np.ndarray = (counts >= self.first) & (counts <= self.last)
        return small

    def rounded(self, counts: np.ndarray) -> np.ndarray:
        """Round counts as they are shown: to the nearest multiple, halves up."""
        shown: np.ndarray = (np.asarray(counts, dtype=int) + self.rounded_to // 2) // self.rounded_to * self.rounded_to
        return shown

    def bounds_of_shown(self, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the least and the most that a count may be which is shown as this number, and so is not hidden."""
        below, above = self.rounded_to // 2, (self.rounded_to - 1) // 2
        least, most = np.maximum(shown - below, 0.0), np.asarray(shown + above, dtype=float)
        least = np.where(self.is_small(least), self.last + 1.0, least)
        return least, np.where(self.is_small(most), self.first - 1.0, most)

    def is_safe(self, least: np.ndarray, most: np.ndarray) -> np.ndarray:
        """Mark the hidden counts of which too little can be said, given the least and the most that each may be."""
        small = bool(self.hides)
        safe: np.ndarray = (most - least >= self.width) | (small & (least <= self.first) & (most >= self.last))
        return safe


def disclosure_rules(choice: str | Path | DisclosureRules) -> DisclosureRules:
    """Give the rules by their name, or read those of a file.

    Parameters
    ----------
    choice
        ``hes``, ``opensafely``, ``acro``, ``none``; the path of a TOML file of one's own; or rules, which come back.

    Returns
    -------
    DisclosureRules
        The rules.

    Raises
    ------
    OptionError
        When there are no such rules and no such file.
    SpecError
        When the file has a word that is unknown, lacks one, or gives one a value it cannot have.

    Examples
    --------
    >>> disclosure_rules("hes").hides
    (1, 7)
    >>> disclosure_rules("hess")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: there are no rules 'hess' of disclosure control. Did you mean 'hes'? Or give a
    file of rules that ends in .toml.
    """
    if isinstance(choice, DisclosureRules):
        return choice
    if str(choice) in SHIPPED:
        return _shipped(str(choice))
    path = Path(choice)
    if path.suffix != ".toml" or not path.is_file():
        reason = f"there is no file {choice}" if path.suffix == ".toml" else _no_rules(str(choice))
        raise OptionError(reason)
    return read_disclosure_rules(path.read_text(encoding="utf-8-sig"))


def _no_rules(choice: str) -> str:
    hint = nearest(choice, SHIPPED)
    return f"there are no rules '{choice}' of disclosure control. {hint} Or give a file of rules that ends in .toml."


@cache
def _shipped(name: str) -> DisclosureRules:
    folder = files("equitymodel.report.disclosure") / "rules"
    return read_disclosure_rules((folder / f"{name}.toml").read_text(encoding="utf-8"))


def read_disclosure_rules(text: str) -> DisclosureRules:
    r"""Read rules from the text of a TOML file.

    Parameters
    ----------
    text
        With every word of `DisclosureRules`, and ``format = 1``.

    Returns
    -------
    DisclosureRules
        The rules.

    Raises
    ------
    SpecError
        When a word is unknown, lacks, or has a value it cannot have.

    Examples
    --------
    >>> read_disclosure_rules("format = 1\nrounded = 5")
    Traceback (most recent call last):
    equitymodel.errors.SpecError: unknown word 'rounded' in the rules of disclosure control. Did you mean 'rounded_to'?
    """
    entries, where = parse(text), "the rules of disclosure control"
    words = ("format", *(field.name for field in fields(DisclosureRules)))
    check_words(entries, words, required=words, where=where)
    if entries.pop("format") != FORMAT:
        raise SpecError(f"{where} must say format = {FORMAT}, which this version reads")
    _check_values(entries, where)
    return DisclosureRules(**entries | {"hides": tuple(entries["hides"])})


def _check_values(entries: dict[str, Any], where: str) -> None:
    for word, value in entries.items():
        if not _fits(word, value):
            raise SpecError(f"{where}: '{word}' cannot be {value!r}; it must be {_meant(word)}")


def _fits(word: str, value: Any) -> bool:
    if word in SWITCHES:
        return isinstance(value, bool)
    if word in TEXTS:
        return isinstance(value, str) and bool(value.strip())
    if word in WHOLE_NUMBERS:
        return _is_count(value) and value >= (word == "rounded_to")
    whole = isinstance(value, list) and all(map(_is_count, value))
    return whole and (value == [] or (len(value) == 2 and value[0] in (0, 1) and value[0] <= value[1]))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _meant(word: str) -> str:
    if word in SWITCHES:
        return "true or false"
    if word in WHOLE_NUMBERS:
        return "a whole number, 1 or more" if word == "rounded_to" else "a whole number, 0 or more"
    return "text" if word in TEXTS else "two counts of which the first is 0 or 1, such as [1, 7], or [] to hide none"
