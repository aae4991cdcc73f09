"""Draws of a series: their covariance, and the counterfactual."""

import numpy as np
import pytest

from equitymodel.inference.series.series_draw import draw_series
from equitymodel.inference.series.series_integration import IntegrationPoints
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.series.dense_series import hyper_of, whole

pytestmark = pytest.mark.unit


def test_draws_have_the_covariance_of_the_approximation(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    points = IntegrationPoints(hyper, np.ones(1), modes.predictor, True, "grid")
    drawn = draw_series(field, points, draws=20_000, seed=1, correct=False)
    predictor = np.log(drawn.fitted) - field.offset
    np.testing.assert_allclose(predictor.mean(axis=0), modes.predictor[0], atol=0.01)
    np.testing.assert_allclose(predictor.std(axis=0), np.sqrt(modes.gaussian.variance()[0]), rtol=0.05)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.predictor)
    covariance = np.linalg.inv(whole(field, hyper, weight[0])[2])
    np.testing.assert_allclose(
        drawn.shared.std(axis=0), np.sqrt(np.diag(covariance))[-drawn.shared.shape[1] :], rtol=0.05
    )


def test_the_counterfactual_lacks_the_effect_and_nothing_else():
    series, truth = simulate_series(Sizes(periods=40, before=28), seed=1)
    model = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    modes = model.find_modes(hyper_of(model))
    drawn = draw_series(
        model, IntegrationPoints(hyper_of(model), np.ones(1), modes.predictor, True, "grid"), draws=5, seed=1
    )
    ratio = np.log(drawn.fitted / drawn.counterfactual)
    level, slope = (model.layout.feature_names.index(name) for name in ("level", "slope"))
    expected = drawn.beta[:, 0, [level, slope]] @ model.layout.features[:, 0, [level, slope]].T
    np.testing.assert_allclose(ratio[:, 0], expected, atol=1e-9)
    np.testing.assert_allclose(ratio[:, 0, :28], 0, atol=1e-12)
