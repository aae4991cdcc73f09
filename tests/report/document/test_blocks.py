import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.document.blocks import DataTable, Document, Paragraph, Section
from equitymodel.report.document.columns import Column, estimate


def _table(**changed: object) -> DataTable:
    rows = pd.DataFrame({"procedure": ["hip"], "estimate": [0.57], "lower": [0.56], "upper": [0.59]})
    return DataTable(**{"name": "gaps", "title": "Gaps", "columns": (Column("procedure", ("procedure",)), estimate("ratio")), "rows": rows} | changed)  # fmt: skip


def test_a_table_prints_its_rows_column_by_column():
    assert _table().texts == [["hip", "0.57 (0.56 to 0.59)"]]


def test_two_columns_of_one_heading_are_refused():
    with pytest.raises(OptionError, match="two columns of one heading"):
        _table(columns=(estimate("ratio"), Column("ratio", ("procedure",))))


def test_a_column_without_its_field_is_refused():
    with pytest.raises(OptionError, match="no field need"):
        _table(columns=(Column("need", ("need",)),))


def test_tables_within_sections_are_found_in_order():
    first, second = _table(name="first"), _table(name="second")
    document = Document("Equity", "2023/24", (Section("Gaps", (Paragraph("None."), first)), second))
    assert [table.name for table in document.tables()] == ["first", "second"]
    assert list(document.pictures()) == []
