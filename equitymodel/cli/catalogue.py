"""Things that ship and can be listed, shown and copied: the same three verbs for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from equitymodel.cli.known_commands import KnownCommands
from equitymodel.cli.screen import say, screen
from equitymodel.errors import OutputError


@dataclass(frozen=True)
class Catalogue:
    """One kind of thing that ships.

    Attributes
    ----------
    one, many
        What one of them is called, and several.
    describe
        Gives every name, with one line about it.
    show
        Gives what is said about one, by its name.
    text
        Gives the text of one, to be copied.
    use
        How a copy is used: a command, with ``{to}`` where the file goes.
    """

    one: str
    many: str
    describe: Callable[[], Mapping[str, str]]
    show: Callable[[str], str]
    text: Callable[[str], str]
    use: str


def catalogue_group(catalogue: Catalogue) -> click.Group:
    """Make the commands ``list``, ``show`` and ``copy`` of a catalogue.

    Examples
    --------
    >>> books = Catalogue("book", "books", lambda: {"one": "the first"}, str.upper, str, "read {to}")
    >>> list(catalogue_group(books).commands)
    ['list', 'show', 'copy']
    """
    name = click.Argument(["name"])
    verbs = [
        click.Command("list", callback=lambda: _list(catalogue), help=f"List the {catalogue.many} that ship."),
        click.Command("show", callback=lambda name: say(catalogue.show(name)), params=[name],
                      help=f"Show a {catalogue.one}, and what it means."),
        click.Command("copy", callback=lambda name, to: _copy(catalogue, name, Path(to)),
                      params=[name, click.Argument(["to"])],
                      help=f"Copy a {catalogue.one} to a file of your own, to change it."),
    ]  # fmt: skip
    return KnownCommands(catalogue.many, commands=verbs, help=f"The {catalogue.many} that ship with the package.")


def _list(catalogue: Catalogue) -> None:
    for name, about in catalogue.describe().items():
        screen().print(f"[bold]{name}[/bold]  {about}")


def _copy(catalogue: Catalogue, name: str, to: Path) -> None:
    text = catalogue.text(name)
    if to.exists():
        raise OutputError(f"{to} is there already; give another name")
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {to}: {error.strerror}") from error
    say(f"Copied to {to}. Change it, then: {catalogue.use.format(to=to)}")
