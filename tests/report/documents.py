"""A document with one block of every kind, for the tests of all writers."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from equitymodel.report.document.blocks import Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate


def example_document() -> Document:
    """Make a document whose text holds what formats must escape."""
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2, 3])
    rows = pd.DataFrame({
        "procedure": ["hip & knee", "=1+1"], "estimate": [0.571, 0.9], "lower": [0.558, 0.88], "upper": [0.586, 0.93],
        "people": [1204.0, float("nan")], "p": [0.987, 0.5],
    })  # fmt: skip
    columns = (Column("procedure", ("procedure",)), estimate("rate ratio"), Column("people", ("people",), "count"),
               Column("probability", ("p",), "share"))  # fmt: skip
    table = DataTable("gaps", "Gap by procedure", columns, rows, "Intervals are 95 %.")
    blocks = (Paragraph("The gap is wide.", "answer"),
              Section("Gaps", (Paragraph("Read <this>."), table, Section("Pictures", (Picture("gap", "Caption", "The gap is 0.57.", figure),)))),
              Bullets(("One point.",)))  # fmt: skip
    return Document("Equity", "Devon, 2023/24", blocks, (("made", "2026"),), "NOT FOR PUBLICATION")
