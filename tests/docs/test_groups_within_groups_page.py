"""The page of groups within groups: its Python prints what the page says."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

pytestmark = pytest.mark.docs
PAGE = (Path(__file__).parents[2] / "docs" / "groups_within_groups.md").read_text(encoding="utf-8")


def test_python_of_the_page_prints_what_it_quotes(blocks, same_figures):
    [code], [quoted] = blocks(PAGE, "python"), blocks(PAGE, "text")
    printed = StringIO()
    with redirect_stdout(printed):
        exec(code, {})
    same_figures(printed.getvalue(), quoted)
