import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.stages.read_stages import read_stages
from equitymodel.inference.passages.passage_cells import cells_of_stage, log_rate
from tests.stages import table

pytestmark = pytest.mark.unit


def zero(cells):
    """A log ratio of nothing, in one draw."""
    return xr.zeros_like(cells["expected_admissions"].isel(adjustment=0)).expand_dims(chain=1, draw=1)


def test_linked_records_pass_out_of_the_count_before():
    stages = read_stages(table(linked="yes"))
    cells = cells_of_stage(stages, "referred")
    assert cells["before_low"].values.ravel().tolist() == [600, 700, 600, 700]
    passage = np.exp(log_rate(cells, zero(cells), stages, "referred"))
    np.testing.assert_allclose(passage, (650 * 2 + 0.5) / (1300 * 2 + 1), rtol=1e-12)


def test_stages_that_are_counted_apart_are_per_person_at_the_first():
    stages = read_stages(table(linked="no"))
    cells = cells_of_stage(stages, "referred")
    assert "before_low" not in cells
    rate = np.exp(log_rate(cells, zero(cells), stages, "referred"))
    np.testing.assert_allclose(rate, (650 * 2 + 0.5) / (4000 + 0.5), rtol=1e-12)


def test_a_group_with_nobody_before_is_not_known_and_its_passage_is_learnt_from_others():
    rows = table(linked="yes")
    rows.loc[1:5, "count"] = 0
    stages = read_stages(rows)
    cells = cells_of_stage(stages, "referred")
    own = {"ics": "E54000055", "deprivation": 1}
    assert cells["admissions"].sel(own).isnull().all()
    assert bool(cells["offered"].sel(own).all())
    assert np.isfinite(log_rate(cells, zero(cells), stages, "referred")).all()


def test_a_procedure_that_an_ics_has_not_is_not_offered():
    rows = table(linked="yes")
    both = pd.concat([rows, rows[rows["ics"] == "E54000018"].assign(procedure="knee")])
    cells = cells_of_stage(read_stages(both), "referred")
    assert not bool(cells["offered"].sel(ics="E54000055", procedure="knee").any())
