"""Labelled arrays that are used together have the same labels, or are refused: nothing is lost in a join."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields
from functools import wraps
from inspect import signature
from typing import Any, cast

import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError

NAMED = 5
"""How many labels a message names."""


def on_same_labels[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Let a public function take labelled arrays only if all of them have the same labels.

    Labels may come in any order: each array is brought to that of the first, or of a fit. A set of labels
    that differs is refused, where xarray would go on with those that all have. Arrays within a mapping
    are held to it too; a dimension that an array does not have holds for all labels.

    Parameters
    ----------
    function
        Takes arrays, datasets or fits, whatever else it takes.

    Returns
    -------
    collections.abc.Callable
        The same function, which raises `OptionError` before it starts.

    Examples
    --------
    >>> @on_same_labels
    ... def ratio(fitted, expected):
    ...     return fitted / expected
    >>> fitted = xr.DataArray([1.0, 2.0], {"ics": ["a", "b"]}, "ics")
    >>> ratio(fitted, fitted.sel(ics=["b", "a"])).values
    array([1., 1.])
    >>> ratio(fitted, fitted.sel(ics=["a"]))
    Traceback (most recent call last):
    equitymodel.errors.OptionError: ratio: expected has no ics 'b', which fitted has; give all arrays the same labels,
    spelt in the same way, or choose those that all have, with .sel(ics=[...])
    """
    takes = signature(function)

    @wraps(function)
    def aligned(*args: P.args, **kwargs: P.kwargs) -> R:
        given = takes.bind(*args, **kwargs)
        given.arguments.update(align_exactly(given.arguments, getattr(function, "__name__", "call")))
        return function(*given.args, **given.kwargs)

    return aligned


def align_exactly(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Bring arrays to one order of labels; refuse those whose labels differ, by name.

    Parameters
    ----------
    given
        Arrays, datasets, fits, mappings of these, and anything else, by name.
    where
        What they were given to, for the message.

    Returns
    -------
    dict
        Those of them that are labelled, in the order of the first of them, or of the fit.

    Raises
    ------
    OptionError
        When one lacks labels that another has, or has one twice.

    Examples
    --------
    >>> people = xr.DataArray([1.0, 2.0], {"age_band": ["00-64", "65+"]}, "age_band")
    >>> align_exactly({"events": people, "population": people[::-1], "per": 1000}, "rate")["population"].values
    array([1., 2.])
    """
    known: dict[Hashable, tuple[str, pd.Index | int]] = {}
    for name, array in sorted(_labelled(given), key=lambda named: isinstance(named[1], xr.DataArray | xr.Dataset)):
        for dim, size in _sizes(array).items():
            own = _indexes(array).get(dim, size)
            _check(dim, (name, own), known.setdefault(dim, (name, own)), where)
            if not isinstance(own, int) and isinstance(known[dim][1], int):
                known[dim] = (name, own)
    order = {dim: labels for dim, (_, labels) in known.items() if not isinstance(labels, int)}
    return {name: _in_order(value, order) for name, value in given.items() if any(_labelled({name: value}))}


def align_fields(value: Any) -> None:
    """Bring the arrays of a frozen value to one order of labels, as it is made; refuse those whose labels differ."""
    own = {field.name: getattr(value, field.name) for field in fields(value)}
    for name, array in align_exactly(own, type(value).__name__).items():
        object.__setattr__(value, name, array)


def _labelled(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name all that has labels, within mappings too."""
    for name, value in given.items():
        if isinstance(value, Mapping) and not isinstance(value, xr.Dataset):
            yield from _labelled({f"{name}[{key!r}]": part for key, part in value.items()})
        elif isinstance(value, xr.DataArray | xr.Dataset) or isinstance(getattr(value, "cells", None), xr.Dataset):
            yield name, value


def _sizes(value: Any) -> Mapping[Hashable, int]:
    return cast("Mapping[Hashable, int]", (value if hasattr(value, "sizes") else value.cells).sizes)


def _indexes(value: Any) -> Mapping[Hashable, pd.Index]:
    return cast("Mapping[Hashable, pd.Index]", (value if hasattr(value, "sizes") else value.cells).indexes)


def _check(
    dim: Hashable, this: tuple[str, pd.Index | int], first: tuple[str, pd.Index | int], where: str
) -> None:  # fmt: skip
    """Refuse labels, or without labels a size, unlike those of the first array that has the dimension."""
    (name, own), (other, wanted) = this, first
    if isinstance(own, int) or isinstance(wanted, int):
        sizes = [labels if isinstance(labels, int) else len(labels) for labels in (own, wanted)]
        if sizes[0] != sizes[1]:
            raise OptionError(
                f"{where}: {name} has {sizes[0]} of {dim}, and {other} {sizes[1]}; give all arrays the same"
            )
        return
    if own.is_unique and own.equals(wanted):
        return
    if twice := list(dict.fromkeys(own[own.duplicated()])):
        raise OptionError(f"{where}: {name} has {dim} {_names(twice)} more than once; give each label once")
    lacks = [(one, others, [*theirs[~theirs.isin(ours)]])
             for one, ours, others, theirs in ((name, own, other, wanted), (other, wanted, name, own))]  # fmt: skip
    if parts := [f"{one} has no {dim} {_names(gone)}, which {has} has" for one, has, gone in lacks if gone]:
        raise OptionError(
            f"{where}: {'; '.join(parts)}; give all arrays the same labels, spelt in the same way, or choose "
            f"those that all have, with .sel({dim}=[...])"
        )


def _names(labels: list[Any]) -> str:
    """Name labels, but not too many."""
    more = f" and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
    return ", ".join(repr(getattr(label, "item", lambda label=label: label)()) for label in labels[:NAMED]) + more


def _in_order(value: Any, order: Mapping[Hashable, pd.Index]) -> Any:
    """Bring arrays to an order of labels; fits, which set it, stay as they are."""
    if isinstance(value, xr.DataArray | xr.Dataset):
        unlike = {dim: labels for dim, labels in order.items()
                  if dim in value.indexes and not value.indexes[dim].equals(labels)}  # fmt: skip
        return value.sel(unlike) if unlike else value
    if isinstance(value, Mapping):
        return {key: _in_order(part, order) for key, part in value.items()}
    return value
