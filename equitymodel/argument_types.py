"""What a public call declares of its arguments, held against what it is given: before anything is read from them."""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from equitymodel.errors import OptionError

SHOWN = 40
"""How many characters of a value a message shows."""
WORDS = {
    str: "a text", bool: "true or false", int: "a whole number", float: "a number", type(None): "None",
    Path: "a path", bytes: "bytes",
}  # fmt: skip
PROTOCOLS = {"FitOrDraws": "a fit, or draws", "Fitted": "a fit", "RecordTable": "a table of Ibis"}
"""What stands for several things at once, by its name."""
WIDER: dict[type, type] = {int: numbers.Integral, float: numbers.Real}
"""What counts as a type: numbers of numpy too, and a whole number as a number."""


def refuses_other_types[**P, R](call: Callable[P, R]) -> Callable[P, R]:
    """Let a public call refuse arguments that are not of the types it declares.

    Parameters
    ----------
    call
        A function whose parameters are annotated.

    Returns
    -------
    Callable
        The same, which raises `OptionError` before it does anything: the argument, what it is, and what was given.

    Examples
    --------
    >>> @refuses_other_types
    ... def add(first: int, *, then: float = 0.0) -> float:
    ...     return first + then
    >>> add(1, then=2)
    3
    >>> add("1")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: first is a whole number, not '1'
    """
    signature = inspect.signature(call)

    @wraps(call)
    def guarded(*args: P.args, **options: P.kwargs) -> R:
        _refuse(signature.bind(*args, **options).arguments, _declared(call))
        return call(*args, **options)

    return guarded


def refuse_other_fields(value: object) -> None:
    """Let a frozen value refuse fields that are not of the types it declares; called when it is made.

    Raises
    ------
    OptionError
        Names the first, what it is, and what was given.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Window:
    ...     months: int
    ...     def __post_init__(self) -> None:
    ...         refuse_other_fields(self)
    >>> Window(b"3")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: months is a whole number, not b'3'
    """
    kind: Any = type(value)
    _refuse(vars(value), _declared(kind))


@cache
def _declared(call: Callable[..., object]) -> dict[str, Any]:
    """Give the types of arguments; what is loaded for type checkers alone, because it is heavy, may be anything."""
    heavy: dict[str, Any] = {}
    while True:
        try:
            return get_type_hints(call, localns=heavy)
        except NameError as error:
            heavy[str(error.name)] = object


def _refuse(given: Mapping[str, object], declared: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name in declared and not _fits(value, declared[name]):
            raise OptionError(f"{name} is {_say(declared[name])}, not {_short(value)}")


def _fits(value: object, declared: Any) -> bool:
    """Say whether a value is of a declared type; any text is a word of a few, as the call says which there are."""
    origin, parts = get_origin(declared), get_args(declared)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, type(parts[0]))
    if origin in (tuple, list, Sequence):
        return _is_several(value, parts)
    if origin is not None:
        return not isinstance(origin, type) or isinstance(value, origin)
    return _is_a(value, declared)


def _is_several(value: object, parts: tuple[Any, ...]) -> bool:
    """Say whether a value is several of a kind; a text is not, though it has letters."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return False
    return not parts or all(_fits(each, parts[0]) for each in value)


def _is_a(value: object, declared: Any) -> bool:
    if hasattr(declared, "__value__"):
        return _fits(value, declared.__value__)
    if not isinstance(declared, type):
        return True
    if getattr(declared, "_is_protocol", False):
        has = {*dir(type(value)), *getattr(value, "__dict__", ())}  # without working anything out
        return set(getattr(declared, "__protocol_attrs__", ())) <= has
    if isinstance(value, bool) and declared in WIDER:
        return False
    if isinstance(value, float) and math.isnan(value):
        return declared is object
    return isinstance(value, WIDER.get(declared, declared))


def _say(declared: Any) -> str:
    """Say a type as a reader knows it."""
    origin, parts = get_origin(declared), get_args(declared)
    if origin in (Union, UnionType):
        said = list(dict.fromkeys(_say(part) for part in parts))
        return f"{', '.join(said[:-1])} or {said[-1]}"
    if origin is Literal:
        return f"one of {', '.join(map(repr, parts))}"
    if origin in (tuple, list, Sequence):
        return f"a list, each {_say(parts[0])}" if parts else "a list"
    plain = origin or declared
    name = getattr(plain, "__name__", str(plain))
    return WORDS.get(plain) or PROTOCOLS.get(name, f"a {name}")


def _short(value: object) -> str:
    """Show a value on one line, or name its type where it is long."""
    shown = repr(value)
    return shown if len(shown) <= SHOWN and "\n" not in shown else f"a {type(value).__name__}"
