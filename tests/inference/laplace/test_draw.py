"""Joint draws of the latent field: at every point as often as it counts, the same for any number of workers."""

import numpy as np
import pytest

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.draw import DrawPoints, draw_latent
from equitymodel.inference.laplace.optimum import find_optimum
from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.series import series_latent
from tests.inference.laplace.worlds import MODELS, fixed, flatten, make_world, model, pooled

pytestmark = pytest.mark.unit
DRAWS = 20_000
COUNTS = np.array([3, 0, 1, 12, 5, 0, 7, 2, 10])


@pytest.fixture(scope="module", params=["need_adjusted", "sum_over_procedures", "sums_both_ways", "departure_of_pairs"])
def points(request):
    """Points around the optimum of a world of few counts, and how many draws each gets: some none."""
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2, expected=8.0))
    return field, *around_optimum(GroupedSystem(field))


def around_optimum(system):
    shape = find_optimum(Target(system, 1))
    hyper = shape.place(0.7 * np.random.default_rng(3).standard_normal((9, system.hyperparameters)))
    return hyper, shape.expansion.predict(hyper), COUNTS


def drawn(points, *, workers=1, batch=None, seed=1, shifted=False):
    field, hyper, start, counts = points
    system = GroupedSystem(field)
    system.batch = batch or system.batch
    shift = correct(find_modes(field, hyper[:1], start.batches(slice(0, 1)))).shift if shifted else None
    return draw_latent(Target(system, workers), DrawPoints(hyper, start, counts), seed=seed, shift=shift)


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
    twice, counts = np.array([0, 1, 1, 2]), np.array([2, 3, 4, 2])
    places = DrawPoints(hyper[twice], start.batches(twice), counts)
    draws = draw_latent(Target(GroupedSystem(field), 1), places, seed=1, shift=None)
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
    """One point, many draws: within five standard errors of the mode plus its shift, skew-corrected or shifted."""
    spec = model("tiny", fixed("p", ("procedure",), "level"), pooled("i", ("ics",), "level", "ics"), poisson=True)
    field = lay_out_latent(spec, make_world(areas=4, groups=3, procedures=2, expected=4.0, holes=False))
    hyper = np.array([[np.log(0.3)]])
    modes = find_modes(field, hyper, field.zeros())
    found = correct(modes)
    exact = flatten(modes.latent.plus(found.shift))[0, 0]
    sd = np.sqrt(flatten(modes.elimination.covariance()[0])[0, 0])
    places = DrawPoints(hyper, field.zeros(), np.array([DRAWS]))
    for shift in (None, found.shift):
        draws = draw_latent(Target(GroupedSystem(field), 1), places, seed=1, shift=shift)
        in_order = sorted(draws.parts, key=lambda each: each.block)
        flat = np.concatenate([draws.room.arrays[each.part.variable].reshape(DRAWS, -1) for each in in_order], axis=1)
        assert np.abs((flat.mean(axis=0) - exact) / sd).max() < 5 / np.sqrt(DRAWS)
        assert np.abs(flat.std(axis=0) / sd - 1).max() < 0.05


@pytest.fixture(scope="module")
def series_points(forty_series):
    hyper, start, counts = around_optimum(forty_series)
    return forty_series, DrawPoints(hyper, start, 20 * counts)


@pytest.mark.parametrize("skewed", [False, True])
def test_the_number_of_workers_does_not_change_a_draw_of_a_series(series_points, skewed, monkeypatch):
    monkeypatch.setattr(series_latent, "WORTHWHILE", 20_000)
    field, points = series_points
    modes = field.find_modes(points.hyper[:1], points.start.batches(slice(0, 1)))
    shift = None if skewed else correct(modes).shift
    assert len(field.batches(9)) > 1, "there is something to divide"
    one, two = (draw_latent(Target(field, workers), points, seed=1, shift=shift) for workers in (1, 2))
    assert one.effects
    for name, values in one.effects.items():
        np.testing.assert_array_equal(values, two.effects[name], err_msg=name)
    for name in ("hyper", "shared", "fitted", "counterfactual"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)
    found, times = np.unique(one.hyper, axis=0, return_counts=True)
    order = np.lexsort(points.hyper[points.counts > 0].T[::-1])
    np.testing.assert_array_equal(found, points.hyper[points.counts > 0][order])
    np.testing.assert_array_equal(times, points.counts[points.counts > 0][order])


def test_modes_that_were_kept_give_the_points_their_draws(series_points):
    """The same points as often, with other random numbers than where modes are found again."""
    field, points = series_points
    kept = tuple(field.find_modes(points.hyper[cut], points.start.batches(cut)) for cut in (slice(0, 4), slice(4, 9)))
    places = DrawPoints(points.hyper, points.start, points.counts, kept)
    again, found = (draw_latent(Target(field, 1), where, seed=1, shift=None) for where in (points, places))
    np.testing.assert_array_equal(again.hyper, found.hyper)
    error = np.log(again.fitted).std(axis=0) * np.sqrt(2 / len(again.hyper))
    assert (np.abs(np.log(again.fitted).mean(axis=0) - np.log(found.fitted).mean(axis=0)) / error).max() < 5.5
