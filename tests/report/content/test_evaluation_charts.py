import numpy as np
import pandas as pd
import pytest

from equitymodel.report.content.evaluation_charts import LIMITS, WITHOUT, evaluation_charts
from equitymodel.report.plots.interruption_plots import cumulative_data, interruption_data

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def charts(controlled_evaluation):
    return evaluation_charts(controlled_evaluation)


def test_each_picture_has_the_numbers_that_it_draws(charts, controlled_evaluation):
    drawn = interruption_data(controlled_evaluation)
    whole = drawn[drawn["group"] == "All groups"]
    rows = charts["interruption"].rows
    np.testing.assert_allclose(rows["as fitted"], whole["fitted"])
    after = (whole["period"] >= pd.Timestamp(controlled_evaluation.plan.first_start)).to_numpy()
    assert rows[WITHOUT].notna().tolist() == after.tolist()
    np.testing.assert_allclose(rows[LIMITS["upper"]][after], whole["counterfactual_upper"][after])
    added = cumulative_data(controlled_evaluation)
    np.testing.assert_allclose(charts["cumulative"].rows["admissions added"], added["estimate"])


def test_no_count_goes_into_a_chart(charts):
    for name in ("interruption", "cumulative", "gap_over_time"):
        assert not any("observed" in line for line in charts[name].lines)


def test_the_gap_is_said_with_the_end_that_has_more_first(charts):
    assert charts["gap_over_time"].rows[WITHOUT].mean() > 1
    assert charts["gap_over_time"].quantity == "ratio, least over most deprived"


def test_models_are_those_of_one_question_and_that_of_the_verdict_is_picked_out(charts, controlled_evaluation):
    rows, record = charts["models"].rows, controlled_evaluation.average_changes
    own = record[record["about"].str.startswith("the gap")]
    assert rows["picked_out"].tolist() == own["counted"].astype(bool).tolist()
    np.testing.assert_allclose(rows["estimate"], own["estimate"].astype(float))


def test_without_groups_there_is_no_gap(units_evaluation):
    assert set(evaluation_charts(units_evaluation)) == {"models", "interruption", "cumulative"}
