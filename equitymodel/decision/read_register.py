"""Read a register of strategies, the one that ships or one of the user's, by one contract; and put the two together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.rules import Rule
from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.decision.person_identifiers import refuse_words_of_persons
from equitymodel.decision.strategy_record import (
    DIRECTNESS,
    MARKED,
    MARKS,
    READ,
    STAGES,
    LegalEntry,
    PublishedEvidence,
    Register,
    Strategy,
)
from equitymodel.decision.toml_entries import UNKNOWN, Entries, is_number, read_entries, reading_rules, text_of_file

RULES = (
    *reading_rules("R"),
    Rule("R05", "error", "two records have one number or one name", "give each its own"),
    Rule("R06", "error", "a number of the register, with another name",
         "keep the name to amend that record; a strategy of your own has a number from 19 on"),
    Rule("R07", "error", "a part of a record is marked twice, or not at all, or known and marked unknown",
         "put it under one of published, inferred, local or unknown in the marks of the record or of the file"),
    Rule("R08", "error", "a part is marked published, and no source is named",
         "add [[source]] with of and says, or mark it inferred or local"),
    Rule("R09", "error", "an interval that does not hold its effect",
         "give the lower end first; for an effect or interval that is not known write 'unknown'"),
    Rule("R10", "error", "evidence without a source", "name who found it and where it can be read"),
    Rule("R11", "error", "a legal entry that bears on a strategy that is not there",
         "give numbers of strategies of this file or the register, or 'all'"),
)  # fmt: skip
"""What a register is held against."""
FIRST_OWN = 19
ACTS_AT = ("population", "encounter", "individual", "policy rule", "service", "targeted", "universal", "payment")
YES_NO = ("yes", "no", UNKNOWN)
TEXTS = ("name", "mechanism", "passage")
STRATEGY_WORDS = ("number", *TEXTS, "stage", "acts_at", "uses_protected_characteristic", "contested", "panel", "marks",
                  "evidence")  # fmt: skip
EVIDENCE_WORDS = ("claim", "measure", "effect", "interval", "design", "population", "source", "url", "directness",
                  "by_deprivation", "read")  # fmt: skip
LEGAL_WORDS = ("law", "says", "bears_on", "checked", "checked_against")
SHIPPED = "strategies.toml"


@dataclass(frozen=True)
class _File:
    """A file that is read: its log, the marks for all its records, its sources, and whether it is the user's."""

    log: FileLog
    marks: dict[str, str]
    sources: dict[str, str]
    local: bool


def register_text() -> str:
    """Give the text of the register that ships, to be copied.

    Examples
    --------
    >>> register_text().count("[[strategy]]")
    18
    """
    return files("equitymodel.decision").joinpath(f"register/{SHIPPED}").read_text(encoding="utf-8")


@refuses_other_types
def read_strategies(own: Path | str | None = None) -> Register:
    """Read the register of strategies, with what the user's own file adds and amends.

    Parameters
    ----------
    own
        A TOML file of the same form. A record with the number of one that ships amends it: its parts take the place of
        those that ship, and its evidence stands beside theirs. Others are added.

    Returns
    -------
    Register
        Each record says what of it is published, inferred, local or unknown.

    Raises
    ------
    EquityDataError
        When the file breaks the contract: every rule, the places and the way out.
    OptionError
        When there is no such file, or it identifies persons.

    Notes
    -----
    No effect, reach, cost, capacity or gain in health ships as one to plan with; see `strategy_effects`.

    Examples
    --------
    >>> register = read_strategies()
    >>> len(register), register.find(16).contested, register.find("carer support").stage
    (18, 'yes', 'C')
    """
    shipped = _shipped()
    if own is None:
        return shipped
    return _together(shipped, read_register(text_of_file(own), file=Path(own).name, local=True))


@cache
def _shipped() -> Register:
    return read_register(register_text(), file=SHIPPED, local=False)


