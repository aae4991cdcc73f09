"""What areas the results were carried over to: in words, and as a table."""

from __future__ import annotations

from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column
from equitymodel.report.tables.carried_table import PART, SAME
from equitymodel.report.wording.carried_words import METHOD, carried_words, parts_words
from equitymodel.vocabulary import ALL_ICS, ICS

CARRIED = "carried_areas"
NOTE = """Shares of residents of the area that was counted, the lowest and the highest over groups of deprivation. Areas
    that are as they were are not listed."""


def carried_section(published: Published, code: str) -> list[Section]:
    """Say what areas the results were carried over to, and how sure that is; nothing where they were counted.

    Parameters
    ----------
    published, code
        What was published, and of which area, or all together.

    Returns
    -------
    list of Section
        One, or none.
    """
    if CARRIED not in published.tables:
        return []
    areas = published.tables[CARRIED]
    own = areas if code == ALL_ICS else areas[areas[ICS] == code]
    said = parts_words(own)
    blocks: list[Block] = [Paragraph(carried_words(areas))]
    if said:
        blocks += [Bullets(tuple(said)), Paragraph(" ".join(METHOD.split()))]
    changed = own[own["goes"] != SAME].assign(places=2)
    columns = (Column("area", ("ics_name",)), Column("counted as", ("from_name",)), Column("goes", ("goes",)),
               Column("lowest share", ("lowest_share",), "number", "places"),
               Column("highest share", ("highest_share",), "number", "places"))  # fmt: skip
    table = DataTable(
        "carried_areas", "What areas were when they were counted", columns, changed, " ".join(NOTE.split())
    )
    return [Section("Areas that results were carried over to", (*blocks, *([table] if len(changed) else [])))]


def part_warning(published: Published, code: str) -> list[Paragraph]:
    """Warn before the numbers of an area that holds part of one that was split."""
    if CARRIED not in published.tables:
        return []
    areas = published.tables[CARRIED]
    own = areas[(areas["goes"] == PART) & ((code == ALL_ICS) | (areas[ICS] == code))]
    if own.empty:
        return []
    names = ", ".join(own.drop_duplicates(ICS)["ics_name"])
    return [
        Paragraph(
            f"Worked out and not counted, from shares of an area that was split: admissions of {names}.", "warning"
        )
    ]
