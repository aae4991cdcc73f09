"""From what was typed, and a run file beside it, to choices that hold together: before any table is read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from equitymodel.cli.choices import Choices, refuse_all
from equitymodel.cli.lodged_choices import lodged_values
from equitymodel.cli.option_kinds import FOLDER, NEW_FILE, Value
from equitymodel.cli.options import OPTIONS, Option, option_named, options_of
from equitymodel.cli.run_file import read_run_file
from equitymodel.errors import OptionError, OutputError
from equitymodel.report.destination import check_destination
from equitymodel.vocabulary import nearest

TAKES = {"check": ("run",), "run": ("run", "demo", "interruption"), "interruption": ("interruption",)}
"""Runs of which commands each command takes as a file."""
TABLE_FIRST = {"stages": "stages"}
"""Commands whose file is a table, and the option that it is."""


def gather_choices(command: str, typed: Mapping[str, object], file: Path | None = None) -> Choices:
    """Put together what was typed and what a run file says, and refuse what has no meaning.

    Parameters
    ----------
    command
        As typed; `run` with a file is what the file says.
    typed
        The options that were typed, as text, by name. They come before the lines of the file.
    file
        A run file.

    Returns
    -------
    Choices
        With the SHA-256 of every file they name.

    Raises
    ------
    OptionError
        All that is wrong, in one message.
    """
    kept = None if file is None else read_run_file(file)
    command = command if kept is None else _command(command, kept, file)
    values, problems = _read(command, typed)
    given = {**(kept.values if kept else {}), **values}
    plan = given.get("plan")
    choices = Choices(command, {**(lodged_values(plan) if isinstance(plan, Path) else {}), **given})
    where = {name: f"{file.name}: {name}" for name in choices.values if file and name not in typed}
    refuse_all([*problems, *_problems(choices, where, set(typed) - set(values), file)])
    choices = choices.fingerprinted()
    changed = () if kept is None else tuple(_changed(choices, kept, typed))
    looked_at_anew = command == "check" or "write" in choices.values
    if file and not looked_at_anew:
        refuse_all(_changed_file(choices, name, file) for name in changed)
    return replace(choices, changed=changed)


def _changed(choices: Choices, kept: Choices, typed: Mapping[str, object]) -> Iterator[str]:
    """Name the files of a run file that are no longer what they were when it was written."""
    for name, sha256 in kept.sha256.items():
        if name not in typed and choices.sha256.get(name, sha256) != sha256:
            yield name


def _changed_file(choices: Choices, name: str, file: Path) -> str:
    flag = option_named(choices.command, name).flag
    return (f"{file}: {name} is not what it was when this file was written: the SHA-256 of {choices[name]} differs, so "
            f"results would not be those of this run. If another table is meant, name it: {flag} {choices[name]}, or "
            f"take its line out of [sha256]. If not, put the earlier one back.")  # fmt: skip


def _command(command: str, kept: Choices, file: Path | None) -> str:
    """Give the command that a run with a file is of."""
    if kept.command not in TAKES[command]:
        raise OptionError(f"{file} is a run of {kept.command}, which {command} does not take; "
                          f"equitymodel run {file} makes it")  # fmt: skip
    return kept.command if command == "run" else command


def _read(command: str, typed: Mapping[str, object]) -> tuple[dict[str, Value], list[str]]:
    """Read what was typed into values, and say what could not be read."""
    known, values, problems = options_of(command), {}, []
    for name, text in typed.items():
        if name not in known:
            others = sorted({other for option in OPTIONS if option.name == name for other in option.commands})
            problems.append(f"--{name.replace('_', '-')} is no option of {command}, but of {' and '.join(others)}")
            continue
        try:
            values[name] = known[name].kind.from_text(text)
        except OptionError as error:
            problems.append(f"{known[name].flag} {error}")
    return values, problems


def _problems(choices: Choices, where: Mapping[str, str], unread: set[str], file: Path | None) -> Iterator[str]:
    """Say all that is wrong with choices that could be read."""
    options = options_of(choices.command)
    lacking = [name for name in options if choices[name] is None and choices.command in options[name].required]
    if missing := [options[name].flag for name in lacking if name not in unread]:
        writes = "interruption" if choices.command == "interruption" else "check"
        hint = "" if file else f"; or give a run file, as equitymodel {writes} ... --write run.toml makes one"
        yield f"{choices.command} needs {', '.join(missing)}{hint}"
    for name, option in options.items():
        if choices.differs(name) and (problem := _problem(option, choices[name])):
            yield f"{where.get(name, option.flag)} {problem}"
    yield from _contradictions(choices, where, unread)
    yield from _unusable(choices)


def _problem(option: Option, value: Value) -> str | None:
    """Say what is wrong with one value."""
    words = option.words() if callable(option.words) else option.words
    if isinstance(value, str) and words and value not in words:
        return f"cannot be '{value}'. {nearest(value, words)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _outside(value, option.least, option.most)
    if isinstance(value, Path):
        return _no_file(option, value)
    try:
        return option.check and option.check(value)
    except OptionError as error:
        return str(error)


def _outside(value: float, least: float | None, most: float | None) -> str | None:
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    limits = f"{least:g} or more" if most is None else f"{least or 0:g} to {most:g}"
    return f"is {limits}, not {value:g}"


def _no_file(option: Option, path: Path) -> str | None:
    if option.kind in (FOLDER, NEW_FILE):
        return None
    if path.is_dir():
        return f"is a file, and {path} is a folder"
    if not path.exists():
        return f"names a file that is not there: {path}"
    return None if os.access(path, os.R_OK) else f"names a file that may not be read: {path}"


def _contradictions(choices: Choices, where: Mapping[str, str], unread: set[str]) -> Iterator[str]:
    """Name options that do not go together."""
    options = options_of(choices.command)
    for name, option in options.items():
        if not choices.differs(name) and name not in unread:
            continue
        this = where.get(name, option.flag)
        if option.goes_with and not choices.differs(option.goes_with) and option.goes_with not in unread:
            yield f"{this} goes with {options[option.goes_with].flag}, which is not given"
        only_in_file = name in where and option.apart_from not in where
        if option.apart_from and choices.differs(option.apart_from) and not only_in_file:
            yield f"{this} is about the results; leave it out with {options[option.apart_from].flag}"
    yield from _group_contradictions(choices, where, unread)
    if choices.command == "interruption" and not (choices["out"] or choices["plan_only"] or choices["write"]):
        yield "--out names the folder for the results; without one, --plan-only"
    if choices.command == "interruption" and choices["plan_only"] and choices["placebo_series"] and not choices["out"]:
        yield "--placebo-series is about the results; leave it out with --plan-only, or lodge a plan, --out plan.json"


def _group_contradictions(choices: Choices, where: Mapping[str, str], unread: set[str]) -> Iterator[str]:
    if choices.command not in ("check", "run", "stages") or "group" in unread:
        return
    named = [part.strip().lower() for part in choices["group"].split(",")]
    deprived = named == ["deprivation"]
    if len(named) > 1 and "deprivation" in named:
        return
    for name in ("reference_group",) if deprived else ("most_deprived", "deprivation_index", "direction", "quintiles"):
        if choices.differs(name):
            whom = "groups other than deprivation: name their column, --group" if deprived else "groups of deprivation"
            yield f"{where.get(name, option_named(choices.command, name).flag)} goes with {whom}"


def _unusable(choices: Choices) -> Iterator[str]:
    """Say why the results, or a run file, cannot be written where they are asked for."""
    write = choices["write"] if choices.command in ("check", "interruption") else None
    if write is not None:
        yield from _unusable_file(write, overwrite=choices["overwrite"])
    elif choices.command == "interruption" and choices["plan_only"]:
        yield from _unusable_plan(choices["out"])
    elif choices.command != "check" and choices["out"]:
        try:
            check_destination(choices["out"], overwrite=choices["overwrite"])
        except OutputError as error:
            yield str(error)


def _unusable_plan(path: Path | None) -> Iterator[str]:
    """Say why a plan cannot be lodged where it is asked for."""
    if path is None:
        return
    if path.suffix != ".json":
        yield f"--out names the file of a plan with --plan-only, such as plan.json, not {path}"
    elif path.exists():
        yield f"{path} is there already, and a plan that was lodged is not replaced; give another name"
    elif not path.parent.is_dir():
        yield f"--out: there is no folder {path.parent}"


def _unusable_file(write: Path, *, overwrite: bool) -> Iterator[str]:
    if write.is_dir():
        yield f"--write names a file, and {write} is a folder"
    elif write.exists() and not overwrite:
        yield f"{write} is there already; give another name, or --overwrite to replace it"
    elif not write.parent.is_dir():
        yield f"--write: there is no folder {write.parent}"
