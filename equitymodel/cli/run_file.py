"""A run as one file: read with what is wrong in it named, and written with what each line means."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from textwrap import wrap
from typing import Any

from equitymodel import __version__
from equitymodel.cli.choices import Choices, refuse_all
from equitymodel.cli.option_kinds import Value
from equitymodel.cli.options import SECTIONS, Option, lines_of
from equitymodel.errors import OptionError, OutputError
from equitymodel.storage.whole_file import write_whole
from equitymodel.vocabulary import nearest

FORMAT = 1
NAME = "run.toml"
"""What the file is called that results keep."""
FILE_COMMANDS = ("run", "demo", "interruption")
SHA256 = "sha256"
HEAD = ("format", "command")
READING = (
    "Each line is an option of the command line; given there as well, as in --seed 3, it overrides the line. "
    "Paths are relative to this file. A line that begins with # has no effect."
)
WIDTH = 116
BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def read_run_file(path: Path) -> Choices:
    """Read a run file.

    Parameters
    ----------
    path
        The file, in TOML.

    Returns
    -------
    Choices
        The command and the values that the file has; paths in it are relative to its folder.

    Raises
    ------
    OptionError
        When it cannot be read, or has a section, a line or a value that has no meaning; all are
        named at once, each with the nearest that there is.
    """
    entries = _parse(path)
    command = _command(entries, path.name)
    known = lines_of(command)
    problems = list(_unknown_sections(entries, known))
    values: dict[str, Value] = {}
    for name, value, section in _lines(entries):
        try:
            values[name] = _value(name, value, section, known, path.parent)
        except OptionError as error:
            problems.append(str(error))
    fingerprints = entries.get(SHA256, {})
    problems += _wrong_fingerprints(fingerprints, known)
    refuse_all(f"{path.name}: {problem}" for problem in problems)
    return Choices(command, values, fingerprints)


def run_file_text(choices: Choices, folder: Path, *, found: Iterable[str] = (), results: bool = False) -> str:
    """Write choices as the text of a run file, each line with what it means.

    Parameters
    ----------
    choices
        The command, the values, and the SHA-256 of the tables.
    folder
        Where the file will lie: paths are written relative to it.
    found
        What was found in the tables, a paragraph each.
    results
        Whether it is kept with results: then without where those were written.

    Returns
    -------
    str
        TOML.

    Examples
    --------
    >>> text = run_file_text(Choices("demo", {"seed": 3}), Path())
    >>> print(text.split("[fit]")[1].partition("# Draws")[0].strip())
    # laplace: approximate, in seconds. nuts: sampled, for final results.
    engine = "laplace"
    >>> text[text.index("seed =") :].splitlines()[0]
    'seed = 3'
    """
    command = "run" if choices.command == "check" else choices.command
    head = chain(_head(command, results=results), *(["#", *_comment(paragraph)] for paragraph in found))
    parts = ["\n".join(head), f"format = {FORMAT}\ncommand = {_toml(command, folder)}"]
    for section in SECTIONS:
        options = [option for option in lines_of(command).values() if option.section == section]
        lines = [_line(option, choices, folder) for option in options if option.kept or not results]
        if lines:
            parts.append("\n".join([f"# {SECTIONS[section]}", f"[{section}]"]))
            parts += lines
    if choices.sha256:
        parts.append("\n".join(_fingerprint_lines(choices.sha256)))
    return "\n\n".join(parts) + "\n"


def write_run_file(path: Path, text: str) -> None:
    """Write the text of a run file.

    Raises
    ------
    OutputError
        When it cannot be written, or something else than a run file is there.
    """
    if path.exists() and not _is_run_file(path):
        raise OutputError(f"{path} is there and is no run file, so it is not replaced; give --write another name")
    try:
        write_whole(path, text.encode())
    except UnicodeEncodeError as error:
        raise OutputError(f"cannot write {path}: {error}") from error


def _is_run_file(path: Path) -> bool:
    try:
        return {"format", "command"} <= set(_parse(path))
    except OptionError:
        return False


def lines_kept(choices: Choices, folder: Path | None = None) -> dict[str, Any]:
    """Give the lines that results keep as plain values; files, without a folder, by name alone: folders name people."""
    options = lines_of(choices.command).values()
    return {option.name: _plain(choices[option.name], folder) for option in options if option.kept}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OptionError(f"cannot read the run file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"the run file {path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"the run file {path} is not TOML: {error}") from error


def _command(entries: Mapping[str, Any], where: str) -> str:
    """Read the head: the format, and which command the file is a run of."""
    number, command = entries.get("format"), entries.get("command")
    if number is None or command is None:
        raise OptionError(f"{where} is no run file: one begins with format = {FORMAT} and command = \"run\". "
                          f"equitymodel check ... --write {NAME} writes one")  # fmt: skip
    if number != FORMAT or isinstance(number, bool):
        raise OptionError(f"{where}: format = {number!r} is not known here; this version reads format {FORMAT}")
    if command not in FILE_COMMANDS:
        raise OptionError(f"{where}: no run is of command {command!r}. {nearest(str(command), FILE_COMMANDS)}")
    return str(command)


def _sections(known: Mapping[str, Option]) -> list[str]:
    return [section for section in SECTIONS if any(option.section == section for option in known.values())]


def _unknown_sections(entries: Mapping[str, Any], known: Mapping[str, Option]) -> Iterator[str]:
    sections = [*_sections(known), SHA256]
    for name, content in entries.items():
        if name in HEAD:
            continue
        if name in known:
            yield f"'{name}' belongs into the section [{known[name].section}]"
        elif name not in sections:
            what = f"section [{name}]" if isinstance(content, dict) else f"'{name}' outside the sections"
            yield f"there is no {what}. {nearest(name, sections)}"
        elif not isinstance(content, dict):
            yield f"'{name}' is a section: write [{name}], and its lines below"


def _lines(entries: Mapping[str, Any]) -> Iterator[tuple[str, object, str]]:
    for section in SECTIONS:
        content = entries.get(section)
        if isinstance(content, dict):
            yield from ((name, value, section) for name, value in content.items())


def _value(name: str, value: object, section: str, known: Mapping[str, Option], folder: Path) -> Value:
    if section not in _sections(known):
        raise OptionError(f"'{name}' in [{section}] is not known. {nearest(name, known)}")
    if name not in known:
        raise OptionError(f"there is no '{name}' in [{section}]. {_nearest_line(name, section, known)}")
    if known[name].section != section:
        raise OptionError(f"'{name}' belongs into the section [{known[name].section}], not [{section}]")
    try:
        read = known[name].kind.from_toml(value)
    except OptionError as error:
        raise OptionError(f"{name} {error}") from error
    return folder / read if isinstance(read, Path) else read


def _nearest_line(name: str, section: str, known: Mapping[str, Option]) -> str:
    """Suggest the nearest of all lines; where none is near, those of the section."""
    near = nearest(name, known)
    return near if near.startswith("Did") else nearest(name, [key for key in known if known[key].section == section])


def _wrong_fingerprints(fingerprints: object, known: Mapping[str, Option]) -> Iterator[str]:
    if not isinstance(fingerprints, dict):
        return
    for name, value in fingerprints.items():
        if name not in known:
            yield f"there is no '{name}' in [{SHA256}]. {nearest(name, known)}"
        elif not isinstance(value, str):
            yield f"{name} in [{SHA256}] is a text, not {value!r}"


def _head(command: str, *, results: bool) -> Iterator[str]:
    use = f"These results are made again by: equitymodel run {NAME} --out again" if results else (
        "It is run by: equitymodel run, with the name of this file")  # fmt: skip
    yield from _comment(f"{'An' if command == 'interruption' else 'A'} {command} of equitymodel {__version__} as one "
                        f"file. {use}")  # fmt: skip
    yield from _comment(READING)


def _comment(text: str) -> Iterator[str]:
    """Break text into lines of comment, whatever it holds."""
    for line in text.splitlines():
        for part in wrap(CONTROL.sub(" ", line), WIDTH) or [""]:
            yield f"# {part}".rstrip()


def _line(option: Option, choices: Choices, folder: Path) -> str:
    value: object = choices[option.name]
    if value is None and option.suggested is not None:
        value = str(option.suggested)
    written = f"# {option.name} =" if value is None else f"{option.name} = {_toml(value, folder)}"
    return "\n".join([*_comment(option.meaning), written])


def _fingerprint_lines(fingerprints: Mapping[str, str]) -> Iterator[str]:
    yield from _comment("The SHA-256 of each file above, as it was when this file was written. A run from another file "
                        "is refused; without its line here, it is not looked at.")  # fmt: skip
    yield f"[{SHA256}]"
    yield from (f'{name} = "{value}"' for name, value in fingerprints.items())


def _toml(value: object, folder: Path) -> str:
    """Write a value in TOML."""
    plain = _plain(value, folder)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, str):
        return _quoted(plain)
    if isinstance(plain, list):
        return f"[{', '.join(_toml(item, folder) for item in plain)}]"
    if isinstance(plain, dict):
        pairs = (
            f"{key if BARE_KEY.match(key) else _quoted(key)} = {_toml(item, folder)}" for key, item in plain.items()
        )
        return f"{{ {', '.join(pairs)} }}"
    return repr(plain)


def _quoted(text: str) -> str:
    plain = "".join(ESCAPED.get(letter, letter) for letter in text)
    return '"' + CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", plain) + '"'


def _plain(value: object, folder: Path | None) -> Any:
    """Give a value in plain types: a path as a text, relative to a folder if there is one."""
    if isinstance(value, Path):
        return relative_path(value, folder) if folder else value.name
    if isinstance(value, tuple):
        return [_plain(item, folder) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item, folder) for key, item in value.items()}
    return value


def relative_path(path: Path, folder: Path) -> str:
    """Write a path relative to a folder, with forward slashes; as it is where there is no way between them.

    Examples
    --------
    >>> relative_path(Path("data/a.csv"), Path("results"))
    '../data/a.csv'
    """
    whole = Path(os.path.realpath(path.parent)) / path.name
    try:
        return Path(os.path.relpath(whole, os.path.realpath(folder))).as_posix()
    except ValueError:
        return whole.as_posix()
