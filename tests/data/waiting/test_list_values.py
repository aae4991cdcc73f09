import pytest

from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.data.waiting.list_values import FLOWS
from equitymodel.data.waiting.read_list import read_list
from equitymodel.errors import EquityDataError
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit


def changed(column, value, at=1):
    rows = list_rows().astype(object)
    rows.loc[at, column] = value
    return rows


@pytest.mark.parametrize("column", ["treated", "added"])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_people_a_week_are_0_or_more(column, value):
    with pytest.raises(EquityDataError):
        read_list(changed(column, value, at=0))


def test_decimals_are_means_and_commas_of_thousands_are_read():
    assert float(read_list(changed("treated", "1,000.5", at=0))["treated"].max()) == 1000.5


def test_priorities_are_whole_numbers_with_or_without_a_p():
    rows = list_rows().assign(priority="P2")
    assert read_list(rows)["priority"].values.tolist() == [2]
    with pytest.raises(EquityDataError, match="Q06"):
        read_list(list_rows().assign(priority="urgent"))


def test_rules_by_period_are_refused_of_a_list_which_is_of_one_day():
    rows = changed("waiting", "*")
    hidden = read_list(rows, small_numbers="others=lt5")
    assert [int((hidden["waiting_high"] == 4).sum()), int(hidden["waiting_low"].min())] == [1, 1]
    with pytest.raises(EquityDataError, match=r"(?s)C32.*no period is called '2023'"):
        read_list(rows, small_numbers="2023=lt5")


def test_removals_may_be_in_the_table():
    table = read_list(list_rows(removed=0.5), small_numbers=SmallNumbers("exact"))
    assert table["removed"].values.max() == 1.5
    assert FLOWS == ("added", "treated", "removed")
