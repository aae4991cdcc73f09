import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.monitoring.any_two_years import gap_between_all_years, gap_between_years
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.report.tables.years_table import years_table
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def fit(quick_fit):
    return with_years(quick_fit)


def test_every_pair_is_that_of_its_two_years(fit):
    periods = [str(period) for period in fit.cells["period"].values]
    every = gap_between_all_years(fit)
    many = len(periods) * (len(periods) - 1) // 2
    assert len(every[["period_from", "period_to"]].drop_duplicates()) == many
    one = gap_between_years(fit, periods[0], periods[-1])
    own = every[(every["period_from"] == periods[0]) & (every["period_to"] == periods[-1])]
    assert own["estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy())


def test_points_are_gaps_and_all_together_come_first(fit):
    found = ComparedYears(years_table(fit), gap_between_all_years(fit), CellFacts.of(fit.cells), 1)
    assert next(iter(found.areas)) == "All ICSs"
    assert (found.points["lower"] <= found.points["value"]).all()
