import pandas as pd
import pytest

from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("source", "said", "message"),
    [
        ("a.csv", {"header_row": 0}, "1 or more"),
        ("a.csv", {"header_row": True}, "1 or more"),
        ("a.csv", {"header_row": "4"}, "1 or more"),
        (pd.DataFrame(), {"header_row": 2}, "has its columns already"),
        ("a.csv", {"sheet": "Data"}, "a.csv is none"),
        (pd.DataFrame(), {"sheet": "Data"}, "DataFrame is none"),
        ("a.csv", {"decimal": "dot"}, "decimal cannot be 'dot'"),
    ],
)
def test_what_has_no_meaning_is_refused(source, said, message):
    with pytest.raises(OptionError, match=message):
        SentTable(source, **said)


def test_a_source_is_named_without_its_folder():
    assert SentTable("some/where/need.csv").name == "need.csv"
    assert SentTable(pd.DataFrame()).name == "DataFrame"


def test_a_file_alone_is_a_table_of_which_nothing_more_is_said():
    assert SentTable.of("a.csv") == SentTable("a.csv")
    said = SentTable("a.xlsx", sheet="Data")
    assert SentTable.of(said) is said
