"""Heavy tails are held against Student's t, numerical integrals and finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from equitymodel.inference.grouped.heavy_tails import (
    LEAST_PRECISION,
    SCALES,
    WEIGHTS,
    HeavyTails,
    NormalFactor,
    TailDrawing,
    TailSite,
)
from equitymodel.inference.grouped.latent_blocks import BlockVector

pytestmark = pytest.mark.unit
SCALE = 0.2
PLACES = (1, 1, 2, 3)
ESTIMATE = np.array([0.05, -0.3, 0.9, -1.5, 0.0, 0.4]).reshape(PLACES)
ERROR = np.array([0.01, 0.04, 0.01, 0.02, 0.05, 0.09]).reshape(PLACES)
SITE = TailSite(ESTIMATE, ERROR, np.full((1, 1, 1, 1), SCALE**2))


def mixture(value):
    """Density of the mixture of normal distributions, of scale one."""
    return (WEIGHTS * stats.norm.pdf(np.asarray(value)[..., None], scale=np.sqrt(SCALES))).sum(axis=-1)


def moment(power, estimate, error):
    """Integrate a power of a value times the mixture and the density of its estimate."""

    def integrand(value):
        return value**power * mixture(value / SCALE) / SCALE * stats.norm.pdf(estimate, value, np.sqrt(error))

    ends = sorted((0.0, estimate))
    return integrate.quad(integrand, -6.0, 6.0, points=ends, limit=400, epsabs=1e-12)[0]


def at_each(power):
    pairs = zip(ESTIMATE.ravel(), ERROR.ravel(), strict=True)
    return np.array([moment(power, *pair) for pair in pairs]).reshape(PLACES)


def test_the_mixture_is_near_a_student_t_with_two_degrees_of_freedom():
    near, far = np.linspace(0.0, 12.0, 121), np.linspace(12.0, 25.0, 27)
    np.testing.assert_allclose(mixture(near), stats.t.pdf(near, 2), rtol=0.03)
    np.testing.assert_allclose(mixture(far), stats.t.pdf(far, 2), rtol=0.15)
    assert WEIGHTS.sum() == pytest.approx(1.0)


def test_the_density_of_an_estimate_and_moments_of_its_value_are_integrals_over_the_mixture():
    total = at_each(0)
    np.testing.assert_allclose(SITE.log_density, np.log(total), atol=1e-7)
    np.testing.assert_allclose(SITE.mean, at_each(1) / total, atol=1e-7)
    np.testing.assert_allclose(SITE.variance, at_each(2) / total - (at_each(1) / total) ** 2, atol=1e-7)
    np.testing.assert_allclose(SITE.belief.sum(axis=0), 1.0)


def test_a_value_unlike_the_rest_is_believed_and_one_like_them_is_drawn_to_zero():
    assert SITE.kept[0, 0, 0, 0] < 0.9
    assert SITE.kept[0, 0, 1, 0] > 0.95


def test_the_normal_factor_has_the_mean_and_variance_of_the_mixture():
    precision = 1.0 / ERROR + SITE.factor.precision
    kept = SITE.factor.precision > LEAST_PRECISION / ERROR
    assert kept.sum() >= 4
    np.testing.assert_allclose((ESTIMATE / ERROR + SITE.factor.pull) / precision, SITE.mean, atol=1e-12)
    np.testing.assert_allclose((1.0 / precision)[kept], SITE.variance[kept], rtol=1e-9)


def test_a_mixture_less_precise_than_its_estimate_leaves_a_factor_that_is_nearly_flat():
    unsure = TailSite(np.full(PLACES, 0.75), np.full(PLACES, 0.04), SITE.squared * 0.1)
    assert (unsure.variance > 0.04).all()
    np.testing.assert_allclose(unsure.factor.precision, LEAST_PRECISION / 0.04)


def test_the_correction_is_the_density_under_the_mixture_less_that_under_the_factor():
    def under_factor(estimate, error, pull, precision):
        def integrand(value):
            return np.exp(pull * value - 0.5 * precision * value**2) * stats.norm.pdf(estimate, value, np.sqrt(error))

        return np.log(integrate.quad(integrand, -6.0, 6.0, points=[estimate], limit=400)[0])

    factor = SITE.factor
    each = zip(ESTIMATE.ravel(), ERROR.ravel(), factor.pull.ravel(), factor.precision.ravel(), strict=True)
    normal = sum(under_factor(*values) for values in each)
    np.testing.assert_allclose(SITE.log_correction(factor), SITE.log_density.sum() - normal, atol=1e-6)


def scaled(by):
    return replace(SITE, squared=SITE.squared * np.exp(2.0 * by))


def test_the_gradient_in_the_log_scale_is_that_of_finite_differences():
    step = 1e-5
    difference = (scaled(step).log_density.sum() - scaled(-step).log_density.sum()) / (2 * step)
    np.testing.assert_allclose(SITE.in_log_scale(), [difference], rtol=1e-7)


def test_slopes_of_the_factor_are_those_of_finite_differences():
    in_scale, of_mean, in_estimate = SITE.factor_slopes()
    step = 1e-3
    up, down = scaled(step), scaled(-step)
    for slope, high, low in (
        (in_scale.precision, up.factor.precision, down.factor.precision),
        (in_scale.pull, up.factor.pull, down.factor.pull),
        (of_mean, up.mean, down.mean),
    ):
        np.testing.assert_allclose(slope, (high - low) / (2 * step), rtol=0.01, atol=0.01)
    right, left = (replace(SITE, estimate=ESTIMATE + by).factor.precision for by in (step, -step))
    np.testing.assert_allclose(in_estimate, (right - left) / (2 * step), rtol=0.02, atol=0.2)


@pytest.mark.parametrize(("estimate", "error"), [(0.05, 0.01), (0.6, 0.04), (-1.5, 0.02)])
def test_draws_have_the_quantiles_of_the_mixture(estimate, error):
    draws = 40_000
    many = TailSite(np.full((1, draws, 1, 1), estimate), np.full((1, 1, 1, 1), error), SITE.squared)
    one = TailSite(np.full((1, 1, 1, 1), estimate), np.full((1, 1, 1, 1), error), SITE.squared)
    wide = replace(many, error=np.broadcast_to(many.error, many.estimate.shape))
    drawn = np.sort(wide.draw(np.random.default_rng(3)).ravel())
    kept = (one.variances / (one.variances + error)).ravel()
    at = drawn[:: draws // 20]
    below = (one.belief.ravel() * stats.norm.cdf(at[:, None], kept * estimate, np.sqrt(kept * error))).sum(axis=1)
    np.testing.assert_allclose(below, np.arange(len(at)) / 20, atol=0.015)


def test_what_the_likelihood_says_is_the_posterior_without_the_factor():
    factor = NormalFactor(np.full(PLACES, 30.0), np.full(PLACES, 6.0))
    variance = 1.0 / (1.0 / ERROR + factor.precision)
    mode = variance * (ESTIMATE / ERROR + factor.pull)
    site = HeavyTails(0, 0, ()).site(mode, variance, factor, np.array([np.log(SCALE)]))
    np.testing.assert_allclose(site.error, ERROR)
    np.testing.assert_allclose(site.estimate, ESTIMATE, atol=1e-12)
    np.testing.assert_allclose(site.squared, SCALE**2)


def test_factors_of_settings_are_chosen_apart_and_know_how_far_they_moved():
    first = NormalFactor(np.full((2, 1, 1, 1), 8.0), np.zeros((2, 1, 1, 1)))
    second = NormalFactor(np.full((2, 1, 1, 1), 8.0), np.array([0.0, 2.0]).reshape(2, 1, 1, 1))
    np.testing.assert_allclose(first.change(second), [0.0, 0.5])
    mixed = first.where(np.array([True, False]), second)
    assert mixed.pull.ravel().tolist() == [0.0, 2.0]
    assert second.batches(slice(1, 2)).pull.ravel().tolist() == [2.0]
    np.testing.assert_allclose(second.log_density(np.full((2, 1, 1, 1), 0.5)), [0.0, 1.0])


class TestRedrawing:
    """Two components of a pair that go together; the second has heavy tails."""

    draws = 20_000
    covariance = np.array([[0.05, 0.02], [0.02, 0.04]])
    log_scale = np.array([np.log(SCALE)])

    def drawing(self, held=()):
        error, estimate = 0.06, 0.5
        site = TailSite(np.full((1, 1, 1, 1), estimate), np.full((1, 1, 1, 1), error), SITE.squared)
        factor = NormalFactor(np.full((1, 1, 1, 1), 1.0 / 0.04 - 1.0 / error), site.factor.pull)
        mode = 0.04 * (estimate / error + factor.pull)
        return TailDrawing(HeavyTails(1, 0, held), factor, self.log_scale, mode), site

    def redrawn(self, held=()):
        drawing, site = self.drawing(held)
        rng = np.random.default_rng(5)
        pair = rng.multivariate_normal([0, 0], self.covariance, size=self.draws).T.reshape(2, 1, -1, 1, 1)
        empty = np.zeros((0, 1, self.draws))
        away = BlockVector(pair, empty[..., None], empty[..., None], empty)
        upper, gain = np.zeros((1, 1, self.draws, 1, 1)), np.zeros((1, 1, 1, 2, 1))
        inverse = self.covariance.reshape(1, 1, 1, 2, 2)
        return away, drawing.redraw(away, upper, inverse, gain, rng), drawing, site

    def test_the_value_has_the_moments_of_the_mixture(self):
        _, again, drawing, site = self.redrawn()
        value = again.pair[1] + drawing.mode
        assert value.mean() == pytest.approx(site.mean.item(), abs=0.006)
        assert value.var() == pytest.approx(site.variance.item(), rel=0.04)

    def test_what_else_belongs_to_the_pair_moves_along_its_regression(self):
        away, again, *_ = self.redrawn()
        np.testing.assert_allclose(again.pair[0] - away.pair[0], 0.5 * (again.pair[1] - away.pair[1]), atol=1e-12)

    def test_a_component_whose_sum_is_held_stays_as_it_is(self):
        away, again, *_ = self.redrawn(held=(0,))
        np.testing.assert_array_equal(again.pair[0], away.pair[0])
        assert not np.allclose(again.pair[1], away.pair[1])

    def test_one_setting_can_be_chosen(self):
        drawing, _ = self.drawing()
        assert drawing.batch(0).mode.shape == (1, 1, 1, 1)
        assert drawing.batch(0).tails is drawing.tails
