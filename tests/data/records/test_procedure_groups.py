import pandas as pd
import pytest

from equitymodel.data.cells.plausible_rates import procedure_rates
from equitymodel.data.records.procedure_groups import procedure_groups, procedure_groups_text, read_procedure_groups
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def read(**columns):
    return read_procedure_groups(pd.DataFrame(columns), DataLog("procedures"))[0]


def test_groups_that_ship_are_those_whose_rates_are_known():
    known = set(procedure_rates().index) if "name" not in procedure_rates() else set(procedure_rates()["name"])
    assert set(procedure_groups()["procedure"]) <= known
    assert not procedure_groups()["opcs"].duplicated().any()


def test_every_code_that_ships_says_which_list_has_it_or_that_it_is_to_be_checked():
    sources = procedure_groups()["source"]
    assert sources.notna().all()
    to_check = procedure_groups().loc[sources.str.startswith("check before use"), "opcs"].tolist()
    assert to_check == ["T23", "T26", "T27"]


def test_revisions_and_replacements_after_a_fracture_are_none_of_the_groups():
    codes = tuple(procedure_groups()["opcs"])
    assert not [code for code in ("W370", "W373", "W461", "W471", "W481", "W402", "O180") if code.startswith(codes)]


def test_the_table_that_ships_is_read_from_its_text(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(line for line in procedure_groups_text().splitlines() if not line.startswith("#")))
    assert read_procedure_groups(path, DataLog())[0].equals(read_procedure_groups(None, DataLog())[0])


def test_codes_are_read_with_and_without_points():
    assert read(procedure=["hip", "hip"], opcs=["w37.1", " W38 "])["opcs"].tolist() == ["W371", "W38"]


@pytest.mark.parametrize("code", ["", "371", "W", "W3712", "W37-W39"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(EquityDataError, match="R31"):
        read(procedure=["hip"], opcs=[code])


def test_one_code_in_two_groups_is_refused():
    with pytest.raises(EquityDataError, match="R32") as error:
        read(procedure=["hip", "knee"], opcs=["W37", "w3.7"])
    assert "index 1: W37 is knee" in str(error.value)


@pytest.mark.parametrize(("frame", "rule"), [({"opcs": ["W37"]}, "K01"), ({"procedure": [], "opcs": []}, "K17")])
def test_columns_and_rows_are_needed(frame, rule):
    with pytest.raises(EquityDataError, match=rule):
        read(**frame)