def read_register(text: str, *, file: str, local: bool) -> Register:
    """Read the text of one register.

    Parameters
    ----------
    text, file
        TOML, and what messages call it.
    local
        Whether it is the user's: its numbers are then held against those of the register that ships.

    Raises
    ------
    EquityDataError
        When it breaks a rule of `RULES`.
    """
    log = FileLog(file, by_id(RULES))
    entries = read_entries(text, log, "R")
    refuse_words_of_persons(entries.found, file)
    entries.words(("format", "marks", "source", "legal", "strategy"))
    made = _File(log, _marks(entries, {}), _sources(entries), local)
    strategies = tuple(_strategy(entry, made) for entry in entries.tables("strategy"))
    _hold_numbers(strategies, made)
    legal = tuple(_legal(entry) for entry in entries.tables("legal"))
    _hold_legal(legal, {one.number for one in strategies} | set(range(1, FIRST_OWN)), log)
    log.raise_errors()
    return Register(tuple(sorted(strategies, key=lambda one: one.number)), legal, made.sources)


def _marks(entries: Entries, usual: dict[str, str]) -> dict[str, str]:
    """Give where each part comes from; a part that stands twice is said."""
    table = entries.table("marks")
    if table is None:
        return usual
    table.words(tuple(MARKS))
    pairs = [(part, mark) for mark in MARKS for part in table.several_of(mark, tuple(MARKED))]
    for part in {part for part, _ in pairs if [one for one, _ in pairs].count(part) > 1}:
        entries.log.add("R07", f"{table.where}: '{part}' stands more than once")
    return dict(pairs)


def _sources(entries: Entries) -> dict[str, str]:
    found = {}
    for entry in entries.tables("source"):
        entry.words(("of", "says"), required=("of", "says"))
        found[entry.one_of("of", tuple(MARKED))] = entry.text("says")
    return found


def _strategy(entry: Entries, file: _File) -> Strategy:
    entry.words(STRATEGY_WORDS, required=("number", *TEXTS, "stage", "acts_at"))
    made = Strategy(
        number=entry.whole("number"),
        name=entry.text("name"),
        stage=entry.one_of("stage", tuple(STAGES)),
        mechanism=entry.text("mechanism"),
        acts_at=entry.several_of("acts_at", ACTS_AT),
        passage=entry.text("passage"),
        uses_protected_characteristic=entry.one_of("uses_protected_characteristic", (*YES_NO, "may"), UNKNOWN),
        contested=entry.one_of("contested", YES_NO, UNKNOWN),
        panel=entry.text("panel", UNKNOWN),
        evidence=tuple(_evidence(one, file.local) for one in entry.tables("evidence")),
        local=file.local,
    )
    marks = _marks(entry, file.marks)
    _hold_marks(made, marks, entry, file)
    return replace(made, marks={part: _mark(made, part, marks) for part in MARKED})


def _mark(strategy: Strategy, part: str, marks: dict[str, str]) -> str:
    """Give the mark of a part: a value that is ``unknown`` is not known, whatever the others are."""
    return UNKNOWN if strategy.said(part) == UNKNOWN else marks.get(part, UNKNOWN)


def _hold_marks(strategy: Strategy, marks: dict[str, str], entry: Entries, file: _File) -> None:
    for part in MARKED:
        known = strategy.said(part) != UNKNOWN
        if known and marks.get(part, UNKNOWN) == UNKNOWN and hasattr(strategy, part):
            file.log.add("R07", f"{entry.where}: {part} is known, and not marked as published, inferred or local")
        if known and marks.get(part) == "published" and part not in file.sources:
            file.log.add("R08", f"{entry.where}: {part}")


