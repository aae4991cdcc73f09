import duckdb
import pytest

from equitymodel.data.records.record_columns import as_code, as_day, as_number, names_of_columns, quoted
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit


def value(expression, text):
    return duckdb.execute(f"SELECT {expression} FROM (SELECT CAST(? AS VARCHAR) AS x)", [text]).fetchall()[0][0]


def test_columns_are_found_whatever_their_capitals_and_under_other_names():
    there = {"SEX": "BIGINT", "age_at_start": "BIGINT"}
    found = names_of_columns(["sex", "startage"], there, {"startage": "AGE_AT_START"}, DataLog("records"))
    assert found == {"sex": "SEX", "startage": "age_at_start"}


def test_a_column_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(EquityDataError, match="R01") as error:
        names_of_columns(["sex", "spell"], {"gender": "BIGINT"}, {"sex": "geschlecht"}, DataLog("records"))
    assert "sex (named as geschlecht), spell; there are gender" in str(error.value)


def test_a_name_for_what_is_not_needed_is_refused():
    with pytest.raises(OptionError, match="Did you mean 'startage'"):
        names_of_columns(["startage"], {"startage": "BIGINT"}, {"startege": "age"}, DataLog("records"))


def test_names_are_quoted_so_that_none_becomes_a_command():
    name = 'x" FROM records; DROP TABLE records; --'
    assert duckdb.sql(f"SELECT 1 AS {quoted(name)}").columns == [name]


@pytest.mark.parametrize(("text", "code"), [(" 2a ", "2A"), ("", ""), (None, None)])
def test_codes_are_read_in_capitals(text, code):
    assert value(as_code("x", "VARCHAR"), text) == code


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" 7 ", 7), ("seven", None), ("", None)])
def test_numbers_are_read_or_are_not_there(text, number):
    assert value(as_number("x", "VARCHAR"), text) == number


@pytest.mark.parametrize(
    ("text", "written", "day"),
    [
        ("2024-04-01", None, "2024-04-01"),
        ("20240401", None, "2024-04-01"),
        ("01/04/2024", None, "None"),
        ("01/04/2024", "%d/%m/%Y", "2024-04-01"),
        ("2024-02-30", None, "None"),
        ("", None, "None"),
    ],
)
def test_days_are_read_as_written_or_are_not_there(text, written, day):
    assert str(value(as_day("x", "VARCHAR", written), text)) == day


@pytest.mark.parametrize(("kind", "written"), [("TIMESTAMP", "TIMESTAMP '2024-04-01 09:30'"), ("BIGINT", "20240401")])
def test_days_of_dates_and_of_numbers_are_read(kind, written):
    found = duckdb.execute(f"SELECT {as_day('x', kind, None)} FROM (SELECT {written} AS x)").fetchall()
    assert str(found[0][0]) == "2024-04-01"
