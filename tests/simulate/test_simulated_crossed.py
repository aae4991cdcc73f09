from dataclasses import replace

import numpy as np
import pytest

from equitymodel.simulate.simulated_crossed import MAIN_GROUPS, CrossedWorld, crossed_tables

pytestmark = pytest.mark.unit
LARGE = CrossedWorld(areas=30, procedures=1, expected=3000.0, ics_sd=0.0, extra_variation=0.0)


def test_tables_come_from_the_truth_they_state():
    tables = crossed_tables(LARGE, seed=1)
    counts = tables.admissions.groupby(["ethnicity", "deprivation"])["admissions"].sum()
    fitted = tables.fitted.sum(["ics", "procedure"]).to_series()
    np.testing.assert_allclose(counts, fitted, rtol=0.05)
    ends = np.log(tables.ratio.sel(deprivation_group=5) / tables.ratio.sel(deprivation_group=1)).mean(
        ["ics", "procedure"]
    )
    stated = np.array([group.gradient for group in MAIN_GROUPS.values()])
    assert (np.abs(ends / stated - ends.mean() / stated.mean()) < 1e-9).all()
    assert 0.6 < float((ends / stated).mean()) < 1.0  # from the middle of one fifth to that of another


def test_a_group_that_is_stated_to_be_deprived_is():
    people = crossed_tables(LARGE, seed=1).population.pivot_table(
        index="ethnicity", columns="deprivation", values="population", aggfunc="sum"
    )
    assert people.loc["Black", 1] > 2 * people.loc["Black", 5]
    assert people.loc["White British", 1] < people.loc["White British", 5]


def test_an_interaction_moves_cells_off_the_gradients_of_their_groups_in_all_ics_alike():
    ratio = np.log(crossed_tables(replace(LARGE, interaction_sd=0.2), seed=2).ratio)
    plain = np.log(crossed_tables(LARGE, seed=2).ratio)
    moved = ratio - plain
    assert float(moved.std("ics").max()) < 1e-9
    assert 0.1 < float(moved.isel(ics=0).std()) < 0.35


def test_the_same_seed_gives_the_same_tables():
    one, other = (crossed_tables(seed=7) for _ in range(2))
    assert one.admissions.equals(other.admissions)
    assert not one.admissions.equals(crossed_tables(seed=8).admissions)
