"""Profiles of hyperparameters by owner, read for all owners at once."""

import numpy as np
import pytest

from equitymodel.inference.laplace.optimum import find_optimum
from equitymodel.inference.laplace.own_axes import SLOPE_NODES, integrate_slopes, own_profiles
from equitymodel.inference.laplace.target import Target
from tests.inference.laplace.known_densities import OwnersField

pytestmark = pytest.mark.unit
GRID = np.linspace(-10.0, 6.0, 161)


def test_the_profiles_of_all_owners_are_those_of_the_density():
    field = OwnersField(30)
    target = Target(field, 1)
    optimum = find_optimum(target)
    found = own_profiles(target, optimum, target.own, GRID)
    assert sorted(found) == sorted(target.own.own.ravel().tolist())
    near, inside = np.abs(GRID) < 2, np.clip(GRID, SLOPE_NODES[0], SLOPE_NODES[-1]) == GRID
    for place, profile in found.items():
        hyper = optimum.place(GRID[:, None] * np.eye(field.hyperparameters)[place])
        true = field.log_density(hyper) - field.log_density(optimum.expansion.hyper)
        assert np.abs((profile - true)[near]).max() < 0.05
        assert (np.abs(profile - true) < 0.1 - 0.1 * true)[inside].all()


def test_slopes_that_are_not_known_are_left_out():
    slopes = np.where(SLOPE_NODES < -4, np.nan, -SLOPE_NODES)
    np.testing.assert_allclose(integrate_slopes(SLOPE_NODES, slopes, np.array([-2.0, 1.0])), [-2.0, -0.5], atol=0.02)


def test_with_too_few_slopes_the_profile_is_normal():
    slopes = np.where(np.abs(SLOPE_NODES) < 1, 5.0, np.nan)
    np.testing.assert_allclose(integrate_slopes(SLOPE_NODES, slopes, GRID), -(GRID**2) / 2)


def test_it_falls_beyond_the_last_slope_in_both_directions():
    profile = integrate_slopes(SLOPE_NODES, np.zeros(len(SLOPE_NODES)), np.array([-20.0, -9.0, 0.0, 6.0, 20.0]))
    assert profile[0] < profile[1] < profile[2] > profile[3] > profile[4]
