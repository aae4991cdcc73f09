import numpy as np
import pytest

from equitymodel.data.tables.crossed_groups import MAIN, WITHIN
from equitymodel.estimands.crossed_gaps import standardised_margins
from equitymodel.estimands.crossed_records import crossed_measures
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ICS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def measures(crossed_fit):
    return {measure.key: measure for measure in crossed_measures(crossed_fit)}


def test_every_gap_is_recorded_with_its_draws_and_what_it_is_compared_with(measures):
    assert list(measures) == [
        "rate_ratio_within", "rate_ratio_between", "rate_ratio_by_main_group", "rate_ratio_by_deprivation",
        "shortfall_within", "shortfall_between", "shortfall_total",
    ]  # fmt: skip
    assert measures["rate_ratio_between"].reference == "White British"
    assert measures["shortfall_total"].reference == "White British, deprivation 5"
    assert {measure.centre for key, measure in measures.items() if key.startswith("shortfall")} == {"mean"}


def test_shortfalls_of_all_ics_are_the_sums_of_theirs(measures):
    for key in ("shortfall_within", "shortfall_between", "shortfall_total"):
        draws = measures[key].draws
        areas = draws.drop_sel({ICS: ALL_ICS})
        np.testing.assert_allclose(areas.sum(ICS), draws.sel({ICS: ALL_ICS}), rtol=1e-9, atol=1e-9)
        cells = draws.drop_sel({MAIN: ALL_GROUPS, WITHIN: ALL_GROUPS})
        whole = draws.sel({MAIN: ALL_GROUPS, WITHIN: ALL_GROUPS})
        np.testing.assert_allclose(cells.sum([MAIN, WITHIN]), whole, rtol=1e-9, atol=1e-9)


def test_a_fit_of_one_grouping_has_none(quick_fit):
    assert list(crossed_measures(quick_fit)) == []


def test_every_group_but_the_last_is_compared_with_it_at_one_mix(measures, crossed_fit):
    """A row of deprivation says which group it is of, as a row of a main group does."""
    need, fitted = crossed_fit.expected.sum(ICS), crossed_fit.fitted.sum(ICS)
    margins = standardised_margins(fitted, need, standard=need)
    for key, ratio, dim in zip(("main_group", "deprivation"), margins, (MAIN, WITHIN), strict=True):
        found = measures[f"rate_ratio_by_{key}"].draws.sel({ICS: ALL_ICS}, drop=True)
        assert found[dim].values.tolist() == ratio[dim].values.tolist()[:-1]
        by_hand = ratio / ratio.isel({dim: -1}, drop=True)
        np.testing.assert_allclose(found, by_hand.sel({dim: found[dim]}).transpose(*found.dims))
