"""Need and rates move expected admissions as they should."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.expected import expected_admissions, rates_of_strata
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.checked_table import CheckedTable
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.changes import WITHOUT_AGE, chain, fill, needed, rated, read, rules_of, summed

pytestmark = pytest.mark.unit


def test_need_moves_expected_admissions_in_its_ratio(tables, save):
    need = chain(needed("0.9"), fill("need", "need_ratio", "1.2", "deprivation == '1'"))
    expected = read(save(**need(tables)))["expected_admissions"]
    change = expected.sel(adjustment="need") / expected.sel(adjustment="age_sex")
    most, least = change.sel(deprivation=1), change.sel(deprivation=5)
    np.testing.assert_allclose(most / least, 1.2 / 0.9)


def test_the_level_of_need_does_not_count(tables, save):
    ones, tens = (read(save(**needed(ratio)(tables)))["expected_admissions"] for ratio in ("1", "10"))
    np.testing.assert_allclose(ones, tens)


def test_rates_from_elsewhere_stand_in_for_ages(tables, save):
    cells = read(save(**rated(tables)))
    assert cells.attrs["adjustment"] == "age and sex"
    assert data_log(cells).empty


def test_rates_by_age_alone_add_the_population_up_over_sex(tables, save):
    by_age = chain(rated, lambda inputs: {**inputs, "rates": inputs["rates"].query("sex == 'F'").drop(columns="sex")})
    both = read(save(**rated(tables)))
    age = read(save(**by_age(tables)))
    assert rules_of(age) == {"P04"}
    np.testing.assert_allclose(age["expected_admissions"], both["expected_admissions"])


# Direct


def test_expected_admissions_are_scaled_to_what_is_known_in_every_adjustment(people, rates, ratio):
    counts = (people * rates * ratio).sum("age_band").transpose("ics", "deprivation", "procedure")
    known = counts.where(~((counts["ics"] == "a") & (counts["deprivation"] == 1)))
    totals = xr.Dataset({"admissions_low": known, "admissions_high": known + 2})
    expected = expected_admissions(people, totals, None, rates)
    due = expected.where(known.notnull()).sum(["ics", "deprivation"])
    for name in ("population", "age"):
        np.testing.assert_allclose(due.sel(adjustment=name), (known + 1).sum(["ics", "deprivation"]))
    assert expected.notnull().all()


def test_rates_that_are_given_are_taken_for_the_strata_of_the_people(people, rates):
    table = CheckedTable("rates", rates.rename("rate").to_dataframe().reset_index(), (), "", "")
    taken = rates_of_strata(xr.Dataset(), people, table, rates["procedure"], DataLog())
    xr.testing.assert_allclose(taken.transpose(*rates.dims), rates)
    short = CheckedTable("rates", table.frame.query("age_band != '75+'"), (), "", "")
    with pytest.raises(EquityDataError, match="S08"):
        rates_of_strata(xr.Dataset(), people, short, rates["procedure"], DataLog())


def test_without_strata_there_are_no_rates(people):
    assert rates_of_strata(xr.Dataset(), people.sum("age_band"), None, people["ics"], DataLog()) is None


# Labels come from what was done


def test_need_without_age_is_refused_with_ways_out_that_work(tables, save):
    bare = chain(WITHOUT_AGE, summed("population", "age_band", "sex"))
    with pytest.raises(EquityDataError, match="S13"):
        read(save(**chain(bare, needed("1.1"))(tables)))
    assert read(save(**bare(tables))).attrs["adjustment"] == "population only"  # need left out
    assert read(save(**needed("1.1")(tables))).attrs["adjustment"] == "age, sex and need"  # age added
    assert read(save(**chain(rated, needed("1.1"))(tables))).attrs["adjustment"] == "age, sex and need"  # rates given


@pytest.mark.parametrize(("gone", "words"), [("sex", "age"), ("age_band", "sex")])
def test_one_stratum_is_named_alone(gone, words, tables, save):
    cells = read(save(**chain(summed("admissions", gone), summed("population", gone))(tables)))
    assert cells["adjustment"].values.tolist() == ["population", words]
    assert cells.attrs["adjustment"] == words
    assert "same sex" not in CellFacts.of(cells).basis or words == "sex"


def test_need_and_age_without_sex_is_equal_need_and_says_so(tables, save):
    by_age = chain(summed("admissions", "sex"), summed("population", "sex"), needed("1.1"))
    cells = read(save(**by_age(tables)))
    assert cells["adjustment"].values.tolist() == ["population", "age", "age_need"]
    assert (cells.attrs["adjustment"], CellFacts.of(cells).basis) == ("age and need", "for equal need")


def test_one_band_of_all_ages_adjusts_for_no_age(tables, save):
    ageless = chain(summed("admissions", "age_band", "sex"), summed("population", "age_band", "sex"),
                    fill("admissions", "age_band", "0+"), fill("population", "age_band", "0+"))  # fmt: skip
    assert read(save(**ageless(tables))).attrs["adjustment"] == "population only"
