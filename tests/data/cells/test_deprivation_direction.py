"""Which end is which is an error on strong evidence, a warning on some, and silent on none."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.deprivation_direction import (
    POSITIVE,
    VERY_STRONG,
    check_direction,
    published_residents,
    reversed_probability,
)
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog

pytestmark = pytest.mark.unit

RESIDENTS = icb_residents().filter(like="quintile_").to_numpy(dtype=float)
SHARES = RESIDENTS / RESIDENTS.sum(axis=1, keepdims=True)


def rules(people, codes, direction="checked"):
    log = DataLog("cells")
    groups = range(1, people.shape[1] + 1)
    check_direction(xr.DataArray(people, {"ics": list(codes), "deprivation": list(groups)}, ("ics", "deprivation")),
                    Deprivation("IMD 2019", direction=direction), log)  # fmt: skip
    return [finding.rule for finding in log.findings]


@pytest.mark.parametrize("areas", [42, 12, 6])
def test_a_table_in_reverse_is_always_caught(areas):
    codes = icb_residents().index[:areas]
    assert rules(RESIDENTS[:areas], codes) == []
    assert rules(RESIDENTS[:areas, ::-1], codes) == ["D01"]
    assert rules(RESIDENTS[:areas, ::-1], codes, "stated") == ["D12"]


def test_deciles_and_nhs_codes_tell_as_much():
    tenths = np.repeat(RESIDENTS, 2, axis=1)
    assert rules(tenths[:, ::-1], icb_residents()["ods_code"]) == ["D01"]
    assert rules(tenths, icb_residents()["ods_code"]) == []


def test_areas_that_are_not_known_and_other_numbers_of_groups_say_nothing():
    assert rules(RESIDENTS[:, ::-1], [f"area {n}" for n in range(42)]) == []
    assert rules(RESIDENTS[:, :3], icb_residents().index) == []


def test_random_shares_of_twelve_areas_are_never_refused():
    draw = np.random.default_rng(1)
    for _ in range(100):
        chosen = draw.choice(42, 12, replace=False)
        assert reversed_probability(draw.dirichlet(np.ones(5), 12), SHARES[chosen]) < VERY_STRONG


def test_no_single_area_is_refused_when_older_people_live_at_the_other_end():
    leaning = SHARES * np.exp(0.15 * np.arange(5))
    leaning = leaning / leaning.sum(axis=1, keepdims=True)
    for each, known in zip(leaning, SHARES, strict=True):
        assert reversed_probability(each[None], known[None]) < POSITIVE


def test_an_area_whose_groups_are_alike_says_as_much_for_either():
    alike = np.full((3, 5), 0.2)
    assert reversed_probability(alike, alike) == pytest.approx(0.5, abs=0.01)


def test_published_residents_are_found_by_either_code():
    one = published_residents(pd.Index(["E54000055"])).loc["E54000055"]
    assert one.equals(published_residents(pd.Index(["QHL"])).loc["QHL"].rename("E54000055"))
