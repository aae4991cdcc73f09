"""The report on strategies: what each would move as stated, alone and together, what it rests on, what is left out."""

from __future__ import annotations

import pandas as pd

from equitymodel.decision.register_words import PLANNED_WITH
from equitymodel.decision.strategy_record import DIRECTNESS, READ
from equitymodel.report.content.effects_tables import (
    added_data,
    added_table,
    gap_table,
    gives_way_table,
    inputs_table,
    together_table,
)
from equitymodel.report.content.published_effects import EVIDENCE, INPUTS, LEFT_OUT, REGISTER, PublishedEffects
from equitymodel.report.document.blocks import LIMITS, Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.plots.strategy_plot import plot_strategies, strategies_alt_text
from equitymodel.vocabulary import ALL_ICS

TITLE = "What strategies would move"
SCALE = """An effect is the ratio by which a passage from one stage to the next changes among those reached. Where
    nobody states that it differs between groups, its difference has mean 0 exactly, so that the ratio of the most to
    the least deprived moves in neither direction on average; the difference between them still grows with the whole.
    Means of admissions lie a little above what the middle of a wide interval would give, as ratios are spread about it
    on the log scale. Effects of several strategies on one passage add up on that scale, in any order; where records are
    linked no more than all can pass. Priors of different strategies are taken to be independent."""
CANNOT = (
    "Whether a strategy works here: every effect is one that was stated, and carries no more than its source does.",
    "Which strategy to choose: that hangs on what an admission is worth, to whom, and on what has to give way.",
    "Anything about one patient: effects are of groups, and no order of persons follows from them.",
    "Whether a duty is met: this is evidence for a documented decision.",
)


def effects_document(published: PublishedEffects, code: str = ALL_ICS) -> Document:
    """Say what strategies would move in an area.

    Parameters
    ----------
    published
        From `published_effects` or `open_effects`.
    code
        An ICS, or all together.

    Returns
    -------
    Document
        Ready for any writer. Tables of every procedure are kept for a workbook where they are long.
    """
    parts = (_added(published, code), _gap(published, code), _together(published, code), _gives_way(published, code),
             _rests_on(published), _legitimacy(published), _left_out(published))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published, code), "answer"),
        *(Section(title, within) for title, within in parts if within),
        Section(LIMITS, (Bullets(CANNOT),), limits=True),
    )
    where = published.areas.get(code, ALL_ICS)
    subtitle = ", ".join(filter(None, (where, str(published.provenance.get("period") or ""))))
    return Document(TITLE, subtitle, blocks, _about(published), published.stamp)


def answer_words(published: PublishedEffects, code: str) -> str:
    """Say in a sentence or two how many strategies could be weighed, and what all that were would add.

    Returns
    -------
    str
        What was stated comes first; nothing is recommended.
    """
    alone = [name for name, count in published.sets.items() if count == 1]
    known = len(published.tables[REGISTER])
    if not alone:
        return (
            f"No effect was stated of any of {known} strategies, so that nothing can be said of what they would move. "
            "What would fill that is listed below."
        )
    has = "has" if len(alone) == 1 else "have"
    said = [f"Of {known} strategies {len(alone)} {has} an effect and a reach that were stated."]
    widest = max(published.sets, key=lambda name: published.sets[name])
    row = published.rows("extra_admissions", code)
    row = row[row["strategy"] == widest]
    if len(row):
        named = f"All {published.sets[widest]} together" if published.sets[widest] > 1 else widest
        (change,) = estimate("admissions").texts(row.head(1))
        said.append(f"{named} would change admissions by {change} in the period of the counts, as stated.")
    return " ".join(said)


Part = tuple[str, tuple[Block, ...]]


