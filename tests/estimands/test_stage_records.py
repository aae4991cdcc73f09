import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.stage_attribution import attribute_to_stages
from equitymodel.estimands.stage_records import (
    attribution_measure,
    change_measure,
    gap_measure,
    periods_of,
    with_total,
)
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.test_pathway import random_passages

pytestmark = pytest.mark.unit

ORDERED = CellFacts(Group()).keep_with(xr.Dataset())


@pytest.fixture(scope="module")
def passage():
    return random_passages(draws=40).assign_coords(ics=["a", "b"], procedure=["hip"], chain=[0, 1])


@pytest.fixture(scope="module")
def need(passage):
    return xr.DataArray(np.linspace(500, 100, 10).reshape(2, 5), dims=("ics", "deprivation"),
                        coords={"ics": ["a", "b"], "deprivation": passage["deprivation"]})  # fmt: skip


def test_gaps_add_up_to_their_total_and_so_do_admissions(passage, need):
    for measure in (gap_measure(need, passage, ORDERED), attribution_measure(need, passage)):
        parts, total = measure.draws.isel(stage=slice(0, -1)), measure.draws.sel(stage="total")
        np.testing.assert_allclose(parts.sum("stage"), total, rtol=0, atol=1e-9)
        np.testing.assert_allclose(parts.mean(("chain", "draw")).sum("stage"), total.mean(("chain", "draw")), atol=1e-9)


def test_all_ics_together_are_those_who_arrive_anywhere(passage, need):
    own = gap_measure(need, passage, ORDERED).draws.sel(ics=ALL_ICS, stage="total", procedure="hip")
    counts = (need * np.exp(passage.sum("stage"))).sum("ics").sel(procedure="hip")
    rate = counts / need.sum("ics")
    np.testing.assert_allclose(own, np.log(rate.isel(deprivation=0) / rate.isel(deprivation=-1)), atol=1e-12)


def test_admissions_of_all_are_the_sum_over_ics(passage, need):
    draws = attribution_measure(need, passage).draws
    np.testing.assert_allclose(draws.sel(ics=ALL_ICS), draws.sel(ics=["a", "b"]).sum("ics"), rtol=1e-9)
    np.testing.assert_allclose(
        draws.sel(ics="a").isel(stage=slice(0, -1)), attribute_to_stages(need, passage).sel(ics="a"), rtol=1e-12
    )


def test_probabilities_are_shares_of_draws(passage, need):
    measure = gap_measure(need, passage, ORDERED)
    np.testing.assert_allclose(measure.against, (measure.draws < 0).mean(("chain", "draw")))
    assert measure.most.sel(stage="total").isnull().all()
    np.testing.assert_allclose(measure.most.sum("stage"), 1.0)
    added = attribution_measure(need, passage)
    np.testing.assert_allclose(added.against, (added.draws > 0).mean(("chain", "draw")))


def test_groups_without_an_order_are_each_compared_with_the_reference(passage, need):
    named = {"deprivation": "group"}
    stages = CellFacts(Group("ethnicity", "5")).keep_with(xr.Dataset())
    draws = gap_measure(need.rename(named), passage.rename(named), stages).draws
    assert draws["group"].values.tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(
        draws.isel(group=0), gap_measure(need, passage, ORDERED).draws.transpose(*draws.isel(group=0).dims)
    )


def test_the_change_is_between_the_periods_that_are_named(passage, need):
    both = xr.concat([passage, passage * 1.1], xr.DataArray(["x", "y"], dims="period", name="period"))
    change = change_measure(need, both, ORDERED, first="x", last="y").draws.sel(ics="a").isel(stage=0)
    gap = gap_measure(need, passage, ORDERED).draws.sel(ics="a").isel(stage=0)
    np.testing.assert_allclose(change, 0.1 * gap, atol=1e-12)


def test_a_total_of_an_unknown_part_is_unknown():
    assert with_total(xr.DataArray([1.0, np.nan], {"stage": ["a", "b"]}, "stage")).isnull().values.tolist() == [
        False,
        True,
        True,
    ]


def test_periods_are_named_where_there_are_several():
    assert periods_of(xr.Dataset(coords={"period": ["2021", "2022"]})) == ["2021", "2022"]
