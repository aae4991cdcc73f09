"""Options, criteria and weights as those who decide wrote them: `OPTIONS.toml`, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from equitymodel.decision.decision_log import WHOSE, WeightsOf
from equitymodel.decision.decision_question import (
    MEASURES,
    CapacityLimit,
    Criterion,
    DecisionQuestion,
    DeclaredOption,
    HealthGain,
    PilotPlan,
)
from equitymodel.decision.toml_entries import is_number
from equitymodel.decision.weight_space import WeightSpace
from equitymodel.errors import EquityModelError, SpecError
from equitymodel.spec.read_spec import check_words, tables_under, text_of
from equitymodel.vocabulary import ROUTES, nearest

FORMAT = 1
WORDS = ("format", "question", "currency", "criterion", "weights", "capacity", "health", "option",
         "pilot", "effects")  # fmt: skip
OPTION_WORDS = ("name", "route", "strategy", "closure", "cost_per_admission", "fixed_cost")


def read_options(text: str) -> DecisionQuestion:
    r"""Read options, criteria and weights from the text of a TOML file.

    Parameters
    ----------
    text
        The file's content.

    Returns
    -------
    DecisionQuestion
        As it was declared.

    Raises
    ------
    SpecError
        When a word is unknown (the nearest known one is named), lacking, or has a value without a meaning.

    Examples
    --------
    >>> read_options('format = 1\nquestions = "Which?"')
    Traceback (most recent call last):
    equitymodel.errors.SpecError: unknown word 'questions' in the options. Did you mean 'question'?
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"the options are not valid TOML: {error}") from error
    required = ("format", "question", "criterion", "option")
    check_words(said, WORDS, required=required, where="the options")
    if said["format"] != FORMAT:
        raise SpecError(f"format {said['format']} is not known; this version reads options of format {FORMAT}")
    criteria = tuple(_criterion(entry) for entry in tables_under(said, "criterion"))
    weights, weights_of = _weights(_table(said, "weights"), tuple(item.name for item in criteria))
    read = DecisionQuestion(
        text_of(said, "question"), tuple(_option(entry) for entry in tables_under(said, "option")), criteria, weights,
        weights_of, _text(said, "currency"), _capacity(said), _health(said), _pilot(said), _text(said, "effects"),
    )  # fmt: skip
    _check_whole(read)
    return read


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
    SpecError
        As for `read_options`, or when there is no such file; it names the file.
    """
    try:
        read = read_options(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} cannot be read as a file of options: {error}") from error
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error
    return replace(read, effects=str(Path(path).parent / read.effects)) if read.effects else read


def _criterion(entry: dict[str, Any]) -> Criterion:
    where = f"criterion '{entry.get('name', '?')}'"
    check_words(entry, ("name", "better", "worst", "best"), required=("name", "better"), where=where)
    name, better = text_of(entry, "name"), text_of(entry, "better")
    if name not in MEASURES:
        raise SpecError(f"no criterion '{name}'. {nearest(name, MEASURES)}")
    if better not in ("more", "less"):
        raise SpecError(f"{where}: better is 'more' or 'less', not '{better}'")
    ends = [_number(entry, word, where) if word in entry else None for word in ("worst", "best")]
    if (ends[0] is None) != (ends[1] is None):
        raise SpecError(f"{where}: give worst and best, or neither")
    if ends[0] is not None and ends[1] is not None and (ends[0] < ends[1]) != (better == "more"):
        raise SpecError(f"{where}: better is '{better}', so best is {'above' if better == 'more' else 'below'} worst")
    return Criterion(name, better, *ends)


def _option(entry: dict[str, Any]) -> DeclaredOption:
    where = f"option '{entry.get('name', '?')}'"
    check_words(entry, OPTION_WORDS, required=("name",), where=where)
    strategies = _strategies(entry, where)
    route = entry.get("route", None if strategies else "no_change")
    if route is not None and route not in ROUTES:
        raise SpecError(f"{where}: no route '{route}'. {nearest(str(route), ROUTES)}")
    numbers = {word: _number(entry, word, where, least=0.0, most=1.0 if word == "closure" else None)
               for word in ("closure", "cost_per_admission", "fixed_cost") if word in entry}  # fmt: skip
    if route is None and "closure" in numbers:
        raise SpecError(f"{where}: closure is how far a route is gone; name the route, or leave closure out")
    return DeclaredOption(text_of(entry, "name"), route, strategies, **numbers)


def _strategies(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    """Read one strategy or several, by number or name."""
    said = entry.get("strategy", [])
    several = said if isinstance(said, list) else [said]
    if not all(isinstance(one, str | int) and not isinstance(one, bool) and str(one).strip() for one in several):
        raise SpecError(f"{where}: strategy is a number or name of the register, or a list of them such as ['6', '11']")
    return tuple(str(one) for one in several)


def _weights(said: dict[str, Any], criteria: tuple[str, ...]) -> tuple[WeightSpace, WeightsOf]:
    """Read ranges, an order, and whose they are; without the table, any weights of nobody's."""
    check_words(said, ("of", "order", "range"), required=(), where="[weights]")
    ranges, order = _table(said, "range"), said.get("order", [])
    of = said.get("of", "none")
    if of not in WHOSE:
        raise SpecError(f"[weights]: of is whose weights they are. {nearest(str(of), WHOSE)}")
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        raise SpecError("[weights]: order is a list of criteria, the most important first, such as ['gap', 'cost']")
    if bad := [name for name, ends in ranges.items() if not _is_range(ends)]:
        raise SpecError(f"[weights.range]: {bad[0]} is a list of the lowest and the highest weight, such as [0.2, 0.5]")
    try:
        return WeightSpace(criteria, {name: (ends[0], ends[1]) for name, ends in ranges.items()}, tuple(order)), of
    except EquityModelError as error:
        raise SpecError(f"[weights]: {error}") from error


