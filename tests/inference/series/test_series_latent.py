"""Modes, Laplace densities and corrections of a series against dense algebra, and what the engine asks of it."""

import numpy as np
import pytest
from scipy.special import gammaln

from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.series import series_latent
from equitymodel.inference.series.series_latent import FEW_ADMISSIONS, Predictors, SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.series.dense_series import hyper_of, modes_at, whole

pytestmark = pytest.mark.unit


def test_the_log_marginal_is_that_of_dense_algebra(field):
    hyper = hyper_of(field)
    modes = modes_at(field, hyper)
    assert modes.converged.all()
    model = field.count_model(hyper)
    score, weight = field.score_and_weight(model, modes.start.values)
    rows, prior, precision = whole(field, hyper, weight[0])
    latent = np.concatenate([modes.latent.noise[0].ravel(), modes.latent.own[0].ravel(), modes.latent.shared[0]])
    np.testing.assert_allclose(rows @ latent, modes.start.values[0].ravel(), atol=1e-6)
    np.testing.assert_allclose(rows.T @ score[0].ravel() - prior @ latent, 0, atol=1e-4)
    mean, size = np.exp(modes.start.values[0] + field.offset), 1 / 0.05**2
    y = field.layout.counts.low.T
    each = gammaln(y + size) - gammaln(size) + size * np.log(size / (size + mean)) + y * np.log(mean / (size + mean))
    expected = (
        each[field.layout.counts.known.T].sum()
        - latent @ prior @ latent / 2
        + (np.linalg.slogdet(prior)[1] - np.linalg.slogdet(precision)[1]) / 2
    )
    np.testing.assert_allclose(modes.log_marginal[0], expected, rtol=1e-8)
    density = expected + field.layout.hypers.log_prior(hyper)[0]
    np.testing.assert_allclose(Target(field, 1).density(modes)[0], density, rtol=1e-8)


def test_means_lie_as_far_from_modes_as_dense_algebra_says(field):
    hyper, step = hyper_of(field), 1e-4
    modes, model = modes_at(field, hyper), field.count_model(hyper)
    weight, above, below = (field.score_and_weight(model, modes.start.values + away)[1] for away in (0.0, step, -step))
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    third = ((above - below) / (2 * step))[0].ravel()
    shift = -0.5 * rows @ np.linalg.solve(precision, rows.T @ (third * variance))
    corrections = correct(modes)
    np.testing.assert_allclose(modes.third().ravel(), third, atol=1e-5 * np.abs(third).max())
    found = field.design.predictor(corrections.shift)[0].ravel()
    np.testing.assert_allclose(found, shift, atol=1e-3 * np.abs(shift).max())
    known = field.layout.counts.known.T.ravel()
    largest = np.abs(shift / np.sqrt(variance))[known].max()
    assert modes.largest_shift(corrections) == pytest.approx(largest, rel=1e-3)


def test_a_masked_block_is_time_that_passes():
    series, truth = simulate_series(seed=2)
    series["masked"] = series["masked"].copy(data=np.isin(np.arange(60), range(10, 23)))
    gone = series.isel(period=~series["masked"].values)
    pair = [lay_out_series(part, truth.plan, load_series_model()) for part in (series, gone)]
    assert pair[1].gap.max() == 14
    hyper = hyper_of(SeriesLatent(pair[0]))[:, :3]
    pair = [SeriesLatent(part) for part in pair]
    at = [modes_at(part, hyper) for part in pair]
    kept = ~series["masked"].values
    np.testing.assert_allclose(at[0].start.values[0, 0, kept] + pair[0].offset[0, kept],
                               at[1].start.values[0, 0] + pair[1].offset[0], atol=0.02)  # fmt: skip


def test_a_point_without_a_mode_has_no_density(field):
    hyper = np.concatenate([hyper_of(field), np.full_like(hyper_of(field), np.nan)])
    found = Target(field, 1).evaluate(hyper, field.initial()[1].repeat(2))
    assert found.density[1] == -np.inf
    assert np.isfinite(found.density[0])


def test_densities_are_those_of_each_point_by_itself(field):
    hyper = np.concatenate([hyper_of(field), hyper_of(field, sd=0.05)])
    target = Target(field, 1)
    found = target.evaluate(hyper, field.initial()[1].repeat(2))
    alone = [target.density(modes_at(field, one[None]))[0] for one in hyper]
    np.testing.assert_allclose(found.density, alone)
    np.testing.assert_array_equal(found.best.values[0], found.start.values[int(np.argmax(alone))])


def test_the_gradient_by_differences_is_that_of_narrower_ones(field, monkeypatch):
    monkeypatch.setattr("equitymodel.inference.series.series_latent.NEWTON_TOLERANCE", 1e-16)
    target, hyper = Target(field, 1), hyper_of(field)
    target.begin_at(hyper, field.initial()[1], np.full(field.hyperparameters, 0.3))
    assert field.gradient(modes_at(field, hyper)) is None
    found = target.evaluate(hyper, field.initial()[1], gradient=True).gradient[0]
    steps = 1e-3 * np.concatenate([np.eye(field.hyperparameters), -np.eye(field.hyperparameters)])
    up, down = np.split(target.evaluate(hyper + steps, field.initial()[1].repeat(len(steps))).density, 2)
    np.testing.assert_allclose(found, (up - down) / 2e-3, atol=0.02 * np.abs(found).max() + 1e-3)


