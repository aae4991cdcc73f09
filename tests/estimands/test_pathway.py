import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.pathway import (
    cumulative_gaps,
    probability_contributes_most,
    stage_changes,
    stage_gaps,
    through,
)

pytestmark = pytest.mark.unit

STAGES = ["found", "referred", "seen", "listed", "admitted"]
MOST, LEAST = [0.6, 0.5, 0.9, 0.5, 0.9], [0.7, 0.5, 0.95, 0.6, 0.95]


def passages(*groups, labels=None):
    """Log passages of groups, by stage."""
    labels = labels or [1, *range(5, 5 + len(groups) - 1)]
    return xr.DataArray(np.log(groups), coords={"deprivation": labels, "stage": STAGES[: len(groups[0])]})


def random_passages(seed=1, draws=200, groups=5, stages=6, ics=2):
    rng = np.random.default_rng(seed)
    names = [f"stage {number}" for number in range(stages)]
    values = np.log(rng.uniform(0.05, 1.3, (2, draws, ics, groups, 1, stages)))
    dims = ("chain", "draw", "ics", "deprivation", "procedure", "stage")
    return xr.DataArray(values, {"deprivation": np.arange(1, groups + 1), "stage": names}, dims)


def test_the_counts_of_the_reference_example():
    counts = through(xr.DataArray([1000.0, 1000.0], {"deprivation": [1, 5]}), passages(MOST, LEAST))
    np.testing.assert_allclose(counts.isel(stage=-1), [121.5, 189.525], rtol=1e-12)
    assert counts.dims == ("deprivation", "stage")
    assert counts["stage"].values.tolist() == STAGES


def test_the_gaps_of_the_reference_example():
    gaps = stage_gaps(passages(MOST, LEAST))
    np.testing.assert_allclose(gaps, [-0.15415, 0, -0.05407, -0.18232, -0.05407], atol=5e-6)
    assert float(gaps.sum()) == pytest.approx(-0.444607, abs=5e-7)
    assert float(np.exp(gaps.sum())) == pytest.approx(0.641076, abs=5e-7)


def test_stage_gaps_add_up_to_the_whole_in_every_draw():
    passage = random_passages()
    counts = through(xr.DataArray(1000.0), passage).isel(stage=-1)
    whole = np.log(counts.isel(deprivation=0) / counts.isel(deprivation=-1))
    gaps = stage_gaps(passage)
    np.testing.assert_allclose(gaps.sum("stage"), whole, rtol=0, atol=1e-12)
    np.testing.assert_allclose(cumulative_gaps(gaps).isel(stage=-1), whole, rtol=0, atol=1e-12)


def test_cumulative_gaps_are_those_of_what_has_arrived_at_each_stage():
    passage = random_passages(draws=5)
    counts = through(xr.DataArray(1.0), passage)
    arrived = np.log(counts.isel(deprivation=0) / counts.isel(deprivation=-1))
    np.testing.assert_allclose(cumulative_gaps(stage_gaps(passage)), arrived, atol=1e-12)


def test_need_of_groups_may_have_draws_of_its_own():
    passage, need = random_passages(draws=3), xr.DataArray(np.full((2, 3), 10.0), dims=("chain", "draw"))
    assert through(need, passage).dims == passage.dims


def test_groups_may_be_named_and_those_that_are_not_there_are_refused():
    passage = passages(MOST, LEAST, MOST, labels=["a", "b", "c"]).rename(deprivation="group")
    assert float(abs(stage_gaps(passage)).sum()) == 0
    np.testing.assert_allclose(stage_gaps(passage, group="b"), -stage_gaps(passage, reference="b"))
    with pytest.raises(OptionError, match="no group group 'x'"):
        stage_gaps(passage, group="x")


def test_swapping_the_groups_turns_every_gap_round():
    np.testing.assert_allclose(stage_gaps(passages(MOST, LEAST)), -stage_gaps(passages(LEAST, MOST)))


@pytest.mark.parametrize("function", [stage_gaps, cumulative_gaps, probability_contributes_most])
def test_passages_without_stages_are_refused(function):
    with pytest.raises(OptionError, match="no dim 'stage'"):
        function(passages(MOST, LEAST).isel(stage=0))
    with pytest.raises(OptionError, match="no dim 'stage'"):
        through(xr.DataArray(1.0), xr.DataArray(0.0))


def test_the_probability_that_a_stage_contributes_most_is_the_share_of_draws_in_which_it_takes_most():
    gaps = stage_gaps(random_passages())
    probability = probability_contributes_most(gaps)
    np.testing.assert_allclose(probability.sum("stage"), 1.0)
    worst = gaps.argmin("stage")
    np.testing.assert_allclose(probability.isel(stage=2), (worst == 2).mean(("chain", "draw")))


def test_the_change_between_periods_says_which_stage_changed_and_adds_up():
    gaps = xr.concat([stage_gaps(random_passages(seed)) for seed in (1, 2)], "period").assign_coords(period=["a", "b"])
    change = stage_changes(gaps, first="a", last="b")
    np.testing.assert_allclose(change.sum("stage"), gaps.sum("stage").diff("period").isel(period=0), atol=1e-12)
    np.testing.assert_allclose(stage_changes(gaps, first="b", last="a"), -change)
    with pytest.raises(OptionError, match="no period 'c'"):
        stage_changes(gaps, first="a", last="c")
