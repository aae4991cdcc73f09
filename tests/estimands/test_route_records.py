import numpy as np
import pytest

from equitymodel.estimands.core20 import core20_change, core20_shortfall
from equitymodel.estimands.route_records import (
    core20_totals,
    null_totals,
    scopes,
    shortfall_measures,
    target_measures,
    total_measures,
)
from equitymodel.estimands.routes import level_shortfall, route_change
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import Made, assert_same, made_fit

pytestmark = pytest.mark.unit
FIT = made_fit()


def test_regions_are_a_scope_only_where_they_are_known():
    assert scopes(FIT) == ["ics", "region", "england"]
    nowhere = FIT.cells.assign_coords(region=("ics", ["not known"] * 3))
    assert scopes(Made(nowhere, FIT.ratio)) == ["ics", "england"]


def test_targets_are_the_changes_of_each_route_and_scope():
    records = list(target_measures(FIT))
    assert len(records) == 1 + 3 * 3
    assert records[0].route == "no_change"
    assert float(abs(records[0].draws).max()) == 0
    assert records[0].probability is None
    for item in records[1:]:
        assert_same(item.draws, route_change(FIT, route=item.route, scope=item.scope))
        np.testing.assert_allclose(item.probability, (item.draws > 0).mean(["chain", "draw"]))
        assert item.centre == ("mean" if item.route == "zero_sum" else "median")


def test_totals_are_sums_over_groups_and_half_of_what_moves():
    records = {(item.route, item.scope): item for item in total_measures(FIT)}
    change = route_change(FIT, route="level_up")
    total = records["level_up", "ics"]
    assert (total.key, total.unit, total.probability) == ("total_change", "admissions", None)
    assert_same(total.draws.drop_sel(ics=ALL_ICS), change.sum("deprivation"))
    assert_same(total.draws.sel(ics=ALL_ICS), change.sum(["ics", "deprivation"]))
    moved = records["zero_sum", "ics"]
    assert moved.key == "admissions_to_move"
    given = route_change(FIT, route="zero_sum").clip(min=0).sum("deprivation")
    assert_same(moved.draws.drop_sel(ics=ALL_ICS), given, rtol=1e-7)


def test_uncertainty_alone_shows_less_than_levelling_up_a_true_gap():
    nulls = {item.scope: item for item in null_totals(FIT)}
    assert list(nulls) == ["ics", "region", "england"]
    whole = next(item for item in total_measures(FIT) if (item.route, item.scope) == ("level_up", "ics"))
    assert bool((nulls["ics"].draws < whole.draws.mean(["chain", "draw"])).all())
    assert not nulls["ics"].sampled


def test_signed_shortfalls_add_up_and_say_how_likely_there_is_one():
    records = {item.scope: item for item in shortfall_measures(FIT)}
    assert list(records) == ["ics", "region", "england"]
    own, short = records["ics"], level_shortfall(FIT).sum("deprivation")
    assert (own.key, own.route, own.centre, own.sign) == ("total_shortfall", "level_up", "mean", "fewer")
    assert_same(own.draws.sel(ics=ALL_ICS), short.sum("ics"))
    np.testing.assert_allclose(own.probability.sel(ics="Avon"), (short.sel(ics="Avon") > 0).mean(["chain", "draw"]))


def test_levelling_and_moving_come_with_what_no_gap_would_show():
    for item in total_measures(FIT):
        assert item.without_gap.draws.dims == item.draws.dims
        assert item.without_gap.of_means["ics"].values[-1] == ALL_ICS
    up = next(item for item in total_measures(FIT) if (item.route, item.scope) == ("level_up", "ics"))
    means = level_shortfall(FIT).mean(["chain", "draw"]).clip(min=0).sum(["ics", "deprivation"])
    assert_same(up.without_gap.of_means.sel(ics=ALL_ICS), means)
    assert bool(up.without_gap.told_apart.all())
    assert [item.without_gap is None for item in target_measures(FIT)] == [True] + 6 * [False] + 3 * [True]


def test_the_most_deprived_fifth_has_its_own_shortfall_and_routes():
    records = list(core20_totals(FIT))
    assert len(records) == 3 + 3 * 3
    for item in records:
        direct = (
            core20_shortfall(FIT, scope=item.scope)
            if item.key == "core20_shortfall"
            else core20_change(FIT, route=item.route, scope=item.scope)
        )
        assert_same(item.draws.drop_sel(ics=ALL_ICS), direct.drop_vars("region"))
        assert_same(item.draws.sel(ics=ALL_ICS), direct.sum("ics"))
        assert (item.without_gap is None) == (item.key == "core20_shortfall" or item.route == "zero_sum")
    assert list(core20_totals(made_fit(group="ethnicity"))) == []
