import sqlite3

import ibis
import pytest

from equitymodel.cli.option_words import in_options
from equitymodel.data.records.record_engine import RecordEngine, count_in_engine, files_of, tried
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError
from tests.data.records.forty_records import forty

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("options", "says"),
    [({"threads": 0}, "1 or more"), ({"memory": 2}, "a text"), ({"name": "pig"}, "duckdb or spark")],
)
def test_settings_without_meaning_are_refused(options, says):
    with pytest.raises(OptionError, match=says):
        RecordEngine(**options)


@pytest.mark.parametrize("size", ["banana", "much", "0GB", "-1GB", "1000", ""])
def test_a_size_that_is_none_is_refused_by_the_name_of_the_option(size):
    with pytest.raises(OptionError, match=f"cannot be '{size}': give a size, such as 2GB") as error:
        RecordEngine(memory=size)
    assert in_options(str(error.value)).startswith("--memory cannot be")


@pytest.mark.parametrize("size", ["2GB", "500 MB", "1.5GiB", "0.5gb", "80%"])
def test_sizes_that_the_engine_reads_are_taken(size, files):
    with RecordEngine(memory=size).open([str(files(forty()))], DataLog("records")) as table:
        assert table.count().to_pyarrow().as_py() == 40


def test_nothing_is_left_where_it_spilled(tmp_path, files):
    with RecordEngine(spill=tmp_path / "spill").open([str(files(forty()))], DataLog("records")):
        assert len(list((tmp_path / "spill").iterdir())) == 1
    assert not list((tmp_path / "spill").iterdir())


def test_nothing_is_fetched_from_the_network(files):
    with RecordEngine().open([str(files(forty()))], DataLog("records")) as table:
        asked = "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
        assert table.get_backend().con.execute(asked).fetchall() == [("false",), ("false",)]


def test_files_are_found_by_name_and_pattern_each_once(files, tmp_path):
    first, second = files(forty(), name="hes_1"), files(forty(), name="hes_2")
    assert files_of([tmp_path / "hes_*.csv", first], DataLog()) == [str(first), str(second)]


@pytest.mark.parametrize("name", ["no.csv", "no_*.parquet", "."])
def test_a_name_that_stands_for_nothing_is_refused(name, tmp_path):
    with pytest.raises(EquityDataError, match="R02"):
        files_of([tmp_path / name], DataLog("records"))


def test_no_name_at_all_is_refused():
    with pytest.raises(EquityDataError, match=r"R02 in records.*no file is named"):
        files_of([], DataLog("records"))


def test_csv_and_parquet_are_not_mixed(files):
    with pytest.raises(EquityDataError, match="one kind at a time"):
        files_of([files(forty()), files(forty(), parquet=True)], DataLog("records"))


def test_a_file_that_is_none_is_refused_without_showing_what_is_in_it(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_text("9434765919")
    with pytest.raises(EquityDataError, match="R03") as error, RecordEngine().open([str(path)], DataLog("records")):
        pass
    assert "9434765919" not in str(error.value)


def test_rows_of_another_length_are_refused_without_showing_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("spell,sex\n" + "1,2\n" * 30_000 + '9434765919,"2,1\n')
    log = DataLog("records")
    with RecordEngine().open([str(path)], log) as table, pytest.raises(EquityDataError, match="R03") as error:
        count_in_engine(table.agg(spells=table.spell.count(), sexes=table.sex.max()), log)
    assert "9434765919" not in str(error.value)


def test_memory_that_does_not_last_is_said(files):
    path = files(forty())
    with RecordEngine("1MB", 1).open([str(path)], DataLog("records")) as table:
        many = table.select(number=ibis.range(200_000).unnest())
        with pytest.raises(OptionError, match="memory allowed does not last"):
            count_in_engine(many.agg(together=many.number.collect()), DataLog("records"))


@pytest.mark.parametrize(
    "fault", [TypeError("a fault of the plan"), KeyError("cell"), ibis.IbisError("no such column")]
)
def test_a_fault_that_is_not_of_the_engine_goes_up_as_it_is(fault):
    def work():
        raise fault

    log = DataLog("records")
    with pytest.raises(type(fault)) as error:
        tried(work, log)
    assert (error.value is fault, log.findings) == (True, [])


def test_a_disk_that_cannot_be_read_and_faults_of_sql_are_of_the_engine(tmp_path):
    def of_disk():
        return (tmp_path / "gone.csv").read_text()

    def of_sql():
        return sqlite3.connect(":memory:").execute("SELECT 1 FROM nowhere")

    for work in (of_disk, of_sql):
        with pytest.raises(EquityDataError, match="R03"):
            tried(work, DataLog("records"))
