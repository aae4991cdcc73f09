"""The kinds of result that can be kept, and how each is written and read: never as pickle."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.fit import Fit
from equitymodel.inference.jobs.table_file import read_table, write_table
from equitymodel.inference.saved_fit import load_fit, save_fit

ARRAY = "values"
"""The name of an array that has none, in its file."""
TUPLE = "()"
"""How JSON says that a sequence is a tuple."""


@dataclass(frozen=True)
class ResultKind:
    """A kind of result.

    Attributes
    ----------
    name, ending
        What it is called, and how its files end.
    type
        Of which type results of the kind are.
    write, read
        How; the same result gives the same bytes.
    """

    name: str
    ending: str
    type: type | tuple[type, ...]
    write: Callable[[Any, Path], None]
    read: Callable[[Path], Any]


def _write_values(value: Any, path: Path) -> None:
    path.write_text(json.dumps(_plain(value), indent=1), encoding="utf-8", newline="\n")


def _plain(value: Any) -> Any:
    """Lay a value out as JSON: numbers in full, a tuple as such."""
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, tuple):
        return {TUPLE: [_plain(each) for each in value]}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise OptionError("a dict of results is kept if its keys are text")
        return {key: _plain(each) for key, each in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise OptionError(f"a {type(value).__name__} within a dict or list is not kept; {_WAY_OUT}")


def _read_values(path: Path) -> Any:
    return json.loads(
        path.read_text(encoding="utf-8"),
        object_hook=lambda found: tuple(found[TUPLE]) if [*found] == [TUPLE] else found,
    )


def _write_netcdf(value: xr.Dataset | xr.DataTree, path: Path) -> None:
    path.write_bytes(value.to_netcdf(engine="h5netcdf"))


def _read_dataset(path: Path) -> xr.Dataset:
    return xr.load_dataset(path, engine="h5netcdf")


def _read_tree(path: Path) -> xr.DataTree:
    with xr.open_datatree(path, engine="h5netcdf") as stored:
        return stored.load()


def _write_array(value: xr.DataArray, path: Path) -> None:
    _write_netcdf(value.rename(ARRAY).to_dataset().assign_attrs(name=json.dumps(value.name)), path)


def _read_array(path: Path) -> xr.DataArray:
    stored = _read_dataset(path)
    return stored[ARRAY].rename(json.loads(stored.attrs["name"]))


def _write_numbers(value: np.ndarray, path: Path) -> None:
    _write_array(xr.DataArray(value), path)


def _read_numbers(path: Path) -> np.ndarray:
    return np.asarray(_read_array(path).values)


KINDS = (
    ResultKind("fit", ".nc", Fit, save_fit, load_fit),
    ResultKind("table", ".table.json", pd.DataFrame, write_table, read_table),
    ResultKind("dataset", ".nc", xr.Dataset, _write_netcdf, _read_dataset),
    ResultKind("array", ".nc", xr.DataArray, _write_array, _read_array),
    ResultKind("tree", ".nc", xr.DataTree, _write_netcdf, _read_tree),
    ResultKind("numbers", ".nc", np.ndarray, _write_numbers, _read_numbers),
    ResultKind(
        "values",
        ".json",
        (dict, list, tuple, str, bool, int, float, np.generic, type(None)),
        _write_values,
        _read_values,
    ),
)
"""Every kind; a result is of the first that has its type."""
_WAY_OUT = f"a result is a {', '.join(kind.name for kind in KINDS[:-1])}, or numbers and text in a dict or list"


def kind_of(result: object) -> ResultKind:
    """Say which kind of result this is; one that has none is refused.

    Examples
    --------
    >>> kind_of({"estimate": 0.1}).name
    'values'
    """
    for kind in KINDS:
        if isinstance(result, kind.type):
            return kind
    raise OptionError(f"a {type(result).__name__} cannot be kept; {_WAY_OUT}")


def kind_named(name: str) -> ResultKind:
    """Find a kind by its name."""
    return next(kind for kind in KINDS if kind.name == name)
