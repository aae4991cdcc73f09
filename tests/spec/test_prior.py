import numpy as np
import pytest
from scipy import stats

from equitymodel.errors import SpecError
from equitymodel.spec.prior import FAMILIES, Prior, read_prior

pytestmark = pytest.mark.unit


def test_a_prior_writes_itself_as_a_statistician_would():
    assert str(Prior("normal", mean=-0.1, sd=0.5)) == "Normal(-0.1, 0.5)"
    assert str(Prior("half_normal", sd=0.3)) == "HalfNormal(0.3)"


def test_quantiles_are_those_of_the_normal_and_of_the_folded_normal():
    assert Prior("normal", mean=0.2, sd=0.5).quantile(0.975) == pytest.approx(0.2 + 0.5 * 1.959964)
    assert Prior("half_normal", sd=0.3).quantile(0.95) == pytest.approx(0.3 * 1.959964)  # half of both tails


def test_a_normal_prior_implies_the_ratio_of_its_95_percent_range():
    assert Prior("normal", sd=0.5).implied_ratio() == pytest.approx((np.exp(-0.98), np.exp(0.98)), rel=1e-3)


def test_the_implied_ratio_is_for_groups_as_far_apart_as_asked():
    near, far = (Prior("normal", mean=0.1, sd=0.5).implied_ratio(distance) for distance in (0.8, 1.0))
    assert near == pytest.approx(np.array(far) ** 0.8)


def test_a_spread_implies_the_ratio_of_what_lies_two_of_it_above_the_average():
    usual, most = Prior("half_normal", sd=0.3).implied_ratio()
    assert usual == pytest.approx(np.exp(2 * 0.3 * 0.67449), rel=1e-5)
    assert most == pytest.approx(np.exp(2 * 0.3 * 2.241403), rel=1e-5)


def test_the_implied_ratio_holds_95_percent_of_draws():
    prior = Prior("normal", mean=-0.2, sd=0.4)
    low, high = prior.implied_ratio()
    draws = np.exp(stats.norm.rvs(prior.mean, prior.sd, size=20_000, random_state=1))
    assert np.mean((draws > low) & (draws < high)) == pytest.approx(0.95, abs=0.006)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"family": "normale", "sd": 1}, "unknown prior family 'normale'. Did you mean 'normal'?"),
        ({"family": "normal", "sd": 0}, "sd must be above 0 and finite, not 0"),
        ({"family": "normal", "sd": -1}, "sd must be above 0 and finite, not -1"),
        ({"family": "normal", "sd": np.nan}, "sd must be above 0 and finite, not nan"),
        ({"family": "normal", "sd": np.inf}, "sd must be above 0 and finite, not inf"),
        ({"family": "normal", "sd": 1, "mean": np.nan}, "mean must be a finite number, not nan"),
        ({"family": "half_normal", "sd": 1, "mean": 0.5}, "a half_normal prior has no mean"),
    ],
)
def test_a_prior_without_meaning_is_refused(given, message):
    with pytest.raises(SpecError, match=message):
        Prior(**given)


def test_a_prior_is_read_from_its_table():
    assert read_prior({"family": "normal", "mean": -1, "sd": 0.5}, "here") == Prior("normal", sd=0.5, mean=-1.0)
    assert read_prior({"family": "half_normal", "sd": 2}, "here") == Prior("half_normal", sd=2.0)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (0.5, "here: a prior is a table such as"),
        ({}, "here: unknown prior family ''. Known words: normal, half_normal."),
        ({"family": "half_norml", "sd": 1}, "Did you mean 'half_normal'?"),
        ({"family": "normal", "maen": 0, "sd": 1}, "here: 'maen' has no meaning for normal. Did you mean 'mean'?"),
        ({"family": "half_normal", "mean": 0, "sd": 1}, "'mean' has no meaning for half_normal"),
        ({"family": "normal", "sd": 1}, "here: a normal prior needs a number for 'mean'"),
        ({"family": "normal", "mean": 0, "sd": "wide"}, "needs a number for 'sd'"),
        ({"family": "normal", "mean": True, "sd": 1}, "needs a number for 'mean'"),
    ],
)
def test_an_entry_that_is_not_a_prior_is_refused(entry, message):
    with pytest.raises(SpecError, match=message):
        read_prior(entry, "here")


def test_every_family_has_a_scale():
    assert all("sd" in words for words in FAMILIES.values())
