"""A document as one page of HTML: whole without script, without network, and on paper."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from equitymodel.report.document.blocks import DataTable, Document, Picture
from equitymodel.report.plots.drawn import svg_of
from equitymodel.storage.whole_file import write_whole

MANY_COLUMNS, MANY_INTERVALS, TALL, LONG = 6, 3, 25, 28
"""Above so many columns, or so many of intervals, a table has these below their estimates; above so many rows it may be
split over pages; above so many letters the labels of its rows may take several lines."""


def write(document: Document, path: Path) -> None:
    """Write a document as a page that needs nothing else.

    Parameters
    ----------
    document
        What it says; tables whose place is a workbook are left out.
    path
        The file.
    """
    write_whole(path, page_of(document).encode("utf-8"))


def page_of(document: Document) -> str:
    """Give a document as HTML.

    Examples
    --------
    >>> page = page_of(Document("Equity", "2023/24", ()))
    >>> page.index("<h1>Equity</h1>") < page.index("2023/24</p>")
    True
    """
    return page_environment().get_template("html/document_page.html.jinja").render(document=document)


def page_environment() -> Environment:
    """Give what every page is made with: templates of the rooms of `report`, and how blocks are written."""
    environment = Environment(loader=PackageLoader("equitymodel", "report"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    environment.globals.update(kind_of=lambda block: type(block).__name__, drawn=_drawn, shape_of=_shape)
    return environment


def _drawn(picture: Picture) -> str:
    return svg_of(picture.figure, picture.name, picture.alt)


def _shape(table: DataTable) -> str:
    """Say how a table has to be printed."""
    intervals = sum(column.kind == "interval" for column in table.columns)
    many = len(table.columns) > MANY_COLUMNS or intervals > MANY_INTERVALS
    shapes = {"many": many, "tall": len(table.rows) > TALL}
    shapes["long"] = any(len(row[0]) > LONG for row in table.texts)
    said = " ".join(name for name, so in shapes.items() if so)
    return f' class="{said}"' if said else ""
