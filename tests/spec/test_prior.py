import numpy as np
import pytest
from scipy import integrate, stats

from equitymodel.errors import SpecError
from equitymodel.spec.prior import FAMILIES, SPREADS, Prior, read_prior

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
        ({"family": "pc", "upper": 0.3, "chance": 1.0}, "a prior's chance must be above 0 and below 1, not 1.0"),
        ({"family": "exponential", "mean": 0.0}, "mean must be above 0 and finite, not 0.0"),
        ({"family": "half_student_t", "sd": 0.1}, "degrees of freedom must be above 0 and finite"),
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
        ({}, "here: unknown prior family ''. Known words: normal, half_normal, half_student_t, exponential, pc."),
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


SPREAD_PRIORS = {
    "half_normal": Prior("half_normal", sd=0.3),
    "half_student_t": Prior("half_student_t", sd=0.1, degrees_of_freedom=3.0),
    "exponential": Prior("exponential", mean=0.2),
    "pc": Prior("pc", upper=0.3, chance=0.05),
}


def test_there_is_one_of_every_family_of_standard_deviations_here():
    assert tuple(SPREAD_PRIORS) == SPREADS


@pytest.mark.parametrize("prior", SPREAD_PRIORS.values(), ids=str)
def test_quantiles_are_those_of_its_density_and_of_its_draws(prior):
    draws = prior.draw(np.random.default_rng(1), (40_000,))
    assert draws.min() > 0
    for chance in (0.1, 0.5, 0.9):
        value = prior.quantile(chance)
        below, _ = integrate.quad(lambda sd: np.exp(prior.law.logpdf(sd)), 0.0, value)
        assert below == pytest.approx(chance, abs=1e-6)
        assert np.mean(draws < value) == pytest.approx(chance, abs=0.01)


def test_a_pc_prior_has_its_chance_above_its_upper_and_is_exponential():
    prior = SPREAD_PRIORS["pc"]
    assert prior.quantile(0.95) == pytest.approx(0.3)
    assert prior.law.sf(0.6) == pytest.approx(0.05**2)  # no memory: as far again, the same chance again


def test_a_folded_student_t_is_that_of_scipy_folded():
    prior = SPREAD_PRIORS["half_student_t"]
    assert prior.quantile(0.95) == pytest.approx(0.1 * stats.t.ppf(0.975, 3))
    assert str(prior) == "HalfStudentT(3, 0.1)"


@pytest.mark.parametrize("prior", [Prior("normal", mean=0.1, sd=0.5), *SPREAD_PRIORS.values()], ids=str)
def test_every_prior_reads_back_from_its_numbers(prior):
    entry = {"family": prior.family} | {word: getattr(prior, word) for word in FAMILIES[prior.family].words}
    assert read_prior(entry, "here") == prior
    assert all(f"{word}={getattr(prior, word)}" in repr(prior) for word in FAMILIES[prior.family].words)


def test_of_another_family_no_number_is_kept():
    assert SPREAD_PRIORS["half_student_t"].changed("a", None, {"sd": 0.2}).degrees_of_freedom == 3.0
    with pytest.raises(SpecError, match="'a': a half_student_t prior needs a number for 'degrees_of_freedom'"):
        SPREAD_PRIORS["half_normal"].changed("a", "half_student_t", {"sd": 0.2})
