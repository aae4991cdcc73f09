"""Documents as they may leave: all counts of a release are protected together, before any writer sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from equitymodel.errors import OutputError
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules, disclosure_rules
from equitymodel.report.disclosure.earlier_release import RELEASED, write_released
from equitymodel.report.disclosure.protect import Release, protect
from equitymodel.report.disclosure.releasable import AUDIT, LOG, require_releasable
from equitymodel.report.document.blocks import Block, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import CONFIDENTIAL
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.plain_files import write_csv

REMAINS = "disclosure_remains.txt"
"""What remains, in words for whoever decides on the release: like the audit not part of it."""
NOT_COMPARED = "{} was released before, and no table here follows it: the two were not compared."
OBSERVED = frozenset({"crude", "admissions", "observed"})
"""Fields of counts, or worked out from counts alone, in the tables of results."""
MODELLED = """No counts of patients are in this report: its numbers are modelled, or measured values as they were given.
    Draws behind them are not for release"""


@dataclass(frozen=True)
class Released:
    """Documents that may leave, and what whoever decides on them must know.

    Attributes
    ----------
    documents
        With counts hidden and rounded; each says under which rules.
    release
        The audit, the log and what remains; none where no table holds counts.
    counted
        The columns of labels and of counts of each table of the release.
    not_compared
        Tables of the release before that none of this one follows.
    """

    documents: tuple[Document, ...]
    release: Release | None = None
    counted: Mapping[str, tuple[Sequence[str], str]] = field(default_factory=dict)
    not_compared: tuple[str, ...] = ()

    def write_audit(self, folder: Path) -> list[Path]:
        """Write the audit, the log, what remains and what was released, and refuse what is not fit for release.

        Raises
        ------
        OutputError
            When a hidden count can still be worked out; the audit is then there, the documents are not.
        """
        if self.release is None:
            return []
        made = [folder / name for name in (AUDIT, LOG, REMAINS, RELEASED)]
        write_csv(made[0], self.release.audit)
        write_csv(made[1], self.release.log)
        said = ("NOT FOR RELEASE", *self.release.remains, *map(NOT_COMPARED.format, self.not_compared), "")
        made[2].write_text("\n".join(said), encoding="utf-8")
        if not self.release.safe:
            raise OutputError(f"{' '.join(self.release.remains)} No report was written; see {made[0]}")
        write_released(self.release.tables, self.counted, made[3])
        return made


def release_documents(
    documents: Sequence[Document],
    rules: str | Path | DisclosureRules = "hes",
    *,
    before: Mapping[str, pd.DataFrame] | None = None,
) -> Released:
    """Hide and round the observed counts of documents that leave together, so that none can be worked out.

    Parameters
    ----------
    documents
        All of one release; their tables say in `DataTable.counts` what is counted.
    rules
        ``hes``, ``opensafely``, ``acro``, ``none``, a TOML file of rules, or rules.
    before
        What was released before, from `read_released`: a count that the two together would give away is hidden.

    Returns
    -------
    Released
        What is hidden is ``[c]``. Under rules that hide, fields of counts that no table declared are hidden whole, and
        pictures are drawn without counts or, where they cannot be, left out.

    Raises
    ------
    OptionError
        When there are no such rules, or counts are no counts.
    OutputError
        When a table holds draws.

    Examples
    --------
    >>> released = release_documents([Document("Equity", "Devon", ())])
    >>> released.documents[0].about[0][0], released.release
    ('Disclosure control', None)
    """
    chosen = disclosure_rules(rules)
    for table in (table for document in documents for table in document.tables()):
        require_releasable(table.rows)
    called = _called(documents)
    declared = list(_declared(documents, called))
    counted = {name: (column.dims, column.field) for name, column, _ in declared}
    earlier = {name: table for name, table in (before or {}).items() if name in counted}
    tables = [column.table(name, rows) for name, column, rows in declared]
    release = protect(tables, chosen, before=earlier) if declared else None
    shown = {} if release is None else {name: _shown(release.tables[name], column) for name, column, _ in declared}
    made = tuple(_protected(document, name, shown, chosen) for document, name in zip(documents, called, strict=True))
    return Released(made, release, counted, tuple(name for name in before or {} if name not in earlier))


def _called(documents: Sequence[Document]) -> list[str]:
    """Name documents by whom they are of, so that those of the next release have the names of those they follow."""
    of = [document.subtitle for document in documents]
    return [f"{name} ({of[:place].count(name) + 1})" if name in of[:place] else name for place, name in enumerate(of)]


def _declared(documents: Sequence[Document], called: Sequence[str]) -> Iterator[tuple[str, CountColumn, pd.DataFrame]]:
    """Give every column of counts of a release, under a name of its own."""
    for document, whose in zip(documents, called, strict=True):
        for table in document.tables():
            for column in table.counts:
                yield _name(whose, table, column), column, table.rows


def _name(whose: str, table: DataTable, column: CountColumn) -> str:
    return f"{whose}: {table.name}, {column.field}"


def _shown(made: pd.DataFrame, column: CountColumn) -> pd.DataFrame:
    """Give what is shown of a count and of what goes with it, by its labels."""
    labels = pd.MultiIndex.from_frame(made[list(column.dims)].astype(str))
    return made[list(column.hidden_fields)].set_axis(labels)


def _protected(document: Document, whose: str, shown: dict[str, pd.DataFrame], rules: DisclosureRules) -> Document:
    """Put what may be shown in place of what is true."""

    def of_table(table: DataTable) -> DataTable:
        for column in table.counts:
            table = _with(table, column, shown[_name(whose, table, column)])
        return _without_undeclared(table) if rules.hides else table

    def of(block: Block) -> Block:
        match block:
            case Section():
                return replace(block, blocks=tuple(map(of, block.blocks)))
            case DataTable():
                return of_table(block)
            case Picture(observed=True, modelled=draw) if rules.hides and draw is not None:
                return replace(block, figure=draw(), observed=False, modelled=None)
            case Picture(observed=True) if rules.hides:
                return Paragraph(f"The picture '{block.title}' is left out: it draws counts of patients.", "note")
        return block

    made = replace(document, blocks=tuple(map(of, document.blocks)))
    counted = any(table.counts for table in made.tables()) or any(picture.observed for picture in made.pictures())
    said = ("Disclosure control", _words(rules) if counted else " ".join(MODELLED.split()))
    return replace(made, about=(*document.about, said))


def _with(table: DataTable, column: CountColumn, shown: pd.DataFrame) -> DataTable:
    """Put what is shown of one count into a table; of totals, fields beside the count stay as they are."""
    keys = pd.MultiIndex.from_frame(table.rows[list(column.dims)].astype(str))
    own, rows = shown.reindex(keys), table.rows.copy()
    hidden = own[column.field].isna().to_numpy()
    for name in column.hidden_fields:
        kept = rows[name] if name in column.beside else own[name].set_axis(rows.index)
        rows[name] = kept.astype(object).mask(hidden, CONFIDENTIAL)
    return replace(table, rows=rows)


def _without_undeclared(table: DataTable) -> DataTable:
    """Hide whole what is counted, but was not declared: what was not looked at does not leave."""
    declared = {field for column in table.counts for field in column.fields}
    fields = {field for column in table.columns for field in column.fields} & OBSERVED - declared
    return replace(table, rows=table.rows.assign(**dict.fromkeys(fields, CONFIDENTIAL))) if fields else table


def _words(rules: DisclosureRules) -> str:
    if not rules.hides:
        return f"rules '{rules.name}': counts are not hidden; this report is not for release"
    return f"{rules.title}. {CONFIDENTIAL} stands for what is hidden"
