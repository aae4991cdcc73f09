import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.estimands.fitted import (
    Fitted,
    admissions_of,
    as_fit,
    check_order,
    people_of,
    population_of,
    ratio_of,
)
from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.gradients import slope_index
from equitymodel.estimands.inequality import concentration_index
from equitymodel.estimands.rates import shortfall
from equitymodel.estimands.tipping import tipping_point
from tests.estimands.strategies import Made, assert_same, groups, made_fit

pytestmark = pytest.mark.unit
DRAWS = groups([1.0, 2, 3, 4, 5])


def test_anything_with_the_parts_of_a_fit_is_one():
    fit = made_fit()
    assert isinstance(fit, Fitted)
    assert as_fit(fit) is fit
    assert not isinstance(DRAWS, Fitted)


@pytest.mark.parametrize("given", [[1.0], "fit", None, xr.Dataset()])
def test_other_things_are_refused_by_name(given):
    with pytest.raises(OptionError, match=type(given).__name__):
        as_fit(given)


def test_draws_stay_as_they_are():
    assert ratio_of(DRAWS) is DRAWS
    assert admissions_of(DRAWS, DRAWS)[0] is DRAWS
    assert population_of(DRAWS, DRAWS) is DRAWS


def test_a_fit_gives_its_own_parts():
    fit = made_fit()
    assert_same(ratio_of(fit), fit.ratio)
    fitted, expected = admissions_of(fit, None)
    assert_same(fitted, fit.fitted)
    assert_same(expected, fit.expected)
    assert_same(population_of(fit, None), people_of(fit))


def test_other_expected_admissions_may_be_set_beside_a_fit():
    fit = made_fit()
    less = fit.expected_under("population")
    assert_same(admissions_of(fit, less)[1], less)


def test_people_are_those_of_cells_that_offer_the_procedure():
    fit = made_fit()
    fit.cells["offered"][{"ics": 0, "procedure": 1}] = False
    people = people_of(fit)
    assert bool(people.isel(ics=0, procedure=1).isnull().all())
    assert int(people.isnull().sum()) == 5
    np.testing.assert_array_equal(people.isel(ics=0, procedure=0), fit.cells["population"].isel(ics=0))


def test_draws_need_what_a_fit_would_have_given():
    with pytest.raises(OptionError, match="expected admissions"):
        admissions_of(DRAWS, None)
    with pytest.raises(OptionError, match="population"):
        population_of(DRAWS, None)


def test_only_groups_with_an_order_have_gradients():
    check_order(DRAWS)
    check_order(made_fit())
    with pytest.raises(OptionError, match=r"groups of ethnicity have no order.*theil_index"):
        check_order(made_fit(group="ethnicity"))


class Failed(Made):
    """A fit that failed its diagnosis."""

    def require_sound(self):
        raise DiagnosisError("it failed")


def test_a_fit_that_failed_gives_no_estimate_to_anyone():
    made = made_fit()
    failed = Failed(made.cells, made.ratio)
    for estimand in (rate_ratio, pooled_ratio, slope_index, shortfall, tipping_point, concentration_index):
        with pytest.raises(DiagnosisError, match="it failed"):
            estimand(failed)
    with pytest.raises(DiagnosisError, match="it failed"):
        next(gap_measures(failed))
    assert_same(ratio_of(failed.ratio), made.ratio)
