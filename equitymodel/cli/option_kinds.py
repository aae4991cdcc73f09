"""What kinds of values options take: how each is read from the command line, and from a line of a run file."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from equitymodel.errors import OptionError, SpecError
from equitymodel.spec.months import Months, read_months

type Value = bool | int | float | str | Path | tuple[str, ...] | Mapping[str, str | tuple[str, ...]] | None
"""A value of any option; a path is as yet relative to where it was written."""

FILE_ENDINGS = (".toml", ".csv", ".parquet", ".pq")
DATE_WRITTEN = re.compile(r"^\d{4}-\d{2}(-\d{2})?$")
QUARTER_WRITTEN = re.compile(r"^(?!0000)\d{4}[- ]?Q[1-4]$")


@dataclass(frozen=True, eq=False)
class OptionKind:
    """A kind of value, and how it is read.

    Attributes
    ----------
    metavar
        How help names the value; empty for one that is there or not.
    from_text
        Reads what was typed: a text, or for repeated options a list of them.
    from_toml
        Reads the value of a line.
    repeated
        Whether it may be given more than once on the command line.

    Examples
    --------
    >>> WHOLE.from_text("3"), NUMBER.from_toml(2), EXPOSED.from_text(["ics=QE1,QOP"])
    (3, 2.0, {'ics': ('QE1', 'QOP')})
    """

    metavar: str
    from_text: Callable[[object], Value]
    from_toml: Callable[[object], Value]
    repeated: bool = False

    @property
    def flag(self) -> bool:
        """Whether the option is switched on by its name alone."""
        return not self.metavar


def _refuse(meant: str, value: object) -> OptionError:
    return OptionError(f"is {meant}, not {value!r}")


def _text(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        raise _refuse("a text", value)
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse("a whole number", value)
    return value


def _typed_whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise _refuse("a whole number", value) from error


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refuse("a number", value)
    return float(value)


def _typed_number(value: object) -> float:
    try:
        return _number(float(str(value)))
    except (ValueError, OptionError) as error:
        raise _refuse("a number", value) from error


def _duration(value: object) -> float | str:
    """Give months as a number, and weeks as they were written."""
    try:
        months = read_months(float(value) if isinstance(value, int) else value)
    except SpecError as error:
        raise _refuse("a number of months, 0 or more, or weeks such as 6w", value) from error
    return str(value).strip() if isinstance(months, Months) else float(months)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _refuse("true or false", value)
    return value


def _path(value: object) -> Path:
    text = _text(value)
    if not text.strip() or "\x00" in text:
        raise _refuse("a path", value)
    return Path(text)


def _path_or_name(value: object) -> Path | str:
    text = _text(value)
    return _path(text) if text.lower().endswith(FILE_ENDINGS) else text


def _date(value: object) -> str:
    text = _text(value)
    whole = text if len(text) > len("2023-04") else f"{text}-01"
    try:
        if DATE_WRITTEN.match(text):
            dt.date.fromisoformat(whole)
        if DATE_WRITTEN.match(text) or QUARTER_WRITTEN.match(text):
            return text
    except ValueError as error:
        raise OptionError(f"is not a date: '{text}', {error}") from error
    raise OptionError(f"is a date such as 2023-04, 2023-04-17 or 2023-Q2, not '{text}'")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _refuse("a list of texts", value)
    return tuple(value)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _window(value: object) -> tuple[str, ...]:
    ends = value if isinstance(value, list) else _split(str(value))
    if len(ends) != 2:
        raise OptionError(f"takes two dates, such as 2022-10,2023-09; this is {value!r}")
    first, last = (_date(end) for end in ends)
    if first > last:
        raise OptionError(f"takes two dates, the first of them first; this is {first}, {last}")
    return first, last


def _typed_bands(value: object) -> str | tuple[str, ...]:
    return "auto" if isinstance(value, str) and value == "auto" else _split(str(value))


def _bands(value: object) -> str | tuple[str, ...]:
    return "auto" if isinstance(value, str) and value == "auto" else _texts(value)


def pairs_once(value: object) -> dict[str, str]:
    """Split ``name=value``, each name once.

    Raises
    ------
    OptionError
        When one is written otherwise, or a name is there twice.

    Examples
    --------
    >>> pairs_once(["startage=age", "lsoa21=area"])
    {'startage': 'age', 'lsoa21': 'area'}
    """
    texts = _texts(value)
    found = [(name, rest) for name, _, rest in (text.partition("=") for text in texts)]
    for text, (name, rest) in zip(texts, found, strict=True):
        if not (name and rest):
            raise OptionError(f"is written name=value; '{text}' is not")
    if twice := {name for name, _ in found if [other for other, _ in found].count(name) > 1}:
        raise OptionError(f"names '{min(twice)}' twice; each is named once, labels with commas between")
    return dict(found)


def _typed_exposed(value: object) -> dict[str, tuple[str, ...]]:
    return {name: _split(labels) for name, labels in pairs_once(value).items()}


def _typed_starts(value: object) -> dict[str, str]:
    return {label: _date(day) for label, day in pairs_once(value).items()}


def _typed_markers(value: object) -> dict[str, str]:
    """Split ``marker=meaning`` at the last sign, so that a marker may hold one, or be nothing at all."""
    found = [text.rpartition("=") for text in _texts(value)]
    for marker, sign, meaning in found:
        if not sign or not meaning.strip():
            raise OptionError(f"is written marker=meaning, as in [q]=suppressed; '{marker}{sign}{meaning}' is not")
    return {marker.strip(): meaning.strip() for marker, _, meaning in found}


def _markers(value: object) -> dict[str, str]:
    return {marker: _text(meaning) for marker, meaning in _table(value, '{ "[q]" = "suppressed" }')}


def _table(value: object, example: str) -> Iterable[tuple[str, object]]:
    if not isinstance(value, dict):
        raise _refuse(f"a table such as {example}", value)
    return value.items()


def _exposed(value: object) -> dict[str, tuple[str, ...]]:
    return {name: _texts(labels) for name, labels in _table(value, '{ ics = ["QE1", "QOP"] }')}


def _starts(value: object) -> dict[str, str]:
    return {label: _date(day) for label, day in _table(value, '{ QOP = "2023-07" }')}


def _columns(value: object) -> str:
    """Join columns with commas: one, or several given one by one or in one text."""
    return ",".join(_texts(value)) if isinstance(value, list) else _text(value)


TEXT = OptionKind("TEXT", _text, _text)
WHOLE = OptionKind("NUMBER", _typed_whole, _whole)
NUMBER = OptionKind("NUMBER", _typed_number, _number)
DURATION = OptionKind("MONTHS|WEEKS", _duration, _duration)
FLAG = OptionKind("", _flag, _flag)
TABLE = OptionKind("FILE", _path, _path)
NEW_FILE = OptionKind("FILE", _path, _path)
FOLDER = OptionKind("FOLDER", _path, _path)
NAME_OR_FILE = OptionKind("NAME|FILE", _path_or_name, _path_or_name)
DATE = OptionKind("DATE", _date, _date)
WINDOW = OptionKind("DATE,DATE", _window, _window)
COLUMNS = OptionKind("COLUMN", _columns, _columns, repeated=True)
NAMES = OptionKind("NAME", _texts, _texts, repeated=True)
AGE_BANDS = OptionKind("BANDS", _typed_bands, _bands)
EXPOSED = OptionKind("BY=LABELS", _typed_exposed, _exposed, repeated=True)
STARTS = OptionKind("ICS=DATE", _typed_starts, _starts, repeated=True)
MARKERS = OptionKind("MARKER=MEANING", _typed_markers, _markers, repeated=True)
