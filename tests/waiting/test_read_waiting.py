import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import EquityDataError, OptionError
from equitymodel.waiting.read_waiting import read_waiting
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit


def test_a_table_of_groups_is_read():
    table = read_waiting(list_rows(), small_numbers="exact")
    assert float(table["waiting_low"].sum()) == list_rows()["waiting"].sum()


def test_a_file_is_read_as_a_table_is(tmp_path):
    list_rows().rename(columns={"procedure": "Specialty"}).to_csv(tmp_path / "list.csv", index=False)
    read = read_waiting(tmp_path / "list.csv", small_numbers="exact")
    assert read["treated"].equals(read_waiting(list_rows(), small_numbers="exact")["treated"])


@pytest.mark.parametrize("column", ["NHS number", "patient_id", "Patient score", "date of birth"])
def test_a_table_of_persons_is_refused_with_the_reason(column):
    with pytest.raises(OptionError, match="rules of a list are compared for groups, never for persons"):
        read_waiting(list_rows(**{column: 1}))


def test_a_row_a_person_is_refused():
    rows = pd.DataFrame({"ics": "E54000055", "deprivation": 1, "procedure": "hip", "weeks_waited": np.arange(60) % 3,
                         "waiting": 1})  # fmt: skip
    with pytest.raises(OptionError, match="a row a person"):
        read_waiting(rows)


def test_rules_of_the_contract_hold_at_this_door_too():
    with pytest.raises(EquityDataError, match="Q08"):
        read_waiting(list_rows().drop(columns="added"))
