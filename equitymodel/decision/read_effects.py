"""Read what a user states of strategies: effects and their sources, reach, costs; what is absent stays absent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.rules import Rule
from equitymodel.decision.effect_prior import USUAL_CORRELATION, EffectPrior, log_effect_of
from equitymodel.decision.effect_rows import AS_NOW
from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.decision.person_identifiers import refuse_words_of_persons
from equitymodel.decision.read_reach import read_reach
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.strategy_effect import Capacity, EffectOptions, PerAdmission, StrategyEffect
from equitymodel.decision.strategy_record import Register, Strategy
from equitymodel.decision.toml_entries import Entries, is_number, read_entries, reading_rules, text_of_file
from equitymodel.errors import OptionError

RULES = (
    *reading_rules("E"),
    Rule("E05", "error", "a strategy that is not in the register",
         "give its number or name; add one of your own with --own FILE"),
    Rule("E06", "error", "an effect that is not said in one way",
         "give all_groups, or both most_deprived and least_deprived, each with ratio and interval, or log_effect and "
         "sd"),
    Rule("E07", "error", "an interval that does not hold its ratio, or reaches 0",
         "give the 95 % interval of the ratio, the lower end first"),
    Rule("E08", "error", "one strategy twice on one passage of one procedure",
         "state its effect once, or name other procedures or ICSs for each"),
    Rule("E09", "error", "a reach that is no share of each group",
         "give a number from 0 to 1, a list with one a group (the most deprived first), or a table with deprivation "
         "and reach"),
    Rule("E10", "error", "a set of strategies of which one has no effect, or whose name is taken",
         "add its [[effect]] or leave it out; give the set a name of its own"),
    Rule("E11", "error", "a horizon without the months that the counts are of", "add months_counted, such as 12"),
)  # fmt: skip
"""What a file of effects is held against."""
WORDS = ("format", "seed", "made_up", "months_counted", "horizon_months", "health_unit", "effect", "per_admission",
         "capacity", "together", "period")  # fmt: skip
EFFECT_WORDS = ("strategy", "stage", "source", "all_groups", "most_deprived", "least_deprived", "correlation", "reach",
                "ics", "procedures", "months_to_effect", "fixed_cost", "cost_per_person_reached")  # fmt: skip
SIDE_WORDS = ("ratio", "interval", "log_effect", "sd")
PER_WORDS = ("cost", "capacity", "health_gain")


@dataclass(frozen=True)
class _Stated:
    """A file that is read: its log, its folder, and the register it names strategies of."""

    log: FileLog
    folder: Path
    register: Register
    numbers: dict[int, list[StrategyEffect]] = field(default_factory=dict)


@refuses_other_types
def made_up_effects() -> str:
    """Give the text of a file of effects on the embedded example: all its numbers are made up.

    Examples
    --------
    >>> made_up_effects().count("[[effect]]")
    3
    """
    return files("equitymodel.decision").joinpath("register/made_up_effects.toml").read_text(encoding="utf-8")


@refuses_other_types
def made_up_choice() -> str:
    """Give the text of a file of options for `decide` on the embedded example: its costs and weights are made up.

    Examples
    --------
    >>> made_up_choice().count("[[option]]")
    4
    """
    return files("equitymodel.decision").joinpath("register/made_up_choice.toml").read_text(encoding="utf-8")


def read_effect_options(file: Path | str, *, register: Register | None = None) -> EffectOptions:
    """Read a file of what is stated of strategies.

    Parameters
    ----------
    file
        TOML, as the page on strategies shows it.
    register
        From `read_strategies`; the one that ships if not given.

    Returns
    -------
    EffectOptions
        What is not stated is None; nothing is put in its place.

    Raises
    ------
    EquityDataError
        When it breaks a rule of `RULES`: every rule, the places and the way out.
    OptionError
        When it cannot be read, or names or ranks persons.

    Examples
    --------
    >>> read_effect_options("absent.toml")
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: absent.toml cannot be read: No such file or directory. Give a TOML file
    """
    path = Path(file)
    return effect_options_of(text_of_file(path), path, register or read_strategies())


def effect_options_of(text: str, file: Path, register: Register) -> EffectOptions:
    """Read the text of a file of effects; tables that it names are beside it.

    Raises
    ------
    EquityDataError, OptionError
        As `read_effect_options`.
    """
    log = FileLog(file.name, by_id(RULES))
    entries = read_entries(text, log, "E")
    refuse_words_of_persons(entries.found, file.name)
    entries.words(WORDS)
    stated = _Stated(log, file.parent, register)
    effects = tuple(filter(None, (_effect(entry, stated) for entry in entries.tables("effect"))))
    per = entries.table("per_admission")
    made = EffectOptions(
        effects=effects,
        together=_together(entries, stated, {one.number for one in effects}),
        per_admission=_per_admission(per) if per else PerAdmission(),
        capacity=_capacity(entries.table("capacity")),
        health_unit=entries.text("health_unit"),
        months_counted=entries.number("months_counted", least=1),
        horizon_months=entries.number("horizon_months", least=0),
        period=entries.text("period"),
        seed=entries.whole("seed", least=0) if "seed" in entries.found else 1,
        made_up=entries.flag("made_up"),
    )
    if made.horizon_months is not None and made.months_counted is None:
        log.add("E11", f"horizon_months is {made.horizon_months:g}")
    if made.per_admission.health_gain and not made.health_unit:
        log.add("E03", "the file: health_unit, as health_gain is given")
    log.raise_errors()
    return made


def _effect(entry: Entries, stated: _Stated) -> StrategyEffect | None:
    entry.words(EFFECT_WORDS, required=("strategy", "stage", "source"))
    strategy, prior = _strategy(entry, stated), _prior(entry)
    made = StrategyEffect(
        number=strategy.number if strategy else 0,
        name=strategy.name if strategy else "",
        stage=entry.text("stage"),
        prior=prior or EffectPrior.alike(0.0, 0.0),
        source=entry.text("source"),
        reach=read_reach(entry, stated.folder),
        ics=entry.several_of("ics", ()),
        procedures=entry.several_of("procedures", ()),
        months_to_effect=entry.number("months_to_effect", least=0),
        fixed_cost=entry.number("fixed_cost", least=0),
        cost_per_person_reached=entry.number("cost_per_person_reached", least=0),
    )
    if strategy is None or prior is None:
        return None
    if any(_overlap(made, other) for other in stated.numbers.setdefault(made.number, [])):
        stated.log.add("E08", f"{entry.where}: {made.number}, {made.name}, on '{made.stage}'")
    stated.numbers[made.number].append(made)
    return made


def _overlap(one: StrategyEffect, other: StrategyEffect) -> bool:
    """Say whether two effects of a strategy are on one passage somewhere."""
    pairs = ((one.procedures, other.procedures), (one.ics, other.ics))
    return one.stage == other.stage and all(not a or not b or bool(set(a) & set(b)) for a, b in pairs)


def _strategy(entry: Entries, stated: _Stated) -> Strategy | None:
    asked = entry.found.get("strategy")
    if asked is None:
        return None
    if isinstance(asked, bool) or not isinstance(asked, int | str):
        entry.wrong("strategy", "the number or the name of a strategy")
        return None
    try:
        return stated.register.find(asked)
    except OptionError as error:
        stated.log.add("E05", f"{entry.where}: {str(error).splitlines()[0]}")
        return None


def _prior(entry: Entries) -> EffectPrior | None:
    """Read the prior: one of all groups, whose difference has mean 0, or one of each end."""
    sides = [name for name in ("all_groups", "most_deprived", "least_deprived") if name in entry.found]
    if sides not in (["all_groups"], ["most_deprived", "least_deprived"]):
        entry.log.add("E06", f"{entry.where}: {', '.join(sides) or 'none of the three'} given")
        return None
    found = [_side(table) for table in map(entry.table, sides) if table]
    correlation = entry.number("correlation", least=-1, most=1)
    if len(found) < len(sides) or None in found:
        return None
    (most, most_sd), (least, least_sd) = [pair for pair in (found[0], found[-1]) if pair]
    chosen = USUAL_CORRELATION if correlation is None else correlation
    return EffectPrior(most, least, most_sd, least_sd, chosen)


def _side(table: Entries) -> tuple[float, float] | None:
    """Read a mean and a standard deviation, or a ratio with its interval."""
    table.words(SIDE_WORDS)
    given = {name for name in SIDE_WORDS if name in table.found}
    if given == {"log_effect", "sd"}:
        mean, sd = table.number("log_effect"), table.number("sd", least=0)
        return None if mean is None or sd is None else (mean, sd)
    if given != {"ratio", "interval"}:
        table.log.add("E06", f"{table.where}: {', '.join(sorted(given)) or 'nothing'} given")
        return None
    ratio, ends = table.number("ratio"), table.found["interval"]
    if not isinstance(ends, list) or len(ends) != 2 or not all(map(is_number, ends)):
        table.wrong("interval", "two numbers, such as [1.03, 1.26]")
        return None
    if ratio is None:
        return None
    if not 0 < ends[0] <= ratio <= ends[1]:
        table.log.add("E07", f"{table.where}: {ratio:g} in {ends[0]:g} to {ends[1]:g}")
        return None
    return log_effect_of(ratio, *map(float, ends))


def _together(entries: Entries, stated: _Stated, numbers: set[int]) -> dict[str, tuple[int, ...]]:
    made: dict[str, tuple[int, ...]] = {}
    for entry in entries.tables("together"):
        entry.words(("name", "strategies"), required=("name", "strategies"))
        asked = entry.found.get("strategies", [])
        if not isinstance(asked, list) or not asked:
            entry.wrong("strategies", "a list of numbers of strategies")
            continue
        name, names = entry.text("name"), [one.name for found in stated.numbers.values() for one in found]
        if absent := [one for one in asked if one not in numbers]:
            stated.log.add("E10", f"{entry.where}: {', '.join(map(str, absent))}")
        if name in (*made, *names, AS_NOW):
            stated.log.add("E10", f"{entry.where}: the name '{name}' is taken")
        made[name] = tuple(one for one in asked if one in numbers)
    return made


def _per_admission(table: Entries) -> PerAdmission:
    table.words(PER_WORDS)
    found = {name: _by_label(table, name) for name in PER_WORDS if name in table.found}
    return PerAdmission(**{name: value for name, value in found.items() if isinstance(value, Mapping)})


def _capacity(table: Entries | None) -> Capacity | None:
    if table is None:
        return None
    table.words(("unit", "spare", "given_up_per_admission"), required=("unit", "spare"))
    spare = _by_label(table, "spare") if isinstance(table.found.get("spare"), dict) else table.number("spare", least=0)
    each = table.number("given_up_per_admission", least=1e-9)
    return Capacity(table.text("unit"), 0.0 if spare is None else spare, each)


def _by_label(table: Entries, name: str) -> dict[str, float]:
    """Read numbers by label, such as costs by procedure."""
    value = table.found.get(name)
    least = -math.inf if name == "health_gain" else 0.0
    if isinstance(value, dict) and value and all(is_number(one) and one >= least for one in value.values()):
        return {str(label): float(one) for label, one in value.items()}
    table.wrong(name, 'numbers by label, 0 or more, such as { "hip replacement" = 7000 }')
    return {}
