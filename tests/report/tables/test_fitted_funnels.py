import pytest

import equitymodel as em
from equitymodel.errors import OptionError
from equitymodel.report.tables.fitted_funnels import counted_funnel, predicted_funnel

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def fit():
    return em.fit_model(em.load_model(), em.simulate_cells(areas=6, seed=1)[0], engine="laplace", seed=1)


def test_the_most_deprived_are_held_against_what_the_model_predicts(fit):
    found = predicted_funnel(fit).points.set_index("ics")
    counts = fit.cells["admissions"].isel(deprivation=0).sum("procedure").to_series()
    assert found["observed"].sort_index().tolist() == counts.sort_index().tolist()
    assert (found["lower"] <= found["lower_95"]).all()
    assert (found["upper_95"] <= found["upper"]).all()


def test_counts_are_held_against_what_is_expected_and_procedures_can_be_chosen(quick_fit):
    name = str(quick_fit.cells["procedure"].values[0])
    one, every = counted_funnel(quick_fit, form="exact", procedure=name), counted_funnel(quick_fit, form="exact")
    assert one.points["observed"].sum() < every.points["observed"].sum()
    with pytest.raises(OptionError, match="no procedure"):
        counted_funnel(quick_fit, form="exact", procedure="absent")
