"""The tables of an evaluation: each number is that of its record."""

import numpy as np
import pytest

from equitymodel.report.content.evaluation_tables import (
    changes_table,
    findings_table,
    forecasts_table,
    gap_change_table,
    known_before_table,
    models_table,
    placebos_table,
)

pytestmark = pytest.mark.unit


def test_the_first_finding_is_of_all_and_its_numbers_are_those_of_the_impact(units_evaluation):
    rows = findings_table(units_evaluation).rows
    first = units_evaluation.impact.iloc[0]
    assert rows["ratio_estimate"].iloc[0] == first["estimate"]
    assert rows["ratio_probability"].iloc[0] == first["probability"]
    added = units_evaluation.impact[units_evaluation.impact["measure"] == "admissions_added"]
    assert rows["added_estimate"].iloc[0] == added["estimate"].iloc[0]
    assert rows["whom"].iloc[0] == "all admissions of the question"


def test_every_unit_but_pairs_has_a_line_of_its_own(units_evaluation):
    rows = findings_table(units_evaluation).rows
    assert not rows.duplicated(["whom", "over"]).any()
    ratios = units_evaluation.impact[units_evaluation.impact["measure"] == "average_rate_ratio"]
    pairs = (ratios["ics"] != ratios["ics"].iloc[0]) & (ratios["procedure"] != "All procedures")
    assert len(rows) == len(ratios) - pairs.sum()
    assert set(rows["over"]) <= {"judged", "all"}


def test_groups_are_named(gap_evaluation):
    assert "deprivation group 1" in set(findings_table(gap_evaluation).rows["whom"])


def test_no_measure_is_lost_between_the_two_tables(gap_evaluation):
    measures = gap_evaluation.impact["measure"]
    further = changes_table(gap_evaluation)
    assert len(further.rows) == (~measures.isin(["average_rate_ratio", "admissions_added"])).sum()
    assert "narrow" not in " ".join(gap_change_table(gap_evaluation).rows["quantity"])


def test_rows_of_several_units_are_numbers_whose_unit_is_named(gap_evaluation):
    table, made = gap_change_table(gap_evaluation), gap_evaluation.gap_change.set_index("measure")["estimate"]
    assert {column.kind for column in table.columns} == {"text", "interval", "probability"}
    rows = table.rows[~table.rows["quantity"].str.contains("all months")].set_index("quantity")
    assert rows["estimate"].map(type).eq(float).all()
    assert rows["unit"].isin(["ratio", "%"]).sum() >= 3
    assert rows["likely"].between(0.5, 1).all()
    assert len(made) >= len(rows)


def test_placebos_are_in_per_cent(gap_evaluation):
    rows, made = placebos_table(gap_evaluation).rows, gap_evaluation.placebos.dropna(subset=["estimate"])
    assert rows["estimate"].tolist() == pytest.approx((100 * np.expm1(made["estimate"])).tolist())


def test_the_model_of_the_verdict_is_named_and_the_others_say_why_not(gap_evaluation):
    rows = models_table(gap_evaluation).rows
    assert rows["vote"].iloc[0] == "the verdict"
    assert rows["vote"].astype(bool).all()
    assert len(rows) == len(gap_evaluation.average_changes)


def test_forecasts_and_what_was_known_have_a_row_each(gap_evaluation):
    known = gap_evaluation.forecasts.dropna(subset=["held"])
    assert forecasts_table(gap_evaluation).rows["counts"].sum() == len(known)
    assert len(known_before_table(gap_evaluation).rows) == len(gap_evaluation.known_before.needed)
