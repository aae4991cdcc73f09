"""What the page on waiting lists shows can be read and run."""

from pathlib import Path

import pytest

from equitymodel.waiting.rules_file import ORDERS, read_list_rules

PAGE = (Path(__file__).parents[2] / "docs" / "waiting_lists.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.docs


def test_the_file_of_rules_on_the_page_can_be_read(blocks):
    (text,) = blocks(PAGE, "toml")
    question = read_list_rules(text)
    assert len(question.rules) == 4
    assert question.removal.kind == "prior"


def test_every_order_is_on_the_page():
    assert [order for order in ORDERS if f"| `{order}` |" not in PAGE] == []


def test_the_code_on_the_page_runs(blocks):
    for code in blocks(PAGE, "python"):
        exec(compile(code, "waiting_lists.md", "exec"), {})
