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
