import numpy as np
import pytest
import xarray as xr

from equitymodel.data.tables.crossed_groups import MAIN, WITHIN, crossed_label
from equitymodel.errors import OptionError
from equitymodel.estimands.crossed_gaps import (
    PART,
    crossed_shortfall,
    gap_between,
    gap_within,
    groups_apart,
    standardised_margins,
    with_margins,
)
from equitymodel.vocabulary import ALL_GROUPS, GROUP, ICS

pytestmark = pytest.mark.unit
EXACT = {"rtol": 1e-9, "atol": 1e-9}


def admissions(*, areas=3, mains=("Asian", "Black", "White"), groups=4, seed=1):
    """Draws of fitted, and expected admissions, of cells of both groupings."""
    rng = np.random.default_rng(seed)
    labels = [crossed_label(main, q) for main in mains for q in range(1, groups + 1)]
    coords = {ICS: [f"area {i}" for i in range(areas)], GROUP: labels}
    expected = xr.DataArray(rng.uniform(5, 200, (areas, len(labels))), coords, (ICS, GROUP))
    ratio = xr.DataArray(rng.lognormal(0, 0.3, (2, 7, *expected.shape)), dims=("chain", "draw", ICS, GROUP))
    return ratio * expected, expected


def test_groups_apart_keep_every_value_at_its_two_labels():
    fitted, _ = admissions()
    apart = groups_apart(fitted)
    assert apart.dims == ("chain", "draw", ICS, MAIN, WITHIN)
    for main in ("Asian", "White"):
        for q in (1, 4):
            np.testing.assert_array_equal(
                apart.sel({MAIN: main, WITHIN: q}), fitted.sel({GROUP: crossed_label(main, q)})
            )


def test_a_cell_that_is_nowhere_is_missing_and_counts_for_nothing():
    fitted, expected = (values.isel({GROUP: slice(1, None)}) for values in admissions())
    assert bool(groups_apart(fitted).sel({MAIN: "Asian", WITHIN: 1}).isnull().all())
    short = crossed_shortfall(fitted, expected)
    assert bool((short.sel({MAIN: "Asian", WITHIN: 1}) == 0).all())
    assert bool(short.notnull().all())


def test_gaps_are_of_the_rates_they_name():
    fitted, expected = admissions()
    ratio = groups_apart(fitted / expected)
    within, between = gap_within(fitted, expected), gap_between(fitted, expected)
    black = ratio.sel({MAIN: "Black"})
    np.testing.assert_allclose(within.sel({MAIN: "Black", WITHIN: 2}), black.sel({WITHIN: 2}) / black.sel({WITHIN: 4}))
    np.testing.assert_allclose(
        between.sel({MAIN: "Black", WITHIN: 2}), black.sel({WITHIN: 2}) / ratio.sel({MAIN: "White", WITHIN: 2})
    )
    assert within[WITHIN].values.tolist() == [1, 2, 3]
    assert between[MAIN].values.tolist() == ["Asian", "Black"]


def test_gaps_turn_over_when_deprivation_does():
    fitted, expected = admissions()
    turn = {WITHIN: slice(None, None, -1)}
    apart = [groups_apart(values) for values in (fitted, expected)]
    turned = [values.isel(turn).assign_coords({WITHIN: values[WITHIN]}) for values in apart]
    flat = [_flat(values) for values in turned]
    most, least = gap_within(fitted, expected).sel({WITHIN: 1}), gap_within(*flat).sel({WITHIN: 1})
    np.testing.assert_allclose(most * least, 1.0, **EXACT)
    np.testing.assert_allclose(
        gap_between(*flat).isel(turn).transpose(*gap_between(fitted, expected).dims), gap_between(fitted, expected)
    )


def _flat(values):
    """Back to cells of both groupings along one dimension."""
    flat = values.stack({GROUP: [MAIN, WITHIN]})
    labels = [crossed_label(main, q) for main, q in flat[GROUP].values]
    rest = [dim for dim in values.dims if dim not in (MAIN, WITHIN)]
    return flat.drop_vars([GROUP, MAIN, WITHIN]).assign_coords({GROUP: labels}).transpose(*rest, GROUP)


