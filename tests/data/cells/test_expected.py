"""Need and rates move expected admissions as they should."""

import numpy as np
import pytest

from equitymodel.data.cells.read_cells import data_log
from tests.data.changes import chain, fill, needed, rated, read, rules_of

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
