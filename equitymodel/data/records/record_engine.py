"""The engine that reads records: DuckDB, within a limit of memory, without the network, and what it could not read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError

RULES = (
    Rule("R02", "error", "there are no such records", "name CSV or Parquet files, or a pattern such as hes_*.parquet"),
    Rule("R03", "error", "records that cannot be read", "save them as Parquet, or as CSV (UTF-8) with a header row"),
)
PARQUET = (".parquet", ".pq")
SIZE = re.compile(r"(?=.*[1-9])\d+(\.\d+)?\s*([KMGT]i?B?|B|bytes|%)$", re.IGNORECASE)
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
           "allow_persistent_secrets": "false"}  # fmt: skip
"""Nothing is fetched from anywhere, and no credentials are looked for."""


@dataclass(frozen=True)
class RecordEngine:
    """How much of the machine the reading of records may take.

    Attributes
    ----------
    memory
        The most memory of the engine, such as ``2GB`` or ``500MB``; what does not fit is written to `spill`.
    threads
        How many processors it uses; all by default.
    spill
        A folder for what does not fit into memory. It can hold identifiers of spells while the work is done, and is
        emptied after it; by default a temporary folder of this machine.

    Examples
    --------
    >>> RecordEngine(memory="500MB").memory
    '500MB'
    """

    memory: str = "2GB"
    threads: int | None = None
    spill: str | Path | None = None

    def __post_init__(self) -> None:
        """Refuse other types, sizes that are none, and no processors.

        Raises
        ------
        OptionError
            When a value has no meaning.
        """
        refuse_other_fields(self)
        if not SIZE.match(self.memory.strip()):
            raise OptionError(
                f"--memory (memory= in RecordEngine) cannot be {self.memory!r}: give a size, such as 2GB or 500MB"
            )
        if self.threads is not None and self.threads < 1:
            raise OptionError(f"there cannot be {self.threads} threads; give 1 or more")

    @contextmanager
    def open(self) -> Iterator[Any]:
        """Open the engine, and leave nothing lying after it.

        Raises
        ------
        OptionError
            When DuckDB is not installed, or does not take the settings.
        """
        if self.spill is not None:
            Path(self.spill).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="equitymodel-records-", dir=self.spill) as folder:
            connection = _connect(self._settings(folder))
            try:
                yield connection
            finally:
                connection.close()

    def _settings(self, folder: str) -> dict[str, str]:
        own = {"memory_limit": self.memory, "temp_directory": folder, "preserve_insertion_order": "false"}
        return own | OFFLINE | ({} if self.threads is None else {"threads": str(self.threads)})


def _connect(settings: dict[str, str]) -> Any:
    duckdb = _duckdb()
    try:
        return duckdb.connect(":memory:", config=settings)
    except duckdb.Error as error:
        raise OptionError(f"the engine that reads records does not take these settings: {_first(error)}") from error


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError as error:
        raise OptionError("records are read by DuckDB, which is not installed: pip install 'equitymodel[records]'"
                          ) from error  # fmt: skip


def files_of(records: Sequence[str | Path], log: DataLog) -> list[str]:
    """Give the files that names and patterns stand for, each once, in order (rule R02).

    Raises
    ------
    EquityDataError
        When a name or a pattern stands for none, or CSV and Parquet are mixed.
    """
    found: list[str] = []
    for name in map(str, records):
        those = [name] if Path(name).is_file() else sorted(map(str, Path(name).parent.glob(Path(name).name)))
        if not those or not all(Path(file).is_file() for file in those):
            log.add("R02", detail=name)
        found += those
    if len({Path(file).suffix.lower() in PARQUET for file in found}) > 1:
        log.add("R02", detail="CSV and Parquet are given together; give one kind at a time")
    log.raise_errors()
    return list(dict.fromkeys(found))


def describe(connection: Any, files: Sequence[str], log: DataLog) -> dict[str, str]:
    """Make the records known to the engine as ``records``, and give their columns with their types.

    Nothing of a record is read but the names and types of columns.

    Raises
    ------
    EquityDataError
        When the engine cannot read the files (rule R03).
    """
    read = connection.read_parquet if Path(files[0]).suffix.lower() in PARQUET else connection.read_csv
    options = (
        {"union_by_name": True}
        if read == connection.read_parquet
        else {"all_varchar": True, "header": True, "union_by_name": True}
    )
    try:
        records = read(list(files), **options)
        records.create_view("records")
    except _duckdb().Error as error:
        refuse(error, log)
    return dict(zip(records.columns, map(str, records.types), strict=True))


def run(connection: Any, query: str, log: DataLog) -> Any:
    """Run a query, and give its rows as columns of numpy.

    Raises
    ------
    EquityDataError
        When the engine cannot read a file to its end (rule R03).
    OptionError
        When memory, or the disk it spills to, does not last.
    """
    duckdb = _duckdb()
    try:
        return connection.execute(query).fetchnumpy()
    except duckdb.OutOfMemoryException as error:
        raise OptionError(f"the memory allowed does not last: {_first(error)} Allow more, or give a folder to spill to "
                          "with more space") from error  # fmt: skip
    except duckdb.Error as error:
        return refuse(error, log)


def refuse(error: Exception, log: DataLog) -> None:
    """Refuse records that cannot be read, by what the engine says, without the value of any record (rule R03).

    Raises
    ------
    EquityDataError
        Always.
    """
    log.add("R03", detail=_first(error))
    log.raise_errors()


def _first(error: Exception) -> str:
    """Give the first line of what the engine says: those after it can show a record."""
    return str(error).splitlines()[0][:300]
