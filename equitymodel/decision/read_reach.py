"""Read whom a strategy reaches: a share of all, of each group, or of each group of each ICS from a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from equitymodel.decision.person_identifiers import refuse_persons
from equitymodel.decision.toml_entries import Entries, is_number
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS

REACH = "reach"
type Reach = float | tuple[float, ...] | dict[str, tuple[float, ...]]


def read_reach(entry: Entries, folder: Path) -> Reach | None:
    """Read the reach of one effect.

    Parameters
    ----------
    entry
        The effect; its reach is a share, a list of shares, or the name of a CSV file.
    folder
        Where such a file is.

    Returns
    -------
    float, tuple or dict
        Shares from 0 to 1; by ICS where the table has that column. None where it is not stated.

    Raises
    ------
    OptionError
        When a table cannot be read, or has a row a person.

    Examples
    --------
    >>> from equitymodel.decision.file_contract import FileLog
    >>> read_reach(Entries({"reach": [0.4, 0.6]}, "effect 1", FileLog("own.toml", {}), "E"), Path())
    (0.4, 0.6)
    """
    value = entry.found.get(REACH)
    if value is None:
        return None
    if isinstance(value, str):
        return _from_table(entry, folder / value)
    several = value if isinstance(value, list) else [value]
    if several and all(is_number(one) and 0 <= one <= 1 for one in several):
        return tuple(map(float, several)) if isinstance(value, list) else float(several[0])
    entry.log.add("E09", f"{entry.where}: reach is {value!r}")
    return None


def _from_table(entry: Entries, path: Path) -> Reach | None:
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise OptionError(f"{path} cannot be read: {error}. Give a CSV file with deprivation and reach") from error
    refuse_persons(table, labels=(ICS, DEPRIVATION), name=path.name)
    shares = pd.to_numeric(table.get(REACH, pd.Series(dtype=float)), errors="coerce")
    keys = [name for name in (ICS, DEPRIVATION) if name in table]
    if DEPRIVATION not in table or not shares.between(0, 1).all() or shares.empty or table.duplicated(keys).any():
        columns = ", ".join(map(str, table.columns))
        said = f"{path.name} has columns {columns}, and needs one row a group with a share from 0 to 1"
        entry.log.add("E09", f"{entry.where}: {said}")
        return None
    ordered = table.assign(**{REACH: shares}).sort_values(DEPRIVATION)
    if ICS not in table:
        return tuple(ordered[REACH])
    return {str(label): tuple(own[REACH]) for label, own in ordered.groupby(ICS)}
