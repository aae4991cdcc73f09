"""The reporting checklist as a section of a document: how complete it is, whose items these are, and each of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equitymodel.report.checklist_status import checklist_summary
from equitymodel.report.document.blocks import DataTable, Paragraph, Section
from equitymodel.report.document.columns import Column

TITLE = "Reporting checklist"


def checklist_section(checklist: pd.DataFrame, sources: Sequence[str]) -> Section:
    """Lay out a checklist, with what is asked of the user.

    Parameters
    ----------
    checklist
        ``section, item, status, answer``.
    sources
        Whose recommendations the items follow.

    Returns
    -------
    Section
        What is still open, and a table.
    """
    said = f"{checklist_summary(checklist)} Items follow published recommendations: {'; '.join(sources)}."
    return Section(TITLE, (Paragraph(said), checklist_table(checklist)))


def checklist_table(checklist: pd.DataFrame) -> DataTable:
    """Lay out each item."""
    fields = {"section": "section", "item": "item", "status": "status", "answer": "answer, or what is asked of you"}
    columns = tuple(Column(heading, (field,)) for field, heading in fields.items())
    return DataTable("checklist", TITLE, columns, checklist)
