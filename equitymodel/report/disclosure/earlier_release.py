"""What was released, kept for the next release: two releases together can give away what neither does alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.report.plain_files import write_csv

RELEASED = "disclosure_released.csv"
COLUMNS = ("table", "cell", "column", "released")


def write_released(
    tables: Mapping[str, pd.DataFrame], counted: Mapping[str, tuple[Sequence[str], str]], path: Path
) -> None:
    """Write the counts of a release as they were released, one row a cell; nothing stands for what was hidden.

    What the file says of tables of earlier releases, which this one does not hold, is kept.

    Parameters
    ----------
    tables
        From `protect`, by name.
    counted
        The columns of labels and of counts of each table.
    path
        The file.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / RELEASED
    >>> shown = pd.DataFrame({"ics": ["A", "B"], "admissions": pd.array([10, None], dtype="Int64")})
    >>> write_released({"Devon: counts": shown}, {"Devon: counts": (["ics"], "admissions")}, path)
    >>> read_released(path)["Devon: counts"]["admissions"].tolist()
    [10, <NA>]
    """
    rows = [
        (name, json.dumps({dim: str(row[dim]) for dim in dims}), column, row[column])
        for name, (dims, column) in counted.items()
        for row in tables[name].to_dict("records")
    ]
    made = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"released": "Int64"})
    earlier = _kept(path) if path.is_file() else made.iloc[:0]
    write_csv(path, pd.concat([made, earlier[~earlier["table"].isin(list(counted))]], ignore_index=True))


def read_released(path: Path | str) -> dict[str, pd.DataFrame]:
    """Read what was released before.

    Parameters
    ----------
    path
        The file that `write_released` wrote, or the folder of the reports that holds it.

    Returns
    -------
    dict of pandas.DataFrame
        By the name of the table, with its columns of labels and of counts; missing is what was hidden.

    Raises
    ------
    OptionError
        When there is no such file, or it holds something else.
    """
    file = Path(path) / RELEASED if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise OptionError(
            f"{file} is not there: reports that hold counts write {RELEASED} beside their audit; after one without "
            "counts there is nothing to compare with, and --before is left out"
        )
    found = {}
    for name, rows in _kept(file).groupby("table", sort=False):
        labels = pd.DataFrame([json.loads(cell) for cell in rows["cell"]])
        found[str(name)] = labels.assign(**{str(rows["column"].iloc[0]): rows["released"].array})
    return found


def _kept(file: Path) -> pd.DataFrame:
    """Read the file as it is, or refuse another."""
    kept = pd.read_csv(file, encoding="utf-8-sig", dtype={"released": "Int64"})
    if list(kept) != list(COLUMNS):
        raise OptionError(f"{file} is not what a report released: it has no columns {', '.join(COLUMNS)}")
    return kept
