import pandas as pd
import pytest

from equitymodel.report.wording.stage_words import (
    APART,
    BY_PERIOD,
    NEED_KNOWN,
    NONE_AGAINST,
    SELECTION,
    caveats,
    groups_sentence,
    stage_sentence,
)

pytestmark = pytest.mark.unit


def rows(values):
    names = ["stage", "estimate", "lower", "upper", "probability_most"]
    table = pd.DataFrame(values, columns=names).assign(procedure="hip")
    return table.assign(probability_widens=(table["estimate"] < 0).astype(float))


def test_the_sentence_names_the_whole_the_step_and_the_admissions():
    gaps = rows([["seen", -0.1, -0.2, 0.0, 0.8], ["admitted", 0.0, -0.1, 0.1, 0.2], ["total", -0.1, -0.2, 0.0, None]])
    parts = rows([["seen", 30, 10, 50, 0.7], ["admitted", 5, -5, 15, 0.3], ["total", 35, 10, 60, None]])
    said = stage_sentence(gaps, parts, "the most against the least deprived")
    assert said == (
        "Hip: all stages together, the most against the least deprived, the share that passes is 0.90 times as large "
        "(95 % interval 0.82 to 1.00). The largest step against them is at 'seen', with a probability of 80%. Equal "
        "passage at every stage would add 35 (10 to 60) admissions, 30 (10 to 50) of them at 'seen'."
    )


def test_a_stage_that_is_for_the_group_is_not_called_a_step_against_it():
    gaps = rows([["seen", 0.2, 0.1, 0.3, 0.0], ["admitted", 0.01, -0.1, 0.1, 1.0], ["total", 0.2, 0.1, 0.3, None]])
    parts = rows([["seen", -30, -50, -10, 0.0], ["admitted", -2, -15, 15, 1.0], ["total", -32, -60, -10, None]])
    said = stage_sentence(gaps, parts, "the most against the least deprived")
    assert NONE_AGAINST in said
    assert "The largest step" not in said
    assert said.endswith("would add -32 (-60 to -10) admissions.")


def test_admissions_of_several_groups_are_said_of_all_together():
    parts = rows([["seen", 30, 10, 50, 0.7], ["admitted", 5, -5, 15, 0.3], ["total", 35, 10, 60, None]])
    assert groups_sentence(parts, "the reference group, White, does") == (
        "Hip: all groups together, each passing every stage as the reference group, White, does, would add 35 (10 to "
        "60) admissions, 30 (10 to 50) of them at 'seen'."
    )


def kept(**changes):
    stages = {
        "first": "need",
        "linked": {"seen": True},
        "lag_months": {"seen": 0.0},
        "error": False,
        "periods": [],
        "shares": "Beta(3, 2)",
    }
    return {"stages": stages | changes}


@pytest.mark.parametrize(("changes", "text", "said"), [
    ({}, SELECTION, True), ({"linked": {"seen": False}}, SELECTION, False),
    ({"linked": {"seen": False}}, APART.format(names="seen"), True), ({}, APART.format(names=""), False),
    ({}, NEED_KNOWN.format(first="need"), True), ({"error": True}, NEED_KNOWN.format(first="need"), False),
    ({"periods": ["2021", "2022"]}, BY_PERIOD, True), ({}, BY_PERIOD, False)])  # fmt: skip
def test_a_caveat_is_said_where_it_holds(changes, text, said):
    assert (text in caveats(kept(**changes))) == said


def test_lags_are_named():
    assert any("seen 3" in text for text in caveats(kept(lag_months={"seen": 3.0})))
