"""What messages say in Python, said as it is typed on the command line."""

from __future__ import annotations

import re
from functools import cache

from equitymodel.cli.options import OPTIONS, options_of

ALSO_CALLED = {
    "ignore_columns": "ignore_column",
    "anticipation_months": "anticipation",
    "starts": "start",
    "markers": "marker",
}
"""Arguments whose option has another name."""
WAY_OUT, SAY = "Way out: ", "say --"
FLAG = re.compile(r"--[a-z][a-z-]+")
ARGUMENT = re.compile(r"\b([a-z]+(?:_[a-z]+)*)=(?:'([^'=]*)'|(True|False|None|\d+(?:\.\d+)?))")
NAMED = re.compile(
    r"(?<![\w'\"/.-])(drop_last|rate_error|need_error|ramp_months|smallest_change|day_first|planned_months|anticipation_months|ignore_columns)"
    r"(?![\w='\"/])"
)
IN_PYTHON = re.compile(r" \((?:in Python [^()]*(?:\([^()]*\))?|\w+= in \w+)\)")
"""What is said for Python alone."""
EXPOSED = (
    (re.compile(r"exposed\['(\w+)'\]"), r"--exposed \1="),
    (re.compile(r"\{'(\w+)': \('(\w+)',\)\}"), r"--exposed \1=\2"),
    (re.compile(r"\bleave exposed out of the declaration"), "leave --exposed out"),
)
"""How Python writes who was exposed, and how it is typed."""


def in_options(message: str) -> str:
    """Say a message with the options of the command line where it names arguments of Python.

    Parameters
    ----------
    message
        As an error or a finding says it.

    Returns
    -------
    str
        The same, where it names none.

    Examples
    --------
    >>> in_options("say week='starting', or leave it out with drop_last=1")
    'say --week starting, or leave it out with --drop-last 1'
    >>> in_options("say day_first=True or day_first=False, or breaks=None")
    'say --day-first or --no-day-first, or --breaks none'
    """
    message = IN_PYTHON.sub("", message)
    for python, typed in EXPOSED:
        message = python.sub(typed, message)
    return NAMED.sub(lambda found: _flags().get(found[1], found[1]), ARGUMENT.sub(_typed, message))


def for_command(message: str, command: str) -> str:
    r"""Say a message as it holds for a command: without the ways out that name an option it does not have.

    Parameters
    ----------
    message
        As an error or a finding says it; clauses of a way out are set apart by semicolons.
    command
        The command at hand.

    Returns
    -------
    str
        With options of the command alone; a way out keeps one clause at least.

    Examples
    --------
    >>> print(for_command("It failed.\nWay out: check the data; --force publishes all the same.", "backlog"))
    It failed.
    Way out: check the data.
    """
    return "\n".join(_possible(line, command) for line in in_options(message).split("\n"))


def _possible(line: str, command: str) -> str:
    """Leave out clauses that name options which are not there: ways out, and what a row says to type."""
    before, way_out, ways = line.partition(WAY_OUT)
    known = _flags_of(command)

    def followed(clause: str) -> bool:
        return all(flag in known or f"--{flag[5:]}" in known for flag in FLAG.findall(clause))

    if not way_out:
        return "; ".join(clause for clause in line.split("; ") if SAY not in clause or followed(clause)) or line
    clauses = ways.rstrip(".").split("; ")
    return f"{before}{WAY_OUT}{'; '.join([clause for clause in clauses if followed(clause)] or clauses)}."


def _flags_of(command: str) -> set[str]:
    """Name the flags of a command: of the table of options, and those that it declares itself."""
    from equitymodel.cli.app import app

    declared = app.commands[command].params if command in app.commands else ()
    own = {flag for parameter in declared for flag in (*parameter.opts, *parameter.secondary_opts)}
    return {"--help", *own, *(option.flag for option in options_of(command).values())}


def _typed(found: re.Match[str]) -> str:
    """Say one argument and its value as an option; as it was where there is no such option."""
    flag, text = _flags().get(found[1]), found[2] if found[2] is not None else found[3]
    if flag is None:
        return found[0]
    if found[3] in ("True", "False"):
        return flag if found[3] == "True" else f"--no-{flag.removeprefix('--')}"
    return f"{flag} {'none' if found[3] == 'None' else _quoted(text)}"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


@cache
def _flags() -> dict[str, str]:
    """Give the flag of each option, by the argument of Python that it stands for."""
    flags = {option.name: option.flag for option in OPTIONS if option.section != "tables"}
    return flags | {argument: flags[name] for argument, name in ALSO_CALLED.items()}
