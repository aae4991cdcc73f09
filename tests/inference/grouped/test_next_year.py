"""Moments of this year and the next against computation by hand, from draws that are written down."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.grouped.next_year import draw_next_year, draw_this_year
from equitymodel.inference.grouped.predict import complete_counts
from equitymodel.simulate.cell_worlds import CellSizes, World
from equitymodel.simulate.simulated_years import simulate_years
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.deviation import deviation_basis
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit
DRAWS = 20_000
SAMPLES = ("chain", "draw")
SPREAD, HALF = Prior("half_normal", sd=0.3), ShareThatLasts(1.0, 1.0)
LEVEL = Effect("procedure_level", ("procedure",), "level", "a level", prior=Prior("normal", sd=0.5))
SIZES = CellSizes(areas=3, procedures=2, years=2)
CELLS = simulate_years(World(), SIZES, seed=1)[0]
LAST = CELLS.isel(period=-1, drop=True)


def every(value):
    return xr.DataArray(np.full((1, DRAWS), value), dims=SAMPLES)


def of_ics(name="level", **change):
    return Effect(name, ("ics",), "level", "of an ICS", spread=SPREAD, **change)


def coming(effects, draws, *, cells=CELLS, mean=1e7):
    """Give the log of next year's counts over the mean; counts are so large that their own noise is nothing."""
    spec = ModelSpec("small", "What comes?", "poisson", (LEVEL, *effects))
    fitted = every(mean) * xr.ones_like(cells["admissions"])
    held = xr.Dataset({"procedure_level_effect": every(0.0), **draws})
    return np.log(draw_next_year(spec, held, cells, fitted, seed=3) / mean)


def assert_moments(log_ratio, mean, sd):
    np.testing.assert_allclose(log_ratio.mean(SAMPLES), np.broadcast_to(mean, log_ratio.shape[2:]), atol=0.01)
    np.testing.assert_allclose(log_ratio.std(SAMPLES), np.broadcast_to(sd, log_ratio.shape[2:]), rtol=0.03, atol=0.001)


def test_where_nothing_changes_only_counts_have_noise():
    spec = ModelSpec("small", "What comes?", "poisson", (LEVEL,))
    counts = draw_next_year(spec, xr.Dataset(), LAST, every(40.0) * xr.ones_like(LAST["admissions"]), seed=1)
    assert counts.dims == (*SAMPLES, "ics", "deprivation", "procedure")
    np.testing.assert_allclose(counts.mean(SAMPLES), 40.0, rtol=0.01)
    np.testing.assert_allclose(counts.var(SAMPLES), 40.0, rtol=0.06)


def test_extra_variation_makes_counts_negative_binomial():
    spec = ModelSpec("small", "What comes?", "negative_binomial", (LEVEL,), SPREAD)
    draws = xr.Dataset({"extra_variation": every(0.2) * xr.ones_like(LAST["procedure"], dtype=float)})
    counts = draw_next_year(spec, draws, LAST, every(60.0) * xr.ones_like(LAST["admissions"]), seed=1)
    np.testing.assert_allclose(counts.var(SAMPLES), 60.0 + 60.0**2 * 0.04, rtol=0.08)


def test_counts_are_a_year_where_a_period_is_a_quarter():
    quarters = CELLS.assign_coords(period_years=("period", [0.25, 0.25]))
    assert_moments(coming((), {}, cells=quarters), np.log(4.0), 0.0)


def test_a_walk_takes_a_step_of_one_year():
    found = coming((of_ics(over_years="walk"),), {"level_sd": every(0.2)})
    assert_moments(found, 0.0, 0.2)
    one_cell = found.isel(ics=0, procedure=0)
    np.testing.assert_allclose(one_cell.isel(deprivation=0), one_cell.isel(deprivation=-1), atol=0.003)
    assert abs(np.corrcoef(found.values[0, :, 0, 0, 0], found.values[0, :, 1, 0, 0])[0, 1]) < 0.03


def test_where_one_year_cannot_tell_a_step_comes_from_its_prior():
    assert_moments(coming((of_ics(over_years="walk"),), {}, cells=LAST), 0.0, SPREAD.sd)


def test_the_noise_of_a_year_is_what_of_the_variance_does_not_last():
    draws = {"level_sd": every(0.4), "level_share": every(0.75)}
    assert_moments(coming((of_ics(share_that_lasts=HALF),), draws), 0.0, 0.2)


