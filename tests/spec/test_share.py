import numpy as np
import pytest
from scipy import stats

from equitymodel.errors import SpecError
from equitymodel.spec.share import LEAST_SHARE, ShareThatLasts, read_share

pytestmark = pytest.mark.unit
SHARES = [ShareThatLasts(2.0, 1.0), ShareThatLasts(5.0, 1.0), ShareThatLasts(1.5, 3.0)]
SCORES = np.array([-2.0, -0.7, 0.0, 0.4, 1.8])


@pytest.mark.parametrize("share", SHARES, ids=str)
def test_a_normal_score_has_the_probability_of_its_share(share):
    made = share.from_normal(SCORES)
    np.testing.assert_allclose(stats.beta.cdf(made, share.a, share.b), stats.norm.cdf(SCORES), rtol=1e-9)
    np.testing.assert_allclose(share.to_normal(made), SCORES, atol=1e-9)


@pytest.mark.parametrize("share", SHARES, ids=str)
def test_its_slope_is_that_of_finite_differences(share):
    step = 1e-5
    differences = (share.from_normal(SCORES + step) - share.from_normal(SCORES - step)) / (2 * step)
    np.testing.assert_allclose(share.slope(SCORES), differences, rtol=1e-6)


def test_no_score_gives_a_share_of_nothing_or_of_all():
    assert ShareThatLasts(2.0, 1.0).from_normal(np.array([-40.0, 40.0])).tolist() == [LEAST_SHARE, 1 - LEAST_SHARE]


def test_it_is_written_as_a_statistician_would_and_knows_its_quantiles():
    assert str(ShareThatLasts(3.5, 0.9)) == "Beta(3.5, 0.9)"
    assert ShareThatLasts(2.0, 1.0).quantile(0.25) == pytest.approx(0.5)


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (2.0, -1.0), (np.inf, 1.0), (2.0, np.nan)])
def test_numbers_without_meaning_are_refused(a, b):
    with pytest.raises(SpecError, match="a Beta prior needs two numbers above 0"):
        ShareThatLasts(a, b)


def test_whole_numbers_of_a_file_are_read():
    assert read_share({"family": "beta", "a": 2, "b": 1}, "here") == ShareThatLasts(2.0, 1.0)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (0.8, "effect 'x': a share that lasts has a beta prior, written share_that_lasts = {"),
        ({"family": "beta", "a": 2}, "has a beta prior"),
        ({"family": "normal", "a": 2, "b": 1}, "has a beta prior"),
        ({"family": "beta", "a": 2, "b": 1, "c": 1}, "has a beta prior"),
        ({"family": "beta", "a": "2", "b": 1}, "a and b are numbers"),
        ({"family": "beta", "a": True, "b": 1}, "a and b are numbers"),
    ],
)
def test_what_is_no_beta_prior_is_refused_with_how_it_is_written(entry, message):
    with pytest.raises(SpecError, match=message):
        read_share(entry, "effect 'x'")
