"""What is done stays done, and every replicate has a seed of its own."""

import pandas as pd
import pytest
from judged_worlds import judge, right, world_of_name
from kept_cells import interval, kept_cells, seed_of

from equitymodel.simulate.series_worlds import right_world

pytestmark = pytest.mark.unit


def test_cells_in_the_folder_are_read_and_not_run_again(tmp_path):
    pd.DataFrame({"called": [True, False]}).to_csv(tmp_path / "world_of_name 2 nothing level 2.csv", index=False)
    ((cell, rows),) = kept_cells(world_of_name, [("nothing", "level", 2)], 2, tmp_path, 1)
    assert cell == ("nothing", "level", 2)
    assert rows["called"].tolist() == [True, False]


def test_seeds_differ_by_study_cell_and_replicate_and_stay():
    seeds = [
        seed_of(study, cell, replicate) for study in ("a", "b") for cell in (("x",), ("y",)) for replicate in (0, 1)
    ]
    assert len(set(seeds)) == 8
    assert seed_of("a", ("x",), 0) == seeds[0]
    assert interval(pd.Series(range(1001)).to_numpy()) == (25.0, 975.0)


def test_a_series_is_judged_on_the_truth_of_its_world():
    row = judge(right_world(), "level", 1)
    assert row["truth"] == 0
    assert row["lower"] < row["estimate"] < row["upper"]
    assert (row["called"], row["real"]) == (False, 0)
    assert not any(name.startswith("stopped") for name in row)
    assert right(("level", "step", "both", 0.2, (48, 24), 1000, 0), 0)["truth"] == pytest.approx(0.182, abs=0.001)
