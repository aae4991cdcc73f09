"""The engines that read files of records: DuckDB within a limit of memory, or Spark; and what they could not read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.records.optional_engines import ibis, optional_engine
from equitymodel.data.records.spark_engine import is_parquet, read_by_spark, spark_session
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    from ibis.expr.types import Table

RULES = (
    Rule("R02", "error", "there are no such records", "name CSV or Parquet files, or a pattern such as hes_*.parquet"),
    Rule("R03", "error", "records that cannot be read", "save them as Parquet, or as CSV (UTF-8) with a header row"),
)
FAULTS = frozenset({"DatabaseError", "PySparkException", "Py4JError", "ArrowInvalid"})
"""What engines raise: those of SQL by its name in PEP 249, Spark, the bridge to its Java, and Arrow."""
SIZE = re.compile(r"(?=.*[1-9])\d+(\.\d+)?\s*([KMGT]i?B?|B|bytes|%)$", re.IGNORECASE)
EngineName = Literal["duckdb", "spark"]
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
           "allow_persistent_secrets": "false"}  # fmt: skip
"""Nothing is fetched from anywhere, and no credentials are looked for."""


@dataclass(frozen=True)
class RecordEngine:
    """What reads files of records, and how much of the machine it may take.

    Attributes
    ----------
    memory
        The most memory of the engine, such as ``2GB`` or ``500MB``; what does not fit is written to `spill`.
    threads
        How many processors it uses; all by default.
    spill
        A folder for what does not fit into memory. It can hold identifiers of spells while the work is done, and is
        emptied after it; by default a temporary folder of this machine.
    name
        ``duckdb``, or ``spark``: the session of Spark that there is, or else one on this machine. The plan is the
        same, and so are the counts.

    Examples
    --------
    >>> RecordEngine(memory="500MB").memory
    '500MB'
    """

    memory: str = "2GB"
    threads: int | None = None
    spill: str | Path | None = None
    name: EngineName = "duckdb"

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
        if self.name not in get_args(EngineName):
            raise OptionError(f"records are read by duckdb or spark, not by {self.name!r}")
        if self.threads is not None and self.threads < 1:
            raise OptionError(f"there cannot be {self.threads} threads; give 1 or more")

    @contextmanager
    def open(self, files: Sequence[str], log: DataLog) -> Iterator[Table]:
        """Open the engine, give the records as a table of it, and leave nothing lying after it.

        Nothing of a record is read but the names and types of columns.

        Raises
        ------
        EquityDataError
            When the engine cannot read the files (rule R03).
        OptionError
            When the engine is not installed, or does not take the settings.
        """
        if self.spill is not None:
            Path(self.spill).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="equitymodel-records-", dir=self.spill) as folder:
            opened = self._duckdb(folder) if self.name == "duckdb" else spark_session(self.memory, self.threads, folder)
            with opened as engine:
                read = read_by_duckdb if self.name == "duckdb" else read_by_spark
                yield tried(partial(read, engine, files), log)

    @contextmanager
    def _duckdb(self, folder: str) -> Iterator[Any]:
        own = {"memory_limit": self.memory, "temp_directory": folder, "preserve_insertion_order": "false"}
        settings = own | OFFLINE | ({} if self.threads is None else {"threads": str(self.threads)})
        duckdb = optional_engine("duckdb")
        try:
            connection = duckdb.connect(":memory:", config=settings)
        except duckdb.Error as error:
            raise OptionError(f"the engine that reads records does not take these settings: {_first(error)}"
                              ) from error  # fmt: skip
        try:
            yield connection
        finally:
            connection.close()


def files_of(records: Sequence[str | Path], log: DataLog) -> list[str]:
    """Give the files that names and patterns stand for, each once, in order (rule R02).

    Raises
    ------
    EquityDataError
        When there is no name, one or a pattern stands for none, or CSV and Parquet are mixed.
    """
    found: list[str] = []
    if not records:
        log.add("R02", detail="no file is named")
    for name in map(str, records):
        those = [name] if Path(name).is_file() else sorted(map(str, Path(name).parent.glob(Path(name).name)))
        if not those or not all(Path(file).is_file() for file in those):
            log.add("R02", detail=name)
        found += those
    if len({is_parquet([file]) for file in found}) > 1:
        log.add("R02", detail="CSV and Parquet are given together; give one kind at a time")
    log.raise_errors()
    return list(dict.fromkeys(found))


def read_by_duckdb(connection: Any, files: Sequence[str]) -> Table:
    """Make records known to DuckDB; those of CSV as text."""
    options = {"union_by_name": True} | ({} if is_parquet(files) else {"all_varchar": True, "header": True})
    read = connection.read_parquet if is_parquet(files) else connection.read_csv
    read(list(files), **options).create_view("records")
    table: Table = ibis().duckdb.from_connection(connection).table("records")
    return table


def count_in_engine(counts: Table, log: DataLog) -> pd.DataFrame:
    """Let an engine count, and give the counts.

    Raises
    ------
    EquityDataError
        When the engine cannot read a file to its end (rule R03).
    OptionError
        When memory, or the disk it spills to, does not last.
    """
    found: pd.DataFrame = tried(counts.to_pyarrow, log).to_pandas()
    return found


def tried[R](work: Callable[[], R], log: DataLog) -> R:
    """Let an engine work; where it cannot, say so by what it says, without the value of any record (rule R03).

    Raises
    ------
    EquityDataError
        When the engine cannot read the records.
    OptionError
        When memory, or the disk it spills to, does not last.
    """
    try:
        return work()
    except Exception as error:
        if not is_fault_of_engine(error):
            raise
        if type(error).__name__ == "OutOfMemoryException":
            raise OptionError(f"the memory allowed does not last: {_first(error)} Allow more, or give a folder to "
                              "spill to with more space") from error  # fmt: skip
        log.add("R03", detail=_first(error))
        log.raise_errors()
        raise


def is_fault_of_engine(error: Exception) -> bool:
    """Say whether an engine, or the disk, could not do its work; anything else is a fault of another kind.

    Examples
    --------
    >>> is_fault_of_engine(FileNotFoundError("spells.csv")), is_fault_of_engine(TypeError("no column of that name"))
    (True, False)
    """
    return isinstance(error, OSError) or any(kind.__name__ in FAULTS for kind in type(error).__mro__)


def _first(error: Exception) -> str:
    """Give the first line of what the engine says: those after it can show a record."""
    return (str(error).splitlines() or [""])[0][:300]
