"""What the likelihood of a block has beyond its quadratic expansion, count by count."""

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from equitymodel.inference.laplace.block_draws import BlockDraws
from equitymodel.inference.likelihood.count_model import CountModel

pytestmark = pytest.mark.unit


@pytest.fixture(params=[None, 0.3**2], ids=["Poisson", "overdispersed"])
def blocks(request):
    """Two blocks of three counts, one of them not known, and four draws."""
    rng = np.random.default_rng(1)
    counts = np.array([[2.0, 9.0], [0.0, 4.0], [7.0, 1.0]])[:, None, None, None]
    known = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[:, None, None, None]
    squared = None if request.param is None else np.full((1, 1, 1, 1, 1), request.param)
    model, log_mean = CountModel(counts, known, squared), np.log(counts + 1.0)
    moved = 0.5 * rng.standard_normal((3, 1, 4, 1, 2))
    return request.param, known, BlockDraws(model, log_mean, model.slopes(log_mean)[1], moved)


def log_probability(squared, counts, log_mean):
    if squared is None:
        return poisson.logpmf(counts, np.exp(log_mean))
    return nbinom.logpmf(counts, 1 / squared, 1 / (1 + squared * np.exp(log_mean)))


def test_the_remainder_is_the_log_likelihood_less_its_expansion_of_second_order(blocks):
    squared, known, found = blocks
    counts, at, step = found.model.counts, found.log_mean, 1e-3
    middle, up, down = (log_probability(squared, counts, at + move) for move in (0.0, step, -step))
    slope, curvature = (up - down) / (2 * step), (up - 2 * middle + down) / step**2
    expansion = middle + slope * found.moved + curvature * found.moved**2 / 2
    left = known * (log_probability(squared, counts, at + found.moved) - expansion)
    np.testing.assert_allclose(found.remainder(), left.sum(axis=0)[0, :, 0].T, atol=1e-5)


def test_where_nothing_moves_nothing_remains(blocks):
    _, _, found = blocks
    still = BlockDraws(found.model, found.log_mean, found.weight, np.zeros_like(found.moved))
    assert not still.remainder().any()
    assert still.remainder().shape == (2, 4)