def test_shortfalls_add_up_draw_by_draw_over_parts_and_from_cells_to_margins_to_the_total():
    fitted, expected = admissions()
    short = with_margins(crossed_shortfall(fitted, expected))
    np.testing.assert_allclose(
        short.sel({PART: "within"}) + short.sel({PART: "between"}), short.sel({PART: "total"}), **EXACT
    )
    cells = short.drop_sel({MAIN: ALL_GROUPS, WITHIN: ALL_GROUPS})
    np.testing.assert_allclose(cells.sum(WITHIN), short.drop_sel({MAIN: ALL_GROUPS}).sel({WITHIN: ALL_GROUPS}), **EXACT)
    np.testing.assert_allclose(cells.sum(MAIN), short.drop_sel({WITHIN: ALL_GROUPS}).sel({MAIN: ALL_GROUPS}), **EXACT)
    whole = short.sel({MAIN: ALL_GROUPS, WITHIN: ALL_GROUPS, PART: "total"})
    reference = (fitted / expected).sel({GROUP: "White, deprivation 4"})
    np.testing.assert_allclose(whole, (reference * expected - fitted).sum(GROUP), **EXACT)


def test_the_reference_cell_falls_short_by_nothing_and_the_least_deprived_not_within_their_group():
    short = crossed_shortfall(*admissions())
    np.testing.assert_allclose(short.sel({MAIN: "White", WITHIN: 4}), 0, atol=1e-9)
    np.testing.assert_allclose(short.sel({PART: "within", WITHIN: 4}), 0, atol=1e-9)
    np.testing.assert_allclose(short.sel({PART: "between", MAIN: "White"}), 0, atol=1e-9)


def test_an_ics_without_people_in_a_cell_compared_with_has_no_shortfall_and_others_keep_theirs():
    fitted, expected = admissions()
    nobody = (expected[ICS] == "area 1") & (expected[GROUP] == "Black, deprivation 4")
    short = crossed_shortfall(fitted.where(~nobody), expected.where(~nobody))
    assert bool(short.sel({ICS: "area 1"}).isnull().all())
    np.testing.assert_allclose(
        short.sel({ICS: "area 0"}), crossed_shortfall(fitted, expected).sel({ICS: "area 0"}), **EXACT
    )
    elsewhere = (expected[ICS] == "area 1") & (expected[GROUP] == "Black, deprivation 2")
    short = crossed_shortfall(fitted.where(~elsewhere), expected.where(~elsewhere))
    assert bool(short.notnull().all())
    assert bool((short.sel({ICS: "area 1", MAIN: "Black", WITHIN: 2}) == 0).all())


def test_margins_are_means_at_one_mix_and_with_the_mix_of_an_area_give_its_total_back():
    fitted, expected = admissions()
    one, need = fitted.sel({ICS: ["area 0"]}), expected.sel({ICS: ["area 0"]})
    apart = groups_apart(one / need)
    by_main, by_deprivation = standardised_margins(one, need)
    share = groups_apart(need.sum(ICS)).sum(MAIN)
    np.testing.assert_allclose(by_main, (apart * share / share.sum()).sum(WITHIN), **EXACT)
    shares = groups_apart(need.sum(ICS)).sum(WITHIN)
    np.testing.assert_allclose(by_deprivation, (apart * shares / shares.sum()).sum(MAIN), **EXACT)
    alike = xr.ones_like(expected)  # rates that depend on neither grouping's mix
    np.testing.assert_allclose(standardised_margins(alike * 0.8 * expected, expected).by_main, 0.8, **EXACT)


def test_a_standard_can_be_stated_and_a_margin_with_a_cell_not_known_is_missing():
    fitted, expected = admissions()
    only = xr.zeros_like(expected.isel({ICS: 0}, drop=True)).where(expected[GROUP] != "Asian, deprivation 2", 1.0)
    stated = standardised_margins(fitted, expected, standard=only)
    np.testing.assert_allclose(stated.by_main, groups_apart(fitted / expected).sel({WITHIN: 2}), **EXACT)
    nobody = (expected[ICS] == "area 1") & (expected[GROUP] == "Black, deprivation 4")
    gone = standardised_margins(fitted.where(~nobody), expected.where(~nobody)).by_main
    assert bool(gone.sel({ICS: "area 1", MAIN: "Black"}).isnull().all())
    assert bool(gone.sel({ICS: "area 1", MAIN: "Asian"}).notnull().all())
    with pytest.raises(OptionError, match="give standard"):
        standardised_margins(fitted.isel({ICS: 0}, drop=True), expected.isel({ICS: 0}, drop=True))


def test_one_grouping_is_refused_with_the_way_to_two():
    fitted = xr.DataArray([1.0, 2.0], {GROUP: ["Asian", "White"]})
    for measure in (gap_within, gap_between, crossed_shortfall):
        with pytest.raises(OptionError, match="ethnicity,deprivation"):
            measure(fitted, fitted)
