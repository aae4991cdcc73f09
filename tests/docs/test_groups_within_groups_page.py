"""The page of groups within groups: its Python prints what the page says."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.docs


def test_gaps_and_sums_are_printed_as_the_page_quotes_them(blocks, same_figures, capsys):
    text = (Path(__file__).parents[2] / "docs" / "groups_within_groups.md").read_text(encoding="utf-8")
    exec(blocks(text, "python")[0], {})
    same_figures(capsys.readouterr().out, blocks(text, "text")[0])
