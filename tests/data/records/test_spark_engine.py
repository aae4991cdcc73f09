import datetime as dt
from importlib.util import find_spec

import pytest

from equitymodel.data.records import spark_engine
from equitymodel.data.records.count_records import count_records
from equitymodel.data.records.record_engine import RecordEngine
from equitymodel.data.records.record_selection import RecordSelection
from equitymodel.data.records.spark_engine import has_java, spark_session
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.simulate.simulated_records import made_up_records
from tests.data.records.forty_records import COUNTED, LEFT_OUT, TWO_YEARS, forty

pytestmark = pytest.mark.unit
SPARK = find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(not SPARK, reason="Spark is not installed: uv sync --extra spark")
needs_java = pytest.mark.skipif(not has_java(), reason="Spark needs Java, and there is none on this machine")
STRATA = ["period", "ics", "deprivation", "procedure", "age_band", "sex"]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Start Spark once, as it takes half a minute."""
    with spark_session("1GB", 2, str(tmp_path_factory.mktemp("spark"))) as started:
        yield started


@needs_spark
@needs_java
@pytest.mark.parametrize("parquet", [False, True])
def test_spark_makes_the_tables_of_the_forty_worked_out_by_hand(parquet, count, session):
    counted = count(parquet=parquet, engine=RecordEngine(name="spark"))
    rows = counted.admissions.query("admissions > 0")[[*STRATA, "admissions"]]
    assert sorted(rows.itertuples(index=False, name=None)) == sorted(COUNTED)
    assert counted.dropped.set_index("rule")["records"].drop(["read", "counted"]).to_dict() == LEFT_OUT


@needs_spark
@needs_java
def test_spark_counts_ten_thousand_records_as_duckdb_does(tmp_path, session):
    made = made_up_records(spells=10_000, areas=5, seed=4)
    first, second = made.records.iloc[:6_000], made.records.iloc[6_000:]
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    first.to_parquet(files[0])
    second[second.columns[::-1]].to_parquet(files[1])
    asked = RecordSelection(today=dt.date(2026, 1, 1), every_episode=True)
    duckdb, spark = (
        count_records(files, made.small_areas, deprivation_index="IMD 2025", selection=asked, engine=engine)
        for engine in (RecordEngine(), RecordEngine(name="spark"))
    )
    assert spark.admissions.equals(duckdb.admissions)
    assert spark.series.equals(duckdb.series)
    assert spark.dropped.equals(duckdb.dropped)
    assert duckdb.admissions["admissions"].sum() > 5_000


@needs_spark
@needs_java
def test_a_session_that_was_there_keeps_no_view_of_records(count, session):
    count(engine=RecordEngine(name="spark"))
    assert [table.name for table in session.catalog.listTables() if table.name == spark_engine.VIEW] == []
    with spark_session("1GB", 1, "") as own:
        own.createDataFrame(forty()).createOrReplaceTempView(spark_engine.VIEW)
    assert not session.catalog.tableExists(spark_engine.VIEW)


@needs_spark
@needs_java
def test_what_spark_cannot_read_is_said_by_the_rule(tmp_path, session):
    path = tmp_path / "a.parquet"
    path.write_text("9434765919")
    with pytest.raises(EquityDataError, match="R03") as error, RecordEngine(name="spark").open([str(path)], DataLog()):
        pass
    assert "9434765919" not in str(error.value)


@needs_spark
@needs_java
def test_records_that_lie_in_spark_are_counted_there(session, count):
    import ibis

    from tests.data.records.forty_records import small_areas

    session.createDataFrame(forty()).createOrReplaceTempView("hes")
    table = ibis.pyspark.connect(session).table("hes")
    there = count_records(table, small_areas(), deprivation_index="IMD 2025", selection=TWO_YEARS)
    assert there.admissions.equals(count().admissions)
    assert there.facts.sources[-1].file == "hes"


@needs_spark
def test_without_java_the_way_out_is_said(monkeypatch, tmp_path):
    from pyspark.sql import SparkSession

    monkeypatch.setattr(spark_engine, "has_java", lambda: False)
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    with pytest.raises(OptionError, match="default-jre-headless"), spark_session("1GB", 1, str(tmp_path)):
        pass


def test_java_is_found_by_its_home_too(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert not has_java()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    assert has_java()


@pytest.mark.parametrize(
    ("size", "java"),
    [
        ("2GB", "2000m"),
        ("500 MB", "500m"),
        ("1.5GiB", "1500m"),
        ("9KB", "1m"),
        ("2TB", "2000000m"),
        ("0.5tib", "500000m"),
    ],
)
def test_sizes_are_written_as_java_does(size, java):
    assert spark_engine.size_of_java(size) == java


@pytest.mark.parametrize("size", ["80%", "500 bytes", "2GBx"])
def test_a_share_of_memory_and_a_number_of_bytes_are_no_size_of_java(size):
    with pytest.raises(OptionError, match=f"'{size}' for Spark"):
        spark_engine.size_of_java(size)