def _capacity(said: dict[str, Any]) -> CapacityLimit | None:
    if "capacity" not in said:
        return None
    entry, where = _table(said, "capacity"), "[capacity]"
    check_words(entry, ("total", "unit", "per_admission", "growth"), required=("total", "unit"), where=where)
    per_admission = _by_group(entry, "per_admission", where)
    if zero := [group for group, takes in per_admission.items() if takes == 0]:
        raise SpecError(f"{where}: an admission of group {zero[0]} takes some capacity: a number above 0")
    growth = _number(entry, "growth", where, least=0.0) if "growth" in entry else None
    if growth == 0:
        raise SpecError(f"{where}: growth is above 0, such as 0.02 for 2 % a year; without any, leave it out")
    return CapacityLimit(_number(entry, "total", where, least=0.0), text_of(entry, "unit"), per_admission, growth)


def _health(said: dict[str, Any]) -> HealthGain | None:
    if "health" not in said:
        return None
    entry, where = _table(said, "health"), "[health]"
    known = ("per_admission", "threshold", "expectancy", "people")
    check_words(entry, known, required=known[:2], where=where)
    by_group = [_by_group(entry, word, where) for word in known[2:]]
    gain = HealthGain(_number(entry, "per_admission", where), _number(entry, "threshold", where, least=0.0), *by_group)
    if gain.threshold == 0:
        raise SpecError(f"{where}: threshold, the cost of a quality-adjusted life year elsewhere, is above 0")
    if set(gain.expectancy) != set(gain.people) or not all(value > 0 for each in by_group for value in each.values()):
        raise SpecError(f"{where}: give expectancy and people of the same groups, each above 0, or neither")
    return gain


def _pilot(said: dict[str, Any]) -> PilotPlan | None:
    if "pilot" not in said:
        return None
    entry, where, known = _table(said, "pilot"), "[pilot]", ("option", "months", "before", "admissions")
    check_words(entry, (*known, "noise"), required=known, where=where)
    months = entry["months"] if isinstance(entry["months"], list) else [entry["months"]]
    if not months or not all(_is_whole(month) for month in [*months, entry["before"]]):
        raise SpecError(f"{where}: months and before are whole numbers from 1, such as [12, 24] and 36")
    admissions = _number(entry, "admissions", where, least=0.0)
    if admissions == 0:
        raise SpecError(f"{where}: admissions a month in the places of the pilot are above 0")
    noise = {"noise": _number(entry, "noise", where, least=0.0)} if "noise" in entry else {}
    return PilotPlan(text_of(entry, "option"), tuple(months), entry["before"], admissions, **noise)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _by_group(entry: dict[str, Any], word: str, where: str) -> dict[str, float]:
    each = _table(entry, word)
    return {group: _number(each, group, f"{where} {word}", least=0.0) for group in each}


def _text(said: dict[str, Any], word: str) -> str:
    return text_of(said, word) if word in said else ""


def _check_whole(read: DecisionQuestion) -> None:
    """Refuse what the parts of a file do not agree on."""
    names = [option.name for option in read.options]
    if len(names) < 2 or len(set(names)) < len(names):
        raise SpecError("a choice is between two options or more, each with a name of its own; 'no change' is one too")
    own = [option.name for option in read.by_strategies]
    if read.pilot is not None and read.pilot.option not in own:
        raise SpecError(
            f"[pilot]: no option '{read.pilot.option}' that is moved by a strategy, whose effect a pilot would "
            f"measure; a route has none. {nearest(read.pilot.option, own or ['none has a strategy and no route'])}"
        )
    if read.by_strategies and not read.effects:
        raise SpecError(
            f"option '{read.by_strategies[0].name}' names a strategy and no route: name the file that states effects, "
            "as for equitymodel strategies effects, with effects = 'options.toml' at the top; or give a route"
        )
    judged = {criterion.name for criterion in read.criteria}
    if judged & {"cost", "health"} and any(option.cost_per_admission is None for option in read.options):
        raise SpecError("options are judged by cost or health, so each needs cost_per_admission; 0 where it costs none")
    if judged & {"cost", "health"} and not read.currency:
        raise SpecError("costs need a currency: currency = 'GBP', with the year of prices")
    if "health" in judged and read.health is None:
        raise SpecError("options are judged by health, which needs [health] with per_admission and threshold")


def _table(said: dict[str, Any], word: str) -> dict[str, Any]:
    value = said.get(word, {})
    if not isinstance(value, dict):
        raise SpecError(f"write '{word}' as a table, under [{word}]")
    return value


def _number(
    said: dict[str, Any], word: str, where: str, *, least: float = float("-inf"), most: float | None = None
) -> float:
    value = said[word]
    if not is_number(value) or value < least or (most is not None and value > most):
        limits = f" from {least:g}" if least > float("-inf") else ""
        limits += f" to {most:g}" if most is not None else ""
        raise SpecError(f"{where}: '{word}' is a number{limits}, not {value!r}")
    return float(value)


def _is_range(ends: object) -> bool:
    numbers = isinstance(ends, list) and all(isinstance(e, int | float) and not isinstance(e, bool) for e in ends)
    return numbers and isinstance(ends, list) and len(ends) == 2
