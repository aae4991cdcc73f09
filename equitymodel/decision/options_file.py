"""Options, criteria and weights as those who decide wrote them: `OPTIONS.toml`, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from equitymodel.decision.decision_log import WHOSE, WeightsOf
from equitymodel.decision.toml_entries import is_number
from equitymodel.decision.weight_space import WeightSpace
from equitymodel.errors import EquityModelError, SpecError
from equitymodel.spec.read_spec import check_words, tables_under, text_of
from equitymodel.vocabulary import ROUTES, Route, nearest

FORMAT = 1
MEASURES = {
    "most_deprived": "further admissions of the most deprived group",
    "total": "further admissions of all groups",
    "gap": "rate of the most over that of the least deprived group",
    "cost": "cost, in the currency of the file",
    "health": "net health benefit of all groups, in quality-adjusted life years",
}
"""What an option can be judged by."""
WORDS = ("format", "question", "currency", "criterion", "weights", "capacity", "health", "option")
OPTION_WORDS = ("name", "route", "strategy", "closure", "cost_per_admission", "fixed_cost")


@dataclass(frozen=True)
class Criterion:
    """What options are judged by.

    Attributes
    ----------
    name
        A measure of `MEASURES`.
    better
        Whether ``more`` or ``less`` of it is better.
    worst, best
        Between which values the weights are meant; those that the options have, where nothing is said.
    """

    name: str
    better: str
    worst: float | None = None
    best: float | None = None


@dataclass(frozen=True)
class DeclaredOption:
    """An option, as it was declared.

    Attributes
    ----------
    name
        As it is printed.
    route
        The route to equity that it follows, and how far.
    strategy
        Its number or key in the register of strategies, from which its law and legitimacy are read.
    closure
        How much of the route it goes, 0 to 1.
    cost_per_admission, fixed_cost
        Of a further admission, and of the option whatever it does; unknown where nothing is said.
    """

    name: str
    route: Route = "no_change"
    strategy: str = ""
    closure: float = 1.0
    cost_per_admission: float | None = None
    fixed_cost: float = 0.0


@dataclass(frozen=True)
class CapacityLimit:
    """What limits admissions: all there is, and what an admission takes in each group.

    Attributes
    ----------
    total
        All there is, in the unit.
    unit
        Such as hours of theatre, or bed-days.
    per_admission
        By label of the group; 1 where nothing is said.
    """

    total: float
    unit: str
    per_admission: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class HealthGain:
    """What an admission is worth in health, and what money would do elsewhere: from the user, never a default.

    Attributes
    ----------
    per_admission
        Quality-adjusted life years.
    threshold
        Cost of a quality-adjusted life year elsewhere.
    """

    per_admission: float
    threshold: float


@dataclass(frozen=True)
class DecisionQuestion:
    """All that a file of options says, and what it does not say.

    Attributes
    ----------
    question
        What is to be decided.
    options, criteria
        Two options or more, one criterion or more.
    weights
        What was said of the weights.
    weights_of
        Whose they are.
    currency, capacity, health
        Of costs; empty or none where the file does not say.
    """

    question: str
    options: tuple[DeclaredOption, ...]
    criteria: tuple[Criterion, ...]
    weights: WeightSpace
    weights_of: WeightsOf
    currency: str = ""
    capacity: CapacityLimit | None = None
    health: HealthGain | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """What cannot be said, and what would fill it."""
        said = []
        if self.health is None:
            said.append("Net health benefit by group is left out: [health] with per_admission and threshold fills it.")
        if any(option.cost_per_admission is None for option in self.options):
            said.append("Costs are left out: cost_per_admission of every option fills them.")
        if self.capacity is None:
            said.append("The frontier under a capacity is left out: [capacity] with total and unit fills it.")
        return tuple(said)


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
        weights_of, text_of(said, "currency") if "currency" in said else "", _capacity(said), _health(said),
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
        From `read_options`.

    Raises
    ------
    SpecError
        As for `read_options`, or when there is no such file; it names the file.
    """
    try:
        return read_options(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} cannot be read as a file of options: {error}") from error
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


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
    route = entry.get("route", "no_change")
    if route not in ROUTES:
        raise SpecError(f"{where}: no route '{route}'. {nearest(str(route), ROUTES)}")
    numbers = {word: _number(entry, word, where, least=0.0, most=1.0 if word == "closure" else None)
               for word in ("closure", "cost_per_admission", "fixed_cost") if word in entry}  # fmt: skip
    return DeclaredOption(text_of(entry, "name"), route, str(entry.get("strategy", "")), **numbers)


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
    check_words(entry, ("total", "unit", "per_admission"), required=("total", "unit"), where=where)
    each = _table(entry, "per_admission")
    per_admission = {group: _number(each, group, f"{where} per_admission", least=0.0) for group in each}
    if zero := [group for group, takes in per_admission.items() if takes == 0]:
        raise SpecError(f"{where}: an admission of group {zero[0]} takes some capacity: a number above 0")
    return CapacityLimit(_number(entry, "total", where, least=0.0), text_of(entry, "unit"), per_admission)


def _health(said: dict[str, Any]) -> HealthGain | None:
    if "health" not in said:
        return None
    entry, where = _table(said, "health"), "[health]"
    check_words(entry, ("per_admission", "threshold"), required=("per_admission", "threshold"), where=where)
    gain = HealthGain(_number(entry, "per_admission", where), _number(entry, "threshold", where, least=0.0))
    if gain.threshold == 0:
        raise SpecError(f"{where}: threshold, the cost of a quality-adjusted life year elsewhere, is above 0")
    return gain


def _check_whole(read: DecisionQuestion) -> None:
    """Refuse what the parts of a file do not agree on."""
    names = [option.name for option in read.options]
    if len(names) < 2 or len(set(names)) < len(names):
        raise SpecError("a choice is between two options or more, each with a name of its own; 'no change' is one too")
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
