import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.areas.carry_known import carry_people
from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
WALK = read_crosswalk(pd.DataFrame({"from": ["A", "A", "B", "E"], "to": ["C", "D", "D", "E"], "group": "all",
                                    "weight": [0.25, 0.75, 1, 1]}))  # fmt: skip


def people(values, areas, groups=(1,)):
    return xr.DataArray(np.array(values, dtype=float).reshape(len(areas), len(groups)),
                        {"ics": areas, "deprivation": list(groups)}, ("ics", "deprivation"))  # fmt: skip


def test_whole_areas_are_added_up_and_others_shared_out():
    carried = carry_people(people([100, 7, 3], ["A", "B", "E"]), WALK)
    assert carried["ics"].values.tolist() == ["C", "D", "E"]
    assert carried.values.ravel().tolist() == [25.0, 82.0, 3.0]


def test_what_is_not_known_of_one_area_is_not_known_where_it_went_and_nowhere_else():
    carried = carry_people(people([100, np.nan, 3], ["A", "B", "E"]), WALK)
    assert np.isnan(carried.values.ravel()).tolist() == [False, True, False]


def test_areas_that_are_not_there_and_values_without_groups_are_refused():
    with pytest.raises(EquityDataError, match="A02"):
        carry_people(people([1], ["X"]), WALK)
    with pytest.raises(OptionError, match="these values have none"):
        carry_people(people([1], ["A"]).isel(deprivation=0, drop=True), WALK)


def test_each_age_band_goes_by_its_own_weight_and_each_keeps_its_total():
    walk = read_crosswalk(pd.DataFrame({"from": "A", "to": ["C", "D"] * 2, "group": "1", "weight": [0.5, 0.5, 0.2, 0.8],
                                        "age": ["0-64", "0-64", "65+", "65+"]}))  # fmt: skip
    values = people([100], ["A"]).expand_dims(age_band=["00-64", "65-74", "75+"]) * xr.DataArray(
        [1, 2, 3], dims="age_band"
    )
    carried = carry_people(values, walk)
    assert carried.sel(ics="C", deprivation=1).values.tolist() == [50.0, 40.0, 60.0]
    np.testing.assert_allclose(carried.sum("ics"), values.sum("ics"), rtol=1e-12)


def test_shares_of_a_part_that_holds_nobody_of_a_band_are_none():
    walk = read_crosswalk(pd.DataFrame({"from": "A", "to": ["C", "D", "D"], "group": "1", "people": [3, 1, 5],
                                        "age": ["0-64", "0-64", "65+"]}))  # fmt: skip
    values = people([100], ["A"]).expand_dims(age_band=["00-64", "65+"])
    assert carry_people(values, walk).sel(ics="C", deprivation=1).values.tolist() == [75.0, 0.0]
