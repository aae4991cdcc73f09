from itertools import combinations
from math import factorial

import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.pathway import through
from equitymodel.estimands.stage_attribution import attribute_to_stages, largest_part
from tests.estimands.test_pathway import LEAST, MOST, passages, random_passages

pytestmark = pytest.mark.unit


def by_subsets(need, own, reference):
    """The Shapley value as it is defined: what a stage adds, over all subsets of the others."""
    stages = len(own)

    def total(levelled):
        return need * np.prod([reference[s] if s in levelled else own[s] for s in range(stages)])

    found = []
    for stage in range(stages):
        others = [s for s in range(stages) if s != stage]
        subsets = [set(some) for size in range(stages) for some in combinations(others, size)]
        weights = [factorial(len(some)) * factorial(stages - len(some) - 1) / factorial(stages) for some in subsets]
        gains = [total(some | {stage}) - total(some) for some in subsets]
        found.append(np.dot(weights, gains))
    return np.array(found)


def thousand(passage):
    return xr.full_like(passage.isel(stage=0, drop=True), 1000.0)


def test_the_reference_numbers():
    passage = passages(MOST, LEAST)
    parts = attribute_to_stages(thousand(passage), passage)
    np.testing.assert_allclose(parts, [23.574, 0, 8.299, 27.853, 8.299], atol=5e-4)
    assert parts.values[1] == 0
    assert float(parts.sum()) == pytest.approx(68.025, abs=1e-9)


@pytest.mark.parametrize("stages", [1, 2, 3, 6, 7])
def test_it_is_the_mean_over_all_orders(stages):
    rng = np.random.default_rng(stages)
    own, reference = rng.uniform(0.1, 1.2, (2, stages))
    values = xr.DataArray(np.log([own, reference]), dims=("deprivation", "stage"))
    np.testing.assert_allclose(
        attribute_to_stages(xr.DataArray([70.0, 50.0], dims="deprivation"), values),
        by_subsets(70.0, own, reference),
        rtol=1e-12,
    )


def test_it_adds_up_to_the_shortfall_of_all_groups_in_every_draw():
    passage = random_passages()
    need = xr.DataArray(np.linspace(500, 100, 5), dims="deprivation", coords={"deprivation": passage["deprivation"]})
    counts = through(need, passage).isel(stage=-1)
    rate = (counts / need).isel(deprivation=-1)
    shortfall = (rate * need - counts).sum("deprivation")
    parts = attribute_to_stages(need, passage)
    np.testing.assert_allclose(parts.sum("stage"), shortfall, rtol=0, atol=1e-9)
    assert parts.dims == ("chain", "draw", "ics", "procedure", "stage")


def test_a_stage_with_equal_passage_has_nothing_and_two_alike_have_the_same():
    passage = random_passages(draws=20)
    passage[..., 2] = passage[..., 2].isel(deprivation=0)
    passage[..., 4] = passage[..., 3]
    parts = attribute_to_stages(thousand(passage), passage)
    assert float(abs(parts.isel(stage=2)).max()) == 0
    np.testing.assert_allclose(parts.isel(stage=3), parts.isel(stage=4), rtol=1e-9)


def test_another_group_may_be_the_reference_and_one_that_is_not_there_is_refused():
    passage = passages(MOST, LEAST)
    turned = attribute_to_stages(thousand(passage), passage, reference=1)
    assert float(turned.sum()) == pytest.approx(-68.025, abs=1e-9)
    with pytest.raises(OptionError, match="no deprivation group '9'"):
        attribute_to_stages(thousand(passage), passage, reference=9)


def test_levelling_up_one_stage_at_a_time_would_not_add_up():
    alone = [1000 * (np.prod(np.where(np.arange(5) == s, LEAST, MOST)) - np.prod(MOST)) for s in range(5)]
    assert sum(alone) == pytest.approx(58.05, abs=5e-3)


def test_the_probability_of_the_largest_part():
    parts = attribute_to_stages(thousand(random_passages()), random_passages())
    np.testing.assert_allclose(largest_part(parts).sum("stage"), 1.0)
    with pytest.raises(OptionError, match="by stage"):
        largest_part(parts.isel(stage=0))
