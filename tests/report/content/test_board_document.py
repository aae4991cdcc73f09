"""The page for a board: on one side, in the order in which a board asks."""

import re

import pandas as pd
import pytest

from equitymodel.decision.read_register import read_strategies
from equitymodel.report.content.board_document import board_document
from equitymodel.report.content.published_decision import published_decision
from equitymodel.report.document.blocks import Bullets, Paragraph, Section, within
from tests.decision.judged import with_everything, with_little

pytestmark = pytest.mark.unit
LOG = pd.DataFrame([{"number": number, "when": "2026-11-30T09:00:00+00:00", "choice": "both", "scope": "Devon, hip",
                     "reason": "first in most draws", "who": "the board", "weights_of": "board", "sha256": f"{number}" * 64}
                    for number in (1, 2, 3)])  # fmt: skip


@pytest.fixture(scope="module")
def board():
    return board_document(published_decision(with_everything(), {"scope": "Devon, hip"}, read_strategies(), LOG))


def words_of(document):
    texts = [cell for table in document.tables() for row in table.texts for cell in row]
    for block in within(document.blocks):
        texts += (
            [block.text] if isinstance(block, Paragraph) else list(block.points) if isinstance(block, Bullets) else []
        )
    return " ".join(texts)


def test_it_is_printed_on_one_side_with_the_four_questions_in_order(board):
    assert board.compact
    assert [block.title for block in board.blocks if isinstance(block, Section)] == [
        "What could be done here, and what it might move", "Law and legitimacy", "What we do not know",
        "What was decided, and why",
    ]  # fmt: skip
    assert len(words_of(board).split()) < 450


def test_both_laws_are_named_apart_and_the_last_decisions_come_with_their_hash(board):
    words = words_of(board)
    assert "a duty to have regard" in words
    assert "Equality Act 2010, s149) is another" in words
    assert "3" * 12 in words
    assert "1" * 12 not in words


def test_options_that_do_not_fit_the_capacity_are_named_beside_what_they_move(board):
    beside = board.blocks[1].blocks[1]
    assert beside.text.startswith("Ranks take no account of the 950 slots of theatre. More is taken by ")
    assert "level up by half in " in beside.text


def test_it_says_on_how_many_draws_it_rests_and_how_exact_the_first_rank_is(board):
    said = dict(board.about)["Draws"]
    assert re.fullmatch(r"400; Monte Carlo standard error of how often the first comes first: \d\.\d percentage points",
                        said)  # fmt: skip


def test_without_numbers_it_says_so_and_draws_nothing():
    board = board_document(published_decision(with_little(), {}, read_strategies()))
    assert "Left out, for want of numbers from you: net health benefit by group" in words_of(board)
    assert "Nothing has been recorded yet." in words_of(board)
    assert list(board.pictures()) == []
