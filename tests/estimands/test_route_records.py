import numpy as np
import pytest

from equitymodel.estimands.route_records import null_totals, scopes, target_measures, total_measures
from equitymodel.estimands.routes import route_change
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