def test_the_tangent_by_differences_predicts_modes_nearby(field):
    hyper, size = hyper_of(field), field.hyperparameters
    middle, steps = modes_at(field, hyper), np.full(size, 0.2)
    assert field.tangent(middle) is None
    around = modes_at(field, hyper + 0.1 * np.concatenate([np.eye(size), -np.eye(size)]))
    change = np.random.default_rng(1).uniform(-0.15, 0.15, (3, size))
    predicted = middle.start.repeat(3).moved(around.start.tangent(steps), change).values
    true = modes_at(field, hyper + change).start.values
    assert np.abs(predicted - true).max() < 0.2 * np.abs(middle.start.values - true).max()


def test_starts_are_chosen_repeated_and_joined():
    one = Predictors(np.arange(24.0).reshape(2, 3, 4))
    other = Predictors(-one.values)
    taken = one.choose(np.array([True, False]), other)
    np.testing.assert_array_equal(taken.values, [one.values[0], other.values[1]])
    np.testing.assert_array_equal(one.joined((other,)).batches(slice(1, 3)).values, [one.values[1], other.values[0]])
    np.testing.assert_array_equal(one.batches(slice(0, 1)).repeat(3).values, np.repeat(one.values[:1], 3, axis=0))


def test_batches_cover_every_point_once_on_any_machine(monkeypatch, field):
    parts = field.batches(257)
    assert np.concatenate([np.arange(257)[part] for part in parts]).tolist() == list(range(257))
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert field.batches(257) == parts


def test_pieces_give_every_point_as_many_draws_as_it_counts(field):
    counts = np.array([0, 700, 3, 0, 90])
    pieces = list(field.pieces(counts))
    np.testing.assert_array_equal(np.bincount(np.concatenate(pieces), minlength=5), counts)
    assert (np.diff(np.concatenate(pieces)) >= 0).all()
    assert list(field.pieces(np.zeros(3, dtype=int))) == []


def test_a_part_of_many_series_is_searched_first_and_few_are_searched_whole(forty_series, monkeypatch):
    assert forty_series.subset() is None
    monkeypatch.setattr("equitymodel.inference.series.series_latent.SUBSET_SERIES", 15)
    part, share = forty_series.subset()
    assert (len(part.offset), share) == (15, 15 / 40)
    assert part.layout.hyper == forty_series.layout.hyper


def test_each_correlation_is_integrated_over_its_standard_deviation(field):
    names = field.layout.hyper
    pairs = {names[rho]: names[sd] for rho, sd in field.integrated_over.items()}
    assert pairs["rho"] == "sd"
    assert pairs.get("common rho", "common sd") == "common sd"
    assert set(field.integrated_over) == {at for at, name in enumerate(names) if name.endswith("rho")}


def test_small_series_are_those_with_few_fitted_admissions(field):
    modes = modes_at(field, hyper_of(field))
    fitted = (np.exp(modes.start.values[0] + field.offset) * field.layout.counts.known.T).sum(axis=1)
    assert modes.small_share() == pytest.approx((fitted < FEW_ADMISSIONS).mean())
    assert modes.small_share() == 0.0


def test_the_most_skewed_series_are_those_whose_counts_have_most_of_it_in_all(field):
    """Of each count: its squared third derivative times the cubed variance of its log mean, from dense algebra."""
    hyper, step = hyper_of(field), 1e-4
    modes, model = modes_at(field, hyper), field.count_model(hyper)
    weight, above, below = (field.score_and_weight(model, modes.start.values + away)[1] for away in (0.0, step, -step))
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T).reshape(weight[0].shape)
    skewness = (((above - below) / (2 * step))[0] ** 2 * variance**3).sum(axis=1)
    chosen = np.argsort(modes.skewness(correct(modes)))[-3:]
    assert chosen.tolist() == np.argsort(skewness)[-3:].tolist()
    labels = modes.block_labels(chosen)
    assert labels["deprivation"] == [str(label) for label in field.layout.cells["deprivation"].values[chosen]]


def test_the_remainder_of_a_block_is_that_of_its_own_counts(field):
    modes = modes_at(field, hyper_of(field))
    drawn = modes.draw_blocks(np.array([3, 0]), 7, np.random.default_rng(1))
    moved, remainder = drawn.moved[:, 0, :, 0], drawn.remainder()
    squared, known = 0.05**2, field.layout.counts.known
    for at, number in enumerate((3, 0)):
        y, log_mean = field.layout.counts.low[:, number], modes.start.values[0, number] + field.offset[number]

        def log_probability(eta, y=y):
            return y * eta - (y + 1 / squared) * np.log1p(squared * np.exp(eta))

        mean = np.exp(log_mean)
        score = (y - mean) / (1 + squared * mean)
        weight = mean * (1 + squared * y) / (1 + squared * mean) ** 2
        for draw in range(7):
            step = moved[:, draw, at]
            left = log_probability(log_mean + step) - log_probability(log_mean) - score * step + weight * step**2 / 2
            assert remainder[at, draw] == pytest.approx(left[known[:, number]].sum(), abs=1e-7)


def test_steps_with_the_last_factor_lead_to_the_mode_that_newton_steps_lead_to(field, monkeypatch):
    hyper = hyper_of(field)
    found = modes_at(field, hyper)
    monkeypatch.setattr(series_latent, "FURTHER_STEPS", 0)
    alone = modes_at(field, hyper)
    assert found.converged.all()
    np.testing.assert_allclose(found.start.values, alone.start.values, atol=1e-5)
    np.testing.assert_allclose(found.log_marginal, alone.log_marginal, atol=1e-5)
