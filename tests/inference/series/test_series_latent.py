"""Modes, Laplace densities and corrections of a series against dense algebra."""

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import halfnorm

from equitymodel.inference.series.hyperparameters import StandardDeviation
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from tests.inference.series.dense_series import hyper_of, whole

pytestmark = pytest.mark.unit


def test_the_log_marginal_is_that_of_dense_algebra(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    assert modes.converged.all()
    model = field.count_model(hyper)
    score, weight = field.score_and_weight(model, modes.predictor)
    rows, prior, precision = whole(field, hyper, weight[0])
    latent = np.concatenate([modes.latent.noise[0].ravel(), modes.latent.own[0].ravel(), modes.latent.shared[0]])
    np.testing.assert_allclose(rows @ latent, modes.predictor[0].ravel(), atol=1e-6)
    np.testing.assert_allclose(rows.T @ score[0].ravel() - prior @ latent, 0, atol=1e-4)
    mean, size = np.exp(modes.predictor[0] + field.offset), 1 / 0.05**2
    y = field.layout.counts.low.T
    each = gammaln(y + size) - gammaln(size) + size * np.log(size / (size + mean)) + y * np.log(mean / (size + mean))
    expected = (
        each[field.layout.counts.known.T].sum()
        - latent @ prior @ latent / 2
        + (np.linalg.slogdet(prior)[1] - np.linalg.slogdet(precision)[1]) / 2
        + field.log_prior(hyper)[0]
    )
    np.testing.assert_allclose(modes.density[0], expected, rtol=1e-8)


def test_means_lie_as_far_from_modes_as_dense_algebra_says(field):
    hyper, step = hyper_of(field), 1e-4
    modes, model = field.find_modes(hyper), field.count_model(hyper)
    weight, above, below = (field.score_and_weight(model, modes.predictor + away)[1] for away in (0.0, step, -step))
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    third = ((above - below) / (2 * step))[0].ravel()
    shift = -0.5 * rows @ np.linalg.solve(precision, rows.T @ (third * variance))
    found = field.design.predictor(field.correction(hyper, modes))[0].ravel()
    np.testing.assert_allclose(found, shift, atol=1e-3 * np.abs(shift).max())


def test_the_prior_is_that_of_the_values_whatever_the_coordinates(field):
    hyper = np.concatenate(
        [hyper_of(field), hyper_of(field, sd=0.3, rho=0.9, **{"common rho": 0.1, "common sd": 0.02})]
    )
    assert field.values(hyper)["sd"] == pytest.approx([0.1, 0.3])
    assert field.values(hyper)["rho"] == pytest.approx([0.4, 0.9])
    expected = np.zeros(2)
    for each in field.layout.hypers:
        value = field.values(hyper)[each.name]
        if isinstance(each, StandardDeviation):
            expected += halfnorm.logpdf(value, scale=each.scale) + np.log(value)
        else:
            share = (value - each.low) / (each.high - each.low)
            expected += np.log(share) + np.log1p(-share)
    np.testing.assert_allclose(np.diff(field.log_prior(hyper)), np.diff(expected))


def test_a_masked_block_is_time_that_passes():
    series, truth = simulate_series(seed=2)
    series["masked"] = series["masked"].copy(data=np.isin(np.arange(60), range(10, 23)))
    gone = series.isel(period=~series["masked"].values)
    pair = [lay_out_series(part, truth.plan, load_series_model()) for part in (series, gone)]
    assert pair[1].gap.max() == 14
    hyper = hyper_of(SeriesLatent(pair[0]))[:, :2]
    pair = [SeriesLatent(part) for part in pair]
    at = [part.find_modes(hyper) for part in pair]
    kept = ~series["masked"].values
    np.testing.assert_allclose(at[0].predictor[0, 0, kept] + pair[0].offset[0, kept],
                               at[1].predictor[0, 0] + pair[1].offset[0], atol=0.02)  # fmt: skip
