import numpy as np
import pandas as pd
import pytest

from equitymodel.data.areas.small_area_shares import crosswalk_of_small_areas
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit


def test_small_areas_make_shares_by_group_and_say_how_sure_they_are():
    small = pd.DataFrame({"from": ["A"] * 4 + ["D"], "to": ["B", "C", "C", "C", "D"], "deprivation": [1, 1, 2, 2, 1],
                          "people": [100, 300, 50, 50, 9]})  # fmt: skip
    walk = crosswalk_of_small_areas(small)
    assert walk.split == ("A",)
    assert walk.shares("A", [1, 2])["B"].tolist() == [0.25, 0.0]
    many = 1 / (0.3**2 / np.array([400**2 / (100**2 + 300**2), 2.0]) + 0.1**2 / 2) - 1
    np.testing.assert_allclose(walk.concentration("A", [1, 2]), many)


@pytest.mark.parametrize("people", [0, -3, 0.5, np.nan, "many", np.inf])
def test_small_areas_where_nobody_lives_are_refused(people):
    small = pd.DataFrame({"from": "A", "to": ["B", "C"], "deprivation": 1, "people": [people, 300]}, index=["x", "y"])
    with pytest.raises(EquityDataError, match=r"(?s)A01 in small areas.*1 or more.*  x") as error:
        crosswalk_of_small_areas(small)
    assert "  y" not in str(error.value)


BY_AGE = pd.DataFrame({
    "small_area": ["s", "s", "t", "t", "u", "u"], "from": "A", "to": ["B", "B", "C", "C", "C", "C"],
    "deprivation": 1, "age": ["0-64", "65+"] * 3, "people": [60, 40, 60, 10, 80, 0]})  # fmt: skip


def test_small_areas_by_age_make_shares_of_each_band_and_of_all():
    walk = crosswalk_of_small_areas(BY_AGE)
    assert walk.strata_of("A") == ("age_band",)
    assert walk.shares("A", [1])["B"].tolist() == [100 / 250]
    assert walk.shares("A", [1], age_band="0-64")["B"].tolist() == [60 / 200]
    assert walk.shares("A", [1], age_band="65-74", sex="F")["B"].tolist() == [40 / 50]
    np.testing.assert_allclose(
        walk.concentration("A", [1]), 1 / (0.3**2 * (100**2 + 70**2 + 80**2) / 250**2 + 0.005) - 1
    )


def test_small_areas_by_age_have_names_and_somebody_lives_in_them():
    with pytest.raises(OptionError, match="no column small_area"):
        crosswalk_of_small_areas(BY_AGE.drop(columns="small_area"))
    with pytest.raises(EquityDataError, match="1 or more"):
        crosswalk_of_small_areas(BY_AGE.assign(people=[0, 0, 60, 10, 80, 0]))


def test_a_band_in_which_nobody_lives_goes_by_the_shares_of_all_ages():
    walk = crosswalk_of_small_areas(BY_AGE.assign(people=[60, 0, 60, 0, 80, 0]))
    assert walk.shares("A", [1], age_band="65+")["B"].tolist() == [60 / 200]
