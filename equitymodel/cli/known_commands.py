"""A group of commands that says in full what each does, and names the nearest to one that is not there."""

from __future__ import annotations

from typing import override

import click

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest


class KnownCommands(click.Group):
    """A group of commands, in the order in which they are used.

    Examples
    --------
    >>> verbs = KnownCommands("models", commands=[click.Command("show"), click.Command("copy")])
    >>> verbs.list_commands(click.Context(verbs))
    ['show', 'copy']
    """

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """List commands in the order in which they are used."""
        return list(self.commands)

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(limit=200)) for name, command in self.commands.items()]
            )

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise OptionError(
                f"no command is called '{args[0]}'. {nearest(args[0], self.commands)}\nSee: {ctx.command_path} --help"
            )
        return super().resolve_command(ctx, args)
