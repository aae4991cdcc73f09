"""Integration over hyperparameters: which way is taken, and that a poor proposal is adapted to what it found."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace import integration
from equitymodel.inference.laplace.importance import sample_importance
from equitymodel.inference.laplace.integration import WIDER, integrate
from equitymodel.inference.laplace.normalising_transform import normalise_axes
from equitymodel.inference.laplace.optimum import Optimum, find_optimum
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.laplace.target import ModeExpansion, Target
from equitymodel.inference.progress import silent
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.laplace.known_densities import CORRELATED, KNOWN, OwnersField, SpreadsField, optimum_of
from tests.inference.laplace.worlds import fixed, make_world, model

pytestmark = pytest.mark.unit

SETTINGS = Laplace(draws=1000, chains=4, points=128)
RIDGE = 0.25 * np.array([[1.0, 0.97, 0.0], [0.97, 1.0, 0.0], [0.0, 0.0, 1.0]])


def run(field, optimum=None, settings=SETTINGS, workers=1):
    target = Target(field, workers)
    return integrate(target, optimum or optimum_of(field), settings, seed=1, progress=silent)


def moments(points):
    mean = np.average(points.hyper, axis=0, weights=points.counts)
    return mean, np.sqrt(np.average((points.hyper - mean) ** 2, axis=0, weights=points.counts))


@pytest.mark.parametrize("name", KNOWN)
def test_draws_are_allocated_so_that_means_and_sds_are_those_of_the_density(name):
    known = KNOWN[name]
    found = run(known)
    mean, sd = moments(found.points)
    assert (found.method, found.agreement) == ("importance", 1.0)
    assert found.points.counts.sum() == 4000
    assert np.abs((mean - known.mean) / known.sd).max() < 0.1
    assert np.abs(sd / known.sd - 1).max() < 0.12


def poor_optimum(field):
    """Off by one standard deviation of one axis, and blind to the correlation: narrow along every axis."""
    at = field.centre[None] + np.array([[0.15, -0.15, 0.3]])
    root = np.diag(np.sqrt(1.0 / np.diag(np.linalg.inv(field.normal))))
    return Optimum(ModeExpansion(at, field.mode(at), None), root, float(field.log_density(at)[0]), True)


def test_a_poor_proposal_is_adapted_until_enough_points_count(monkeypatch):
    """On a ridge with a correlation of 0.97: few of 128 points count, and most once the proposal knows the ridge."""
    field = SpreadsField(RIDGE)
    optimum = poor_optimum(field)
    target = Target(field, 1)
    first = sample_importance(target, normalise_axes(target, optimum), points=128, seed=1)
    found = run(field, optimum)
    assert first.effective < 30
    assert found.effective >= SETTINGS.enough_points
    assert found.method == "importance"
    better = run(field, optimum, replace(SETTINGS, enough_points=400.0))
    assert (better.method, len(better.points.counts)) == ("importance", 512)
    assert better.effective > 400
    mean, sd = moments(better.points)
    assert np.abs((mean - field.mean) / field.sd).max() < 0.1
    assert np.abs(sd / field.sd - 1).max() < 0.1
    monkeypatch.setattr(integration, "ADAPTATIONS", 0)
    assert run(field, optimum, replace(SETTINGS, enough_points=400.0)).method == "chains"


def test_with_more_than_a_few_hyperparameters_coordinates_are_adapted_to_slopes():
    """On a ridge of which the optimum knows nothing, off by a third of a standard deviation."""
    field = SpreadsField(np.kron(np.eye(4), RIDGE - 0.06 * np.eye(3)[[1, 0, 2]]))
    optimum = replace(
        optimum_of(field), root_covariance=0.8 * np.diag(np.sqrt(1.0 / np.diag(np.linalg.inv(field.normal))))
    )
    found = run(field, optimum)
    assert found.method == "adapted importance"
    mean, sd = moments(found.points)
    assert np.sqrt((((mean - field.mean) / field.sd) ** 2).mean()) < 1.5 / np.sqrt(found.effective)
    assert np.abs(sd / field.sd - 1).mean() < 0.1


def test_an_adapted_proposal_has_the_mean_and_the_covariance_of_what_was_found():
    field = SpreadsField(CORRELATED)
    target = Target(field, 1)
    weighted = sample_importance(target, normalise_axes(target, optimum_of(field)), points=1024, seed=1)
    adapted = integration._adapt(target, optimum_of(field), weighted)
    centre = adapted.expansion.hyper[0]
    np.testing.assert_allclose(centre, field.mean, atol=0.05 * field.sd.min())
    found = adapted.root_covariance.T @ adapted.root_covariance
    scale = np.sqrt(np.outer(np.diag(CORRELATED), np.diag(CORRELATED)))
    np.testing.assert_allclose(found / scale, WIDER * CORRELATED / scale, atol=0.08)
    assert adapted.density == pytest.approx(field.log_density(centre[None])[0])
    np.testing.assert_allclose(adapted.expansion.start.values, field.mode(centre[None]).values)


def test_no_point_decides_an_adaptation_alone():
    """Weights are truncated at one over the root of their number."""
    field = SpreadsField(CORRELATED)
    target = Target(field, 1)
    good = sample_importance(target, normalise_axes(target, optimum_of(field)), points=256, seed=1)
    weight = np.full(256, 0.1 / 255)
    weight[7] = 0.9
    lone = type(good)(good.hyper, weight, good.start)
    centre = integration._adapt(target, optimum_of(field), lone).expansion.hyper[0]
    held = np.minimum(weight, 1 / 16)
    np.testing.assert_allclose(centre, held @ good.hyper / held.sum())


@pytest.mark.parametrize(("settings", "method"), [
    (Laplace(points=128), "importance"),
    (Laplace(points=64, most_hyperparameters=2, moving_chains=8, tune=10, moves=20), "chains"),
    (Laplace(points=64, enough_points=1e9, moving_chains=8, tune=10, moves=20), "chains"),
])  # fmt: skip
def test_chains_are_used_with_many_hyperparameters_or_too_few_effective_points(settings, method):
    found = run(KNOWN["correlated normal"], settings=settings)
    assert found.method == method
    assert found.points.counts.sum() == settings.draws * settings.chains
    assert found.effective > 20


def test_sixty_hyperparameters_of_thirty_owners_are_integrated_by_importance():
    field = OwnersField(30)
    target = Target(field, 1)
    found = integrate(target, find_optimum(target), SETTINGS, seed=1, progress=silent)
    mean, sd = moments(found.points)
    assert found.method in {"importance", "adapted importance"}
    assert found.effective >= 100
    error = 1.0 / np.sqrt(found.effective)
    assert np.sqrt((((mean - field.mean) / field.sd) ** 2).mean()) < 1.5 * error
    assert abs((sd / field.sd - 1).mean()) < 0.05


def test_where_nothing_has_an_owner_many_go_to_chains_at_once():
    field = SpreadsField(0.09 * np.eye(12))
    target = Target(field, 1, together=10)
    settings = Laplace(most_hyperparameters=10, moving_chains=8, tune=10, moves=20)
    assert integrate(target, optimum_of(field), settings, seed=1, progress=silent).method == "chains"


def test_the_number_of_workers_changes_nothing():
    one, two = (run(KNOWN["one spread that may be zero"], workers=workers) for workers in (1, 3))
    np.testing.assert_array_equal(one.points.hyper, two.points.hyper)
    np.testing.assert_array_equal(one.points.counts, two.points.counts)


def test_without_hyperparameters_there_is_nothing_to_integrate():
    plain = model("plain", fixed("p", ("procedure",), "level"), poisson=True)
    target = Target(GroupedSystem(lay_out_latent(plain, make_world())), 1)
    found = integrate(target, find_optimum(target), SETTINGS, seed=1, progress=silent)
    assert (found.method, found.effective, found.points.counts.tolist()) == ("none needed", 4000.0, [4000])


def grid_of(target, optimum, step=0.2, furthest=6.0):
    """Points and weights of a product grid along the axes of the curvature."""
    along = np.arange(-furthest, furthest + step / 2, step)
    hyper = optimum.place(np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2))
    hyper = hyper[(np.abs(hyper) < 6).all(axis=1)]
    density = target.evaluate(hyper, optimum.expansion.predict(hyper)).density
    weight = np.exp(density - density.max())
    return hyper, weight / weight.sum()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_near_a_unit_root_gets_the_weight_that_a_grid_gives_it(seed):
    series, truth = simulate_series(
        Sizes(periods=48, before=30), usual=Usual(expected=300), noise=MonthlyNoise(autocorrelation=0.6), seed=seed
    )
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model().leaving_out("bend")))
    target = Target(field, 1)
    optimum = find_optimum(target)
    hyper, weight = grid_of(target, optimum)
    points = integrate(target, optimum, SETTINGS, seed=1, progress=silent).points
    pairs = [(field.values(hyper), weight), (field.values(points.hyper), points.counts / points.counts.sum())]
    root = [share[own["rho"] > 0.8].sum() for own, share in pairs]
    spread = [share @ own["sd"] for own, share in pairs]
    assert root[1] == pytest.approx(root[0], abs=0.03)
    assert spread[1] == pytest.approx(spread[0], rel=0.1)
