"""A page for a board, of one side: what could be done, what that might move, what is not known, what was decided."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.options_file import MEASURES, DecisionQuestion
from equitymodel.decision.strategy_record import Register, Strategy
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate, probability_words
from equitymodel.vocabulary import ROUTES

NOT_SAID = "not said: it names no strategy of the register"
REFERENCE = "A route says what would move if its target were reached, not that it will be."
DUTY = (
    "An ICB has regard to reducing inequalities of access and outcomes (NHS Act 2006, s14Z35): a duty to have regard. "
    "The public sector equality duty (Equality Act 2010, s149) is another; deprivation is not a protected "
    "characteristic. This page is evidence for a documented decision, and not legal advice."
)
SHOWN_DECISIONS = 3


def decision_document(
    judged: JudgedOptions, scope: str, log: pd.DataFrame | None = None, *, law: Mapping[str, str] | None = None,
    stamp: str = "",
) -> Document:  # fmt: skip
    """Say to a board what could be done and what that rests on.

    Parameters
    ----------
    judged
        From `judge_options`.
    scope
        Where, and for which care.
    log
        Decisions so far, from `read_log`.
    law
        Law and legitimacy of an option by its name, from a register of strategies.
    stamp
        As of the results.

    Returns
    -------
    Document
        Of one side, when it is printed.
    """
    blocks: tuple[Block, ...] = (
        Paragraph(_answer(judged), "answer"),
        Section("What could be done, and what it might move",
                (_options_table(judged, law or {}), Paragraph(REFERENCE, "note"))),
        Section("What we do not know", (Bullets(tuple(_not_known(judged))),)),
        Section("What was decided, and why", _decided(log)),
        Paragraph(DUTY, "note"),
    )  # fmt: skip
    return Document(judged.question.question, scope, blocks, stamp=stamp)


def law_beside(question: DecisionQuestion, register: Register) -> dict[str, str]:
    """Give law and legitimacy of every option that names a strategy of the register.

    Parameters
    ----------
    question
        Options, from `read_options`.
    register
        Strategies that ship and the user's own, from `read_strategies`.

    Returns
    -------
    dict
        Words by the name of the option.

    Raises
    ------
    OptionError
        When there is no such strategy; the nearest is named.
    """
    named = {option.name: register.find(option.strategy) for option in question.options if option.strategy}
    return {name: _law_words(strategy, register) for name, strategy in named.items()}


def _law_words(strategy: Strategy, register: Register) -> str:
    laws = ", ".join(entry.law for entry in register.law_of(strategy)) or "none in the register"
    return (
        f"{strategy.number}, {strategy.name}: contested: {strategy.contested}; public panel: {strategy.panel}; uses a "
        f"protected characteristic: {strategy.uses_protected_characteristic}; law: {laws}"
    )


def _answer(judged: JudgedOptions) -> str:
    """Say which option comes first, or that none does."""
    if judged.not_separated:
        return judged.not_separated
    table = judged.rank_table()
    first = table.iloc[int(table["rank_1"].argmax())]
    return (
        f"{first[OPTION]} comes first in {probability_words(first['rank_1'])} of draws and weights ({_whose(judged)})."
    )


def _whose(judged: JudgedOptions) -> str:
    of = judged.question.weights_of
    whose = "nobody's weights" if of == "none" else f"weights of the {of}"
    return f"{whose}: {judged.question.weights.words}"


def _options_table(judged: JudgedOptions, law: Mapping[str, str]) -> DataTable:
    moved = judged.moved_table()
    wide = [moved[moved["measure"] == name].set_index(OPTION)[["estimate", "lower", "upper"]].add_prefix(f"{name}_")
            for name in ("most_deprived", "total", "gap")]  # fmt: skip
    options = judged.question.options
    rows = pd.concat(wide, axis=1).join(judged.rank_table().set_index(OPTION)["rank_1"]).reset_index()
    rows["route"] = [ROUTES[option.route] for option in options]
    rows["law"] = [law.get(option.name, NOT_SAID) for option in options]
    columns = (
        Column("option", (OPTION,)), Column("what it does", ("route",)),
        estimate("admissions, most deprived", of="most_deprived_"), estimate("admissions, all", of="total_"),
        estimate("rate ratio then", of="gap_"), Column("first in", ("rank_1",), "probability"),
        Column("law and legitimacy", ("law",)),
    )  # fmt: skip
    return DataTable("options", "Options, with 95 % credible intervals", columns, rows)


def _not_known(judged: JudgedOptions) -> list[str]:
    """Say what would change the choice, what equity costs, and what was left out."""
    information = judged.information_table().iloc[1:]
    said = [f"{row['unknown']}: another option ({row['changes_to']}) would be chosen from {row['changes_at']:.3g} on."
            for row in information.to_dict("records") if row["changes_to"]]  # fmt: skip
    said = said or [
        judged.too_few_draws
        or "Neither the gap nor the number of admissions, as far as they are uncertain, would change the choice."
    ]
    judged_by = ", ".join(MEASURES[item.name] for item in judged.question.criteria)
    price = judged.price_sentence()
    return [*said, *([price] if price else []), f"Options are judged by: {judged_by}.", *judged.question.left_out]


def _decided(log: pd.DataFrame | None) -> tuple[Block, ...]:
    if log is None or log.empty:
        return (Paragraph("Nothing has been recorded yet."),)
    rows = log.tail(SHOWN_DECISIONS).assign(seal=lambda table: table["sha256"].str[:12])
    headings = {"when": "when", "choice": "choice", "scope": "scope", "reason": "why", "who": "who",
                "weights_of": "weights of", "seal": "hash"}  # fmt: skip
    columns = tuple(Column(heading, (name,)) for name, heading in headings.items())
    return (DataTable("decisions", "Decisions, each line of the log resting on the last", columns, rows),)
