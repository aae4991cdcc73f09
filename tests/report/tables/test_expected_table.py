import numpy as np
import pytest

from equitymodel.estimands.three_quantities import INTERVAL_FOR, ThreeQuantities
from equitymodel.report.tables.expected_table import expected_table
from equitymodel.report.tables.rows import NUMBERS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def table(quick_fit):
    return expected_table(quick_fit)


def test_every_cell_has_six_rows_with_interval_and_unit(table):
    assert len(table) == 8 * 5 * 2 * 6
    assert set(NUMBERS) <= set(table.columns)
    assert (table["lower"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["upper"]).all()
    assert set(table["unit"]) == {"admissions", "ratio"}


def test_fitted_admissions_are_means_that_add_up(quick_fit, table):
    fitted = table[table["quantity"] == "fitted"]["estimate"].sum()
    assert fitted == pytest.approx(float(quick_fit.fitted.mean(["chain", "draw"]).sum()))


def test_expected_admissions_less_fitted_are_the_shortfall(table):
    wide = table[table["reference"] == "national"].pivot_table(
        index=["ics", "deprivation", "procedure"], columns="quantity", values="estimate"
    )
    fitted = table[table["quantity"] == "fitted"].set_index(["ics", "deprivation", "procedure"])["estimate"]
    np.testing.assert_allclose(wide["shortfall"], wide["expected_admissions"] - fitted, atol=1e-6)


def test_probabilities_say_what_they_are_of(table):
    said = table.groupby("quantity")["probability_of"].unique()
    assert said["standardised_ratio"].tolist() == ["ratio below 1"]
    assert said["shortfall"].tolist() == ["shortfall above 0"]
    assert said["fitted"].tolist() == [""]


def test_this_year_and_next_year_stand_beside_the_area_as_it_is(quick_fit):
    this, following = quick_fit.fitted * 1.5, quick_fit.fitted.round() + 1
    table = expected_table(quick_fit, ThreeQuantities(quick_fit.fitted, this, following))
    rows = {name: table[table["quantity"] == name].reset_index() for name in ("fitted", "this_year", "next_year")}
    assert {len(part) for part in rows.values()} == {8 * 5 * 2}
    assert rows["this_year"]["estimate"].to_numpy() == pytest.approx(1.5 * rows["fitted"]["estimate"].to_numpy())
    for name, part in rows.items():
        assert set(part["interval_for"]) == {INTERVAL_FOR[name]}
    assert set(rows["next_year"]["period"]) == {"next year"}
    assert set(table.loc[table["quantity"] == "shortfall", "interval_for"]) == {"the area as it is"}


def test_the_last_year_of_several_is_named_and_counted_a_year(yearly_results, quick_fit):
    table = yearly_results.tables["expected"]
    years = table.groupby("quantity")["period"].unique().map(list).to_dict()
    assert years.pop("next_year") == ["year after 2022/23"]
    assert {year for named in years.values() for year in named} == {"2022/23"}
    assert set(table["unit"]) == {"admissions a year", "ratio"}
    fitted = table[table["quantity"] == "fitted"]["estimate"].sum()
    assert fitted == pytest.approx(float(quick_fit.fitted.mean(["chain", "draw"]).sum()))


def test_groups_are_held_against_the_reference_group(group_results):
    references = set(group_results.tables["expected"]["reference"])
    assert references == {"", "national", "reference_group_ics"}
