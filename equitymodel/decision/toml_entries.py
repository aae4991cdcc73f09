"""Entries of a TOML file, read by a closed vocabulary: every mistake is kept with its place, none stops the reading."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equitymodel.data.tables.rules import Rule
from equitymodel.decision.file_contract import FileLog
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

UNKNOWN = "unknown"
FORMAT = 1


def reading_rules(family: str) -> tuple[Rule, ...]:
    """Give the rules that hold for any such file, as those of a family.

    Examples
    --------
    >>> [rule.id for rule in reading_rules("R")]
    ['R01', 'R02', 'R03', 'R04']
    """
    said = (
        ("it is no TOML file", "mend the line that is named; texts stand in quotes, and lists in brackets"),
        ("a word that has no meaning here", "correct the spelling, or take the line out"),
        ("a word that is needed is not there", "add a line with it"),
        ("a value of another kind than the word takes", "give what is asked for"),
    )
    return tuple(Rule(f"{family}{number:02d}", "error", states, out) for number, (states, out) in enumerate(said, 1))


def read_entries(text: str, log: FileLog, family: str) -> Entries:
    """Read the text of a file; one that is no TOML, or of another format, stops here.

    Raises
    ------
    EquityDataError
        When it is no TOML, or of a format that this version does not read.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        log.add(f"{family}01", str(error))
        found = {}
    log.raise_errors()
    entries = Entries(found, "the file", log, family)
    if found.get("format") != FORMAT:
        log.add(f"{family}04", f"format is {found.get('format')!r}; this version reads format = {FORMAT}")
        log.raise_errors()
    return entries


def text_of_file(path: Path | str) -> str:
    """Read a file of the user's; the mark that Notepad puts before the first sign is no part of it.

    Raises
    ------
    OptionError
        When it is not there, or no text.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise OptionError(f"{path} cannot be read: {why}. Give a TOML file") from error


@dataclass(frozen=True)
class Entries:
    """The words of one table of a file, and where it stands.

    Attributes
    ----------
    found, where
        What was read, and how a message names the place.
    log, family
        What keeps all that is wrong, under rules of one letter.

    Examples
    --------
    >>> from equitymodel.decision.file_contract import by_id
    >>> log = FileLog("own.toml", by_id(reading_rules("R")))
    >>> entries = Entries({"stage": "F"}, "strategy 19", log, "R")
    >>> entries.one_of("stage", "ABCDE"), log.found
    ('', {'R04': ["strategy 19: stage is one of A, B, C, D, E, not 'F'"]})
    """

    found: Mapping[str, Any]
    where: str
    log: FileLog
    family: str

    def words(self, known: Collection[str], *, required: Collection[str] = ()) -> None:
        """Hold the words against those that there are, and those that are needed."""
        for name in self.found:
            if name not in known:
                self.log.add(f"{self.family}02", f"{self.where}: '{name}'. {nearest(name, known)}")
        for name in required:
            if name not in self.found:
                self.log.add(f"{self.family}03", f"{self.where}: {name}")

    def wrong(self, name: str, meant: str) -> None:
        """Record that a value is not what a word takes; one that is not there was said already."""
        if name in self.found:
            self.log.add(f"{self.family}04", f"{self.where}: {name} is {meant}, not {self.found[name]!r}")

    def text(self, name: str, default: str = "") -> str:
        """Give a text, which is not empty; what is not known is said to be ``unknown``."""
        value = self.found.get(name, default)
        if isinstance(value, str) and (value.strip() or name not in self.found):
            return value.strip()
        self.wrong(name, f"a text; write '{UNKNOWN}' for what is not known")
        return default

    def one_of(self, name: str, known: Collection[str], default: str = "") -> str:
        """Give one of a few words."""
        value = self.found.get(name, default)
        if isinstance(value, str) and (value in known or name not in self.found):
            return value
        self.wrong(name, f"one of {', '.join(known)}")
        return default

    def several_of(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Give a list of texts, each of a few words where these are named."""
        value = self.found.get(name, [])
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(item, str) and (not known or item in known) for item in texts):
            return tuple(texts)
        self.wrong(name, f"a list of {', '.join(known)}" if known else "a list of texts")
        return ()

    def number(self, name: str, *, least: float = -math.inf, most: float = math.inf) -> float | None:
        """Give a number within limits; None where it is not there, or wrong."""
        value = self.found.get(name)
        if is_number(value) and least <= float(value) <= most:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        self.wrong(name, _limits(least, most))
        return None

    def whole(self, name: str, *, least: int = 1) -> int:
        """Give a whole number; 0 where it is not there, or wrong."""
        value = self.found.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.wrong(name, f"a whole number, {least} or more")
        return 0

    def flag(self, name: str) -> bool:
        """Give true or false; false where it is not there."""
        value = self.found.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "true or false")
        return value is True

    def date(self, name: str) -> dt.date | None:
        """Give a date that has come."""
        value = self.found.get(name)
        if type(value) is dt.date and value <= dt.datetime.now(dt.UTC).date():
            return value
        self.wrong(name, "a date that has come, such as 2026-11-29 without quotes")
        return None

    def table(self, name: str) -> Entries | None:
        """Give the table under a word; None where there is none."""
        value = self.found.get(name)
        if isinstance(value, dict):
            return Entries(value, f"{self.where}: {name}", self.log, self.family)
        self.wrong(name, "a table of words")
        return None

    def tables(self, name: str) -> Iterator[Entries]:
        """Give each of several tables under a word, in order."""
        value = self.found.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(name, f"tables, each begun by [[{name}]]")
            return
        outer = "" if self.where == "the file" else f"{self.where}, "
        for number, item in enumerate(value, 1):
            named = item.get("number", number) if name == "strategy" else number
            yield Entries(item, f"{outer}{name} {named}", self.log, self.family)


def is_number(value: object) -> bool:
    """Say whether a value is a finite number, and not true or false.

    Examples
    --------
    >>> is_number(1.5), is_number(True), is_number(float("nan"))
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _limits(least: float, most: float) -> str:
    if math.isinf(least) and math.isinf(most):
        return "a number"
    if math.isinf(most):
        return f"a number, {least:g} or more"
    return f"a number from {least:g} to {most:g}"
