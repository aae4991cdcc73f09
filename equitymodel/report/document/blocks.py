"""What a document is made of: paragraphs, tables, pictures and sections, without a word about any format.

A writer (HTML, Word, Excel) knows these blocks and nothing else; whoever has something to publish builds blocks and
knows no writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.figure import Figure

from equitymodel.errors import OptionError
from equitymodel.report.document.columns import Column
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.document.interval_chart import IntervalChart
from equitymodel.report.document.line_chart import LineChart

Role = Literal["text", "answer", "warning", "note"]
Place = Literal["everywhere", "page", "workbook"]
LIMITS = "What this cannot tell you"
"""The usual title of a section of limits."""


@dataclass(frozen=True)
class Paragraph:
    """Some sentences.

    Attributes
    ----------
    text
        Plain words; no format is written in them.
    role
        ``answer`` stands first and large, ``warning`` is framed, ``note`` is small.
    """

    text: str
    role: Role = "text"


@dataclass(frozen=True)
class Bullets:
    """Short points, one a line."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class DataTable:
    """A table: its numbers stay numbers until a writer prints them.

    Attributes
    ----------
    name
        Of letters, digits and ``_``, unlike that of any other table of the document: the name of its sheet.
    title
        What it shows, of whom and when.
    columns
        In their order; headings are unlike one another.
    rows
        Has every field of the columns.
    note
        What must be read with it: what an interval is for, what a shorthand means.
    place
        Where it stands: a long tidy one only in a ``workbook``, one laid out for readers only on a ``page``.
    counts
        What of it is counted rather than modelled, and what would give a count away: looked at by disclosure control.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    note: str = ""
    place: Place = "everywhere"
    counts: tuple[CountColumn, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two columns of one heading, and columns whose fields the rows do not have."""
        headings = [column.heading for column in self.columns]
        if len(set(headings)) < len(headings):
            raise OptionError(f"table '{self.name}' has two columns of one heading: {', '.join(headings)}")
        fields = [field for column in self.columns for field in column.fields]
        fields += [field for column in self.counts for field in column.fields]
        absent = [field for field in fields if field not in self.rows]
        if absent:
            raise OptionError(f"table '{self.name}' has no field {', '.join(absent)}")

    @property
    def texts(self) -> list[list[str]]:
        """What is printed in each row, column by column."""
        made = [column.texts(self.rows) for column in self.columns]
        return [list(row) for row in zip(*made, strict=True)]


@dataclass(frozen=True)
class Picture:
    """A picture, with the finding that it shows in words.

    Attributes
    ----------
    name
        As of a table: the name of its file.
    title
        The caption.
    alt
        What a reader who cannot see it must know: the finding, not the kind of chart.
    figure
        Drawn at the size at which it is printed.
    observed
        Whether it draws observed counts, or what gives them away: where counts are hidden, it is then left out, or
        drawn as `modelled` draws it.
    chart
        The estimates, or the lines, that it draws, where that is all: for a format whose charts can be edited.
    modelled
        Draws the same without observed counts, where that can be; it is called only where counts are hidden, as drawing
        takes time.
    """

    name: str
    title: str
    alt: str
    figure: Figure
    observed: bool = False
    chart: IntervalChart | LineChart | None = None
    modelled: Callable[[], Figure] | None = None


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; sections within are one level lower.

    Attributes
    ----------
    title, blocks
        The heading, and what stands under it.
    limits
        Whether it says what the document cannot: whoever speaks from slides has it beside every one.
    """

    title: str
    blocks: tuple[Block, ...]
    limits: bool = False


Block = Paragraph | Bullets | DataTable | Picture | Section


@dataclass(frozen=True)
class Document:
    """All that one document says.

    Attributes
    ----------
    title, subtitle
        What it is about; of whom, and when.
    blocks
        The answer first.
    about
        Where it comes from, as pairs of a word and a text: made, model, seed, inputs.
    stamp
        A warning that goes with every page and sheet, empty if there is none.
    compact
        Whether it is printed small and close, to stand on one side of paper.
    """

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    about: tuple[tuple[str, str], ...] = ()
    stamp: str = ""
    compact: bool = False

    def tables(self) -> Iterator[DataTable]:
        """Give every table, in the order of the document."""
        return (block for block in within(self.blocks) if isinstance(block, DataTable))

    def pictures(self) -> Iterator[Picture]:
        """Give every picture, in the order of the document."""
        return (block for block in within(self.blocks) if isinstance(block, Picture))


def within(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Give every block, and those within sections after their section.

    Examples
    --------
    >>> [type(block).__name__ for block in within((Section("Gaps", (Paragraph("None."),)),))]
    ['Section', 'Paragraph']
    """
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from within(block.blocks)
