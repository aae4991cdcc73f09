import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from equitymodel.inference.likelihood.binomial_model import BinomialModel, lay_out_binomial

pytestmark = pytest.mark.unit

STEP = 1e-5


def cells(*values):
    return np.array(values, dtype=float).reshape(1, 1, 1, 1, -1)


def model(low, high, least, most):
    return lay_out_binomial(cells(*low), cells(*high), (cells(*least), cells(*most)), np.ones((1, 1, 1, 1, len(low))))


HIDDEN = model([3, 1, 8, 0], [3, 7, 12, 4], [10, 20, 23, 1], [10, 20, 27, 7])
LOGIT = cells(-0.7, -1.5, 0.3, -2.0)


def test_exact_counts_have_the_binomial_probability_up_to_a_constant():
    exact, other = model([3], [3], [10], [10]), cells(0.4)
    found = exact.by_cell(other) - exact.by_cell(cells(-0.7))
    expected = stats.binom.logpmf(3, 10, expit(0.4)) - stats.binom.logpmf(3, 10, expit(-0.7))
    assert found.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("at", "bounds"), [(1, (1, 7, 20, 20)), (2, (8, 12, 23, 27)), (3, (0, 4, 1, 7))])
def test_counts_within_bounds_are_summed_over_what_is_possible(at, bounds):
    low, high, least, most = bounds
    passage = expit(LOGIT[..., at].item())
    chance = sum(stats.binom.pmf(np.arange(low, high + 1), before, passage).sum() for before in range(least, most + 1))
    assert HIDDEN.by_cell(LOGIT)[..., at].item() == pytest.approx(np.log(chance), rel=1e-9)


def test_score_weight_and_third_are_derivatives():
    score, weight = HIDDEN.slopes(LOGIT)
    up, down = LOGIT + STEP, LOGIT - STEP
    np.testing.assert_allclose(score, (HIDDEN.by_cell(up) - HIDDEN.by_cell(down)) / (2 * STEP), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(weight, -(HIDDEN.slopes(up)[0] - HIDDEN.slopes(down)[0]) / (2 * STEP), rtol=1e-6)
    third = HIDDEN.third(LOGIT, weight)
    np.testing.assert_allclose(
        third, (HIDDEN.slopes(up)[1] - HIDDEN.slopes(down)[1]) / (2 * STEP), rtol=1e-5, atol=1e-7
    )


def test_the_weight_is_never_below_zero():
    logit = cells(*np.linspace(-6, 6, 4))
    assert (HIDDEN.slopes(logit)[1] >= 0).all()


def test_nothing_known_weighs_nothing():
    none = lay_out_binomial(cells(0), cells(0), (cells(0), cells(0)), cells(0))
    assert none.by_cell(cells(1.0)).item() == 0
    assert none.possible is None


def test_the_mean_is_the_count_before_times_passage():
    np.testing.assert_allclose(HIDDEN.mean(LOGIT)[..., 0], 10 * expit(-0.7))


def test_a_hidden_count_cannot_be_more_than_the_count_before():
    own = model([1], [7], [3], [3]).possible
    assert own.passed.max() == 3


def test_some_pairs_keep_their_counts():
    def pick(values):
        return np.broadcast_to(values, (1, 1, 1, 1, 4))[:, :, :, [0, 0], [1, 0]][:, :, :, None]

    some = HIDDEN.picked(pick, np.array([0, 0]), np.array([1, 0]))
    assert isinstance(some, BinomialModel)
    logit = LOGIT[..., [1, 0]]
    np.testing.assert_allclose(some.by_cell(logit), HIDDEN.by_cell(LOGIT)[..., [1, 0]])


def test_wide_bounds_are_thinned():
    assert model([0], [4000], [4000], [4000]).possible.passed.shape[1] < 100
