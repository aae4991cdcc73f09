"""How long records take to become cells, in how much memory, and what peers take over the same.

uv run python benchmarks/records_speed.py [ROWS] [--memory 2GB 500MB] [--threads 2] [--folder DIR] [--peers] [--spark]

Made-up episodes with the columns of Hospital Episode Statistics, of a million spells or more; each reader in a process of
its own. With --peers Polars and pandas count the same cells (uv sync --group bench), with --spark Spark
does (uv sync --extra spark, and Java), and all cells are compared by hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from equitymodel.data.records.count_records import count_records
from equitymodel.data.records.procedure_groups import procedure_groups
from equitymodel.data.records.record_engine import RecordEngine
from equitymodel.data.records.record_selection import RecordSelection
from equitymodel.data.tables.areas import icb_residents

A_FILE = 10_000_000
AREAS_A_FIFTH = 156
KEYS = ["period", "ics", "deprivation", "procedure", "age_band", "sex"]
CODES = [code + "1" * (4 - len(code)) for code in procedure_groups()["opcs"]] + [
    f"X{number}" for number in range(100, 200)
]
SELECTION = RecordSelection(first="2019-04", last="2024-03")


def small_areas() -> pd.DataFrame:
    """List 32,760 made-up small areas of the 42 boards."""
    pairs = pd.MultiIndex.from_product([icb_residents().index, range(1, 6), range(AREAS_A_FIFTH)])
    table = pairs.to_frame(index=False, name=["ics", "deprivation", "n"]).drop(columns="n")
    return table.assign(lsoa21=[f"X01{number:06d}" for number in range(len(table))])


def write_records(folder: Path, rows: int) -> None:
    """Write episodes by the engine itself: a file for every ten million; one in a hundred is a copy."""
    listed = ", ".join(f"'{code}'" for code in CODES)
    areas = 42 * 5 * AREAS_A_FIFTH
    with duckdb.connect(config={"memory_limit": "1500MB", "temp_directory": str(folder)}) as connection:
        for number, first in enumerate(range(0, rows, A_FILE)):
            last = min(first + A_FILE, rows)
            connection.execute(f"""COPY (
                SELECT 'R' || (spell % 150) AS procode, spell,
                    CAST(CASE WHEN h % 5 = 0 THEN 2 ELSE 1 END AS TINYINT) AS epiorder,
                    CAST([11, 12, 13, 21, 22, 28][1 + (h // 5) % 6] AS UTINYINT) AS admimeth,
                    DATE '2019-04-01' + CAST((h // 37) % 1827 AS INTEGER) AS admidate,
                    CAST((h // 101) % 96 AS SMALLINT) AS startage, CAST(1 + (h // 7) % 2 AS TINYINT) AS sex,
                    [{listed}][1 + (h // 11) % {len(CODES)}] AS opertn_01,
                    'X01' || LPAD(CAST((h // 13) % {areas} AS VARCHAR), 6, '0') AS lsoa21
                FROM (SELECT spell, CAST(hash(spell) // 1024 AS BIGINT) AS h FROM (
                      SELECT i - (CASE WHEN i % 100 = 99 THEN 1 ELSE 0 END) AS spell FROM range({first}, {last}) AS t(i)))
            ) TO '{folder / f"spells_{number:03d}.parquet"}' (FORMAT parquet, COMPRESSION zstd)""")


def hash_of(table: pd.DataFrame) -> str:
    """Hash the cells that are not 0, in order."""
    rows = table[table["admissions"] > 0][[*KEYS, "admissions"]].astype(str).sort_values(KEYS)
    return hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()[:16]


def by_duckdb(folder: Path, memory: str, threads: int, name: str = "duckdb") -> pd.DataFrame:
    counted = count_records([str(folder / "*.parquet")], small_areas(), deprivation_index="IMD 2025",
                            selection=SELECTION, engine=RecordEngine(memory, threads, folder / "spill", name))  # fmt: skip
    print(counted.dropped.to_string(index=False), file=sys.stderr)
    return counted.admissions


def by_spark(folder: Path, memory: str, threads: int) -> pd.DataFrame:
    return by_duckdb(folder, memory, threads, "spark")


def by_table(folder: Path, *_: object) -> pd.DataFrame:
    """Count a table that lies in DuckDB, reached through Ibis as any warehouse is."""
    import ibis

    table = ibis.duckdb.connect().read_parquet(str(folder / "*.parquet"), table_name="hes")
    return count_records(table, small_areas(), deprivation_index="IMD 2025", selection=SELECTION).admissions


def _groups_by_length() -> dict[int, dict[str, str]]:
    groups = procedure_groups()
    return {length: dict(zip(those["opcs"], those["procedure"], strict=True))
            for length, those in groups.groupby(groups["opcs"].str.len())}  # fmt: skip


def by_polars(folder: Path, *_: object) -> pd.DataFrame:
    """Count by Polars, streaming."""
    import polars as pl

    lengths = _groups_by_length()
    operation = pl.coalesce(*(pl.col("opertn_01").str.head(n).replace_strict(lengths[n], default=None)
                              for n in sorted(lengths, reverse=True)))  # fmt: skip
    month = pl.col("admidate").dt.month()
    year = pl.col("admidate").dt.year() - (month < 4).cast(pl.Int32)
    edges, labels = list(SELECTION.edges[1:]), SELECTION.bands
    age = pl.col("startage").cut([edge - 1 for edge in edges], labels=labels).cast(pl.String)
    found = (
        pl.scan_parquet(str(folder / "*.parquet"))
        .filter(pl.col("admimeth").is_in([11, 12, 13]) & (pl.col("epiorder") == 1))
        .with_columns(procedure=operation)
        .filter(pl.col("procedure").is_not_null())
        .unique(["procode", "spell", "epiorder"])
        .join(pl.from_pandas(small_areas()).lazy(), on="lsoa21")
        .with_columns(
            period=year.cast(pl.String) + "/" + ((year + 1) % 100).cast(pl.String).str.zfill(2),
            age_band=age, sex=pl.when(pl.col("sex") == 2).then(pl.lit("F")).otherwise(pl.lit("M")),
        )
        .group_by(KEYS).len("admissions").collect(engine="streaming")
    )  # fmt: skip
    return pd.DataFrame(found.to_dict(as_series=False))


def by_pandas(folder: Path, *_: object) -> pd.DataFrame:
    """Count by pandas, a file at a time where copies are within a file."""
    lengths = _groups_by_length()
    living, parts = small_areas(), []
    for file in sorted(folder.glob("*.parquet")):
        rows = pd.read_parquet(file)
        rows = rows[rows["admimeth"].isin([11, 12, 13]) & (rows["epiorder"] == 1)]
        found = [rows["opertn_01"].str[:n].map(lengths[n]) for n in sorted(lengths, reverse=True)]
        procedure = found[0]
        for each in found[1:]:
            procedure = procedure.fillna(each)
        rows = rows.assign(procedure=procedure).dropna(subset="procedure")
        rows = rows.drop_duplicates(["procode", "spell", "epiorder"]).merge(living, on="lsoa21")
        day = pd.to_datetime(rows["admidate"])
        year = day.dt.year - (day.dt.month < 4)
        rows["period"] = year.astype(str) + "/" + ((year + 1) % 100).astype(str).str.zfill(2)
        rows["age_band"] = pd.cut(rows["startage"], [*SELECTION.edges, 200], right=False, labels=SELECTION.bands)
        rows["sex"] = rows["sex"].map({1: "M", 2: "F"})
        parts.append(rows.groupby(KEYS, observed=True).size())
    return pd.concat(parts).groupby(KEYS).sum().rename("admissions").reset_index()


READERS = {"duckdb": by_duckdb, "table": by_table, "spark": by_spark, "polars": by_polars, "pandas": by_pandas}


def measure(reader: str, folder: Path, memory: str, threads: int) -> None:
    """Count in this process, and print what it took."""
    before = time.perf_counter()
    table = READERS[reader](folder, memory, threads)
    seconds = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"reader": reader, "seconds": round(seconds, 1),
                      "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
                      "peak_gb": round(used.ru_maxrss / 1e6, 2), "limit": memory,
                      "admissions": int(table["admissions"].sum()), "hash": hash_of(table)}))  # fmt: skip


def main() -> None:
    """Write records, and count them by each reader in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--memory", nargs="+", default=["2GB"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--measure")
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure, asked.folder, asked.memory[0], asked.threads)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        before = time.perf_counter()
        write_records(folder, asked.rows)
        size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6
        print(
            f"{asked.rows:,} rows, {size:,.0f} MB of Parquet, written in {time.perf_counter() - before:.0f} s",
            flush=True,
        )
        for reader in ["duckdb", *(["table", "spark"] * asked.spark), *(["polars", "pandas"] * asked.peers)]:
            for memory in asked.memory if reader == "duckdb" else asked.memory[:1]:
                options = ["--folder", str(folder), "--memory", memory, "--threads", str(asked.threads)]
                subprocess.run([sys.executable, __file__, "--measure", reader, *options], check=False)


if __name__ == "__main__":
    main()
