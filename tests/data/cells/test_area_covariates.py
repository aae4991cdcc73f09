import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.area_covariates import read_area_covariates, standardised, with_covariates
from equitymodel.data.cells.bands import Ages, by_band
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.errors import EquityDataError, OptionError
from tests.data.changes import as_is, by_ethnicity, measured_in_areas, read

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def measured(tables):
    return read(measured_in_areas()(tables))


def test_values_keep_their_unit_and_are_standardised_over_people(measured):
    people = measured["population"].sum("deprivation").values
    values = np.arange(4) + 3.0
    mean = np.average(values, weights=people)
    sd = np.sqrt(np.average((values - mean) ** 2, weights=people))
    assert measured["covariates"].sel(covariate="distance").values.tolist() == values.tolist()
    assert measured["covariate_unit"].values.tolist() == ["km"]
    np.testing.assert_allclose(standardised(measured, "distance"), (values - mean) / sd, rtol=1e-12)


def test_a_selection_of_areas_keeps_the_scale_of_all(measured):
    some = measured.isel(ics=[0, 2])
    assert standardised(some, "distance").equals(standardised(measured, "distance").isel(ics=[0, 2]))


def test_a_covariate_may_differ_between_groups_as_the_table_numbers_them(tables):
    areas = sorted(set(tables["admissions"]["ics"]))
    rows = pd.DataFrame([(area, group, "waits", str(10 * n + group), "weeks") for n, area in enumerate(areas)
                         for group in range(1, 6)], columns=["ics", "imd_quintile", "name", "value", "unit"])  # fmt: skip
    cells = with_covariates(read(as_is(tables)), rows)
    assert cells["covariates"].sel(covariate="waits", ics=areas[2], deprivation=4).item() == 24.0


def test_groups_without_an_order_have_theirs_too(tables):
    named = by_ethnicity(tables)
    keys = named["population"][["ics", "ethnicity"]].drop_duplicates()
    rows = keys.assign(name="waits", value=[str(n) for n in range(len(keys))], unit="weeks")
    groups = Group("ethnicity", "White British")
    cells = with_covariates(read(named, groups=groups), rows, groups=groups)
    first = keys.iloc[7]
    assert cells["covariates"].sel(covariate="waits", ics=first["ics"], group=first["ethnicity"]).item() == 7.0


def test_cells_know_the_table_and_what_was_found_in_it(tables):
    before, after = (CellFacts.of(read(change(tables))) for change in (as_is, measured_in_areas(more="E54000050")))
    assert [source.table for source in after.sources[len(before.sources) :]] == ["covariates"]
    assert [item.rule for item in after.findings[len(before.findings) :]] == ["V06"]


def test_areas_without_a_value_are_named(tables):
    areas = sorted(set(tables["admissions"]["ics"]))
    rows = measured_in_areas()(tables)["covariates"].iloc[1:]
    with pytest.raises(EquityDataError, match=f"V03 in covariates: .*\n  distance, {areas[0]}"):
        with_covariates(read(as_is(tables)), rows)


def test_bands_of_age_have_the_covariates_of_their_areas(tables):
    cells = read(measured_in_areas()(tables), ages=Ages(("0-64", "65+")))
    assert by_band(cells)["covariates"].equals(cells["covariates"])


def test_numbers_are_read_as_in_every_table():
    rows = pd.DataFrame({"ics": ["E54000025"], "name": "beds", "value": ["1,200"], "unit": "beds"})
    table = read_area_covariates(rows)
    assert (table.frame["value"].tolist(), set(table.log["rule"])) == ([1200.0], {"F04"})


def test_an_unknown_name_is_met_with_the_nearest(measured):
    with pytest.raises(OptionError, match="Did you mean 'distance'"):
        standardised(measured, "distanse")
    with pytest.raises(OptionError, match="They have none: give their table"):
        standardised(measured.drop_dims("covariate"), "distance")
