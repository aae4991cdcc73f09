"""`RULES.toml`: which rules of a list are compared, over how many weeks, and what is stated with its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from equitymodel.data.tables.rules import Rule
from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.decision.person_identifiers import refuse_words_of_persons
from equitymodel.decision.toml_entries import Entries, read_entries, reading_rules, text_of_file
from equitymodel.waiting.learn_flows import Observed
from equitymodel.waiting.list_changes import combined, more_slots, prehabilitation, reminders, reserve
from equitymodel.waiting.list_rules import ListRule, accumulating, as_now, clinical_priority, first_come, longest_first
from equitymodel.waiting.stated_share import StatedShare

FAMILY = "L"
RULES = (
    *reading_rules(FAMILY),
    Rule("L05", "error", "no rule, or two of one name", "give [[rule]] tables, each with a name of its own"),
    Rule("L06", "error", "a word that does not go with the order of the rule",
         "give breach_weeks with order = 'longest_first', and rates with order = 'accumulating'"),
    Rule("L07", "error", "a change that is stated without a source",
         "give the rule a source; write 'an assumption' where it has none"),
    Rule("L08", "error", "fewer lost slots, where no slots are taken to be lost",
         "state how many are lost in [lost], with share and source; or take fewer_lost out of the rule"),
)  # fmt: skip
WORDS = ("format", "question", "weeks", "draws", "seed", "observed_weeks", "overdispersion", "removal", "lost", "rule")
RULE_WORDS = ("name", "order", "breach_weeks", "rates", "priority_rates", "reserved", "further_slots", "fewer_removals",
              "fewer_lost", "source")  # fmt: skip
STATED_WORDS = ("share", "lower", "upper", "source", "by_group")
ORDERS = ("first_come", "longest_first", "clinical_priority", "accumulating", "as_now")
GOES_WITH = {"breach_weeks": "longest_first", "rates": "accumulating", "priority_rates": "accumulating"}
CHANGES = ("further_slots", "fewer_removals", "fewer_lost")
PRIORITY_WRITTEN = re.compile(r"[1-9]\d?", re.ASCII)
WEEKS, DRAWS, MOST_WEEKS = 104, 1000, 520


@dataclass(frozen=True)
class ListQuestion:
    """All that a file of rules says.

    Attributes
    ----------
    question, rules
        What is to be decided, and by which rules; the first is what the others are compared with.
    sources
        Where what a rule states comes from, by its name.
    weeks, draws, seed
        How long lists run, and how often.
    observed
        How the flows of the table were observed.
    removal, lost
        What is stated where the table does not say it.
    """

    question: str
    rules: tuple[ListRule, ...]
    sources: Mapping[str, str]
    weeks: int
    draws: int
    seed: int
    observed: Observed
    removal: StatedShare | None
    lost: StatedShare | None


def read_rules_file(path: Path | str, *, pattern: Sequence[float] = ()) -> ListQuestion:
    """Read a file of rules.

    Parameters
    ----------
    path
        The TOML file.
    pattern
        From `treatment_pattern`, for rules whose order is ``as_now``.

    Returns
    -------
    ListQuestion
        As it was stated.

    Raises
    ------
    EquityDataError
        When the file breaks rules L01 to L08; all of them at once.
    OptionError
        When it is not there, or asks for an order of persons.
    """
    return read_list_rules(text_of_file(path), name=str(path), pattern=pattern)


def read_list_rules(text: str, *, name: str = "the rules", pattern: Sequence[float] = ()) -> ListQuestion:
    r"""Read the text of a file of rules, as `read_rules_file` does.

    Examples
    --------
    >>> text = 'format = 1\nquestion = "Which?"\n[[rule]]\nname = "First come"\norder = "first_come"'
    >>> read_list_rules(text).rules[0].name
    'First come'
    """
    log = FileLog(name, by_id(RULES))
    entries = read_entries(text, log, FAMILY)
    refuse_words_of_persons(entries.found, name)
    entries.words(WORDS, required=("question", "rule"))
    sent = list(entries.tables("rule"))
    rules = [_rule(one, pattern) for one in sent]
    made = [rule for rule, _ in rules if rule is not None]
    names = [rule.name for rule in made]
    if not rules or len(set(names)) < len(names):
        log.add("L05", ", ".join(names) or "no [[rule]]")
    numbers = {word: _number(entries, word, least, most, default) for word, least, most, default in (
        ("weeks", 1, MOST_WEEKS, WEEKS), ("draws", 100, 100_000, DRAWS), ("seed", 0, 2**32 - 1, 1),
        ("observed_weeks", 0.1, 1000, Observed.weeks),
        ("overdispersion", 1, 1000, Observed.overdispersion))}  # fmt: skip
    removal, lost = (_stated(entries, word) for word in ("removal", "lost"))
    for one in sent:
        if "fewer_lost" in one.found and "lost" not in entries.found:
            log.add("L08", one.where)
    log.raise_errors()
    return ListQuestion(
        entries.text("question"), tuple(made), {rule.name: source for rule, source in rules if rule and source},
        int(numbers["weeks"]), int(numbers["draws"]), int(numbers["seed"]),
        Observed(numbers["observed_weeks"], numbers["overdispersion"]), removal, lost,
    )  # fmt: skip


def _number(entries: Entries, word: str, least: float, most: float, default: float) -> float:
    found = entries.number(word, least=least, most=most) if word in entries.found else None
    return default if found is None else found


def _rule(entries: Entries, pattern: Sequence[float]) -> tuple[ListRule | None, str]:
    """Read one rule, and the source of what it states; no rule where something is wrong."""
    before = sum(map(len, entries.log.found.values()))
    entries.words(RULE_WORDS, required=("name", "order"))
    name, order, source = entries.text("name"), entries.one_of("order", ORDERS), entries.text("source")
    for word, needed in GOES_WITH.items():
        if word in entries.found and order != needed:
            entries.log.add("L06", f"{entries.where}: {word} with order '{order}'")
    if not source and (stated := [word for word in CHANGES if word in entries.found]):
        entries.log.add("L07", f"{entries.where}: {', '.join(stated)}")
    parts = [read(entries) for read in (_reserved, _slots, _prepared, _reminded)]
    usual = _order(entries, order, pattern)
    if usual is None or sum(map(len, entries.log.found.values())) > before:
        return None, source
    return combined(usual, *(part for part in parts if part is not None), name=name), source


def _order(entries: Entries, order: str, pattern: Sequence[float]) -> ListRule | None:
    simple: dict[str, Callable[[], ListRule]] = {
        "first_come": first_come, "clinical_priority": clinical_priority, "as_now": lambda: as_now(pattern),
    }  # fmt: skip
    if order in simple:
        return simple[order]()
    if order == "longest_first":
        weeks = entries.number("breach_weeks", least=1, most=MOST_WEEKS)
        if "breach_weeks" not in entries.found:
            entries.log.add("L03", f"{entries.where}: breach_weeks")
        return longest_first(weeks) if weeks else None
    return _accumulating(entries) if order == "accumulating" else None


def _accumulating(entries: Entries) -> ListRule:
    """Read rates by group and by clinical priority; a priority is the number that the list has it under."""
    rates, levels = _by_label(entries, "rates", least=0.001), _by_label(entries, "priority_rates", least=0.001)
    if not rates and not levels:
        entries.log.add("L03", f"{entries.where}: rates or priority_rates")
    if odd := [label for label in levels if not PRIORITY_WRITTEN.fullmatch(label)]:
        entries.log.add("L04", f"{entries.where}: priority_rates are by the number of a priority, such as '1' for P1, "
                        f"not {', '.join(map(repr, odd))}")  # fmt: skip
    numbered = {int(label): rate for label, rate in levels.items() if label not in odd}
    return accumulating(rates, priority_rates=numbered)


def _by_label(entries: Entries, word: str, *, least: float = 0.0, most: float = 1.0) -> dict[str, float]:
    """Give numbers by label of the group; rates have no upper limit."""
    table = entries.table(word) if word in entries.found else None
    if table is None:
        return {}
    limit = float("inf") if least > 0 else most
    return {label: value for label in table.found
            if (value := table.number(label, least=least, most=limit)) is not None}  # fmt: skip


def _reserved(entries: Entries) -> ListRule | None:
    found = _by_label(entries, "reserved")
    if sum(found.values()) > 1:
        entries.wrong("reserved", "shares that come to 1 or less")
        return None
    return reserve(found) if found else None


def _slots(entries: Entries) -> ListRule | None:
    if "further_slots" not in entries.found:
        return None
    found = entries.number("further_slots", least=-0.99)
    if found is not None and found > 1:
        entries.wrong(
            "further_slots", "a share of the slots there are, at most 1: 0.05 for 5 %; for more, `more_slots` in Python"
        )
        return None
    return None if found is None else more_slots(found)


def _prepared(entries: Entries) -> ListRule | None:
    found = _by_label(entries, "fewer_removals")
    return prehabilitation(found) if found else None


def _reminded(entries: Entries) -> ListRule | None:
    found = _by_label(entries, "fewer_lost")
    return reminders(found) if found else None


def _stated(entries: Entries, word: str) -> StatedShare | None:
    """Read a share that was stated, with its source."""
    table = entries.table(word) if word in entries.found else None
    if table is None:
        return None
    table.words(STATED_WORDS, required=("share", "source"))
    share, lower, upper = (table.number(name, least=1e-9, most=1 - 1e-9) for name in ("share", "lower", "upper"))
    source, odds = table.text("source"), _by_label(table, "by_group", least=0.001)
    if len(alone := [end for end in ("lower", "upper") if end in table.found]) == 1:
        table.wrong(alone[0], "one of two: an interval has both lower and upper, and a scenario neither")
    if share is None or not source or (lower is None) != (upper is None):
        return None
    if lower is not None and upper is not None and not lower <= share <= upper:
        table.wrong("share", f"between lower and upper ({lower:g} to {upper:g})")
        return None
    return StatedShare(share, source, lower, upper, odds)
