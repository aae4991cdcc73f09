import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl import load_workbook

from equitymodel.report.document.blocks import DataTable, Document
from equitymodel.report.document.columns import Column
from equitymodel.report.document.formats import write_document
from tests.report.documents import example_document

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    path: Path = write_document(example_document(), tmp_path_factory.mktemp("excel") / "tables.xlsx")
    return zipfile.ZipFile(path)


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _cells(book: zipfile.ZipFile, sheet: int) -> dict[str, str | float]:
    strings = ["".join(item.itertext()) for item in _xml(book, "xl/sharedStrings.xml")]
    found: dict[str, str | float] = {}
    for cell in _xml(book, f"xl/worksheets/sheet{sheet}.xml").iterfind(".//m:c", SPACE):
        value = cell.findtext("m:v", namespaces=SPACE)
        if value is not None:
            found[cell.attrib["r"]] = strings[int(value)] if cell.get("t") == "s" else float(value)
    return found


def test_the_cover_comes_first_then_contents_notes_and_one_sheet_a_table(book):
    names = [sheet.attrib["name"] for sheet in _xml(book, "xl/workbook.xml").iterfind(".//m:sheet", SPACE)]
    assert names == ["Cover", "Contents", "Notes", "gaps"]


def test_numbers_are_numbers_rounded_as_they_are_printed(book):
    cells = _cells(book, 4)
    assert [cells[f"{letter}5"] for letter in "ABCDEF"] == ["hip & knee", 0.57, 0.56, 0.59, 1204.0, 0.99]
    assert cells["E6"] == "[x]"


def test_a_probability_is_never_shown_as_none_or_all(tmp_path):
    rows = pd.DataFrame({"p": [1.0, 0.995, 0.87, 0.005, 0.0]})
    table = DataTable("sure", "How sure", (Column("probability", ("p",), "probability"),), rows)
    sheet = load_workbook(write_document(Document("Equity", "Devon", (table,)), tmp_path / "tables.xlsx"))["sure"]
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float))]
    assert [cell.value for cell in cells] == [1, 0.995, 0.87, 0.005, 0]
    assert {cell.number_format for cell in cells} == {'[>=0.995]"over 99%";[<=0.005]"under 1%";0%'}


def test_text_is_never_a_formula(book):
    sheet = _xml(book, "xl/worksheets/sheet4.xml")
    assert sheet.find(".//m:f", SPACE) is None
    assert _cells(book, 4)["A6"] == "=1+1"


def test_a_sheet_is_one_named_table_without_merged_cells_and_with_unique_heads(book):
    assert all(_xml(book, name).find(".//m:mergeCell", SPACE) is None for name in book.namelist() if "worksheets/sheet" in name and name.endswith(".xml"))  # fmt: skip
    tables = [_xml(book, name) for name in sorted(book.namelist()) if name.startswith("xl/tables/")]
    assert [table.attrib["name"] for table in tables] == ["contents", "t_gaps"]
    heads = [column.attrib["name"] for column in tables[1].iterfind(".//m:tableColumn", SPACE)]
    assert heads == ["procedure", "rate ratio", "rate ratio, lower", "rate ratio, upper", "people", "probability"]


def test_the_stamp_stands_on_the_cover(book):
    assert "NOT FOR PUBLICATION" in _cells(book, 1).values()
