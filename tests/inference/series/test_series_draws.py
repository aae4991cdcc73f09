"""Draws of a series: their covariance, the counterfactual, and where skewed posteriors are against quadrature."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import skew

from equitymodel.inference.laplace.draw import DrawPoints, draw_latent
from equitymodel.inference.laplace.skew_correction import correct
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.series.gaussian_approximation import SeriesVector
from equitymodel.inference.series.series_draws import SeriesDraws
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.series.dense_series import hyper_of, modes_at, whole

pytestmark = pytest.mark.unit
DRAWS = 20_000


def drawn_at(field, hyper, draws, shift):
    points = DrawPoints(hyper, field.initial()[1], np.array([draws]))
    return draw_latent(Target(field, 1), points, seed=1, shift=shift)


def nothing(modes):
    return SeriesVector(*(np.zeros_like(part[:1]) for part in vars(modes.latent).values()))


def test_draws_have_the_covariance_of_the_approximation(field):
    hyper = hyper_of(field)
    modes = modes_at(field, hyper)
    drawn = drawn_at(field, hyper, DRAWS, nothing(modes))
    predictor = np.log(drawn.fitted) - field.offset
    np.testing.assert_allclose(predictor.mean(axis=0), modes.start.values[0], atol=0.01)
    np.testing.assert_allclose(predictor.std(axis=0), np.sqrt(modes.gaussian.variance()[0]), rtol=0.05)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.start.values)
    covariance = np.linalg.inv(whole(field, hyper, weight[0])[2])
    np.testing.assert_allclose(
        drawn.shared.std(axis=0), np.sqrt(np.diag(covariance))[-drawn.shared.shape[1] :], rtol=0.05
    )


def test_the_counterfactual_lacks_the_effect_and_nothing_else():
    series, truth = simulate_series(Sizes(periods=40, before=28), seed=1)
    model = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    drawn = drawn_at(model, hyper_of(model), 5, None)
    ratio = np.log(drawn.fitted / drawn.counterfactual)
    level, slope = (model.layout.feature_names.index(name) for name in ("level", "slope"))
    effects = np.stack([drawn.effects[name][:, 0] for name in ("level", "slope")], axis=-1)
    expected = effects @ model.layout.features[:, 0, [level, slope]].T
    np.testing.assert_allclose(ratio[:, 0], expected, atol=1e-9)
    np.testing.assert_allclose(ratio[:, 0, :28], 0, atol=1e-12)
    assert np.abs(ratio[:, 0, 28:]).max() > 0


def test_draws_are_stored_in_the_order_that_was_given(field):
    draws = replace(SeriesDraws.allocate(field, 3, 1), order=np.array([2, 0, 1]))
    latent, hyper = modes_at(field, hyper_of(field)).latent, np.repeat(hyper_of(field), 2, axis=0)
    hyper[1] += 0.1
    draws.store(np.array([0, 1]), hyper, latent.select(np.array([0, 0])))
    np.testing.assert_array_equal(draws.hyper[[2, 0]], hyper)
    np.testing.assert_array_equal(draws.fitted[0], draws.fitted[2])
    np.testing.assert_allclose(np.log(draws.fitted[2]), field.design.predictor(latent)[0] + field.offset)
    named = draws.named_hyper
    np.testing.assert_allclose([named["sd"][2], named["rho"][2]], [0.1, 0.4])
    assert list(named) == list(field.layout.hyper)


def test_where_counts_are_few_skew_corrected_draws_are_nearer_to_quadrature_than_shifted_ones(one_period_series):
    field, hyper, (mean, sd, skewness) = one_period_series
    modes = modes_at(field, hyper)
    shifts = {"mode": nothing(modes), "mean": correct(modes).shift, "skewed": None}
    log_mean = {name: np.log(drawn_at(field, hyper, DRAWS, shift).fitted.ravel()) for name, shift in shifts.items()}
    away = {name: abs(drawn.mean() - mean) / sd for name, drawn in log_mean.items()}
    narrow = {name: abs(drawn.std() / sd - 1) for name, drawn in log_mean.items()}
    bent = {name: abs(skew(drawn) - skewness) for name, drawn in log_mean.items()}
    assert away["mode"] > 0.15
    assert max(away["mean"], away["skewed"]) < 0.05
    assert narrow["skewed"] < narrow["mean"] < 0.1
    assert skewness < -0.3
    assert bent["skewed"] < 0.5 * bent["mean"]
