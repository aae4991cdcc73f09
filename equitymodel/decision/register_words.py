"""A strategy in words: what is published, what is inferred, what is unknown, the evidence, and the law."""

from __future__ import annotations

from collections.abc import Iterator

from equitymodel.decision.strategy_record import MARKED, MARKS, Register, Strategy

NO_EVIDENCE = "None is held here. That is no evidence of no effect."
PLANNED_WITH = (
    "No effect, reach, cost, capacity or health gain of any strategy ships as one to plan with: state your own, with "
    "where it comes from."
)


def strategy_words(strategy: Strategy, register: Register) -> str:
    """Say all that is known of a strategy.

    Parameters
    ----------
    strategy
        Of the register.
    register
        For the law, and for the sources of what is published.

    Returns
    -------
    str
        Several lines: parts by where they come from, evidence, law.

    Examples
    --------
    >>> from equitymodel.decision.read_register import read_strategies
    >>> register = read_strategies()
    >>> print(strategy_words(register.find(18), register).splitlines()[0])
    18. Minor surgery in primary care
    """
    return "\n".join(_lines(strategy, register))


def _lines(strategy: Strategy, register: Register) -> Iterator[str]:
    yield f"{strategy.number}. {strategy.name}"
    for mark, meaning in MARKS.items():
        yield from _part_lines(strategy, mark, meaning)
    for part in strategy.parts("published"):
        if part in register.sources:
            yield f"Source of {MARKED[part]}: {register.sources[part]}"
    yield "Evidence"
    yield from ([f"  {number}. {one}" for number, one in enumerate(strategy.evidence, 1)] or [f"  {NO_EVIDENCE}"])
    yield "Law"
    yield from (f"  {entry}" for entry in register.law_of(strategy))
    yield PLANNED_WITH


def _part_lines(strategy: Strategy, mark: str, meaning: str) -> Iterator[str]:
    parts = strategy.parts(mark)
    if not parts:
        return
    yield f"{mark.capitalize()} ({meaning})"
    if mark == "unknown":
        yield f"  {', '.join(MARKED[part] for part in parts)}"
        return
    yield from (f"  {MARKED[part]}: {said}" for part, said in parts.items())
