"""What single pictures of an evaluation show: the numbers of the record, each in a sentence."""

import numpy as np
import pytest

from equitymodel.estimands.written_numbers import number
from equitymodel.report.plots.interruption_plots import cumulative_data
from equitymodel.report.wording.evaluation_sentences import admissions_finding
from equitymodel.report.wording.picture_sentences import added_sentence, gap_finding

pytestmark = pytest.mark.unit


def test_admissions_added_are_those_of_the_last_period(controlled_evaluation):
    last = cumulative_data(controlled_evaluation).iloc[-1]
    said = added_sentence(controlled_evaluation)
    assert (
        f"{number(abs(last['estimate']))} {'more' if last['estimate'] > 0 else 'fewer'} admissions of the expo" in said
    )
    assert f"{number(last['lower'])} to {number(last['upper'])}" in said
    assert last["period"].strftime("%Y-%m") in said


def test_the_gap_has_its_interval_and_both_ratios_the_way_round_it_is_said(gap_evaluation, units_evaluation):
    rows = gap_evaluation.judged_gap.set_index("measure")["estimate"]
    with_it, without = (float(np.exp(abs(rows[name]) * np.sign(rows[name]) * np.sign(rows["gap_without"])))
                        for name in ("gap_with", "gap_without"))  # fmt: skip
    assert f"{with_it:.2f} times, against {without:.2f} without" in gap_finding(gap_evaluation)
    assert without > 1
    assert gap_finding(units_evaluation) == ""


def test_an_interval_that_holds_no_change_is_no_finding_of_more(gap_evaluation):
    whole = gap_evaluation.impact.query("quantity == 'average_rate_ratio' and group == 'All groups'").iloc[0]
    assert whole["lower"] < 1 < whole["upper"]
    assert "may have been higher or lower" in admissions_finding(gap_evaluation)
