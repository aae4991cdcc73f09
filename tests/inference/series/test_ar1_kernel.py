"""Schur complements and variances of the compiled kernel against dense algebra."""

import numpy as np
import pytest

from equitymodel.inference.series import ar1_kernel as kernel
from equitymodel.inference.series.ar1 import factorise
from equitymodel.inference.series.shared_map import SharedMap
from tests.inference.series.dense_series import dense, two_points

pytestmark = pytest.mark.unit


OWN, SHARED, PERIODS, SERIES = 2, 3, 7, 3


@pytest.fixture(scope="module", params=[0, PERIODS], ids=["no shared noise", "shared noise"])
def system(request):
    """Features, loadings and weights of three series, and the dense precision of everything at two points."""
    common, rng = request.param, np.random.default_rng(1)
    weight = rng.uniform(0, 90, size=(2, SERIES, PERIODS))
    features = rng.normal(size=(SERIES, PERIODS, OWN + 2))
    loadings = SharedMap.from_dense(rng.normal(size=(2, SERIES, SHARED)) * (rng.random((2, SERIES, SHARED)) < 0.6))
    return common, weight, features, loadings


def whole(point, common, weight, features, loadings):
    """The dense precision: noise of all series, own coefficients of all, shared coefficients, shared noise."""
    noise, own = SERIES * PERIODS, SERIES * OWN
    rows = np.zeros((noise, noise + own + SHARED + common))
    matrix = loadings.matrix.toarray().reshape(SERIES, 2, SHARED)
    prior = np.zeros((rows.shape[1], rows.shape[1]))
    for s in range(SERIES):
        at = slice(s * PERIODS, (s + 1) * PERIODS)
        mine = slice(noise + s * OWN, noise + (s + 1) * OWN)
        rows[at, at], prior[at, at] = np.eye(PERIODS), dense(two_points(), point)
        rows[at, mine], prior[mine, mine] = features[s, :, :OWN], 4.0 * np.eye(OWN)
        rows[at, noise + own : noise + own + SHARED] = features[s, :, OWN:] @ matrix[s]
        rows[at, noise + own + SHARED :] = np.eye(PERIODS)[:, :common]
    return rows, prior + rows.T @ (weight[point].ravel()[:, None] * rows)


def eliminated(common, weight, features, loadings):
    factor = factorise(two_points(), weight)
    into = kernel.Complements(
        np.empty((2, SERIES, OWN, OWN)), np.zeros((2, SERIES, OWN, 2 + common)),
        np.empty((2, SERIES, OWN, common)), np.zeros((2, SHARED + common, SHARED + common)),
    )  # fmt: skip
    sparse = kernel.Loadings(loadings.starts, loadings.feature, loadings.coefficient, loadings.loading)
    log_determinant = kernel.eliminate(factor, features, np.full((2, OWN), 4.0), sparse, into)
    return into, log_determinant


def test_the_precision_of_shared_coefficients_is_a_schur_complement(system):
    common = system[0]
    into, _ = eliminated(*system)
    for point in range(2):
        precision = whole(point, *system)[1]
        first = SERIES * (PERIODS + OWN)
        exact = precision[first:, first:] - precision[first:, :first] @ np.linalg.solve(
            precision[:first, :first], precision[:first, first:]
        )
        found = into.precision[point].copy()
        if common:
            gain, coupling = into.gain[point, :, :, 2:], into.coupling[point]
            found[SHARED:, SHARED:] += np.einsum("sot,sou->tu", coupling, gain)
        np.testing.assert_allclose(found, exact, rtol=1e-8, atol=1e-8)


def test_the_covariance_of_own_coefficients_is_conditional_on_shared_ones(system):
    into, log_determinant = eliminated(*system)
    precision = whole(1, *system)[1]
    first = SERIES * (PERIODS + OWN)
    exact = np.linalg.inv(precision[:first, :first])
    for s in range(SERIES):
        mine = slice(SERIES * PERIODS + s * OWN, SERIES * PERIODS + (s + 1) * OWN)
        np.testing.assert_allclose(into.own_covariance[1, s], exact[mine, mine], rtol=1e-8)
        assert log_determinant[1, s] == pytest.approx(-np.linalg.slogdet(exact[mine, mine])[1])


def test_without_coefficients_the_variance_is_that_of_the_noise(system):
    _, weight, features, _ = system
    factor = factorise(two_points(), weight)
    zero = kernel.CoefficientCovariance(
        np.zeros((2, SERIES, OWN + 2, OWN + 2)), np.zeros((2, SERIES, OWN + 2, 0)), np.zeros((2, 0, 0))
    )
    found = np.empty_like(weight)
    kernel.variance(factor, features, zero, found)
    exact = np.linalg.inv(dense(two_points(), 1) + np.diag(weight[1, 2]))
    np.testing.assert_allclose(found[1, 2], np.diag(exact))
