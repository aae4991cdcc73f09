"""Any two years of a fit compared: as the table of years has them, and those it does not have."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.any_two_years import gap_between_years
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def years(quick_fit):
    return with_years(quick_fit)


def periods(fit):
    return [str(period) for period in fit.cells["period"].values]


def change(fit, first, last):
    table = gap_between_years(fit, first, last)
    rows = table[(table["measure"] == "rate_ratio_change") & (table["ics"] == "All ICSs")]
    return rows["estimate"].to_numpy()


def test_back_and_forth_are_inverse(years):
    first, *_, last = periods(years)
    assert change(years, last, first) == pytest.approx(1 / change(years, first, last), rel=1e-6)


def test_a_narrowing_has_a_probability_and_an_interval(years):
    first, *_, last = periods(years)
    table = gap_between_years(years, first, last)
    assert set(table["measure"]) == {"rate_ratio_change", "rate_ratio_narrowing"}
    assert (table["lower"] <= table["upper"]).all()
    assert table["probability"].between(0, 1).all()


def test_years_that_are_not_there_are_refused(years):
    first = periods(years)[0]
    for pair in ((first, first), (first, "1999")):
        with pytest.raises(OptionError):
            gap_between_years(years, *pair)
