import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.inference.grouped.year_of_fit import YearOfFit, year_of
from tests.fitted_years import GAINS, with_years

pytestmark = pytest.mark.unit
FIRST = {"deprivation": 1}


def test_the_last_year_is_what_is_asked_for_by_default(quick_fit):
    last = year_of(with_years(quick_fit))
    assert isinstance(last, YearOfFit)
    assert last.period == "2022/23"
    np.testing.assert_allclose(last.fitted, quick_fit.fitted)
    assert last.fitted.dims == quick_fit.fitted.dims
    assert last.cells.equals(quick_fit.cells)


def test_another_year_has_its_own_ratios(quick_fit):
    before = year_of(with_years(quick_fit), "2019/20")
    np.testing.assert_allclose(before.fitted.sel(FIRST), GAINS[0] * quick_fit.fitted.sel(FIRST))
    np.testing.assert_allclose(before.ratio.sel(FIRST), GAINS[0] * quick_fit.ratio.sel(FIRST))
    assert "period" not in before.cells.coords


def test_a_quarter_is_given_a_year_people_too(quick_fit):
    quarter = year_of(with_years(quick_fit, length=0.25))
    np.testing.assert_allclose(quarter.fitted, 4 * quick_fit.fitted)
    np.testing.assert_allclose(quarter.ratio, quick_fit.ratio)
    for name in ("admissions", "population", "expected_admissions"):
        np.testing.assert_allclose(quarter.cells[name], 4 * quick_fit.cells[name])
        assert quarter.cells[name].attrs == quick_fit.cells[name].attrs


def test_it_keeps_verdict_stamp_and_seed_and_draws_without_a_period(quick_fit):
    whole = with_years(quick_fit)
    last = year_of(whole)
    assert (last.verdict, last.stamp, last.seed, last.engine) == (whole.verdict, whole.stamp, whole.seed, whole.engine)
    assert last.require_sound() is last
    assert "period" not in last.posterior.dims


def test_other_draws_of_all_years_may_be_taken_of_this_one(quick_fit):
    whole = with_years(quick_fit, length=0.5)
    last = year_of(whole)
    np.testing.assert_allclose(last.of_year(whole.fitted), last.fitted)
    following = whole.fitted.isel(period=-1, drop=True)
    np.testing.assert_allclose(last.of_year(following), 2 * following)


def test_a_fit_without_years_stays_as_it_is(quick_fit):
    assert year_of(quick_fit) is quick_fit


def test_a_year_that_is_not_there_is_refused(quick_fit):
    with pytest.raises(OptionError, match=r"no period '2022/24' in this fit. Did you mean '2022/23'"):
        year_of(with_years(quick_fit), "2022/24")
