import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.estimands.carried_draws import carry_draws

pytestmark = pytest.mark.unit
PARTS = pd.DataFrame(
    {"from": "S", "to": ["F", "G"] * 2, "group": ["1", "1", "2", "2"], "weight": [0.55, 0.45, 0.26, 0.74]}
)
WHOLE = pd.DataFrame({"from": ["A", "B", "E"], "to": ["C", "C", "E"], "group": "all", "weight": 1.0})
WALK = read_crosswalk(pd.concat([PARTS, WHOLE]))
AREAS = ["A", "B", "E", "S"]


@pytest.fixture(scope="module")
def draws():
    rng = np.random.default_rng(2)
    values = 200 * np.exp(rng.normal(0, 0.02, (2, 1000, 4, 2, 1)))
    return xr.DataArray(values, {"ics": AREAS, "deprivation": [1, 2], "procedure": ["hip"]},
                        ("chain", "draw", "ics", "deprivation", "procedure"))  # fmt: skip


@pytest.fixture(scope="module")
def carried(draws):
    return carry_draws(draws, WALK, expected=xr.full_like(draws[0, 0], 200.0), seed=3)


def test_totals_are_those_before_in_every_draw(draws, carried):
    np.testing.assert_allclose(carried.fitted.sum("ics"), draws.sum("ics"), rtol=1e-12)
    assert float(carried.expected.sum()) == pytest.approx(4 * 2 * 200.0, rel=1e-12)


def test_whole_areas_are_exact_and_the_same_stays_the_same(draws, carried):
    np.testing.assert_array_equal(carried.fitted.sel(ics="E"), draws.sel(ics="E"))
    np.testing.assert_allclose(carried.fitted.sel(ics="C"), draws.sel(ics=["A", "B"]).sum("ics"), rtol=1e-15)
    assert carried.flagged == ("F", "G")


def test_a_split_widens_the_interval_and_does_not_move_the_middle(carried):
    gap = carried.ratio.sel(deprivation=1, drop=True) / carried.ratio.sel(deprivation=2, drop=True)
    middle, spread = np.log(gap).mean(("chain", "draw")), np.log(gap).std(("chain", "draw"))
    assert spread.sel(ics="F").item() > 3 * spread.sel(ics="E").item()
    assert abs(middle.sel(ics="F").item()) < 0.02


def test_shares_are_as_sure_as_the_crosswalk_says(draws):
    exact = xr.full_like(draws, 100.0)
    share = carry_draws(exact, WALK, expected=exact[0, 0], seed=1).fitted.sel(ics="F", deprivation=1) / 100
    expected_sd = np.sqrt(0.55 * 0.45 / (WALK.concentration("S", [1, 2])[0] + 1))
    assert float(share.mean()) == pytest.approx(0.55, abs=0.003)
    assert float(share.std()) == pytest.approx(expected_sd, rel=0.06)


def test_the_same_seed_gives_the_same_draws(draws, carried):
    again = carry_draws(draws, WALK, expected=xr.full_like(draws[0, 0], 200.0), seed=3)
    assert again.fitted.identical(carried.fitted)


def test_fits_are_taken_as_draws_are(quick_fit):
    areas = [str(area) for area in quick_fit.cells["ics"].values]
    walk = read_crosswalk(pd.DataFrame({"from": areas, "to": [areas[0], areas[0], *areas[2:]]}))
    carried = carry_draws(quick_fit, walk, seed=1)
    assert carried.ratio.sizes["ics"] == len(areas) - 1
    np.testing.assert_allclose(carried.fitted.sel(ics=areas[2:]), quick_fit.fitted.sel(ics=areas[2:]))
