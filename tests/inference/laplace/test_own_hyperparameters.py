"""Hyperparameters of one label each: sorted by owner, with those that each depends on."""

import numpy as np
import pytest

from equitymodel.inference.laplace.own_hyperparameters import OwnHyperparameters

pytestmark = pytest.mark.unit
OWNER = np.array([-1, 0, 1, 2, -1, 2, 1, 0])


@pytest.fixture
def own():
    return OwnHyperparameters.of(OWNER)


def test_each_label_has_its_own_and_the_rest_is_shared(own):
    assert own.shared.tolist() == [0, 4]
    assert own.own.tolist() == [[1, 7], [2, 6], [3, 5]]
    assert own.count == len(OWNER)
    np.testing.assert_array_equal(own.is_own(), OWNER >= 0)


def test_companions_are_those_of_the_same_owner_and_those_shared(own):
    assert sorted(own.companions(6).tolist()) == [0, 2, 4]
    assert own.companions(0).tolist() == [4]


@pytest.mark.parametrize("owner", [[-1, -1, -1], [-1, 0, 0], [0, 0, 1], []])
def test_labels_that_are_not_alike_own_nothing(owner):
    """None at all, a single one, and one with more than the other."""
    assert OwnHyperparameters.of(np.array(owner, dtype=int)) is None
