import numpy as np
import pytest

from equitymodel.decision.effect_prior import EffectPrior, balanced_normals, log_effect_of
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
DRAWS = 4000


def test_draws_have_the_moments_that_are_stated():
    prior = EffectPrior(0.2, -0.1, 0.3, 0.1, 0.7)
    found = prior.draw(40_000, 2, seed=1, of="x")
    np.testing.assert_allclose(found.mean(axis=0), [0.2, -0.1], atol=1e-12)
    np.testing.assert_allclose(found.std(axis=0), [0.3, 0.1], rtol=0.02)
    assert np.corrcoef(found.T)[0, 1] == pytest.approx(0.7, abs=0.02)
    assert (found[:, 0] - found[:, 1]).std() == pytest.approx(prior.difference_sd, rel=0.02)


def test_groups_between_lie_between_in_line_with_their_rank():
    found = EffectPrior(0.4, 0.0, 0.1, 0.2).draw(100, 5, seed=1, of="x")
    np.testing.assert_allclose(found[:, 1], 0.75 * found[:, 0] + 0.25 * found[:, 4])
    one = EffectPrior(0.4, 0.0, 0.0, 0.0).draw(10, 1, seed=1, of="x")
    np.testing.assert_allclose(one, 0.2)


def test_a_difference_that_nobody_stated_has_mean_0_in_the_draws_themselves():
    prior = EffectPrior.alike(0.3, 0.2)
    found = prior.draw(DRAWS, 5, seed=3, of="x")
    apart = found[:, 0] - found[:, -1]
    assert abs(apart.mean()) < 1e-15
    np.testing.assert_allclose(np.sort(apart), np.sort(-apart), atol=1e-12)
    assert apart.std() == pytest.approx(0.2, rel=0.05)


def test_what_is_drawn_hangs_on_the_seed_and_the_strategy_alone():
    prior = EffectPrior.alike(0.3, 0.2)
    first = prior.draw(100, 2, seed=1, of="a")
    np.testing.assert_array_equal(first, prior.draw(100, 2, seed=1, of="a"))
    assert not np.allclose(first, prior.draw(100, 2, seed=2, of="a"))
    other = prior.draw(DRAWS, 2, seed=1, of="b")
    assert abs(np.corrcoef(prior.draw(DRAWS, 2, seed=1, of="a")[:, 0], other[:, 0])[0, 1]) < 0.1


@pytest.mark.parametrize("draws", [1, 2, 3, 7, 4001])
def test_balanced_normals_are_balanced_whatever_their_number(draws):
    level, apart = balanced_normals(draws, np.random.default_rng(1))
    assert len(level) == draws
    assert abs(level.sum()) + abs(apart.sum()) + abs((level * apart).sum()) < 1e-10


@pytest.mark.parametrize(
    "bad", [{"most_sd": -0.1}, {"correlation": 1.1}, {"least": float("inf")}, {"least_sd": float("nan")}]
)
def test_what_is_no_prior_is_refused(bad):
    with pytest.raises(OptionError):
        EffectPrior(**{"most": 0.1, "least": 0.1, "most_sd": 0.1, "least_sd": 0.1, **bad})


def test_a_ratio_with_its_interval_becomes_a_log_effect():
    mean, sd = log_effect_of(2.0, 1.0, 4.0)
    assert mean == pytest.approx(np.log(2))
    assert np.exp(mean + 1.959964 * sd) == pytest.approx(4.0, rel=1e-6)
