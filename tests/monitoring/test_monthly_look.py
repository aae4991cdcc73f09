import numpy as np
import pytest

from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.estimands.interrupted_series import judged_periods
from equitymodel.estimands.series_gap import gap_change, narrowing
from equitymodel.monitoring.monthly_look import delay_of, known_errors, look_draws, monthly_look
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit


def test_the_look_at_a_gap_is_the_share_of_draws_that_narrowed_enough(gap_evaluation):
    row = monthly_look(gap_evaluation, by_at_least=0.1, looks_spent=3).iloc[0]
    fit = gap_evaluation.main
    draws = narrowing(gap_change(fit.posterior, fit.series, fit.plan, judged_periods(fit.series, fit.plan)))
    assert row["probability"] == float((draws >= np.log(1.1)).mean())
    assert row["estimate"] == pytest.approx(float(draws.median()))
    assert row["looks_spent"] == 3
    assert row["probability_of"].startswith("the gap narrowed by at least 10 % since ")
    assert row["verdict"] == gap_evaluation.verdict.verdict
    assert row["beyond_threshold"] == (row["direction_probability"] > gap_evaluation.plan.threshold)


def test_the_look_of_a_plan_agrees_with_its_table(gap_evaluation):
    rows = gap_evaluation.judged_gap.set_index("measure")
    found = monthly_look(gap_evaluation).iloc[0]
    assert found["probability"] == pytest.approx(
        float(rows.loc["narrowing_by_smallest_change", "probability"]), abs=1e-9
    )


def test_a_question_about_the_level_looks_at_admissions_in_either_direction(units_evaluation):
    row = monthly_look(units_evaluation).iloc[0]
    draws = look_draws(units_evaluation).values
    assert row["probability"] == (np.abs(draws) >= np.log(1.05)).mean()
    assert row["quantity"] == "change of admissions"
    assert np.isnan(row["looks_spent"])


def test_how_long_it_takes_rests_on_what_was_known_before(gap_evaluation):
    known, found = known_errors(gap_evaluation), delay_of(gap_evaluation)
    assert known["months_after"].is_monotonic_increasing
    assert found.table["months"].tolist() == [24]
    assert found.change == gap_evaluation.plan.smallest_change


def test_a_change_below_nothing_and_a_failed_fit_are_refused(gap_evaluation):
    with pytest.raises(OptionError, match="0 or more"):
        monthly_look(gap_evaluation, by_at_least=-0.1)
    failed = with_fits(gap_evaluation, groups=unsound(gap_evaluation.fits.groups))
    with pytest.raises(DiagnosisError):
        monthly_look(failed)
