"""What a compressed file would become when it is unpacked: held against a limit before any of it is."""

from __future__ import annotations

import io
import zipfile

import pyarrow.parquet as pq

from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.rules import Rule

RULES = (
    Rule(
        "F26",
        "error",
        "the file would unpack to more than is read at once",
        "save the rows and columns that are needed as CSV (UTF-8), in parts if there are more than 100 million cells",
    ),
    Rule(
        "F27",
        "error",
        "the workbook refers to other workbooks",
        "break its links (Data, Edit links, Break link) and save it, or save the sheet as CSV (UTF-8)",
    ),
)
MOST_BYTES = 400_000_000
"""Text of the parts of a workbook: about two million cells; reading takes many times as much memory."""
MOST_CELLS = 400_000_000
"""Rows times columns of a Parquet file: 20 million rows of 20 columns."""
LINKS = "xl/externalLinks/"


def refuse_large_workbook(content: bytes, reading: FileReading) -> None:
    """Refuse a workbook by the list of its parts, before they are unpacked (rules F26 and F27).

    Raises
    ------
    EquityDataError
        When its parts are too large together, or it refers to other workbooks.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        listed = parts.infolist()
    size = sum(part.file_size for part in listed)
    if size > MOST_BYTES:
        reading.log.add("F26", detail=f"{size / 1e6:,.0f} MB from {len(content) / 1e6:,.2f} MB")
    if any(part.filename.startswith(LINKS) for part in listed):
        reading.log.add("F27", detail=reading.sent.name)
    reading.log.raise_errors()


def refuse_large_parquet(content: bytes, reading: FileReading) -> None:
    """Refuse a Parquet file by what its footer says of rows and columns (rule F26).

    Raises
    ------
    EquityDataError
        When there are too many.
    """
    footer = pq.read_metadata(io.BytesIO(content))
    if footer.num_rows * footer.num_columns > MOST_CELLS:
        detail = f"{footer.num_rows:,} rows of {footer.num_columns} columns, from {len(content) / 1e6:,.2f} MB"
        reading.log.add("F26", detail=detail)
        reading.log.raise_errors()
