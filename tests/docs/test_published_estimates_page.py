"""The page on published estimates prints what it quotes."""

from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "published_estimates.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.docs


def test_the_code_on_the_page_prints_what_it_quotes(blocks, capsys):
    (code,), (quoted,) = blocks(PAGE, "python"), blocks(PAGE, "text")
    exec(compile(code, "published_estimates.md", "exec"), {})
    assert capsys.readouterr().out.split() == quoted.split()
