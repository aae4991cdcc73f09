"""Vintages as files: one each, in Parquet, which no later one changes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import Vintage, Vintages, as_written
from equitymodel.report.published_files import write_parquet

FOLDER = "vintages"
"""The folder of the files, within what a refresh writes."""


def write_vintages(folder: Path, vintages: Vintages) -> None:
    """Write every vintage into a file of its own: its number, then its day.

    Parameters
    ----------
    folder
        Made if it is not there.
    vintages
        All of them; the same vintage gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, vintage in enumerate(vintages.kept, start=1):
        write_parquet(folder / f"{number:04d}_{vintage.day}.parquet", as_written(vintage.rows))


def read_vintages(folder: Path) -> Vintages:
    """Read every vintage of a folder.

    Parameters
    ----------
    folder
        That `write_vintages` filled; none are read where it is not there.

    Returns
    -------
    Vintages
        In order.

    Raises
    ------
    OptionError
        When one is missing in between, or is not named as they are.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> rows = pd.DataFrame({"period": ["2026-01-01"], "count": [5.0], "low": [5.0], "high": [5.0]})
    >>> folder = Path(mkdtemp())
    >>> write_vintages(folder, Vintages((Vintage("2026-02-20", rows),)))
    >>> read_vintages(folder).last.day
    '2026-02-20'
    """
    files = sorted(folder.glob("*.parquet"))
    named = [path.stem.partition("_") for path in files]
    if [number for number, _, _ in named] != [f"{place:04d}" for place in range(1, len(files) + 1)]:
        raise OptionError(
            f"{folder} lacks a vintage, or holds a file of another name: {', '.join(path.name for path in files)}. Put "
            "back what was there, from a copy of the folder"
        )
    return Vintages(tuple(Vintage(day, pd.read_parquet(path)) for path, (_, _, day) in zip(files, named, strict=True)))
