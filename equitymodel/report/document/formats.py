"""Which writer makes which kind of file, by its ending. Writers load when first needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from equitymodel.errors import OptionError
from equitymodel.report.document.blocks import Document

EXPLORER = "explorer.html"
"""How the name of an explorer ends, as in ``devon_explorer.html``; any other page is a report."""
WRITERS = {
    EXPLORER: "explorer.explorer_page",
    ".html": "html.document_page",
    ".docx": "word.word_document",
    ".xlsx": "excel.workbook",
    ".pptx": "slides.slide_deck",
}
"""The module of ``report`` whose ``write`` makes a file of such an ending; the first that fits."""
Writer = Callable[..., None]
TAKES_BASE = ".docx"


def write_document(document: Document, path: Path | str, *, base: Path | str | None = None) -> Path:
    """Write a document in the format that the ending of its file names.

    Parameters
    ----------
    document
        What it says.
    path
        A file that ends in ``.html``, ``.docx``, ``.xlsx`` or ``.pptx``; an existing one is replaced.
    base
        Of a Word document: the user's own, whose styles, headers and footers are kept.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OptionError
        When there is no writer for the ending, or a base for another format than Word.
    OutputError
        When it cannot be written, on a full disk or while it is open in Excel: what was there before stands.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> write_document(Document("Equity", "2023/24", ()), Path(mkdtemp()) / "report.html").name
    'report.html'
    """
    path = Path(path)
    writer = writer_of(path)
    if base is None:
        writer(document, path)
    elif path.suffix.lower() == TAKES_BASE:
        writer(document, path, Path(base))
    else:
        raise OptionError(
            f"{path.name}: a base is taken by Word documents alone; give a file that ends in {TAKES_BASE}"
        )
    return path


def writer_of(path: Path) -> Writer:
    """Find the writer for a file.

    Raises
    ------
    OptionError
        When there is none for its ending.

    Examples
    --------
    >>> writer_of(Path("report.pdf"))
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: report.pdf: a report ends in .html, .docx, .xlsx or .pptx; a PDF is printed from the
    HTML
    """
    name = next((name for ending, name in WRITERS.items() if path.name.lower().endswith(ending)), None)
    if name is None:
        *others, last = (ending for ending in WRITERS if ending != EXPLORER)
        raise OptionError(
            f"{path.name}: a report ends in {', '.join(others)} or {last}; a PDF is printed from the HTML"
        )
    writer: Writer = import_module(f"equitymodel.report.{name}").write
    return writer


def is_explorer(path: Path) -> bool:
    """Say whether a file is to be an explorer, by how its name ends.

    Examples
    --------
    >>> is_explorer(Path("Explorer.html")), is_explorer(Path("report.html"))
    (True, False)
    """
    return path.name.lower().endswith(EXPLORER)
