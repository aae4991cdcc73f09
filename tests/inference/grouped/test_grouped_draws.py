"""Joint draws of the latent field: their covariance, mean and skewness, and that nothing else decides them."""

import numpy as np
import pytest
from equitymodel.inference.laplace.grouped_optimum import find_grouped_optimum

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_draws import DrawPoints, correct_skew, draw_gaussian, draw_latent
from equitymodel.inference.grouped.grouped_mode import correct, find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.worlds import (
    MODELS,
    densely,
    fixed,
    flatten,
    make_world,
    model,
    one_cell,
    pooled,
    some_hyper,
    unflatten,
)

pytestmark = pytest.mark.unit
DRAWS = 20_000


@pytest.fixture(params=MODELS)
def modes(request):
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2))
    return find_modes(field, some_hyper(field), field.zeros())


def test_gaussian_draws_have_the_inverse_curvature_as_covariance(modes):
    """Elementwise, in standard errors of a sample covariance; 5.5 of them is one in ten million or so."""
    dense = densely(modes.field)
    for batch in range(2):
        exact = dense.covariance(dense.curvature(modes.weight[:, batch], flatten(modes.precision)[batch, 0]))
        drawn = flatten(draw_gaussian(modes, batch, DRAWS, np.random.default_rng(batch)))[0]
        variance = np.diag(exact)
        error = np.sqrt((np.outer(variance, variance) + exact**2) / DRAWS)
        away = drawn.T @ drawn / DRAWS - exact  # departures have mean zero
        assert np.abs(away / np.where(error > 1e-14, error, 1.0)).max() < 5.5
        assert np.abs(drawn.mean(axis=0) / np.sqrt(variance.clip(1e-30) / DRAWS)).max() < 5.0


def test_sums_are_zero_in_every_gaussian_draw(modes):
    drawn = flatten(draw_gaussian(modes, 0, 50, np.random.default_rng(1)))[0]
    assert np.abs(drawn @ densely(modes.field).sums.T).max(initial=0.0) < 1e-10


def one_value(count):
    """One free value, two groups with the same count: its mode, and its exact mean, sd and skewness."""
    spec = model("tiny", fixed("p", ("procedure",), "level"), poisson=True)
    field = lay_out_latent(spec, one_cell(count=count / 2, expected=count / 2 / 1.1))
    modes = find_modes(field, np.zeros((1, 0)), field.zeros())
    at = flatten(modes.latent).item()
    grid = at + np.linspace(-12, 12, 40_001) / np.sqrt(count)
    log_density = count * grid - count / 1.1 * np.exp(grid) - 0.5 * (grid / 0.5) ** 2
    weight = np.exp(log_density - log_density.max())
    return modes, moments(grid, weight)


def moments(values, weight):
    weight = weight / weight.sum()
    mean = weight @ values
    sd = np.sqrt(weight @ (values - mean) ** 2)
    return mean, sd, weight @ ((values - mean) / sd) ** 3


def bent_moments(modes):
    """Moments of the bent density by quadrature, so without simulation error."""
    found = correct(modes)
    nodes, weight = np.polynomial.hermite_e.hermegauss(60)
    away = unflatten(modes.field, (flatten(found.variances).item() ** 0.5 * nodes)[None, :, None])
    skew_corrected = correct_skew(modes.field, modes.elimination, found.third, found.cell_variance, away)
    return moments(flatten(modes.latent).item() + flatten(skew_corrected).ravel(), weight)


@pytest.mark.parametrize(("count", "within"), [(20, 0.1), (80, 0.03), (2000, 0.003)])
def test_bending_gives_the_mean_and_the_skewness_of_the_posterior(count, within):
    modes, (mean, sd, skewness) = one_value(count)
    ours = bent_moments(modes)
    assert abs(ours[0] - mean) < within * 0.2 * sd
    assert ours[1] == pytest.approx(sd, rel=within)
    assert ours[2] == pytest.approx(skewness, rel=within)
    assert skewness < 0


def test_bending_does_nothing_where_nothing_is_skewed(modes):
    field, found = modes.field, correct(modes)
    away = draw_gaussian(modes, 0, 3, np.random.default_rng(1))
    skew_corrected = correct_skew(
        field, modes.elimination.batch(0), 0.0 * found.third[:, :1], found.cell_variance[:, :1], away
    )
    np.testing.assert_allclose(flatten(skew_corrected), flatten(away), atol=1e-14)


@pytest.fixture(scope="module", params=["need_adjusted", "sum_over_procedures", "sums_both_ways", "departure_of_pairs"])
def points(request):
    """Points around the optimum of a world of few counts, and how many draws each gets: some none."""
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2, expected=8.0))
    shape = find_grouped_optimum(Target(field, 1))
    hyper = shape.place(0.7 * np.random.default_rng(3).standard_normal((9, field.hyperparameters)))
    return field, hyper, shape.expansion.predict(hyper), np.array([3, 0, 1, 12, 5, 0, 7, 2, 10])


