import pandas as pd
import pytest

from equitymodel.data.tables.decimal_commas import read_decimals
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def read(*values, mark=";", decimal=None, column="population"):
    log = DataLog("population")
    frame = read_decimals(pd.DataFrame({column: list(values)}, dtype=str), mark, decimal, log)
    return frame[column].tolist(), [item.rule for item in log.findings]


def test_commas_before_decimals_are_found_from_one_number_that_tells():
    assert read("1.204,5", "10,920", "7") == (["1204.5", "10.920", "7"], ["F13"])
    assert read("0,125", "1,250", column="need_ratio") == (["0.125", "1.250"], ["F13"])
    assert read("1.204.500") == (["1204500"], ["F13"])


@pytest.mark.parametrize("number", ["10,920", "1.204", "-1,204"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(number):
    with pytest.raises(EquityDataError, match=r"F14[\s\S]*--decimal comma"):
        read(number)
    assert read(number, decimal="point") == ([number], [])
    assert read(number, decimal="comma")[1] == ["F13"]


def test_numbers_that_leave_no_doubt_stay():
    assert read("1204", "12.5", "*", "<5", "") == (["1204", "12.5", "*", "<5", ""], [])


def test_commas_in_a_file_with_commas_are_those_of_thousands_unless_said_otherwise():
    assert read("10,920", mark=",") == (["10,920"], [])
    assert read("10,9", mark=",", decimal="comma") == (["10.9"], ["F13"])


def test_only_columns_of_numbers_are_touched():
    assert read("1,5", column="procedure") == (["1,5"], [])
