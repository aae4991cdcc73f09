import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.stated_share import StatedShare

pytestmark = pytest.mark.unit


def test_draws_have_the_interval_that_was_stated():
    drawn = StatedShare(0.008, "a test", 0.004, 0.016).draws(["1"], 20_000, np.random.default_rng(1))[:, 0]
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([0.004, 0.008, 0.016], rel=0.03)


def test_a_scenario_has_no_spread_and_says_so():
    stated = StatedShare(0.05, "an audit")
    assert (stated.draws(["1", "5"], 3, np.random.default_rng(1)) == pytest.approx(0.05)) is True
    assert stated.words == "5.00%. Stated as a scenario: an audit"


def test_odds_by_group_move_all_draws_of_a_group_alike():
    drawn = StatedShare(0.01, "a test", 0.005, 0.02, {"1": 2.0}).draws(["1", "5"], 50, np.random.default_rng(1))
    odds = drawn / (1 - drawn)
    assert odds[:, 0] / odds[:, 1] == pytest.approx(np.full(50, 2.0))


@pytest.mark.parametrize(
    "given",
    [{"estimate": 0.0}, {"estimate": 1.0}, {"lower": 0.01, "upper": 0.02}, {"lower": 0.001}, {"source": " "},
     {"by_group": {"1": 0.0}}],
)  # fmt: skip
def test_a_share_without_meaning_or_source_is_refused(given):
    with pytest.raises(OptionError):
        StatedShare(**{"estimate": 0.008, "source": "a test", **given})


def test_a_group_that_is_not_there_is_refused():
    with pytest.raises(OptionError, match="odds are stated of group 6"):
        StatedShare(0.01, "a test", by_group={"6": 2.0}).draws(["1"], 2, np.random.default_rng(1))
