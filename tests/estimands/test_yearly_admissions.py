import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.yearly_admissions import YearlyAdmissions
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES
from tests.estimands.strategies import made_fit
from tests.estimands.years_world import yearly_fit

pytestmark = pytest.mark.unit
RATIO = np.array([[[[0.8, 0.9], [0.5, 0.6]], [[1.0, 1.0], [1.0, 1.2]]]] * 2)
EXPECTED = np.array([[[[100.0, 110], [10, 20]], [[50, 60], [30, 40]]], [[[20, 30], [40, 50]], [[60, 70], [80, 90]]]])


def test_quarters_are_given_a_year_and_ratios_do_not_move():
    whole, quarter = (
        YearlyAdmissions.of(yearly_fit(RATIO, expected=EXPECTED, length=length)) for length in (1.0, 0.25)
    )
    for name in ("fitted", "expected", "people"):
        np.testing.assert_allclose(getattr(quarter, name), 4 * getattr(whole, name))
    np.testing.assert_allclose(quarter.ratio, whole.ratio)
    np.testing.assert_allclose(quarter.rate, whole.rate)
    assert whole.fitted.dims == ("chain", "draw", "ics", "deprivation", "procedure", "period")


def test_all_together_are_sums_and_people_are_counted_once():
    fit = yearly_fit(RATIO, expected=EXPECTED, people=1000.0)
    each = YearlyAdmissions.of(fit).with_all_ics()
    years = each.all_procedures()
    place = {"ics": ALL_ICS, "deprivation": 1, "period": "2019/20"}
    assert each.expected.sel(place).values.tolist() == [140.0, 70.0]
    assert years.expected.sel(place).values.tolist() == [210.0]
    assert each.people.sel(place).values.tolist() == [2000.0, 2000.0]
    assert years.people.sel(place).values.tolist() == [2000.0]
    for name in ("fitted", "expected", "people"):
        together = getattr(YearlyAdmissions.of(fit).all_ics(), name)
        np.testing.assert_allclose(together, getattr(each, name).sel(ics=[ALL_ICS]).transpose(*together.dims))
    fitted = years.fitted.sel(ics="Avon", deprivation=1, period="2018/19", procedure=ALL_PROCEDURES)
    assert fitted.item() == pytest.approx(100 * 0.8 + 10 * 0.5)


def test_one_procedure_has_no_second_row_for_all_of_them():
    (years,) = YearlyAdmissions.of(yearly_fit(RATIO[:, :, :1], expected=EXPECTED[:, :, :1])).by_procedures()
    assert years.fitted["procedure"].values.tolist() == ["hip"]


def test_procedures_come_a_few_at_a_time_then_all_together():
    parts = YearlyAdmissions.of(yearly_fit(RATIO, expected=EXPECTED)).by_procedures(at_once=1)
    assert [part.people["procedure"].values.tolist() for part in parts] == [["hip"], ["knee"], [ALL_PROCEDURES]]


def test_a_cell_without_need_in_one_year_is_left_out_of_every_year():
    expected = EXPECTED.copy()
    expected[0, 1, 1, 0] = np.nan
    fit = yearly_fit(RATIO, expected=expected)
    years = YearlyAdmissions.of(fit)
    gone = years.fitted.sel(ics="Avon", deprivation=2, procedure="knee")
    assert gone.isnull().all()
    assert int(years.fitted.isnull().sum()) == gone.size
    assert years.with_all_ics().expected.sel(ics=ALL_ICS, deprivation=2, procedure="knee").values.tolist() == [80, 90]


def test_years_keep_their_labels_and_middles():
    years = YearlyAdmissions.of(yearly_fit(RATIO, middles=(2018.75, 2019.75)))
    assert years.periods == ["2018/19", "2019/20"]
    assert years.year.values.tolist() == [2018.75, 2019.75]
    bare = yearly_fit(RATIO)
    plain = type(bare)(bare.cells.drop_vars(["year", "period_years"]), bare.ratio)
    assert YearlyAdmissions.of(plain).year.values.tolist() == [0.0, 1.0]


def test_other_draws_may_stand_in_for_those_of_the_area_as_it_is():
    fit = yearly_fit(RATIO, expected=EXPECTED)
    np.testing.assert_allclose(YearlyAdmissions.of(fit, 2 * fit.fitted).ratio, 2 * YearlyAdmissions.of(fit).ratio)


def test_expected_admissions_may_carry_draws():
    fit = yearly_fit(RATIO, expected=EXPECTED, draws=[1.0, 1.0])
    uncertain = fit.cells.assign(expected_admissions=fit.cells["expected_admissions"].expand_dims(chain=1, draw=2))
    years = YearlyAdmissions.of(type(fit)(uncertain, fit.ratio))
    assert years.ratio.sel(ics="Avon", deprivation=1, procedure="hip").isel(chain=0, draw=0).values.tolist() == [
        0.8,
        0.9,
    ]


def test_some_places_may_be_chosen():
    part = YearlyAdmissions.of(yearly_fit(RATIO)).within({"ics": ["Dorset"]})
    assert part.people["ics"].values.tolist() == ["Dorset"]
    assert isinstance(part.fitted, xr.DataArray)


def test_cells_without_years_are_refused():
    with pytest.raises(OptionError, match="give a fit to cells with a 'period'"):
        YearlyAdmissions.of(made_fit())
