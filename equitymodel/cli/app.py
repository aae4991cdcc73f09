"""The command line: commands made from the table of options. Heavy libraries load when first needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from inspect import cleandoc
from pathlib import Path
from typing import Any, override

import click

from equitymodel import __version__
from equitymodel.cli.backlog_command import backlog
from equitymodel.cli.catalogue import catalogue_group
from equitymodel.cli.cells_command import CELLS_COMMAND
from equitymodel.cli.check_command import check
from equitymodel.cli.choices import Choices
from equitymodel.cli.decide_command import DECIDE
from equitymodel.cli.demo_command import demo
from equitymodel.cli.gather_choices import TABLE_FIRST, TAKES, gather_choices
from equitymodel.cli.interruption_command import interruption
from equitymodel.cli.kept_memory import keep_freed_memory
from equitymodel.cli.known_commands import KnownCommands
from equitymodel.cli.metrics_command import METRICS
from equitymodel.cli.models_command import MODELS
from equitymodel.cli.monitor_command import MONITOR
from equitymodel.cli.options import OPTIONS, Option, options_of
from equitymodel.cli.options_command import default_words, list_options
from equitymodel.cli.pool_command import POOL
from equitymodel.cli.refresh_command import REFRESH
from equitymodel.cli.report_command import REPORT
from equitymodel.cli.run_command import run
from equitymodel.cli.screen import INTERRUPTED, RUNNING, complain, message_of
from equitymodel.cli.stages_command import stages
from equitymodel.cli.strategies_command import STRATEGIES
from equitymodel.cli.waiting_command import WAITING
from equitymodel.errors import DiagnosisError, EquityModelError

BAD_INPUT, FAILED_DIAGNOSIS = 2, 3
COMMANDS: dict[str, Callable[[Choices], None]] = {
    "check": check, "run": run, "demo": demo, "interruption": interruption, "backlog": backlog,
    "stages": stages,
}  # fmt: skip
"""What each command does with the choices made for it."""


class ListedOption(click.Option):
    """An option that help shows as one line of the table says it."""

    def __init__(self, option: Option, *, shown: bool, required: bool) -> None:
        names = f"{option.flag}/--no-{option.flag.removeprefix('--')}" if option.kind.flag else option.flag
        notes = ["required" if required else "", f"default: {default_words(option.default)}"]
        note = next(filter(None, notes)) if required or default_words(option.default) else ""
        self.line = f"{option.flag} {option.kind.metavar}".rstrip(), f"{option.meaning}{note and f'  [{note}]'}"
        super().__init__([names, option.name], multiple=option.kind.repeated, default=None, hidden=not shown)

    @override
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the line of help."""
        return None if self.hidden else self.line


def _command(name: str) -> click.Command:
    """Make a command from the table of options, those first that its help shows."""
    taken = options_of(name)
    others = [option for option in OPTIONS if option.name not in taken] if name == "run" else []
    takes_file = name in TAKES or name in TABLE_FIRST
    params: list[click.Parameter] = [click.Argument(["file"], required=False)] if takes_file else []
    params += [ListedOption(option, shown=name in option.shown, required=name in option.required)
               for option in {option.name: option for option in [*taken.values(), *others]}.values()]  # fmt: skip
    more = (f"There are {len(taken)} options; equitymodel options {name} lists them all, and docs/run_file.md. "
            "Each is also a line of a run file.")  # fmt: skip
    text = cleandoc(COMMANDS[name].__doc__ or "")
    return click.Command(name, params=params, callback=partial(_start, name), help=text, epilog=more)


def _start(command: str, file: str | None = None, **given: Any) -> None:
    """Gather what was chosen, and do it."""
    typed = {name: list(value) if isinstance(value, tuple) else value
             for name, value in given.items() if value is not None and value != ()}  # fmt: skip
    RUNNING.set(command)
    if file is not None and command in TABLE_FIRST:
        typed, file = {TABLE_FIRST[command]: file, **typed}, None
    choices = gather_choices(command, typed, None if file is None else Path(file))
    RUNNING.set(choices.command)
    COMMANDS[choices.command](choices)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"equitymodel {__version__}")
        ctx.exit()


app = KnownCommands(
    "equitymodel",
    commands=[*(_command(name) for name in COMMANDS), CELLS_COMMAND, REPORT, REFRESH, DECIDE, STRATEGIES, MONITOR,
              WAITING, POOL, METRICS, catalogue_group(MODELS),
              click.Command("options", callback=list_options, params=[click.Argument(["command"], default="run")],
                            help=list_options.__doc__)],
    params=[click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, help="Show the version.",
                         callback=_show_version)],
    help="Equity targets for planned hospital care, with honest uncertainty.",
)  # fmt: skip
"""The command line, as a group of commands."""


def main() -> None:
    """Run the command line, and turn whatever goes wrong into a message and an exit code."""
    keep_freed_memory()
    try:
        code = app(prog_name="equitymodel", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        complain("Interrupted; nothing was written.")
        code = INTERRUPTED
    except (EquityModelError, click.ClickException, OSError) as error:
        complain(message_of(error))
        code = FAILED_DIAGNOSIS if isinstance(error, DiagnosisError) else BAD_INPUT
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
