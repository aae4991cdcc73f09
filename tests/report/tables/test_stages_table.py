from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.report.tables.stages_table import (
    FIRST,
    stage_attribution_table,
    stage_changes_table,
    stage_gaps_table,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("table", [stage_gaps_table, stage_attribution_table])
def test_a_row_a_stage_and_one_total_for_each_ics_and_procedure(pathway, table):
    found = table(pathway[0])
    assert found.columns[:6].tolist() == FIRST
    stages = ["stage 1", "stage 2", "stage 3", "total"]
    assert found.groupby(["ics", "procedure"])["stage"].agg(list).map(lambda own: own == stages).all()
    assert found["ics"].nunique() == 4 + 1
    assert found["ics"].iloc[-1] == "All ICSs"


@pytest.mark.parametrize("table", [stage_gaps_table, stage_attribution_table])
def test_estimates_add_up(pathway, table):
    found = table(pathway[0])
    total = found["stage"] == "total"
    sums = found[~total].groupby(["ics", "procedure"])["estimate"].sum()
    np.testing.assert_allclose(
        sums, found[total].set_index(["ics", "procedure"])["estimate"].reindex(sums.index), atol=1e-9
    )


def test_what_has_come_together_so_far_ends_in_the_total(pathway):
    found = stage_gaps_table(pathway[0]).set_index(["ics", "procedure", "stage"])
    last = found.xs("stage 3", level="stage")[["cumulative_estimate", "cumulative_lower"]]
    np.testing.assert_allclose(last, found.xs("total", level="stage")[["estimate", "lower"]], atol=1e-9)


def test_rows_say_how_stages_follow(pathway):
    found = stage_gaps_table(pathway[0])
    assert set(found["linked"]) == {"linked", ""}
    assert found[["lower", "estimate", "upper"]].apply(lambda row: row.is_monotonic_increasing, axis=1).all()


def test_one_period_has_no_change(pathway):
    assert stage_changes_table(pathway[0]) is None


def test_a_profile_that_failed_gives_no_table(pathway):
    bad = replace(pathway[0], diagnosis=Diagnosis((Check("optimum", 0.0, "FAIL", "1", ""),)))
    with pytest.raises(DiagnosisError):
        stage_gaps_table(bad)
