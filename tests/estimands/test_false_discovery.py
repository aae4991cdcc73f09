"""Changes found at a false discovery rate: by hand, against every other set, and where all claims are false."""

from itertools import combinations

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.estimands.false_discovery import found_at_false_discovery_rate

pytestmark = pytest.mark.unit


def test_by_hand():
    # sorted: .98 (mean error .02), .95 (.035), .93 (.0467), .90 (.06)
    assert found_at_false_discovery_rate(np.array([0.90, 0.98, 0.93, 0.95])).tolist() == [False, True, True, True]
    assert found_at_false_discovery_rate(np.array([0.94, 0.5])).tolist() == [False, False]
    assert found_at_false_discovery_rate(np.array([0.95])).tolist() == [True]
    assert found_at_false_discovery_rate(np.array([])).tolist() == []


@pytest.mark.parametrize("seed", range(5))
def test_no_other_set_is_larger(seed):
    values = np.random.default_rng(seed).beta(3, 0.4, size=9)
    allowed = [
        len(each) for size in range(1, 10) for each in combinations(values, size) if np.mean(1 - np.array(each)) <= 0.05
    ]
    assert found_at_false_discovery_rate(values).sum() == max(allowed, default=0)


def test_calibrated_claims_are_false_as_often_as_said():
    rng = np.random.default_rng(1)
    probability = rng.beta(0.5, 0.5, size=(400, 42))
    true = rng.random(probability.shape) < probability
    found = np.array([found_at_false_discovery_rate(row) for row in probability])
    share = (found & ~true).sum(axis=1) / np.maximum(found.sum(axis=1), 1)
    assert share.mean() < 0.05 + 3 * share.std() / 20
    assert found.sum() > 2000


@pytest.mark.parametrize("bad", [[0.5, np.nan], [1.2], [-0.1]])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(OptionError, match="between 0 and 1"):
        found_at_false_discovery_rate(np.array(bad))


def test_five_per_cent_may_be_false_unless_another_rate_is_asked_for():
    assert found_at_false_discovery_rate(np.array([0.95, 0.9499])).tolist() == [True, False]
    assert found_at_false_discovery_rate(np.array([0.95, 0.9499]), rate=0.06).all()
    for rate in (0.0, 1.0):
        with pytest.raises(OptionError, match="between 0 and 1"):
            found_at_false_discovery_rate(np.array([0.9]), rate=rate)