def drawn(points, *, workers=1, batch=None, seed=1, shifted=False):
    field, hyper, start, counts = points
    target = Target(field, workers)
    target.batch = batch or target.batch
    shift = correct(find_modes(field, hyper[:1], start.batches(slice(0, 1)))).shift if shifted else None
    return draw_latent(target, DrawPoints(hyper, start, counts), seed=seed, shift=shift)


def values(draws, chains=1):
    return {name: array for name, (_, array) in draws.named(chains).items()}


def assert_undivided(points, shifted, within):
    first = values(drawn(points, shifted=shifted))
    for workers, batch in ((2, None), (1, 1), (2, 2), (2, 100)):
        again = values(drawn(points, workers=workers, batch=batch, shifted=shifted))
        for name, array in first.items():
            np.testing.assert_allclose(again[name], array, rtol=within, atol=within, err_msg=name)


@pytest.mark.parametrize("shifted", [False, True])
def test_the_number_of_workers_does_not_change_a_draw(points, shifted):
    first, again = (values(drawn(points, workers=workers, batch=2, shifted=shifted)) for workers in (1, 2))
    for name, array in first.items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)


@pytest.mark.parametrize("shifted", [False, True])
def test_the_size_of_batches_changes_a_draw_no_more_than_modes_are_settled(points, shifted):
    assert_undivided(points, shifted, within=1e-4)


@pytest.mark.parametrize("shifted", [False, True])
def test_with_modes_iterated_to_the_end_it_changes_no_more_than_rounding(points, shifted, monkeypatch):
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    assert_undivided(points, shifted, within=1e-8)


@pytest.mark.parametrize("shifted", [False, True])
def test_sums_are_zero_in_every_draw(points, shifted):
    named = drawn(points, shifted=shifted).named(2)
    for effect in points[0].spec.effects:
        if effect.sum_to_zero:
            dims, array = named[effect.variable]
            assert np.abs(array.sum(axis=dims.index(effect.sum_to_zero))).max() < 1e-10


def test_every_point_is_drawn_as_often_as_it_counts(points):
    _, hyper, _, counts = points
    draws = drawn(points)
    np.testing.assert_array_equal(draws.hyper, np.repeat(hyper, counts, axis=0))


def test_a_point_that_comes_twice_is_drawn_twice(points):
    """As where a chain stays: every place is filled, and not with the same draws."""
    field, hyper, start, _ = points
    twice = np.array([0, 1, 1, 2])
    counts = np.array([2, 3, 4, 2])
    draws = draw_latent(Target(field, 1), DrawPoints(hyper[twice], start.batches(twice), counts), seed=1, shift=None)
    np.testing.assert_array_equal(draws.hyper, np.repeat(hyper[twice], counts, axis=0))
    effect = next(effect for effect in field.spec.effects if effect.pooled)
    own = draws.named(1)[effect.variable][1][0].reshape(11, -1)
    assert np.isfinite(own).all()
    assert len(np.unique(own[:, 0])) == 11


def test_the_seed_decides(points):
    one, same, other = (values(drawn(points, seed=seed)) for seed in (1, 1, 2))
    for name in one:
        np.testing.assert_array_equal(one[name], same[name])
    assert any(not np.array_equal(one[name], other[name]) for name in one)


def test_draws_of_a_field_have_the_corrected_mean_and_the_variance_at_each_point():
    """One point, many draws: within five standard errors of the mode plus its shift, bent or shifted."""
    spec = model("tiny", fixed("p", ("procedure",), "level"), pooled("i", ("ics",), "level", "ics"), poisson=True)
    field = lay_out_latent(spec, make_world(areas=4, groups=3, procedures=2, expected=4.0, holes=False))
    hyper = np.array([[np.log(0.3)]])
    modes = find_modes(field, hyper, field.zeros())
    found = correct(modes)
    exact = flatten(modes.latent.plus(found.shift))[0, 0]
    sd = np.sqrt(flatten(found.variances)[0, 0])
    for shift in (None, found.shift):
        draws = draw_latent(Target(field, 1), DrawPoints(hyper, field.zeros(), np.array([DRAWS])), seed=1, shift=shift)
        flat = np.concatenate([array.reshape(DRAWS, -1) for block in draws.blocks for array in block], axis=1)
        assert np.abs((flat.mean(axis=0) - exact) / sd).max() < 5 / np.sqrt(DRAWS)
        assert np.abs(flat.std(axis=0) / sd - 1).max() < 0.05
