"""Options, criteria and weights as those who decide wrote them: `OPTIONS.toml`, read and held against its rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from equitymodel.data.tables.rules import Rule
from equitymodel.decision.decision_log import WHOSE, WeightsOf
from equitymodel.decision.decision_question import (
    BETTER,
    GAP,
    MEASURES,
    TODAY,
    CapacityLimit,
    Criterion,
    DecisionQuestion,
    DeclaredOption,
    HealthGain,
    PilotPlan,
)
from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.decision.toml_entries import Entries, is_number, read_entries, reading_rules, text_of_file
from equitymodel.decision.weight_space import WeightSpace
from equitymodel.errors import EquityModelError
from equitymodel.vocabulary import ROUTES, Route, nearest

OWN_RULES = {
    "O05": ("options that are no choice",
            "give two options or more, each with a name of its own, and not only in capitals, spaces or the way an "
            "accent is stored; 'as now' is one too"),
    "O06": ("weights that no criteria can have",
            "name criteria of the file; a range is a list of the lowest and the highest weight, such as [0.2, 0.5], "
            "and all together leave 1"),
    "O07": ("a worst and a best that do not go with what is better",
            "give both or neither; best is above worst where more is better, and below it where less is; a gap is "
            "the better the nearer it is to 1, from either side"),
    "O08": ("an option that nothing moves, or a way that it does not go",
            "give a route, with closure where it goes a part of it; or a strategy, and at the top of the file "
            "effects = 'options.toml', the file that states effects as for equitymodel strategies effects; or a rule "
            "of a waiting list, without a route"),
    "O09": ("a number that is not above 0", "give one above 0, or leave the line out"),
    "O10": ("groups that do not go together", "give expectancy and people of the same groups, or neither"),
    "O11": ("costs or health that options are judged by and that are not there",
            "give every option cost_per_admission (0 where it costs none), currency = 'GBP' with the year of prices, "
            "and for health [health] with per_admission and threshold"),
    "O12": ("a pilot of what has no effect to find out", "name an option that has a strategy and no route"),
    "O13": ("the wrong one of more and less",
            "give better = 'less' for gap, which is the distance from equal rates whichever group has the higher one, "
            "and for cost; and better = 'more' for health"),
    "O14": ("growth of more than half of all admissions a year",
            "give a share a year, over and above growth of need, such as 0.02 for 2 %"),
    "O15": ("a name that the pages use for something else", "call the option something else, such as 'as now'"),
}  # fmt: skip
"""What is refused of options alone, and the way out."""
RULES = (*reading_rules("O"), *(Rule(name, "error", *said) for name, said in OWN_RULES.items()))
"""What a file of options is held against."""
WORDS = ("format", "question", "currency", "criterion", "weights", "capacity", "health", "option", "pilot", "effects")
MOST_GROWTH = 0.5
OPTION_WORDS = ("name", "route", "strategy", "rule", "specialty", "closure", "cost_per_admission", "fixed_cost")
CRITERION_WORDS, WEIGHT_WORDS = ("name", "better", "worst", "best"), ("of", "order", "range")
CAPACITY_WORDS, HEALTH_WORDS = ("total", "unit", "per_admission", "growth"), ("per_admission", "threshold")
BY_GROUP, PILOT_WORDS = ("expectancy", "people"), ("option", "months", "before", "admissions")


def read_options(text: str, *, file: str = "the options") -> DecisionQuestion:
    r"""Read options, criteria and weights from the text of a TOML file.

    Parameters
    ----------
    text, file
        The file's content, and what it is called in messages.

    Returns
    -------
    DecisionQuestion
        As it was declared.

    Raises
    ------
    EquityDataError
        When it breaks a rule of `RULES`: every rule, the places and the way out.

    Examples
    --------
    >>> read_options('format = 1\nquestion = "Which?"\ncriterion = []\noption = []\ncurency = "GBP"')
    Traceback (most recent call last):
    equitymodel.errors.EquityDataError: The data break 1 rule of the contract.
    <BLANKLINE>
    O02 in the options: a word that has no meaning here (1 place).
      the file: 'curency'. Did you mean 'currency'?
      Way out: correct the spelling, or take the line out.
    """
    log = FileLog(file, by_id(RULES))
    entries = read_entries(text, log, "O")
    entries.words(WORDS, required=("question", "criterion", "option"))
    criteria = tuple(_criterion(entry) for entry in entries.tables("criterion"))
    weights = entries.table("weights") or Entries({}, "the file: weights", log, "O")
    weights.words(WEIGHT_WORDS)
    read = DecisionQuestion(
        entries.text("question"), tuple(_option(entry) for entry in entries.tables("option")), criteria,
        WeightSpace(("any",)), cast("WeightsOf", weights.one_of("of", WHOSE, "none")),
        entries.text("currency"), _capacity(entries.table("capacity")), _health(entries.table("health")),
        _pilot(entries.table("pilot")), entries.text("effects"),
    )  # fmt: skip
    log.raise_errors()
    whole = replace(read, weights=_space(weights, tuple(item.name for item in criteria)))
    _check_whole(whole, log)
    log.raise_errors()
    return whole


def read_options_file(path: Path | str) -> DecisionQuestion:
    """Read a file of options.

    Parameters
    ----------
    path
        The TOML file.

    Returns
    -------
    DecisionQuestion
        From `read_options`; a file of effects that it names is looked for beside it.

    Raises
    ------
    EquityDataError
        As for `read_options`; it names the file.
    OptionError
        When it cannot be read.
    """
    read = read_options(text_of_file(path), file=Path(path).name)
    return replace(read, effects=str(Path(path).parent / read.effects)) if read.effects else read


def _criterion(entry: Entries) -> Criterion:
    entry.words(CRITERION_WORDS, required=("name", "better"))
    name, better = entry.one_of("name", tuple(MEASURES)), entry.one_of("better", ("more", "less"))
    read = Criterion(name, better, entry.number("worst"), entry.number("best"))
    if better and better not in BETTER.get(name, (better,)):
        entry.log.add("O13", f"{entry.where}: {name} with better = '{better}'")
    _check_ends(entry, read)
    return read


def _check_ends(entry: Entries, read: Criterion) -> None:
    """Find a worst and a best that do not go together; of a gap they are ratios, above 0."""
    if ("worst" in entry.found) != ("best" in entry.found):
        entry.log.add("O07", f"{entry.where}: one of worst and best is not there")
    elif read.name == GAP and any(end is not None and end <= 0 for end in (read.worst, read.best)):
        entry.log.add("O07", f"{entry.where}: worst and best of a gap are rate ratios, above 0")
    elif read.better and read.ends and not _rise(*read.ends, better=read.better):
        entry.log.add("O07", f"{entry.where}: better is '{read.better}', worst {read.worst:g} and best {read.best:g}")


def _rise(worst: float, best: float, *, better: str) -> bool:
    return worst < best if better == "more" else best < worst


def _option(entry: Entries) -> DeclaredOption:
    entry.words(OPTION_WORDS, required=("name",))
    strategies, rule = _strategies(entry), _rule(entry)
    route = entry.one_of("route", tuple(ROUTES), "" if strategies or rule else "no_change")
    if not route and "closure" in entry.found:
        entry.log.add("O08", f"{entry.where}: closure is how far a route is gone, and there is none")
    closure, fixed = entry.number("closure", least=0, most=1), entry.number("fixed_cost", least=0)
    return DeclaredOption(
        entry.text("name"), cast("Route", route) if route else None, strategies, 1.0 if closure is None else closure,
        entry.number("cost_per_admission", least=0), fixed or 0.0, rule, entry.text("specialty"),
    )  # fmt: skip


def _rule(entry: Entries) -> str:
    """Read the rule of a waiting list, which is a way by itself."""
    rule = entry.text("rule")
    if rule and "route" in entry.found:
        entry.log.add("O08", f"{entry.where}: both a route and a rule; an option goes one of them")
    if not rule and "specialty" in entry.found:
        entry.log.add("O08", f"{entry.where}: specialty names the list of a rule, and there is none")
    return rule


def _strategies(entry: Entries) -> tuple[str, ...]:
    """Read one strategy or several, by number or name."""
    said = entry.found.get("strategy", [])
    several = said if isinstance(said, list) else [said]
    if not all(isinstance(one, str | int) and not isinstance(one, bool) and str(one).strip() for one in several):
        entry.wrong("strategy", "a number or name of the register, or a list of them such as ['6', '11']")
        return ()
    named = tuple(str(one).strip() for one in several)
    if len(set(named)) < len(named):
        entry.wrong("strategy", "a list that names each strategy once")
    return named


def _space(weights: Entries, criteria: tuple[str, ...]) -> WeightSpace:
    """Read ranges and an order; without the table, any weights."""
    table = weights.table("range")
    ranges: Mapping[str, Any] = table.found if table else {}
    order = weights.several_of("order", ())
    for name in (name for name, ends in ranges.items() if not _is_range(ends)):
        weights.log.add("O06", f"{weights.where}: range of {name} is {ranges[name]!r}")
    weights.log.raise_errors()
    try:
        return WeightSpace(criteria, {name: (ends[0], ends[1]) for name, ends in ranges.items()}, order)
    except EquityModelError as error:
        weights.log.add("O06", f"{weights.where}: {error}")
        weights.log.raise_errors()
        raise


def _capacity(entry: Entries | None) -> CapacityLimit | None:
    if entry is None:
        return None
    entry.words(CAPACITY_WORDS, required=("total", "unit"))
    total, growth = entry.number("total", least=0), entry.number("growth", least=0)
    if growth is not None and growth > MOST_GROWTH:
        entry.log.add("O14", f"{entry.where}: growth = {growth:g}, {growth:.0%} a year")
    per_admission = _by_group(entry, "per_admission")
    _above_zero(
        entry,
        {
            "total": total,
            "growth": growth,
            **{f"per_admission of {group}": one for group, one in per_admission.items()},
        },
    )
    return CapacityLimit(total or 0.0, entry.text("unit"), per_admission, growth)


def _health(entry: Entries | None) -> HealthGain | None:
    if entry is None:
        return None
    entry.words((*HEALTH_WORDS, *BY_GROUP), required=HEALTH_WORDS)
    threshold, by_group = entry.number("threshold", least=0), [_by_group(entry, word) for word in BY_GROUP]
    _above_zero(entry, {"threshold": threshold, **{f"{word} of {group}": one for word, each in
                        zip(BY_GROUP, by_group, strict=True) for group, one in each.items()}})  # fmt: skip
    if apart := sorted(set(by_group[0]) ^ set(by_group[1])):
        entry.log.add("O10", f"{entry.where}: expectancy and people differ in {', '.join(apart)}")
    return HealthGain(entry.number("per_admission") or 0.0, threshold or 0.0, *by_group)


def _pilot(entry: Entries | None) -> PilotPlan | None:
    if entry is None:
        return None
    entry.words((*PILOT_WORDS, "noise"), required=PILOT_WORDS)
    said = entry.found.get("months", [])
    months = said if isinstance(said, list) else [said]
    if not months or not all(isinstance(one, int) and not isinstance(one, bool) and one >= 1 for one in months):
        entry.wrong("months", "a list of whole numbers from 1, such as [12, 24]")
    admissions, noise = entry.number("admissions", least=0), entry.number("noise", least=0)
    _above_zero(entry, {"admissions": admissions})
    more = {} if noise is None else {"noise": noise}
    return PilotPlan(entry.text("option"), tuple(months), entry.whole("before"), admissions or 0.0, **more)


def _by_group(entry: Entries, word: str) -> dict[str, float]:
    each = entry.table(word)
    numbers = {group: each.number(group, least=0) for group in each.found} if each else {}
    return {group: number for group, number in numbers.items() if number is not None}


def _above_zero(entry: Entries, numbers: Mapping[str, float | None]) -> None:
    for name in (name for name, number in numbers.items() if number == 0):
        entry.log.add("O09", f"{entry.where}: {name}")


def _check_whole(read: DecisionQuestion, log: FileLog) -> None:
    """Find what the parts of a file do not agree on."""
    names, own = ([option.name for option in options] for options in (read.options, read.by_strategies))
    if len(names) < 2 or len({alike(name) for name in names}) < len(names):
        log.add("O05", f"the file: {', '.join(names) or 'none'}")
    for name in (name for name in names if read.capacity is not None and alike(name) == TODAY):
        log.add("O15", f"option '{name}': on the frontier under a capacity, that is what admissions now are called")
    if own and not read.effects:
        log.add("O08", f"option '{own[0]}' has a strategy and no route, and no file of effects is named")
    if read.pilot is not None and read.pilot.option not in own:
        near = nearest(read.pilot.option, own) if own else "None has a strategy and no route."
        log.add("O12", f"the file: pilot of '{read.pilot.option}'. {near}")
    for lacking in _not_costed(read):
        log.add("O11", f"the file: {lacking}")


def alike(name: str) -> str:
    """Give what a name is read as: without regard to capitals, spaces and the way accents are stored.

    Examples
    --------
    >>> alike("As  now") == alike("as now"), alike("cafe\u0301") == alike("caf\u00e9")
    (True, True)
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def _not_costed(read: DecisionQuestion) -> list[str]:
    """Name what criteria of cost or health need and the file does not have."""
    judged = {criterion.name for criterion in read.criteria}
    if not judged & {"cost", "health"}:
        return []
    lacking = [f"cost_per_admission of '{one.name}'" for one in read.options if one.cost_per_admission is None]
    lacking += [] if read.currency else ["currency"]
    return [*lacking, *(["[health]"] if "health" in judged and read.health is None else [])]


def _is_range(ends: object) -> bool:
    return isinstance(ends, list) and len(ends) == 2 and all(is_number(end) for end in ends)
