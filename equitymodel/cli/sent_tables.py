"""Tables with what the options say of how they are laid out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from equitymodel.cli.choices import Choices
from equitymodel.cli.options import OPTIONS, options_of
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    from equitymodel.data.tables.sent_table import SentTable

TABLES = tuple(option.name for option in OPTIONS if option.section == "tables")
"""The options that name a table."""


def sent_tables(choices: Choices) -> dict[str, SentTable]:
    """Give each table that was named, with its sheet, the row of its header, and how its groups lie.

    Parameters
    ----------
    choices
        With what was said of all tables, or of one of them as ``admissions=NAME``.

    Raises
    ------
    OptionError
        When something is said of a table that is not there or of that kind.

    Examples
    --------
    >>> sent_tables(Choices("check", {"admissions": Path("a.csv"), "header_row": ("admissions=4",)}))["admissions"]
    SentTable(source=PosixPath('a.csv'), wide=False, sheet=None, header_row=4, decimal=None)
    """
    from equitymodel.data.tables.sent_table import WORKBOOKS, SentTable

    paths = {name: path for name, path in choices.files().items() if name in TABLES}
    books = [name for name, path in paths.items() if path.suffix.lower() in WORKBOOKS]
    sheets = _by_table("sheet", choices["sheet"], books, "workbook among the tables")
    rows = _by_table("header_row", choices["header_row"], list(paths), "table")
    return {
        name: SentTable(path, _wide(choices), sheets.get(name), _row(rows.get(name)), choices["decimal"])
        for name, path in paths.items()
    }


def sent_table(choices: Choices, path: Path) -> SentTable:
    """Give one table with what was said of it.

    Raises
    ------
    OptionError
        As for `sent_tables`.
    """
    from equitymodel.data.tables.sent_table import SentTable

    return next((sent for sent in sent_tables(choices).values() if sent.source == path), SentTable(path))


def _by_table(option: str, said: Iterable[str], tables: list[str], what: str) -> dict[str, str]:
    """Give what was said of each table; what names none is of all."""
    flag = f"--{option.replace('_', '-')}"
    found: dict[str, str] = {}
    for text in said:
        name, equals, rest = text.partition("=")
        if not tables or (equals and name in TABLES and name not in tables):
            raise OptionError(f"{flag} {text}: there is no {what}{f' called {name}' if tables else ''}; leave it out")
        own = bool(equals) and name in TABLES
        found |= {name: rest} if own else {each: text for each in tables if each not in found}
    return found


def _row(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.strip().isdigit():
        raise OptionError(f"--header-row is the number of a row, such as 4 or admissions=4, not '{text}'")
    return int(text)


def _wide(choices: Choices) -> bool:
    """Whether tables have a column a group, where the command knows such tables."""
    return "wide" in options_of(choices.command) and bool(choices["wide"])
