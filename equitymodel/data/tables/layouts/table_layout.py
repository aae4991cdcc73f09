"""What a layout of tables is: how it is recognised, and how it becomes columns of the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.vocabulary import DEPRIVATION


@dataclass(frozen=True)
class RawTable:
    """A table as it was read from a file, before its columns are those of the contract.

    Attributes
    ----------
    frame
        Text, with plain names of columns.
    name
        Which table it is to be, such as ``admissions``.
    group
        The column of the groups.
    written
        How each column is written in the file.
    """

    frame: pd.DataFrame
    name: str
    group: str = DEPRIVATION
    written: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AsContract:
    """A table brought to columns of the contract.

    Attributes
    ----------
    frame
        The table.
    did
        What was done with which columns and rows, a phrase each, for the log.
    lacks
        Why it cannot be brought there, a phrase each with what to do; none where it can.
    """

    frame: pd.DataFrame
    did: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableLayout:
    """A layout that tables are sent in.

    Attributes
    ----------
    name
        What it is called in the log.
    recognises
        Says whether a table is in this layout, by its columns.
    read
        Brings it to the columns of the contract.
    option
        The option that asks for it; empty where it is read wherever it is recognised.
    """

    name: str
    recognises: Callable[[RawTable], bool]
    read: Callable[[RawTable], AsContract]
    option: str = ""
