import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.unit_costs import cost_by_procedure, read_unit_costs, with_unit_costs
from equitymodel.errors import EquityDataError
from tests.data.changes import COSTS, YEARS, read

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def years(tables):
    return read(YEARS(tables))


def test_costs_are_read_as_numbers_by_procedure_with_what_was_repaired():
    table = read_unit_costs(pd.DataFrame({"procedure": ["hip ", "knee"], "unit_cost": ["9,000", "1200.50"]}))
    assert cost_by_procedure(table) == {"hip": 9000.0, "knee": 1200.5}
    assert "F04" in set(table.log["rule"])


@pytest.mark.parametrize("column", COSTS)
def test_every_column_is_asked_for(column):
    with pytest.raises(EquityDataError, match=f"K01 in unit_costs: .*\n  column '{column}'"):
        read_unit_costs(pd.DataFrame(COSTS).drop(columns=column))


def test_a_procedure_that_is_given_twice_is_refused():
    with pytest.raises(EquityDataError, match="K03 in unit_costs"):
        read_unit_costs(pd.DataFrame({"procedure": ["hip", "hip"], "unit_cost": [9000, 8000]}))


def test_cells_keep_their_numbers_and_know_the_file_and_what_was_found_in_it(years, tmp_path):
    pd.DataFrame({**COSTS, "unit_cost": ["9,000", "8,000"]}).to_csv(tmp_path / "costs.csv", index=False)
    table = read_unit_costs(tmp_path / "costs.csv")
    priced = with_unit_costs(years, table)
    assert priced.identical(years.assign_attrs(priced.attrs))
    before, after = CellFacts.of(years), CellFacts.of(priced)
    assert [(source.table, source.file) for source in after.sources[len(before.sources) :]] == [
        ("unit_costs", "costs.csv")
    ]
    assert after.findings == (*before.findings, *table.findings)


def test_a_procedure_without_a_cost_is_named_with_the_nearest_that_has_one(years):
    table = read_unit_costs(pd.DataFrame({"procedure": ["hips", "knee"], "unit_cost": [9000, 8000]}))
    with pytest.raises(EquityDataError, match=r"N07 in unit_costs: .*\n  'hip'. Did you mean 'hips'"):
        with_unit_costs(years, table)
