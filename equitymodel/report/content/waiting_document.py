"""The report on a waiting list: what each rule does to the gap and the total, who waits longer, what was stated."""

from __future__ import annotations

from equitymodel.report.content.published_waiting import PATHS, PublishedRules
from equitymodel.report.content.waiting_tables import (
    changes_of_waits,
    gap_table_of,
    longer_by_group,
    rules_table,
    total_table,
    treated_by_group,
    waits_by_group,
)
from equitymodel.report.document.blocks import LIMITS, Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import estimate
from equitymodel.report.plots.waiting_plot import plot_list_paths, plot_who_waits, who_waits_alt
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS
from equitymodel.waiting.list_rules import CONTESTED
from equitymodel.waiting.rule_rows import CHANGE, CLOSED, GAP

TITLE = "What a rule of the waiting list does to the gap and to the total"
CANNOT = (
    "Who is to be treated next: rules are compared for groups, and no order of persons follows from them.",
    "How patients and services would answer a rule: additions, slots and the share that leaves stay as they are now, "
    "unless the rule says otherwise.",
    "What waiting does to health: deaths and harm on the list are not modelled. More equal waits may go with wider "
    "gaps in health, and less equal ones with narrower.",
    "Whether a duty is met: this is evidence for a documented decision.",
)
EVEN = 0.5
"""Weeks of mean wait, either way, within which a gap is closed."""
UNCHANGED = 0.05
"""Weeks of mean wait that round to none."""
NOT_PERSONS = "Groups only: tables with identifiers of persons are refused."


def waiting_document(published: PublishedRules, question: str = "") -> Document:
    """Say what rules of a list do, for all lists together.

    Parameters
    ----------
    published
        From `published_waiting`.
    question
        What is to be decided, as the file of rules says.

    Returns
    -------
    Document
        Ready for any writer.
    """
    blocks: tuple[Block, ...] = (
        Paragraph(answer_of_rules(published), "answer"),
        Section(
            "The gap and the total",
            (
                Bullets(tuple(rule_sentences(published))),
                gap_table_of(published),
                Paragraph(published.conserved),
                *_total(published),
            ),
        ),
        Section("Who waits longer", (*_pictures(published), *_longer(published), waits_by_group(published))),
        Section("Who is treated, and who leaves untreated", (treated_by_group(published),)),
        Section("The rules, and how they are seen", (rules_table(published), *_contested(published))),
        Section("What was stated, and not learned from data", (Bullets((*published.stated, NOT_PERSONS)),)),
        Section(LIMITS, (Bullets(CANNOT),), limits=True),
    )
    subtitle = ", ".join(filter(None, (question, _weeks(published))))
    return Document(TITLE, subtitle, blocks, _about(published), published.stamp)


def answer_of_rules(published: PublishedRules) -> str:
    """Say in a sentence or two which rules close the gap, and which leave the total as it is.

    Returns
    -------
    str
        Nothing is recommended.
    """
    rows = published.rows(CLOSED)
    closing = rows[rows["probability"] >= 0.5]["rule"].tolist()
    gap = published.rows(f"{GAP}mean_wait", rule=published.names[0])
    (now,) = estimate("weeks", decimals=1).texts(gap)
    ends = f"group {published.groups[0]} and group {published.groups[-1]}"
    said = f"Under '{published.names[0]}' the mean waits of {ends} differ by {now} weeks at the end. "
    named = ", ".join(f"'{name}'" for name in closing) or "none of the rules"
    named = "every rule" if len(closing) == len(published.names) else named
    return f"{said}The gap is closed within these weeks, more probably than not, under {named}.{_turned(published)}"


def _turned(published: PublishedRules) -> str:
    """Say under which rules the most deprived surely wait less long at the end: a gap the other way round."""
    gap = published.rows(f"{GAP}mean_wait")
    turned = ", ".join(f"'{name}'" for name in gap[gap["upper"] < -EVEN]["rule"])
    first, last = published.groups[0], published.groups[-1]
    return (
        f" It is turned round under {turned}: group {first} then waits less long than group {last}." if turned else ""
    )


