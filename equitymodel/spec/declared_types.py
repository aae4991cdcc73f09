"""What kind of value each part of a declaration is: refused with its name before anything is read from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from equitymodel.errors import SpecError


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return _is_number(value) and int(value) == value  # type: ignore[call-overload]


def _names_labels(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return all(isinstance(dim, str) and isinstance(each, str | tuple | list) for dim, each in value.items())


MEANT: dict[str, tuple[Callable[[object], bool], str]] = {
    "shape": (lambda value: isinstance(value, str), "a word, such as 'both'"),
    "outcome": (lambda value: isinstance(value, str), "a word: 'level' or 'gap'"),
    "surges": (lambda value: isinstance(value, str), "a word: 'noise' or 'effect'"),
    "smallest_change": (_is_number, "a number, such as 0.05"),
    "looks": (_is_whole, "a whole number"),
    "planned_months": (lambda value: value is None or _is_whole(value), "a whole number of months"),
    "exposed": (lambda value: value is None or _names_labels(value), "labels by name, such as {'ics': ('QE1',)}"),
    "starts": (lambda value: value is None or isinstance(value, Mapping), "dates by ICS, such as {'QOP': '2023-07'}"),
}
"""Whether a value is of the kind that is meant, and how that kind is written."""


def refuse_other_types(values: Mapping[str, object]) -> None:
    """Refuse values that are not of the kind that is meant.

    Parameters
    ----------
    values
        By name; names that are not in `MEANT` are passed over.

    Raises
    ------
    SpecError
        Names the first, and says how it is written.

    Examples
    --------
    >>> refuse_other_types({"shape": 3})
    Traceback (most recent call last):
    equitymodel.errors.SpecError: interruption: shape is a word, such as 'both', not 3
    """
    for name, (fits, meant) in MEANT.items():
        if name in values and not fits(values[name]):
            raise SpecError(f"interruption: {name} is {meant}, not {values[name]!r}")