def _added(published: PublishedEffects, code: str) -> Part:
    table, data = added_table(published, code), added_data(published, code)
    if not len(table.rows):
        return "What each would add", ()
    where = published.areas.get(code, ALL_ICS)
    title = f"Admissions that each strategy would add, {where}, with 95 % intervals"
    figure = plot_strategies(data, f"{where}: what each strategy would add")
    picture = Picture("strategies", title, strategies_alt_text(data), figure)
    return "What each would add", (picture, table)


def _gap(published: PublishedEffects, code: str) -> Part:
    table = gap_table(published, code)
    return "What each would do to the gap", (table,) if len(table.rows) else ()


def _together(published: PublishedEffects, code: str) -> Part:
    table = together_table(published, code)
    said = (
        "Several strategies on one passage can gain no more than is left to gain: the joint effect counts nobody twice."
    )
    return "Together", (Paragraph(said), table) if len(table.rows) else ()


def _gives_way(published: PublishedEffects, code: str) -> Part:
    table = gives_way_table(published, code)
    return "What it costs, gains, and takes from elsewhere", (table,) if len(table.rows) else ()


def _rests_on(published: PublishedEffects) -> Part:
    evidence, stated = published.tables[EVIDENCE], published.tables[INPUTS]
    evidence = evidence.assign(
        directness=evidence["directness"].map(DIRECTNESS), read=evidence["read"].map(READ),
        strategy=evidence["number"].astype(str) + ". " + evidence["strategy"],
    )  # fmt: skip
    columns = tuple(Column(heading, (name,)) for heading, name in (
        ("strategy", "strategy"), ("what was found", "claim"), ("effect (95 % interval)", "effect"),
        ("design", "design"), ("population", "population"), ("source", "source"), ("directness", "directness"),
        ("by deprivation", "by_deprivation"), ("how it was read", "read"),
    ))  # fmt: skip
    held = DataTable("evidence", "Evidence in the register", columns, evidence,
                     "No evidence in the register is no evidence of no effect.", place="workbook")  # fmt: skip
    shown = (inputs_table(stated),) if len(stated) else ()
    return "What it rests on", (Paragraph(" ".join(SCALE.split())), *shown, Paragraph(PLANNED_WITH), held)


def _legitimacy(published: PublishedEffects) -> Part:
    register = published.tables[REGISTER]
    own = register[register["number"].isin(_numbers(published.tables[INPUTS]))]
    own = own if len(own) else register
    columns = tuple(Column(heading, (name,)) for heading, name in (
        ("number", "number"), ("strategy", "name"), ("stage", "stage"), ("acts at", "acts_at"),
        ("uses a protected characteristic", "uses_protected_characteristic"), ("contested", "contested"),
        ("what a public panel supported", "panel"), ("inferred", "inferred"), ("unknown", "unknown"),
    ))  # fmt: skip
    table = DataTable("register", "What is known of these strategies", columns, own.astype({"number": str}))
    return "Law and legitimacy", (table, Bullets(tuple(published.law)))


def _numbers(stated: pd.DataFrame) -> list[object]:
    return stated["number"].tolist() if "number" in stated else []


def _left_out(published: PublishedEffects) -> Part:
    columns = (Column("strategy", ("strategy",)), Column("left out", ("left_out",)),
               Column("what would fill it", ("would_fill_it",)))  # fmt: skip
    table = DataTable("left_out", "What is left out, as nothing was assumed", columns, published.tables[LEFT_OUT])
    return "What is left out", (table,)


def _about(published: PublishedEffects) -> tuple[tuple[str, str], ...]:
    kept = published.provenance
    inputs = [f"{name}: {source['file']}" for name, source in (kept.get("inputs") or {}).items()]
    versions = kept.get("versions") or {}
    about = {
        "Made": str(kept.get("made") or ""),
        "Pathway": str(kept.get("pathway") or ""),
        "Seed": str(kept.get("seed", "")),
        "Tables": ", ".join(inputs),
        "Package": f"equitymodel {versions['equitymodel']}" if versions else "",
    }
    return tuple((word, text) for word, text in about.items() if text)
