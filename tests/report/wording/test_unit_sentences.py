from dataclasses import replace

import pytest

from equitymodel.report.wording.evaluation_words import ALL_ADMISSIONS
from equitymodel.report.wording.unit_sentences import unit_sentences

pytestmark = pytest.mark.unit


def test_every_unit_is_said_once_with_its_own_numbers_and_no_verdict(units_evaluation):
    said = unit_sentences(units_evaluation)
    impact = units_evaluation.impact
    assert len(said) == len(impact[impact["measure"] == "average_rate_ratio"].drop_duplicates(["ics", "procedure"]))
    one = impact[(impact["ics"] == "area 02") & (impact["procedure"] == "procedure 01")].set_index("measure")
    text = said["area 02, procedure 01"]
    assert f"+{100 * (one['estimate']['average_rate_ratio'] - 1):.1f} %" in text
    assert f"{one['estimate']['admissions_added']:,.0f} more" in text
    assert all("no verdict of its own" in text for text in said.values())


def test_a_change_that_is_not_found_is_not_said_to_be_absent(units_evaluation):
    impact = units_evaluation.impact.assign(found_at_false_discovery_rate=False)
    text = unit_sentences(replace(units_evaluation, impact=impact))["area 01"]
    assert "no change of 5 % or more is found here, which does not show that there was none" in text
    assert "is found here." in unit_sentences(units_evaluation)["area 01"]


def test_groups_and_all_together_were_not_tested_one_by_one(controlled_evaluation):
    said = unit_sentences(controlled_evaluation)
    assert said[ALL_ADMISSIONS].startswith("Admissions of the exposed")
    assert "looked at together" not in said["deprivation group 1"]
    assert "the verdict is about the gap between deprivation groups of all exposed" in said["deprivation group 1"]
