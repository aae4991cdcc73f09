import numpy as np
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.simulate.simulated_stages import (
    StageWorld,
    demo_stages,
    example_stages,
    passages_with,
    simulate_stages,
)

pytestmark = pytest.mark.unit


def test_no_more_pass_than_were_there():
    rows = simulate_stages(seed=1).rows
    by_stage = rows.pivot_table(index=["ics", "deprivation"], columns="stage", values="count")[StageWorld().stages]
    assert (np.diff(by_stage, axis=1) <= 0).all()


def test_counts_follow_the_stated_passages():
    world = StageWorld(areas=40, passages=(0.7, 0.5), gaps=(0.0, 0.0), level_sd=0.0, gap_sd=0.0, lasting_sd=0.0)
    found = simulate_stages(world, seed=2)
    total = found.rows.groupby("stage")["count"].sum()
    assert total["stage 1"] / total["start"] == pytest.approx(0.7, abs=0.01)
    assert total["stage 2"] / total["stage 1"] == pytest.approx(0.5, abs=0.01)
    np.testing.assert_allclose(np.exp(found.log_passage.isel(stage=0)), 0.7)


def test_gaps_run_from_the_most_to_the_least_deprived():
    world = StageWorld(areas=2, passages=(0.5,), gaps=(1.0,), gap_sd=0.0, lasting_sd=0.0)
    steps = simulate_stages(world, seed=1).log_passage.diff("deprivation")
    assert float(steps.min()) > 0


def test_an_outlier_is_in_the_first_ics_and_at_the_last_stage():
    plain, other = (simulate_stages(StageWorld(areas=3, outlier=size), seed=1).log_passage for size in (0.0, -2.0))
    moved = abs(other - plain).max(("deprivation", "procedure")).values > 0
    assert moved.sum() == 1
    assert moved[0, -1]


def test_those_who_passed_before_are_likelier_to_pass_again_under_selection():
    passages = passages_with(np.zeros((1, 4)), 1.0)[0]
    assert passages[0] == pytest.approx(0.5)
    assert (np.diff(passages) > 0).all()
    world = StageWorld(areas=20, passages=(0.5, 0.5), gaps=(0.0, 0.0), level_sd=0.0, gap_sd=0.0, lasting_sd=0.0,
                       selection=1.0)  # fmt: skip
    found = simulate_stages(world, seed=1)
    total = found.rows.groupby("stage")["count"].sum()
    assert total["stage 2"] / total["stage 1"] == pytest.approx(float(np.exp(found.log_passage[0, 0, 0, 1])), abs=0.015)


def test_passages_and_gaps_go_together():
    with pytest.raises(OptionError, match="one gap for each passage"):
        StageWorld(passages=(0.5,), gaps=(0.1, 0.2))


def test_the_example_is_the_same_at_every_call_and_says_that_it_is_made_up():
    assert example_stages(areas=3).equals(example_stages(areas=3))
    stages = demo_stages(areas=3)
    assert "synthetic" in CellFacts.of(stages).synthetic
    assert CellFacts.of(stages).findings == ()
    assert bool(stages["linked"].values[1:].all())


@pytest.mark.parametrize("areas", [0, 43])
def test_the_example_has_42_ics(areas):
    with pytest.raises(OptionError, match="1 to 42"):
        example_stages(areas=areas)
