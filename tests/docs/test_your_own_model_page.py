"""The page about a model of one's own: its Python runs in order, prints what it quotes, and its command is known."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

pytestmark = pytest.mark.docs
PAGE = (Path(__file__).parents[2] / "docs" / "your_own_model.md").read_text(encoding="utf-8")


def test_each_step_prints_what_the_page_quotes(same_figures):
    steps = re.findall(r"```python\n(.*?)```\s*```text\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(steps) == PAGE.count("```python")
    space: dict[str, object] = {}
    for code, quoted in steps:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(code, "your_own_model.md", "exec"), space)
        same_figures(printed.getvalue(), quoted)
