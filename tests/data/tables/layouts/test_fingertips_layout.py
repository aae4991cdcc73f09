from pathlib import Path

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.read_tables import read_admissions, read_population
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
CASES = Path(__file__).parents[5] / "shared" / "cases"
have_cases = pytest.mark.skipif(not CASES.exists(), reason="the cases are not there")
QUINTILES = ["Most deprived", "Second most deprived", "Middle", "Second least deprived", "Least deprived"]
DECILES = [
    *("Most deprived", "Second most deprived", "Third more deprived", "Fourth more deprived", "Fifth more deprived"),
    *("Fifth less deprived", "Fourth less deprived", "Third less deprived", "Second least deprived", "Least deprived"),
]


def export(steps=QUINTILES, kind="quintile", **more):
    rows = pd.DataFrame({"Category": [f"{step} {kind} (IMD2019)" for step in steps]}).assign(**{
        "Indicator Name": "Hip replacement", "Area Code": "E54000055", "Area Name": "Birmingham and Solihull",
        "Area Type": "ICBs", "Sex": "Persons", "Age": "All ages", "Time period": "2022/23", "Value": "1.5",
        "Category Type": f"LSOA21 deprivation {kind}s in England (IMD2019)", "Value note": "",
        "Count": [f"{10 + n}.0" for n in range(len(steps))], "Denominator": "900.0",
    })  # fmt: skip
    return rows.assign(**more)


def test_one_file_gives_admissions_and_population():
    cells = read_cells(export(), export())
    assert cells["admissions"].values.ravel().tolist() == [10, 11, 12, 13, 14]
    assert set(cells["population"].values.ravel()) == {900.0}
    facts = CellFacts.of(cells)
    assert (facts.deprivation_index, facts.periods) == ("IMD 2019", ("2022/23",))
    assert cells["ics_name"].item() == "Birmingham and Solihull"


def test_deciles_are_numbered_from_the_most_deprived():
    frame = read_admissions(export(DECILES, "decile")).frame
    assert frame["deprivation"].tolist() == list(range(1, 11))


def test_rows_of_the_whole_area_of_other_inequalities_and_of_england_are_left_out_and_said():
    whole = export().head(1).assign(**{"Category Type": "", "Category": ""})
    other = export().head(1).assign(**{"Category Type": "Ethnic groups", "Category": "Asian"})
    england = export().assign(**{"Area Type": "England", "Area Code": "E92000001"})
    table = read_admissions(pd.concat([whole, export(), other, england], ignore_index=True))
    assert len(table.frame) == 5
    (said,) = [item for item in table.findings if item.rule == "F19"]
    assert "7 rows that are not by deprivation, or of other areas, left out" in said.rows


def test_indicators_are_procedures_with_one_denominator():
    both = pd.concat([export(), export(**{"Indicator Name": "Cataract"})], ignore_index=True)
    assert read_admissions(both).frame["procedure"].nunique() == 2
    assert len(read_population(both).frame) == 5


def test_denominators_that_differ_between_indicators_are_refused():
    both = pd.concat([export(), export(**{"Indicator Name": "Cataract", "Denominator": "800.0"})], ignore_index=True)
    with pytest.raises(EquityDataError, match="K03"):
        read_population(both)


@pytest.mark.parametrize(
    ("note", "marker"),
    [("Value suppressed for disclosure control due to small count", "[c]"), ("Value missing", "[x]"), ("Odd", "Odd")],
)
def test_an_empty_count_has_the_meaning_of_its_note(note, marker):
    rows = export()
    rows.loc[1, ["Count", "Value note"]] = ["", note]
    with pytest.raises(EquityDataError, match=f"index 1: '{marker}'".replace("[", r"\[")):
        read_admissions(rows)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (export(**{"Category Type": "Ethnic groups"}), "no rows have a category type with 'deprivation'"),
        (pd.concat([export(), export(DECILES, "decile")], ignore_index=True), "keep the rows of one"),
        (export([*QUINTILES, "Oddly"]), "is no group; delete its rows"),
        (pd.concat([export(), export()], ignore_index=True), "say in a column 'procedure'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(rows, says):
    with pytest.raises(EquityDataError, match=f"F21[\\s\\S]*{says}"):
        read_admissions(rows)


@have_cases
def test_the_case_is_the_base_case_once_it_says_what_each_count_is_of():
    base = read_cells(CASES / "admissions.csv", CASES / "population.csv")
    asked = CASES / "fingertips_layout.csv"
    with pytest.raises(EquityDataError, match=r"counts 1199\.0 and 4256\.0 of one indicator"):
        read_cells(asked, asked)
    said = pd.read_csv(asked, dtype=str, keep_default_na=False).assign(procedure=["hip replacement", "cataract"] * 30)
    cells = read_cells(said, asked)
    assert cells["admissions"].identical(base["admissions"])
    assert cells["population"].identical(base["population"])
