import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintages import Vintage, Vintages
from equitymodel.report.vintage_files import read_vintages, write_vintages
from tests.monitoring.small_counts import rows

pytestmark = pytest.mark.unit
KEPT = Vintages((Vintage("2026-02-20", rows([4])), Vintage("2026-03-20", rows([5, 6], groups=2))))


def test_what_is_written_is_read(tmp_path):
    write_vintages(tmp_path, KEPT)
    found = read_vintages(tmp_path)
    assert [each.day for each in found.kept] == ["2026-02-20", "2026-03-20"]
    assert found.with_new(KEPT.last) is found


def test_an_earlier_vintage_keeps_its_bytes(tmp_path):
    write_vintages(tmp_path / "one", Vintages(KEPT.kept[:1]))
    write_vintages(tmp_path / "two", read_vintages(tmp_path / "one").with_new(KEPT.last))
    first = "0001_2026-02-20.parquet"
    assert (tmp_path / "one" / first).read_bytes() == (tmp_path / "two" / first).read_bytes()


def test_a_vintage_that_is_missing_is_found_out(tmp_path):
    write_vintages(tmp_path, KEPT)
    (tmp_path / "0001_2026-02-20.parquet").unlink()
    with pytest.raises(OptionError, match="lacks a vintage"):
        read_vintages(tmp_path)


def test_there_are_none_where_there_is_no_folder(tmp_path):
    assert read_vintages(tmp_path / "absent").kept == ()
