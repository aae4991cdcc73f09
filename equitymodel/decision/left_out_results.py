"""What is not worked out for want of a number, and what would fill it: nothing is assumed in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.strategy_record import Register, Strategy

COLUMNS = ("strategy", "number", "left_out", "would_fill_it")
EVERY = "every strategy"


def left_out_results(options: EffectOptions, register: Register, procedures: Sequence[str]) -> pd.DataFrame:
    """List every result that is left out.

    Parameters
    ----------
    options, register
        What the user states, of which strategies.
    procedures
        Those of the pathway, for each of which costs and the like could be known.

    Returns
    -------
    pandas.DataFrame
        Columns ``strategy, number, left_out, would_fill_it``.

    Examples
    --------
    >>> from equitymodel.decision.read_register import read_strategies
    >>> left_out_results(EffectOptions(()), read_strategies(), ["hip"]).iloc[0]["left_out"]
    'everything'
    """
    rows = [row for strategy in register for row in _of_strategy(strategy, options)]
    rows += [(EVERY, "", *pair) for pair in _of_all(options, procedures)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_strategy(strategy: Strategy, options: EffectOptions) -> Iterator[tuple[str, object, str, str]]:
    own = [one for one in options.effects if one.number == strategy.number]
    named = strategy.name, strategy.number
    if not own:
        yield (*named, "everything", f"an [[effect]] with its stage, prior, reach and source; {_evidence(strategy)}")
    for effect in own:
        for result, word in _of_effect(effect, options):
            yield (*named, result, word)


def _of_effect(effect: StrategyEffect, options: EffectOptions) -> Iterator[tuple[str, str]]:
    if effect.reach is None:
        yield f"everything at stage '{effect.stage}'", "reach: the share of each group that it reaches, such as 0.6"
        return
    if effect.months_to_effect is None or options.horizon_months is None:
        yield (
            "admissions within a horizon",
            "months_to_effect of the effect; horizon_months and months_counted of the file",
        )
    if effect.fixed_cost is None or effect.cost_per_person_reached is None:
        yield "what the strategy costs", "fixed_cost and cost_per_person_reached, each 0 if there is none"


def _of_all(options: EffectOptions, procedures: Sequence[str]) -> Iterator[tuple[str, str]]:
    per = options.per_admission
    for known, result, word in (
        (per.cost, "what extra admissions cost", "cost"),
        (per.capacity, "what extra admissions take of capacity, and what must give way", "capacity"),
        (per.health_gain, "what health extra admissions gain", "health_gain"),
    ):
        absent = [name for name in procedures if name not in known]
        if absent:
            few = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
            yield result, f"{word} under [per_admission] for {few}"
    if options.capacity is None:
        yield "what must give way where capacity is fixed", "a table [capacity] with its unit and what is spare"
    elif options.capacity.given_up_per_admission is None:
        yield "admissions given up elsewhere", "given_up_per_admission under [capacity]: what one of them frees"
    yield ("from which groups admissions are given up elsewhere", "it is not worked out: who gives way is a choice, "
           "and changes the gap again")  # fmt: skip
    yield "the gap over all procedures", "it is not worked out: need for one procedure is not need for another"


def _evidence(strategy: Strategy) -> str:
    held = len(strategy.evidence)
    if not held:
        return "the register holds no evidence for it"
    pieces = "one piece" if held == 1 else f"{held} pieces"
    return f"the register holds {pieces} of evidence: equitymodel strategies show {strategy.number}"
