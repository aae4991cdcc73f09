"""From mode to mean, and from a Gaussian to a skewed density: against quadrature, for cells and for series."""

import numpy as np
import pytest

from equitymodel.inference.grouped.grouped_mode import find_modes
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from equitymodel.inference.laplace.skew_correction import correct, correct_skew
from tests.inference.laplace.worlds import MODELS, fixed, flatten, make_world, model, one_cell, some_hyper, unflatten

pytestmark = pytest.mark.unit


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


def skew_corrected_moments(modes):
    """Moments of the skew-corrected density by quadrature, so without simulation error."""
    found = correct(modes)
    nodes, weight = np.polynomial.hermite_e.hermegauss(60)
    sd = flatten(modes.elimination.covariance()[0]).item() ** 0.5
    away = unflatten(modes.field, (sd * nodes)[None, :, None])
    moved = correct_skew(modes.gaussian, found.third, found.variance, away)
    return moments(flatten(modes.latent).item() + flatten(moved).ravel(), weight)


@pytest.mark.parametrize(("count", "within"), [(20, 0.1), (80, 0.03), (2000, 0.003)])
def test_the_mean_and_the_skewness_are_those_of_the_posterior(count, within):
    modes, (mean, sd, skewness) = one_value(count)
    ours = skew_corrected_moments(modes)
    assert abs(ours[0] - mean) < within * 0.2 * sd
    assert ours[1] == pytest.approx(sd, rel=within)
    assert ours[2] == pytest.approx(skewness, rel=within)
    assert skewness < 0


@pytest.fixture(params=MODELS)
def modes(request):
    field = lay_out_latent(MODELS[request.param], make_world(areas=4, groups=4, procedures=2))
    return find_modes(field, some_hyper(field, batches=1), field.zeros())


def test_draws_stay_as_they_are_where_nothing_is_skewed(modes):
    found, gaussian = correct(modes), modes.gaussian.for_draws(np.zeros(3, dtype=int))
    away = gaussian.sample(np.random.default_rng(1))
    moved = correct_skew(gaussian, 0.0 * found.third, found.variance, away)
    np.testing.assert_allclose(flatten(moved), flatten(away), atol=1e-14)


def test_what_a_correction_is_made_of_is_that_of_the_modes(modes):
    found = correct(modes)
    np.testing.assert_array_equal(found.third, modes.third())
    np.testing.assert_array_equal(found.variance, modes.gaussian.variance())


def test_skew_corrected_draws_have_the_shifted_mean(modes):
    """The correction averages to the shift: over pairs of opposite draws, exactly in the limit; here to 5 errors."""
    found, draws = correct(modes), 4000
    gaussian = modes.gaussian.for_draws(np.zeros(draws, dtype=int))
    away = gaussian.sample(np.random.default_rng(1))
    moved = flatten(correct_skew(gaussian, found.third, found.variance, away).plus(away, -1.0))[0]
    error = moved.std(axis=0) / np.sqrt(draws)
    away_from_shift = np.abs(moved.mean(axis=0) - flatten(found.shift)[0, 0])
    assert (away_from_shift < 5 * error + 1e-12).all()


def test_the_shift_takes_the_mode_of_a_series_to_its_mean_to_first_order(one_period_series):
    field, hyper, exact = one_period_series
    modes = field.find_modes(hyper, field.initial()[1])
    shift = modes.gaussian.log_means(correct(modes).shift).item()
    mode, (mean, sd, _) = modes.log_mean.item(), exact
    assert abs(mode + shift - mean) < 0.25 * abs(mode - mean)
    assert abs(mode - mean) > 0.1 * sd
