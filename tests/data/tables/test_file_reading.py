import pytest

from equitymodel.data.tables.file_reading import FileReading
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def test_a_file_is_refused_by_its_name_without_its_folder():
    with pytest.raises(EquityDataError, match=r"F03.*: a\.csv: it is empty") as error:
        FileReading(SentTable("some/where/a.csv")).refuse("it is empty")
    assert "some/where" not in str(error.value)


def test_the_column_of_the_groups_is_known():
    reading = FileReading(SentTable("a.csv"), DataLog(group="ethnicity"))
    assert [reading.knows(text) for text in ("Ethnicity", "ICB code", "Q1", "White", "")] == [True] * 3 + [False] * 2
