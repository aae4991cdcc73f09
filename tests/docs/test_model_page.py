"""The page of the model: what its example prints."""

import contextlib
import io
from pathlib import Path

import pytest

pytestmark = pytest.mark.docs
PAGE = Path(__file__).parents[2] / "docs" / "model.md"


def test_the_comparison_of_models_prints_what_the_page_says(blocks, same_figures):
    text = PAGE.read_text(encoding="utf-8")
    code, quoted = blocks(text, "python")[-1], blocks(text, "text")[-1]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "model.md", "exec"), {})
    same_figures(printed.getvalue(), quoted)
