"""The command `options`: every option of a command, also those its help does not show."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from equitymodel.cli.option_kinds import Value
from equitymodel.cli.options import SECTIONS, Option, options_of
from equitymodel.cli.run_file import FILE_COMMANDS
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

WIDTH = 96
LISTED = ("check", *FILE_COMMANDS, "backlog")


def list_options(command: str) -> None:
    """List every option of a command, also those that its --help leaves out, with what each means."""
    if command not in LISTED:
        raise OptionError(f"no command with options is called '{command}'. {nearest(command, LISTED)}")
    click.echo("\n".join(_lines(command)))


def default_words(value: Value) -> str:
    """Write the default of an option as it would be typed; empty where there is none.

    Examples
    --------
    >>> default_words(0.05), default_words(False), default_words(())
    ('0.05', '', '')
    """
    if value is None or value is False or value == ():
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _lines(command: str) -> Iterator[str]:
    options = list(options_of(command).values())
    for section in (*SECTIONS, None):
        some = [option for option in options if option.section == section]
        if some:
            yield f"[{section}]  {SECTIONS[section]}" if section else "Only on the command line"
            for option in some:
                yield from _about(option, command)
            yield ""
    yield "All that are in sections are lines of a run file, too: docs/run_file.md."


def _about(option: Option, command: str) -> Iterator[str]:
    default = default_words(option.default)
    note = "  required" if command in option.required else f"  default: {default}" if default else ""
    yield f"  {option.flag} {option.kind.metavar}".rstrip() + note
    yield from textwrap.wrap(option.meaning, WIDTH, initial_indent="      ", subsequent_indent="      ")
