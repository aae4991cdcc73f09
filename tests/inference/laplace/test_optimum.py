"""The optimum of the hyperparameters of cells and of series, and the curvature there."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.optimum import find_optimum
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.series import series_latent
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.laplace.worlds import MODELS, fixed, make_world, model

pytestmark = pytest.mark.unit

WORLDS = {name: (spec, make_world()) for name, spec in MODELS.items()}
WORLDS["few_counts"] = (MODELS["need_adjusted"], make_world(expected=2.0))
WORLDS["many_counts"] = (MODELS["need_adjusted"], make_world(expected=3000.0))


@pytest.fixture(scope="module", params=WORLDS)
def explored(request):
    target = Target(GroupedSystem(lay_out_latent(*WORLDS[request.param])), 1)
    return target, find_optimum(target)


def densities(target, shape, hyper):
    return target.evaluate(hyper, shape.expansion.predict(hyper)).density


def test_it_settles(explored):
    _, shape = explored
    assert shape.converged
    assert np.isfinite(shape.density)
    assert np.isfinite(shape.root_covariance).all()


def test_the_optimum_beats_its_neighbours(explored):
    target, shape = explored
    for size in (0.3, 1.0):
        steps = size * np.concatenate([np.eye(len(shape.root_covariance)), -np.eye(len(shape.root_covariance))])
        assert (densities(target, shape, shape.place(steps)) < shape.density + 1e-6).all()


def test_the_slope_at_the_optimum_is_near_zero(explored):
    target, shape = explored
    slope = target.field.gradient(target.field.find_modes(shape.expansion.hyper, shape.expansion.start))[0]
    assert np.abs(shape.root_covariance @ slope).max(initial=0.0) < 0.05


def test_the_density_it_gives_is_that_of_the_target(explored):
    target, shape = explored
    assert densities(target, shape, shape.expansion.hyper)[0] == pytest.approx(shape.density, abs=1e-3)


def test_the_mode_it_gives_is_the_mode_there(explored):
    target, shape = explored
    fresh = target.field.find_modes(shape.expansion.hyper, target.field.field.zeros()).latent
    for mine, other in zip(shape.expansion.start.latent, fresh, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-3)


def test_a_unit_step_along_any_axis_loses_about_a_half(explored):
    """As of a standard normal density, on average over both directions; less where a spread may be zero."""
    target, shape = explored
    size = 0.25
    axes = size * np.eye(len(shape.root_covariance))
    up, down = (shape.density - densities(target, shape, shape.place(step)) for step in (axes, -axes))
    lost = (up + down) / size**2
    assert (lost < 1.3).all()
    assert (lost > 0.0).all()


def test_modes_near_the_optimum_are_predicted_to_first_order(explored):
    target, shape = explored
    errors = []
    for size in (0.2, 0.1):
        hyper = shape.place(np.full((1, len(shape.root_covariance)), size))
        true = target.field.find_modes(hyper, shape.expansion.start).latent
        errors.append(
            max(
                np.abs(a - b).max(initial=0.0) for a, b in zip(shape.expansion.predict(hyper).latent, true, strict=True)
            )
        )
    assert errors[1] < 0.4 * errors[0] + 1e-6  # a quarter, if the error is of second order


def test_searching_again_gives_the_same(explored):
    target, shape = explored
    again = find_optimum(Target(target.field, 1))
    np.testing.assert_array_equal(again.expansion.hyper, shape.expansion.hyper)
    np.testing.assert_array_equal(again.root_covariance, shape.root_covariance)


@pytest.mark.parametrize(("expected", "shared", "seed"), [(50, 0.0, 3), (3000, 0.9, 5)])
def test_the_optimum_of_a_series_is_flat_whatever_the_start_suggested(expected, shared, seed):
    series, truth = simulate_series(
        Sizes(groups=5, periods=54, before=36),
        usual=Usual(expected=expected),
        noise=MonthlyNoise(shared=shared),
        seed=seed,
    )
    target = Target(SeriesLatent(lay_out_series(series, truth.plan, load_series_model("gap_interruption"))), 1)
    found = find_optimum(target)
    steps, size = 0.3 * np.concatenate([found.root_covariance, -found.root_covariance]), len(found.root_covariance)
    around = densities(target, found, found.expansion.hyper + steps)
    assert found.converged
    assert np.abs(around[:size] - around[size:]).max() < 0.6 * 0.3, "no slope beyond a third of one sd"
    assert (around < found.density + 0.05).all()


@pytest.fixture(scope="module")
def of_series(forty_series):
    target = Target(forty_series, 1)
    return target, find_optimum(target)


def test_modes_of_a_series_are_predicted_to_first_order(of_series):
    """By differences, whose error is of second order too: within a half, where no prediction would be off by one."""
    target, found = of_series
    hyper = found.place(np.full((1, len(found.root_covariance)), 0.3))
    true = target.field.find_modes(hyper, found.expansion.start).start.values
    left = np.abs(found.expansion.predict(hyper).values - true).max()
    assert left < 0.5 * np.abs(found.expansion.start.values - true).max()


def test_a_search_from_a_subset_of_series_ends_where_the_whole_search_does(of_series, monkeypatch):
    target, whole = of_series
    monkeypatch.setattr(series_latent, "SUBSET_SERIES", 15)
    assert target.field.subset()[1] == 15 / 40
    some = find_optimum(Target(target.field, 1))
    away = np.linalg.solve(whole.root_covariance.T, (some.expansion.hyper - whole.expansion.hyper)[0])
    assert some.converged
    assert np.abs(away).max() < 0.5, "within half a standard deviation"
    assert some.density > whole.density - 0.2
    sizes = [np.sqrt((each.root_covariance**2).sum(axis=0)) for each in (some, whole)]
    np.testing.assert_allclose(*sizes, rtol=0.5)


def test_a_model_without_hyperparameters_needs_no_search():
    plain = model("plain", fixed("p", ("procedure",), "level"), poisson=True)
    target = Target(GroupedSystem(lay_out_latent(plain, make_world())), 1)
    found = find_optimum(target)
    assert (found.root_covariance.shape, found.converged) == ((0, 0), True)
    assert found.density == target.evaluate(np.zeros((1, 0)), target.start).density[0]
