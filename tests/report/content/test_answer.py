from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.report.content.answer import TIPPING, answer_words, need_taken, turning_words
from equitymodel.report.content.published import Published


def _published(
    estimates: Sequence[float | None], probabilities: Sequence[float], group: Group | None = None
) -> Published:
    group = group or Group()
    names = ["hip", "knee", "cataract"][: len(estimates)]
    gaps = pd.DataFrame({
        "ics": "E54000037", "ics_name": "Devon", group.name: "Asian", "procedure": names, "headline": True, "period": "2023/24",
        "estimate": estimates, "lower": [e and e - 0.1 for e in estimates], "upper": [e and e + 0.1 for e in estimates],
        "probability": probabilities,
    })  # fmt: skip
    return Published({"gaps": gaps}, CellFacts(group, adjustments=("need",)), {})


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        ([1.0, 0.99, 0.6], "had fewer admissions than the least deprived in 2 of 3 procedures"),
        ([0.0, 0.01, 0.6], "had more admissions than the least deprived in 2 of 3 procedures"),
        ([1.0, 0.01, 0.6], "had fewer admissions than the least deprived in 1 and more in 1 of 3 procedures"),
        (
            [0.5, 0.6, 0.7],
            "it is not clear in any of 3 procedures whether the most deprived group had fewer or more admissions",
        ),
    ],
)
def test_it_says_in_how_many_procedures_which_way(probabilities: list[float], said: str):
    assert said in answer_words(_published([0.6, 1.2, 0.9], probabilities), "E54000037")


@pytest.mark.parametrize(("estimates", "widest"), [([0.6, 1.2, 0.9], "hip: 0.60"), ([0.8, 1.9, 0.9], "knee: 1.90")])
def test_the_widest_gap_is_the_widest_whichever_way_round(estimates: list[float], widest: str):
    assert f"The widest gap is that of {widest} times" in answer_words(_published(estimates, [0.5] * 3), "E54000037")


def test_one_procedure_has_a_gap_and_none_that_is_widest():
    text = answer_words(_published([0.6], [1.0]), "E54000037")
    assert text.startswith("Devon, 2023/24: for equal need, the most deprived group had fewer")
    assert "in 1 of 1 procedure. The gap is that of hip" in text


def test_groups_without_order_are_compared_with_their_reference():
    text = answer_words(_published([0.6, 0.7], [1.0, 0.9], Group("ethnicity", "White British")), "E54000037")
    assert "a group had fewer admissions than White British in 1 of 2 comparisons" in text
    assert "hip, Asian: 0.60 times the admissions of White British" in text


def test_one_procedure_that_is_not_clear_is_not_one_of_any():
    assert "it is not clear whether the most deprived" in answer_words(_published([0.9], [0.6]), "E54000037")


def test_nothing_known_is_said():
    assert "no gap can be given" in answer_words(_published([None], [0.5]), "E54000037")


def _with_tipping(
    estimates: Sequence[float | None], probabilities: Sequence[float], group: Group | None = None
) -> Published:
    made = _published(estimates, probabilities, group)
    return replace(made, tables={**made.tables, "sensitivity": made.tables["gaps"].assign(question=TIPPING)})


def test_what_would_turn_the_answer_is_said_of_the_widest_and_of_the_narrowest_clear_gap():
    said = turning_words(_with_tipping([0.6, 0.9, 0.95], [1.0, 0.97, 0.6]), "E54000037")
    assert "were 0.60 (0.50 to 0.70) times what was measured, there would be no gap in hip" in said
    assert "0.90 (0.80 to 1.00) is enough in knee, the narrowest clear one" in said
    assert "0.95" not in said


def test_need_that_was_not_measured_is_not_called_so():
    made = _with_tipping([0.6], [1.0])
    without = replace(made, facts=replace(made.facts, adjustments=("population",)))
    assert need_taken(made.facts) == "what was measured"
    assert "were 0.60 (0.50 to 0.70) times what was assumed" in turning_words(without, "E54000037")


def test_one_clear_gap_has_no_narrowest_and_none_is_not_turned():
    assert "narrowest" not in turning_words(_with_tipping([0.6, 0.9], [1.0, 0.6]), "E54000037")
    assert turning_words(_with_tipping([0.6, 0.9], [0.5, 0.6]), "E54000037") == ""


def test_of_groups_without_order_the_group_is_named():
    said = turning_words(_with_tipping([0.6], [1.0], Group("ethnicity", "White British")), "E54000037")
    assert "need of that group, relative to White British, were 0.60" in said
    assert "no gap in hip, Asian" in said
