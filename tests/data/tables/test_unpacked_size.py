"""Compressed files that would unpack to more than is read, and workbooks that refer to others."""

import io
import zipfile

import pandas as pd
import pytest

from equitymodel.data.tables import unpacked_size
from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.unpacked_size import refuse_large_parquet, refuse_large_workbook
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def zipped(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def reading():
    return FileReading(SentTable("a.xlsx"))


def test_a_workbook_is_refused_by_what_its_parts_say_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(unpacked_size, "MOST_BYTES", 1_000_000)
    refuse_large_workbook(zipped(xl__sheet1="0" * 900_000), reading())
    with pytest.raises(EquityDataError, match=r"F26[\s\S]*1 MB from 0.00 MB[\s\S]*CSV"):
        refuse_large_workbook(zipped(xl__sheet1="0" * 900_000, xl__sheet2="0" * 200_000), reading())


def test_a_workbook_that_refers_to_others_is_refused_with_how_to_break_its_links():
    refuse_large_workbook(zipped(xl__worksheets="x"), reading())
    with pytest.raises(EquityDataError, match=r"F27[\s\S]*Break link"):
        refuse_large_workbook(zipped(xl__externalLinks__externalLink1="x"), reading())


def test_a_parquet_file_is_refused_by_its_footer(monkeypatch):
    made = io.BytesIO()
    pd.DataFrame({"a": range(100), "b": 1}).to_parquet(made)
    refuse_large_parquet(made.getvalue(), reading())
    monkeypatch.setattr(unpacked_size, "MOST_CELLS", 199)
    with pytest.raises(EquityDataError, match="100 rows of 2 columns"):
        refuse_large_parquet(made.getvalue(), reading())
