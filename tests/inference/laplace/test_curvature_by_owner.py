"""The curvature of an arrowhead, read by moving all labels at once, and a root of its inverse."""

import numpy as np
import pytest

from equitymodel.inference.laplace.curvature_by_owner import (
    choose_probes,
    inverse_root,
    read_curvature,
    root_of_inverse,
)
from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

pytestmark = pytest.mark.unit
OWN = OwnHyperparameters.of(np.array([-1, 0, 1, 2, 3, -1, 3, 2, 1, 0]))


def some_arrowhead(between=0.0):
    """A positive definite arrowhead, with something between labels if asked for."""
    rng = np.random.default_rng(1)
    among = np.isin(np.arange(OWN.count), OWN.shared)
    matrix = rng.normal(scale=0.3, size=(OWN.count, OWN.count))
    allowed = among[:, None] | among
    for mine in OWN.own:
        allowed[np.ix_(mine, mine)] = True
    matrix = np.where(allowed, matrix, between * matrix)
    return (matrix + matrix.T) / 2 + 3.0 * np.eye(OWN.count)


def test_an_arrowhead_is_read_exactly_from_a_few_probes():
    matrix, probes = some_arrowhead(), choose_probes(OWN)
    assert len(probes) == len(OWN.shared) + OWN.own.shape[1]
    np.testing.assert_allclose(read_curvature(OWN, probes, probes @ matrix), matrix, atol=1e-12)


def test_what_labels_do_to_each_other_mostly_averages_out():
    matrix, probes = some_arrowhead(between=0.1), choose_probes(OWN)
    found = read_curvature(OWN, probes, probes @ matrix)
    assert np.abs(found - some_arrowhead()).max() < 0.15
    assert np.abs(np.sort(probes[-1, OWN.own[:, 1]]) - [-1, -1, 1, 1]).max() == 0.0


def test_the_root_is_one_of_the_inverse_and_own_axes_move_nothing_else():
    matrix = some_arrowhead()
    root = root_of_inverse(OWN, matrix, 0.05)
    np.testing.assert_allclose(root.T @ root, np.linalg.inv(matrix), atol=1e-10)
    for mine in OWN.own:
        others = np.setdiff1d(np.arange(OWN.count), mine)
        assert np.abs(root[np.ix_(mine, others)]).max() == 0.0


def test_flat_directions_stay_bounded():
    np.testing.assert_allclose(inverse_root(np.diag([4.0, -1.0]), 0.25), np.diag([0.5, 2.0]))
