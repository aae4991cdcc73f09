"""A digest of values by what they say, not by how they lie in memory: the same in every process and on every day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError


def digest(value: object) -> str:
    """Compute the SHA-256 of what a value says.

    Parameters
    ----------
    value
        Numbers, text, dates, arrays, tables, datasets, trees; dataclasses, sequences and mappings of these.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    OptionError
        When a value does not describe itself.

    Examples
    --------
    >>> digest({"a": 1, "b": 2.0}) == digest({"b": 2.0, "a": 1})
    True
    >>> digest(1) == digest(1.0)
    False
    """
    found = hashlib.sha256()
    for part in _parts(value):
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """Describe a value as bytes, kind first."""
    for kind, describe in _KINDS:
        if isinstance(value, kind):
            yield kind.__name__.encode()
            yield from describe(value)
            return
    if is_dataclass(value) and not isinstance(value, type):
        yield type(value).__qualname__.encode()
        yield from _mapping({each.name: getattr(value, each.name) for each in fields(value)})
    elif callable(value) and "<" not in (name := f"{value.__module__}:{getattr(value, '__qualname__', '<')}"):
        yield name.encode()
    else:
        raise OptionError(
            f"a value of kind {type(value).__name__} does not say what it holds, so that a kept result "
            "could not be known again; give numbers, text, tables, datasets or dataclasses of these"
        )


def _mapping(values: Mapping[Any, Any]) -> Iterator[bytes]:
    yield str(len(values)).encode()
    for key in sorted(values, key=str):
        yield from _parts(key)
        yield from _parts(values[key])


def _sequence(values: Any) -> Iterator[bytes]:
    yield str(len(values)).encode()
    for value in values:
        yield from _parts(value)


def _set(values: Any) -> Iterator[bytes]:
    yield from sorted(digest(value).encode() for value in values)


def _array(values: np.ndarray) -> Iterator[bytes]:
    yield str(values.dtype).encode()
    yield str(values.shape).encode()
    if values.dtype.kind in "OUST":
        yield json.dumps(values.tolist(), default=str).encode()
    else:
        yield np.ascontiguousarray(values).tobytes()


def _table(values: pd.DataFrame) -> Iterator[bytes]:
    yield from _column(values.index)
    for name in values.columns:
        yield from _parts(name)
        yield from _column(values[name])


def _column(values: Any) -> Iterator[bytes]:
    """Describe a column or an index, whose text may lie in memory in more than one way."""
    yield str(values.dtype).encode()
    yield from _array(np.asarray(values))


def _variable(values: Any) -> Iterator[bytes]:
    yield str(values.dims).encode()
    yield from _array(np.asarray(values.values))
    yield from _mapping(values.attrs)


def _labelled(values: xr.DataArray) -> Iterator[bytes]:
    yield str(values.name).encode()
    yield from _variable(values)
    for name in sorted(values.coords, key=str):
        yield str(name).encode()
        yield from _variable(values.coords[name])


def _dataset(values: xr.Dataset) -> Iterator[bytes]:
    for name in sorted(values.variables, key=str):
        yield str(name).encode()
        yield from _variable(values.variables[name])
    yield from _mapping(values.attrs)


def _tree(values: xr.DataTree) -> Iterator[bytes]:
    for node in values.subtree:
        yield node.path.encode()
        yield from _dataset(node.to_dataset(inherit=False))


def _text(value: object) -> Iterator[bytes]:
    yield repr(value).encode()


_KINDS: tuple[tuple[type, Callable[[Any], Iterator[bytes]]], ...] = (
    (type(None), _text), (bool, _text), (str, _text), (bytes, _text),
    (np.generic, lambda value: _array(np.asarray(value))),
    (int, _text), (float, _text), (pd.Timestamp, _text), (date, _text), (PurePath, _text), (range, _text),
    (np.ndarray, _array), (xr.DataArray, _labelled), (xr.Dataset, _dataset), (xr.DataTree, _tree),
    (pd.DataFrame, _table), (pd.Series, _column), (pd.Index, _column),
    (Mapping, _mapping), (tuple, _sequence), (list, _sequence), (frozenset, _set), (set, _set),
)  # fmt: skip
"""How each kind of value is described; the first that fits."""