def _evidence(entry: Entries, local: bool) -> PublishedEvidence:
    entry.words(EVIDENCE_WORDS, required=[word for word in EVIDENCE_WORDS if word not in ("url", "source")])
    source = entry.text("source", UNKNOWN)
    if source == UNKNOWN:
        entry.log.add("R10", entry.where)
    effect, interval = _number_or_unknown(entry), _interval(entry)
    if interval and effect is not None and not interval[0] <= effect <= interval[1]:
        entry.log.add("R09", f"{entry.where}: {effect:g} in {interval[0]:g} to {interval[1]:g}")
    return PublishedEvidence(
        claim=entry.text("claim"),
        measure=entry.text("measure"),
        effect=effect,
        interval=interval,
        design=entry.text("design"),
        population=entry.text("population"),
        source=source,
        url=entry.text("url"),
        directness=entry.one_of("directness", tuple(DIRECTNESS)),
        by_deprivation=entry.one_of("by_deprivation", YES_NO),
        read=entry.one_of("read", tuple(READ)),
        local=local,
    )


def _number_or_unknown(entry: Entries) -> float | None:
    return None if entry.found.get("effect") == UNKNOWN else entry.number("effect")


def _interval(entry: Entries) -> tuple[float, float] | None:
    value = entry.found.get("interval", UNKNOWN)
    if value == UNKNOWN:
        return None
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        return float(value[0]), float(value[1])
    entry.wrong("interval", f"two numbers, such as [1.03, 1.26], or '{UNKNOWN}'")
    return None


def _legal(entry: Entries) -> LegalEntry:
    entry.words(LEGAL_WORDS, required=LEGAL_WORDS)
    value = entry.found.get("bears_on", "all")
    numbers = [] if value == "all" else value
    if not isinstance(numbers, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in numbers):
        entry.wrong("bears_on", "'all', or a list of numbers of strategies")
        numbers = []
    checked = entry.date("checked") or dt.date.min
    return LegalEntry(entry.text("law"), entry.text("says"), tuple(numbers), checked, entry.text("checked_against"))


def _hold_legal(legal: tuple[LegalEntry, ...], numbers: Collection[int], log: FileLog) -> None:
    for entry in legal:
        for number in entry.bears_on:
            if number not in numbers:
                log.add("R11", f"{entry.law}: {number}")


def _hold_numbers(strategies: tuple[Strategy, ...], file: _File) -> None:
    """Hold numbers and names against one another, and those of a user's file against the register that ships."""
    for key in ("number", "name"):
        values = [str(getattr(one, key)).casefold() for one in strategies if getattr(one, key)]
        for value in {value for value in values if values.count(value) > 1}:
            file.log.add("R05", f"{key} {value}")
    if not file.local:
        return
    usual = {one.number: one.name for one in _shipped()}
    for one in strategies:
        if usual.get(one.number, one.name) != one.name:
            file.log.add("R06", f"strategy {one.number} is '{one.name}'; in the register it is '{usual[one.number]}'")
        if one.number not in usual and one.name.casefold() in {name.casefold() for name in usual.values()}:
            file.log.add("R05", f"strategy {one.number}: '{one.name}' is a name of the register")


def _together(shipped: Register, own: Register) -> Register:
    """Put a register of the user's over the one that ships."""
    mine = {one.number: one for one in own}
    usual = {one.number: one for one in shipped}
    made = [_amended(usual.get(number), mine.get(number)) for number in sorted({*usual, *mine})]
    law = tuple(dict.fromkeys((*shipped.legal, *own.legal)))
    return Register(tuple(made), law, {**shipped.sources, **own.sources})


def _amended(usual: Strategy | None, own: Strategy | None) -> Strategy:
    """Amend a record: what the user's says takes its place, and evidence that is not there yet stands beside it."""
    if usual is None or own is None:
        found = own or usual
        assert found is not None
        return found
    known = {replace(one, local=False) for one in usual.evidence}
    more = tuple(one for one in own.evidence if replace(one, local=False) not in known)
    changed = bool(more) or replace(own, evidence=(), local=False) != replace(usual, evidence=(), local=False)
    return replace(own, evidence=(*usual.evidence, *more), local=changed)
