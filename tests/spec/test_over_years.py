import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.over_years import CONSTANT, OVER_YEARS, YEARLY, basis_over_years, refuse_over_years

pytestmark = pytest.mark.unit
UNEVEN = np.array([2017.75, 2018.75, 2021.75, 2022.25])


def covariance(name, correlation=None):
    basis = basis_over_years(name, UNEVEN, correlation)
    return basis @ basis.T


def test_what_is_constant_is_one_value_in_every_year():
    np.testing.assert_array_equal(basis_over_years(CONSTANT, UNEVEN, None), np.ones((4, 1)))
    assert OVER_YEARS[CONSTANT].constant
    assert not OVER_YEARS["walk"].constant


def test_a_walk_is_the_difference_from_the_last_year_with_a_variance_of_one_a_year_apart():
    away = UNEVEN[-1] - UNEVEN
    np.testing.assert_allclose(covariance("walk"), np.minimum(away[:, None], away[None]))


def test_a_trend_is_the_distance_from_the_last_year():
    np.testing.assert_allclose(basis_over_years("trend", UNEVEN, None), (UNEVEN - UNEVEN[-1])[:, None])


def test_what_fades_has_the_same_variance_in_every_year_and_less_correlation_the_further_apart():
    apart = np.abs(UNEVEN[:, None] - UNEVEN[None])
    np.testing.assert_allclose(covariance("fading", 0.9), 0.9**apart)


def test_the_first_weight_of_what_fades_is_its_value_in_the_last_year():
    np.testing.assert_allclose(basis_over_years("fading", UNEVEN, 0.9)[-1], [1.0, 0.0, 0.0, 0.0])


def test_noise_of_a_year_is_independent_from_year_to_year():
    np.testing.assert_array_equal(covariance(YEARLY), np.eye(4))


@pytest.mark.parametrize(("name", "shapes"), [(CONSTANT, 1), ("walk", 0), ("trend", 0), ("fading", 1), (YEARLY, 1)])
def test_one_year_has_no_change_between_years(name, shapes):
    assert basis_over_years(name, UNEVEN[:1], 0.9).shape == (1, shapes)
    assert OVER_YEARS[name].between_years == (shapes == 0)


@pytest.mark.parametrize("years", [[2022.0, 2021.0], [2021.0, 2021.0]])
def test_years_that_do_not_rise_are_refused(years):
    with pytest.raises(SpecError, match="years must rise, not"):
        basis_over_years("walk", np.array(years), None)


@pytest.mark.parametrize(("name", "correlation"), [(CONSTANT, None), ("walk", None), ("trend", None), ("fading", 0.5)])
def test_what_has_a_meaning_is_not_refused(name, correlation):
    assert refuse_over_years(name, correlation) is None


@pytest.mark.parametrize(
    ("name", "correlation", "reason"),
    [
        ("wlak", None, "unknown over_years 'wlak'. Did you mean 'walk'?"),
        ("walk", 0.5, "a correlation has no meaning for over_years = walk"),
        ("fading", 0.0, "over_years = fading needs a correlation between 0 and 1, from one year to the next"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_way_out(name, correlation, reason):
    assert refuse_over_years(name, correlation) == reason


def test_the_noise_of_a_year_is_asked_for_by_a_share_and_not_by_name():
    assert YEARLY not in refuse_over_years(YEARLY, None).split("Known words")[-1]
