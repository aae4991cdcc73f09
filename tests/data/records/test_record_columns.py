import ibis
import pandas as pd
import pytest

from equitymodel.data.records.record_columns import as_code, as_key, as_number, as_whole_code, names_of_columns
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit


def read(how, given, kind="string"):
    """Read one value by an engine."""
    return how(ibis.null(kind) if given is None else ibis.literal(given, type=kind)).to_pyarrow().as_py()


def test_columns_are_found_whatever_their_capitals_and_under_other_names():
    there = ["SEX", "age_at_start"]
    found = names_of_columns(["sex", "startage"], there, {"startage": "AGE_AT_START"}, DataLog("records"))
    assert found == {"sex": "SEX", "startage": "age_at_start"}


def test_a_column_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(EquityDataError, match="R01") as error:
        names_of_columns(["sex", "spell"], ["gender"], {"sex": "geschlecht"}, DataLog("records"))
    assert "sex (named as geschlecht), spell; there are gender" in str(error.value)


def test_a_name_for_what_is_not_needed_is_refused():
    with pytest.raises(OptionError, match="Did you mean 'startage'"):
        names_of_columns(["startage"], ["startage"], {"startege": "age"}, DataLog("records"))


@pytest.mark.parametrize(("text", "code"), [(" 2a ", "2A"), ("", ""), (None, None), ("11.0", "11.0")])
def test_codes_are_read_in_capitals(text, code):
    assert read(as_code, text) == code


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [("11.0", "string", "11"), (" 2a", "string", "2A"), (11.0, "float64", "11"), (11, "uint8", "11"),
     (float("nan"), "float64", None)],
)  # fmt: skip
def test_whole_codes_are_read_without_decimals(given, kind, code):
    assert read(as_whole_code, given, kind) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 7 ", 7), ("-1", -1), ("7.0", 7), ("seven", None), ("", None), ("7.6", None), ("1e2", None),
     ("99999999999999999999", None), (None, None)],
)  # fmt: skip
def test_numbers_are_read_or_are_not_there(text, number):
    assert read(as_number, text) == number


@pytest.mark.parametrize(("given", "kind"), [(70.9, "float64"), (70, "uint8"), ("70.90", "decimal(5, 2)")])
def test_decimals_of_an_age_are_cut_off(given, kind):
    assert read(as_number, given, kind) == 70


def test_what_is_no_number_is_none():
    table = ibis.memtable(pd.DataFrame({"x": [1.0, float("nan"), float("inf"), -float("inf")]}))
    assert as_number(table.x).to_pyarrow().to_pylist() == [1, None, None, None]


@pytest.mark.parametrize(("given", "kind", "key"), [(" a ", "string", "a"), (" ", "string", None), (7, "int64", 7)])
def test_an_empty_key_is_none(given, kind, key):
    assert read(as_key, given, kind) == key


def test_names_and_texts_are_quoted_so_that_none_becomes_a_command():
    name = 'x" FROM records; DROP TABLE records; --'
    table = ibis.table({name: "string"}, name="records")
    asked = ibis.to_sql(table.select(y=as_code(table[name]).isin(["1'); drop"])), dialect="duckdb")
    assert '"x"" FROM records; DROP TABLE records; --"' in asked
    assert "'1''); drop'" in asked
