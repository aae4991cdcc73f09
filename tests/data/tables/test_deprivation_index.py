import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.deprivation_index import agreed_index, index_named_in, read_index
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.changes import chain, fill, read, rules_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "index"),
    [("Most deprived quintile (IMD2019)", "IMD 2019"), ("English Indices of Multiple Deprivation (IMD) 2025", "IMD 2025"),
     ("imd_2019_quintile", "IMD 2019"), ("IMD 19", "IMD 2019"), ("SIMD 2020v2", "SIMD 2020"), ("WIMD", "WIMD"),
     ("quintile", ""), ("time", ""), ("2019", "")],
)  # fmt: skip
def test_an_index_is_found_in_words(text, index):
    assert index_named_in(text) == index


@pytest.mark.parametrize(
    ("said", "tables", "agreed", "refused"),
    [
        (None, ("", ""), None, False),
        ("IMD 2019", ("", ""), "IMD 2019", False),
        (None, ("IMD 2019", ""), "IMD 2019", False),
        ("IMD2019", ("IMD 2019", ""), "IMD2019", False),
        (None, ("SIMD", "SIMD 2020"), "SIMD 2020", False),
        ("our own", ("our own", ""), "our own", False),
        ("IMD 2025", ("IMD 2019", ""), "IMD 2025", True),
        (None, ("IMD 2019", "IMD 2025"), "IMD 2019", True),
        ("IMD 2019", ("SIMD", ""), "IMD 2019", True),
    ],
)
def test_what_is_said_and_what_tables_say_agree_or_are_refused(said, tables, agreed, refused):
    log = DataLog("cells")
    assert agreed_index(said, dict(zip(("admissions", "population"), tables, strict=True)), log) == agreed
    assert bool(log.findings) == refused


def test_two_indices_in_one_table_are_named_with_their_rows():
    log = DataLog("admissions")
    rows = pd.DataFrame({"deprivation_index": ["IMD 2019", "imd2019", "IMD 2025"]}, index=["row 2", "row 3", "row 4"])
    read_index(rows, log)
    assert log.findings[0].rows == ("row 2: IMD 2019", "row 4: IMD 2025")


def test_an_index_that_tables_name_needs_no_option(tables, save):
    named = fill("admissions", "deprivation_index", "IMD2019")(tables)
    cells = read(save(**named), groups=Deprivation())
    assert CellFacts.of(cells).deprivation_index == "IMD 2019"
    assert "D04" not in rules_of(cells)


def test_tables_by_two_indices_are_refused_and_by_one_are_read(tables, save):
    change = chain(
        fill("admissions", "deprivation_index", "IMD 2019"), fill("population", "deprivation_index", "IMD 2025")
    )
    with pytest.raises(EquityDataError, match="table population: IMD 2025"):
        read(save(**change(tables)), groups=Deprivation())
    both = chain(change, fill("population", "deprivation_index", "IMD 2019"))
    assert rules_of(read(save(**both(tables)), groups=Deprivation())) == set()
