"""Elimination tier by tier gives what dense algebra with explicit constraints gives."""

import numpy as np
import pytest

from equitymodel.inference.grouped.block_elimination import eliminate
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from tests.inference.laplace.worlds import (
    MODELS,
    curvature_of_pairs,
    densely,
    flatten,
    make_world,
    some_hyper,
    unflatten,
)

pytestmark = pytest.mark.unit
CLOSE = {"rtol": 1e-8, "atol": 1e-9}


WORLDS = [
    pytest.param((name, sizes), id=f"{name}-{sizes[0]}x{sizes[1]}") for name in MODELS for sizes in ((5, 3), (3, 4))
]


@pytest.fixture(scope="module", params=WORLDS)
def system(request):
    """A field, two settings of its curvature and precision, the elimination, and the dense matrices."""
    name, (areas, procedures) = request.param
    field = lay_out_latent(MODELS[name], make_world(areas=areas, procedures=procedures))
    rng = np.random.default_rng(2)
    weight = field.known * rng.gamma(2.0, 20.0, (len(field.known), 2, 1, *field.sizes))
    precision = field.precision(some_hyper(field))
    dense = densely(field)
    diagonal = flatten(precision)[:, 0]
    matrices = [dense.curvature(weight[:, batch], diagonal[batch]) for batch in range(2)]
    return field, eliminate(field, curvature_of_pairs(field, weight), precision), dense, matrices


def test_a_solution_is_that_of_the_dense_system_with_its_sums_held(system):
    field, elimination, dense, matrices = system
    right = np.random.default_rng(3).standard_normal((2, 4, len(dense.mean)))
    found = flatten(elimination.solve(unflatten(field, right)))
    sums = len(dense.sums)
    for batch, curvature in enumerate(matrices):
        bordered = np.block([[curvature, dense.sums.T], [dense.sums, np.zeros((sums, sums))]])
        exact = np.linalg.solve(bordered, np.pad(right[batch], ((0, 0), (0, sums))).T)[: len(dense.mean)].T
        np.testing.assert_allclose(found[batch], exact, **CLOSE)


def test_sums_held_at_zero_are_zero_in_every_solution(system):
    field, elimination, dense, _ = system
    right = np.random.default_rng(4).standard_normal((2, 4, len(dense.mean)))
    assert np.abs(flatten(elimination.solve(unflatten(field, right))) @ dense.sums.T).max(initial=0.0) < 1e-10


def test_log_determinants_differ_as_those_of_the_dense_matrix_within_its_sums(system):
    _, elimination, dense, matrices = system
    exact = [dense.log_determinant(matrix) for matrix in matrices]
    assert np.diff(elimination.log_determinant) == pytest.approx(np.diff(exact), rel=1e-8, abs=1e-8)


def test_variances_are_the_diagonal_of_the_dense_inverse_within_its_sums(system):
    _, elimination, dense, matrices = system
    found = flatten(elimination.covariance()[0])[:, 0]
    exact = [np.diag(dense.covariance(matrix)) for matrix in matrices]
    np.testing.assert_allclose(found, exact, **CLOSE)


def test_coefficients_of_each_pair_covary_as_in_the_dense_inverse(system):
    _, elimination, dense, matrices = system
    found = elimination.covariance()[1]
    for batch, matrix in enumerate(matrices):
        exact = np.einsum("spx,xy,tpy->stp", dense.coefficients, dense.covariance(matrix), dense.coefficients)
        own = np.moveaxis(found[batch], (-2, -1), (0, 1))
        np.testing.assert_allclose(own.reshape(exact.shape), exact, **CLOSE)


def test_one_batch_of_many_is_that_batch_alone(system):
    field, elimination, dense, _ = system
    right = np.random.default_rng(5).standard_normal((2, 3, len(dense.mean)))
    together = flatten(elimination.solve(unflatten(field, right)))
    alone = flatten(elimination.batch(1).solve(unflatten(field, right[1:])))
    np.testing.assert_allclose(alone[0], together[1], rtol=1e-12, atol=1e-13)
