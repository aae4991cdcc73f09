from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import gamma

import equitymodel as em
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.another_ics import draw_another_ics
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


def test_what_is_expected_is_the_median_of_what_the_model_draws_and_the_ratio_is_over_it(fit):
    found = predicted_funnel(fit)
    drawn = draw_another_ics(fit.spec, fit.posterior, fit.cells, seed=fit.seed)
    one = drawn.isel(deprivation=0).sum("procedure").stack(draws=("chain", "draw"))
    points = found.points.set_index("ics").loc[one["ics"].values]
    assert points["expected"].to_numpy() == pytest.approx(one.median("draws").values)
    assert points["value"].to_numpy() == pytest.approx(points["observed"].to_numpy() / one.median("draws").values)
    assert points["upper"].to_numpy() == pytest.approx(np.quantile(one / one.median("draws"), 0.999, axis=-1))
    assert found.counted == "admissions of the most deprived"
    assert found.names == dict(zip(fit.cells["ics"].values, fit.cells["ics_name"].values, strict=True))


@pytest.mark.parametrize("form", ["shmi", "exact"])
def test_a_funnel_of_counts_of_four_areas_is_refused_as_of_a_series(fit, form):
    four = replace(fit, cells=fit.cells.isel(ics=slice(4)))
    with pytest.raises(OptionError, match="5 or more, and there are 4; take the funnel of what the model predicts"):
        counted_funnel(four, form=form)


def test_exact_limits_are_those_of_a_poisson_count(quick_fit):
    found = counted_funnel(quick_fit, form="exact")
    points = found.points.set_index("ics").loc[quick_fit.cells["ics"].values]
    every = [dim for dim in quick_fit.cells["admissions"].dims if dim != "ics"]
    expected = quick_fit.expected.sum(every).values
    assert points["expected"].to_numpy() == pytest.approx(expected)
    assert points["upper"].to_numpy() == pytest.approx(gamma.ppf(0.999, expected + 1) / expected)
    assert points["lower_95"].to_numpy() == pytest.approx(gamma.ppf(0.025, expected) / expected)
    assert (found.counted, found.seed) == ("admissions", quick_fit.seed)