def test_the_noise_of_a_year_does_not_sum_to_zero_where_what_lasts_does():
    draws = {"level_sd": every(0.4), "level_share": every(0.75)}
    found = coming((of_ics(share_that_lasts=HALF, sum_to_zero="ics"),), draws)
    assert_moments(found, 0.0, 0.2)


def test_what_fades_keeps_its_variance_and_its_correlation_with_this_year():
    now = xr.DataArray(np.full((1, DRAWS, 3, 2), [0.0, 0.3]), dims=(*SAMPLES, "ics", "period"))
    now = now.assign_coords(ics=CELLS["ics"], period=CELLS["period"])
    draws = {"level_effect": now, "level_sd": every(0.2)}
    found = coming((of_ics(over_years="fading", correlation=0.9),), draws)
    assert_moments(found, (0.9 - 1.0) * 0.3, 0.2 * np.sqrt(1 - 0.81))


def test_a_trend_goes_on_by_what_it_was_a_year():
    before = xr.DataArray(np.full((1, DRAWS, 2), [-0.1, 0.0]), dims=(*SAMPLES, "period"))
    draws = {"trend_effect": before.assign_coords(period=CELLS["period"])}
    trend = Effect("trend", (), "level", "a trend", prior=Prior("normal", sd=0.3), over_years="trend")
    assert_moments(coming((trend,), draws), 0.1, 0.0)
    assert_moments(coming((trend,), {}, cells=LAST), 0.0, 0.0)  # none is assumed where there is one year


def test_noise_of_groups_beside_level_and_gradient_leaves_those_as_they_are():
    deviation = Effect("own", ("ics",), "deviation", "groups", spread=SPREAD, share_that_lasts=HALF)
    found = coming((deviation,), {"own_sd": every(0.2), "own_share": every(0.0)})
    position = CELLS["position"].values
    basis = deviation_basis(position)
    assert_moments(found.isel(procedure=0), 0.0, 0.2 * np.sqrt(np.diag(basis @ basis.T)))
    np.testing.assert_allclose(found.sum("deprivation"), 0.0, atol=0.01)
    np.testing.assert_allclose((found * CELLS["position"]).sum("deprivation"), 0.0, atol=0.01)


def test_cells_that_do_not_exist_are_missing_next_year():
    spec = ModelSpec("small", "What comes?", "poisson", (LEVEL,))
    fitted = (every(40.0) * xr.ones_like(LAST["admissions"])).where(LAST["ics"] != LAST["ics"].values[0])
    counts = draw_next_year(spec, xr.Dataset(), LAST, fitted, seed=1)
    assert counts.isel(ics=0).isnull().all()
    assert counts.isel(ics=slice(1, None)).notnull().all()


def this_year(mean, variation, low, high=None):
    wide = xr.DataArray(np.full((1, DRAWS, 1), float(mean)), dims=(*SAMPLES, "procedure"))
    draws = xr.Dataset({"extra_variation": wide * 0 + variation}) if variation else xr.Dataset()
    ends = (xr.DataArray([end], dims="procedure") for end in (low, low if high is None else high))
    return draw_this_year(wide, draws, complete_counts(wide, draws, *ends, seed=1), seed=1)


def test_this_year_lies_between_what_lasts_and_the_count_by_how_much_years_vary():
    found = this_year(100.0, 0.1, 150.0)
    shape, rate = 100.0 + 150.0, (100.0 + 100.0) / 100.0
    assert float(found.mean()) == pytest.approx(shape / rate, rel=0.002)
    assert float(found.std()) == pytest.approx(np.sqrt(shape) / rate, rel=0.02)


def test_without_extra_variation_this_year_is_as_the_area_is():
    np.testing.assert_array_equal(this_year(100.0, 0.0, 150.0), 100.0)


def test_where_nothing_is_counted_this_year_has_all_noise_of_a_year():
    found = this_year(100.0, 0.2, np.nan)
    assert float(found.mean()) == pytest.approx(100.0, rel=0.01)
    assert float(found.std()) == pytest.approx(20.0, rel=0.02)


def test_a_count_known_only_within_bounds_pulls_this_year_towards_them():
    exact, hidden = this_year(20.0, 0.5, 3.0), this_year(20.0, 0.5, 1.0, 5.0)
    assert float(exact.mean()) < float(hidden.mean()) < 20.0
