"""Spark as an engine for files of records: the session that there is, or one on this machine, which needs Java."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.data.records.optional_engines import ibis, optional_engine
from equitymodel.data.tables.files import PARQUET
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    from ibis.expr.types import Table

HERE = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "8", "spark.ui.showConsoleProgress": "false"}  # fmt: skip
"""How Spark runs on this machine: open to no other, and in few parts."""
VIEW = "equitymodel_records"
"""Under which name records are known to Spark while they are counted."""
SIZE_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])i?B?", re.IGNORECASE)
MEGABYTES = {"K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}


def is_parquet(files: Sequence[str]) -> bool:
    """Say whether files are Parquet; others are CSV."""
    return Path(files[0]).suffix.lower() in PARQUET


@contextmanager
def spark_session(memory: str, threads: int | None, folder: str) -> Iterator[Any]:
    """Give the session of Spark that there is, or start one on this machine and stop it afterwards.

    Parameters
    ----------
    memory, threads, folder
        Of a session that is started here: the memory of Java, its processors, and where it spills to.

    Raises
    ------
    OptionError
        When Spark is not installed, or there is no Java to start it.
    """
    session = optional_engine("pyspark.sql").SparkSession
    if (there := session.getActiveSession()) is not None or "SPARK_REMOTE" in os.environ:
        own = there or session.builder.getOrCreate()
        try:
            yield own
        finally:
            forget_records(own)
        return
    if not has_java():
        raise OptionError("Spark needs Java to start on this machine, and there is none: install it (on Debian apt-get "
                          "install default-jre-headless), or use a session that runs elsewhere (SPARK_REMOTE)"
                          )  # fmt: skip
    settings = HERE | {"spark.driver.memory": size_of_java(memory), "spark.local.dir": folder}
    builder = session.builder.master(f"local[{threads or '*'}]").appName("equitymodel")
    started = reduce(lambda each, setting: each.config(*setting), settings.items(), builder).getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    try:
        yield started
    finally:
        started.stop()


def has_java() -> bool:
    """Say whether this machine has Java."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java") is not None or (home is not None and (Path(home) / "bin" / "java").is_file())


def size_of_java(memory: str) -> str:
    """Write a size as Java does: in whole megabytes.

    Raises
    ------
    OptionError
        When it is a share of the memory there is, or of bytes.

    Examples
    --------
    >>> size_of_java("1.5GB")
    '1500m'
    """
    found = SIZE_WITH_UNIT.fullmatch(memory.strip())
    if found is None:
        raise OptionError(f"--memory (memory= in RecordEngine) cannot be {memory!r} for Spark: give a size, such as "
                          "2GB or 500MB")  # fmt: skip
    return f"{max(1, int(float(found[1]) * MEGABYTES[found[2].upper()]))}m"


def read_by_spark(session: Any, files: Sequence[str]) -> Table:
    """Make records known to Spark, columns by their names; those of CSV as text."""
    read = session.read.parquet if is_parquet(files) else session.read.option("header", "true").csv
    frames = [read(str(Path(file).absolute())) for file in files]
    together = reduce(lambda first, then: first.unionByName(then, allowMissingColumns=True), frames)
    together.createOrReplaceTempView(VIEW)
    table: Table = ibis().pyspark.connect(session).table(VIEW)
    return table


def forget_records(session: Any) -> None:
    """Drop the view of records: the session may be the user's, and outlive them."""
    session.catalog.dropTempView(VIEW)
