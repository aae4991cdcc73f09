"""The page for a board: the answer first, and nothing said that was not given."""

import pytest

from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.decision.read_register import read_strategies
from equitymodel.errors import OptionError
from equitymodel.report.content.decision_document import NOT_SAID, decision_document, law_beside
from equitymodel.report.document.blocks import Bullets, Paragraph, within
from tests.decision.test_judged_options import EXPECTED, FITTED, SHORT

pytestmark = pytest.mark.unit


def judged(text=SHORT):
    return judge_options(read_options(text), FITTED, EXPECTED)


def said(document):
    return " ".join([block.text if isinstance(block, Paragraph) else " ".join(block.points)
                     for block in within(document.blocks) if isinstance(block, Paragraph | Bullets)])  # fmt: skip


def test_the_answer_stands_first_with_whose_weights_it_rests_on():
    document = decision_document(judged(), "Devon, hip")
    assert document.title == "Which?"
    assert document.blocks[0] == Paragraph(
        "move comes first in over 99% of draws and weights (nobody's weights: any weights).", "answer"
    )


def test_where_the_evidence_does_not_separate_options_the_answer_says_so():
    same = SHORT.replace('name = "as now"', 'name = "also"\nroute = "zero_sum"')
    assert "does not separate these options" in decision_document(judged(same), "Devon").blocks[0].text


def test_law_stands_beside_each_option_as_it_was_given_and_is_not_made_up():
    table = next(decision_document(judged(), "Devon", law={"move": "contested"}).tables())
    assert table.rows["law"].tolist() == [NOT_SAID, "contested"]


def test_law_and_legitimacy_come_from_the_register():
    register = read_strategies()
    question = read_options(SHORT.replace('name = "move"', 'name = "move"\nstrategy = "16"'))
    words = law_beside(question, register)
    assert list(words) == ["move"]
    assert words["move"].startswith("16, Taking account of non-clinical factors: contested: yes")
    assert all(entry.law in words["move"] for entry in register.law_of(register.find(16)))
    with pytest.raises(OptionError, match="no strategy is called '99'"):
        law_beside(read_options(SHORT.replace('name = "move"', 'name = "move"\nstrategy = "99"')), register)


def test_what_is_not_known_and_left_out_is_said_on_one_side():
    words = said(decision_document(judged(), "Devon"))
    assert "Net health benefit by group is left out" in words
    assert "duty to have regard" in words
    assert "not legal advice" in words
    assert len(words.split()) < 300
