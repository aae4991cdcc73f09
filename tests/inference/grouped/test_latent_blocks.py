"""Arithmetic on vectors of the latent field."""

import numpy as np
import pytest

from equitymodel.inference.grouped.latent_blocks import BlockVector

pytestmark = pytest.mark.unit


def vector(seed, batches=2, draws=3):
    rng = np.random.default_rng(seed)
    shapes = ((2, batches, draws, 4, 5), (1, batches, draws, 4), (3, batches, draws, 5), (2, batches, draws))
    return BlockVector(*(rng.normal(size=shape) for shape in shapes))


def test_each_batch_moves_by_its_own_step():
    start, step = vector(1), vector(2)
    moved = start.plus(step, np.array([0.5, 2.0]))
    for mine, part, along in zip(moved, start, step, strict=True):
        np.testing.assert_allclose(mine[:, 0], part[:, 0] + 0.5 * along[:, 0])
        np.testing.assert_allclose(mine[:, 1], part[:, 1] + 2.0 * along[:, 1])


def test_totals_of_products_are_inner_products():
    one, other = vector(1), vector(2)
    flat = [np.concatenate([part[:, 1, 2].ravel() for part in each]) for each in (one, other)]
    assert one.times(other).total()[1, 2] == pytest.approx(flat[0] @ flat[1])


def test_batches_are_chosen_repeated_and_joined():
    one = vector(1, batches=1)
    three = one.repeat(3)
    assert three.repeat(3) is three
    assert three.overall.shape[1] == 3
    again = three.batches(slice(0, 1)).joined([three.batches(np.array([1, 2]))])
    for mine, part in zip(again, three, strict=True):
        np.testing.assert_array_equal(mine, part)