def rule_sentences(published: PublishedRules) -> list[str]:
    """Say of each rule after the first what it does to the gap, to the total, and who waits longer."""
    return [_sentence(published, name) for name in published.names[1:]]


def _sentence(published: PublishedRules, name: str) -> str:
    gap = _text(published, f"{CHANGE}{GAP}mean_wait", name, None, decimals=1)
    treated = _text(published, f"{CHANGE}treated", name, ALL_GROUPS)
    left = _text(published, f"{CHANGE}removed", name, ALL_GROUPS)
    return (f"{name}: the gap in mean wait changes by {gap} weeks; treated in all change by {treated}, "
            f"those who left untreated by {left}; "
            f"{_who_waits(published, name)}.")  # fmt: skip


def _who_waits(published: PublishedRules, name: str) -> str:
    """Say who waits longer under a rule: one group, all of them, or none."""
    waits = published.rows(f"{CHANGE}mean_wait", rule=name)
    waits = waits[waits["deprivation"] != ALL_GROUPS]
    if (waits["estimate"].abs() < UNCHANGED).all():
        return f"no group's mean wait changes by as much as {2 * UNCHANGED} weeks"
    worst = waits.nlargest(1, "estimate")
    (most,), group = estimate("weeks", decimals=1).texts(worst), worst["deprivation"].iloc[0]
    if (waits["estimate"] >= UNCHANGED).all():
        return f"every group waits longer, group {group} the most, by {most} weeks"
    if worst["estimate"].iloc[0] >= UNCHANGED:
        return f"group {group} waits longer by {most} weeks, more than any other"
    return f"no group waits longer on average; group {group} changes least, by {most} weeks"


def _total(published: PublishedRules) -> tuple[Block, ...]:
    return (total_table(published),) if len(published.names) > 1 else ()


def _longer(published: PublishedRules) -> tuple[Block, ...]:
    return (longer_by_group(published),) if len(published.names) > 1 else ()


def _text(
    published: PublishedRules, quantity: str, rule: str, deprivation: str | None, decimals: int = 0
) -> str:  # fmt: skip
    (text,) = estimate("number", decimals=decimals).texts(published.rows(quantity, rule=rule, deprivation=deprivation))
    return text


def _pictures(published: PublishedRules) -> tuple[Picture, ...]:
    paths = published.tables[PATHS]
    waits = paths[paths["quantity"] == "mean_wait"]
    ends = published.groups[0], published.groups[-1]
    base = published.names[0]
    lines = Picture("waits_by_week", f"Mean wait on the list, groups {ends[0]} and {ends[1]}, with 95 % intervals",
                    answer_of_rules(published), plot_list_paths(waits, ends, "Waits week by week"))  # fmt: skip
    changes = changes_of_waits(published)
    if changes.empty:
        return (lines,)
    title = f"Change of the mean wait on the list, against '{base}', with 95 % intervals"
    figure = plot_who_waits(changes, "Who waits longer, who less long")
    return Picture("who_waits", title, who_waits_alt(changes), figure), lines


def _contested(published: PublishedRules) -> tuple[Block, ...]:
    named = published.rules[published.rules["contested"] == "yes"]["rule"].tolist()
    return (Paragraph(f"{', '.join(named)}. {CONTESTED}", "warning"),) if named else ()


def _weeks(published: PublishedRules) -> str:
    return f"{ALL_ICS}, {int(published.tables[PATHS]['week'].max())} weeks"


def _about(published: PublishedRules) -> tuple[tuple[str, str], ...]:
    kept = published.provenance
    inputs = [f"{name}: {source['file']}" for name, source in (kept.get("inputs") or {}).items()]
    versions = kept.get("versions") or {}
    about = {"Made": str(kept.get("made") or ""), "Seed": str(kept.get("seed", "")), "Tables": ", ".join(inputs),
             "Package": f"equitymodel {versions['equitymodel']}" if versions else ""}  # fmt: skip
    return tuple((word, text) for word, text in about.items() if text)
