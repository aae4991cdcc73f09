import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.errors import OptionError
from equitymodel.estimands.no_gap import WithoutGap, change_without_gap, level_up_under_no_gap, total_of
from equitymodel.estimands.routes import level_shortfall, route_change
from tests.estimands.strategies import SCOPES, assert_same, groups, label, worlds

pytestmark = pytest.mark.unit
SAMPLE = ["chain", "draw"]
REPLICATES, DRAWS = 400, 200


@given(world=worlds(draws=4), scope=st.sampled_from(SCOPES), route=st.sampled_from(["level_up", "level_down"]))
def test_draws_keep_their_spread_and_lose_their_mean(world, scope, route):
    without, signed = change_without_gap(*world, route=route, scope=scope), level_shortfall(*world, scope=scope)
    noise = signed - signed.mean(SAMPLE)
    cut = (lambda values: values.clip(min=0)) if route == "level_up" else (lambda values: values.clip(max=0))
    assert_same(without.draws, cut(noise), atol=1e-7)
    assert_same(without.of_means, cut(signed.mean(SAMPLE)), atol=1e-7)


@given(world=worlds(draws=4), scope=st.sampled_from(SCOPES))
def test_moves_without_a_gap_have_a_mean_of_nothing_and_add_up_to_nothing(world, scope):
    without = change_without_gap(*world, route="zero_sum", scope=scope)
    assert_same(without.of_means, route_change(*world, route="zero_sum", scope=scope).mean(SAMPLE), atol=1e-7)
    assert float(abs(without.draws.mean(SAMPLE)).max()) < 1e-7
    moved = total_of(without.draws, halved=True)
    assert_same(moved, without.draws.clip(min=0).sum("deprivation") if scope == "ics" else moved, atol=1e-7)


def test_the_mean_of_draws_without_a_gap_is_what_noise_alone_would_show():
    rng = np.random.default_rng(1)
    fitted = label(rng.normal([[80.0, 100]], 5.0, (1, 4000, 1, 2)), ("chain", "draw", "ics", "deprivation"))
    expected = label([[100.0, 100]], ("ics", "deprivation"))
    assert level_up_under_no_gap(fitted, expected).values[0, 0] == pytest.approx(50**0.5 / np.sqrt(2 * np.pi), rel=0.05)


def test_what_is_held_against_chance_is_the_size_whatever_its_sign():
    draws = xr.DataArray(np.linspace(-1, 1, 401)[None], dims=("chain", "draw"))
    for value, apart in ((0.96, False), (0.99, True), (-0.96, False), (-0.99, True)):
        assert bool(WithoutGap(draws, xr.DataArray(value)).told_apart) is apart


def test_what_is_missing_is_never_told_apart_and_the_group_aimed_at_is_not_either():
    fitted = groups([50.0, np.nan, 100]).expand_dims(chain=1, draw=3, ics=["Avon"])
    without = change_without_gap(fitted, 0 * fitted.isel(chain=0, draw=0) + 100, route="level_up")
    assert without.told_apart.values.tolist() == [[True, False, False]]
    assert bool(total_of(fitted.where(False)).isnull().all())


def studies(true, size):
    """Posteriors of many studies with flat priors: ICSs short of `true`, each estimate off by its own error."""
    rng = np.random.default_rng(size)
    off = rng.normal(true, 10.0, (1, 1, REPLICATES, size, 1))
    short = off + rng.normal(0, 10.0, (1, DRAWS, REPLICATES, size, 1))
    fitted = np.concatenate([100 - short, np.full_like(short, 100.0)], axis=-1)
    dims = ("study", "ics", "deprivation")
    return xr.DataArray(fitted, dims=(*SAMPLE, *dims)), xr.DataArray(np.full(fitted.shape[2:], 100.0), dims=dims)


@pytest.mark.parametrize(("size", "old_reading"), [(1, 0.025), (40, 1.0)])
def test_without_a_gap_one_in_forty_is_told_apart_by_chance_and_by_the_interval_alone_all(size, old_reading):
    world = studies(0.0, size)
    without = change_without_gap(*world, route="level_up").each(lambda change: total_of(change).sum("ics"))
    told = float(without.told_apart.mean())
    assert abs(told - 0.025) < 3 * np.sqrt(0.025 * 0.975 / REPLICATES)
    interval = route_change(*world, route="level_up").sum(["ics", "deprivation"]).quantile(0.025, SAMPLE)
    assert float((interval > 0).mean()) == pytest.approx(old_reading, abs=0.025)


def test_a_gap_of_four_errors_is_told_apart():
    told = change_without_gap(*studies(40.0, 1), route="level_up").each(total_of).told_apart
    assert float(told.mean()) > 0.95


def test_an_unknown_route_is_refused():
    fitted = groups([50.0, 100]).expand_dims(chain=1, draw=2, ics=["Avon"])
    with pytest.raises(OptionError, match="Did you mean 'level_up'"):
        change_without_gap(fitted, fitted.isel(chain=0, draw=0), route="levelup")
