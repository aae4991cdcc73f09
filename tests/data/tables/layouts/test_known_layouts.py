"""A layout is one file and its test: the registry finds it, and no two are taken for one another."""

from pathlib import Path

import pandas as pd
import pytest

from equitymodel.data.tables.layouts import known_layouts
from equitymodel.data.tables.layouts.known_layouts import LAYOUTS_SENT, READERS
from equitymodel.data.tables.layouts.table_layout import RawTable

pytestmark = pytest.mark.unit
COLUMNS = {
    "a column a group": ["ics", "quintile_1", "quintile_2"],
    "Fingertips export": ["area_code", "category_type", "category", "count", "denominator", "indicator_name"],
    "open data of Public Health Scotland": ["hscp", "hscpqf", "simdquintile", "numberadmissions"],
}


def test_every_file_of_the_folder_is_a_layout_or_reads_them():
    files = {path.stem for path in Path(known_layouts.__file__).parent.glob("*.py")} - READERS - {"__init__"}
    assert len(files) == len(LAYOUTS_SENT)
    assert set(LAYOUTS_SENT) == set(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_is_recognised_by_its_own_layout_alone(name):
    table = RawTable(pd.DataFrame(columns=COLUMNS[name]), "admissions")
    assert [layout.name for layout in LAYOUTS_SENT.values() if layout.recognises(table)] == [name]


def test_a_table_of_the_contract_is_recognised_by_none():
    table = RawTable(pd.DataFrame(columns=["ics", "deprivation", "procedure", "admissions"]), "admissions")
    assert not any(layout.recognises(table) for layout in LAYOUTS_SENT.values())
