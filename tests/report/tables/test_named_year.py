import pandas as pd
import pytest

from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.expected_table import expected_table
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.report.tables.named_year import first_and_last, name_year, period_of, years_fitted
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.tables.targets_table import targets_table, totals_table

pytestmark = pytest.mark.unit
QUANTITIES = pd.DataFrame({"quantity": ["fitted", "this_year", "next_year", "shortfall"], "unit": "admissions"})


def test_the_year_of_a_fit_to_several_is_the_one_that_was_taken(yearly_results):
    assert period_of(year_of(yearly_results.fit)) == "2022/23"
    assert period_of(year_of(yearly_results.fit, "2019/20")) == "2019/20"
    assert years_fitted(yearly_results.fit) == years_fitted(year_of(yearly_results.fit)) == 3


def test_without_a_period_the_year_is_not_known_and_units_stay(quick_fit):
    assert (period_of(quick_fit), years_fitted(quick_fit)) == ("", 1)
    named = name_year(quick_fit, QUANTITIES)
    assert named["period"].tolist() == ["", "", "next year", ""]
    assert set(named["unit"]) == {"admissions"}


def test_each_quantity_says_its_year_and_what_its_interval_is_for(yearly_results):
    named = name_year(year_of(yearly_results.fit), QUANTITIES)
    assert named["period"].tolist() == ["2022/23", "2022/23", "year after 2022/23", "2022/23"]
    assert named["interval_for"].tolist() == [
        "the area as it is", "this year's count, count noise left out", "next year's count, at this year's reference rates, population and need", "the area as it is"
    ]  # fmt: skip
    assert set(named["unit"]) == {"admissions a year"}
    assert "period" not in QUANTITIES


@pytest.mark.parametrize("table", [gaps_table, expected_table, targets_table, totals_table, sensitivity_table])
def test_tables_of_a_fit_to_several_years_are_of_the_last(table, yearly_results):
    of_all, of_last = table(yearly_results.fit), table(year_of(yearly_results.fit))
    assert of_all.equals(of_last)


def test_what_a_table_says_already_stays(yearly_results):
    table = pd.DataFrame({"period": ["2019/20"], "interval_for": ["x"]})
    assert name_year(year_of(yearly_results.fit), table).equals(table)


def test_every_published_table_names_its_year_and_what_intervals_are_for(yearly_results, quick_results):
    for results in (yearly_results, quick_results):
        for name, table in results.tables.items():
            assert {"period", "interval_for"} <= set(table.columns), name
    for name in ("gaps", "targets", "target_totals", "sensitivity", "adjustments"):
        assert set(yearly_results.tables[name]["period"]) == {"2022/23"}


def test_years_are_found_by_their_order_in_time_whatever_their_names():
    pairs = [["to May 2022", "to April 2023"], ["to April 2023", "to Avon 2024"], ["to May 2022", "to Avon 2024"]]
    rows = pd.DataFrame(pairs, columns=["period_from", "period_to"])
    assert first_and_last(rows) == ("to May 2022", "to Avon 2024")
    assert first_and_last(rows.iloc[::-1]) == ("to May 2022", "to Avon 2024")
