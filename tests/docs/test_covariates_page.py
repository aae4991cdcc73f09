"""The page of covariates: its Python prints what the page says, and its model file is read."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from equitymodel.spec.library import model_text
from equitymodel.spec.read_spec import read_spec

pytestmark = pytest.mark.docs
PAGE = (Path(__file__).parents[2] / "docs" / "covariates.md").read_text(encoding="utf-8")


def test_python_of_the_page_prints_what_it_quotes(blocks, same_figures):
    [code], [quoted] = blocks(PAGE, "python"), blocks(PAGE, "text")
    printed = StringIO()
    with redirect_stdout(printed):
        exec(code, {})
    same_figures(printed.getvalue(), quoted)


def test_the_effect_of_the_page_goes_into_a_model(blocks):
    [entry] = blocks(PAGE, "toml")
    spec = read_spec(f"{model_text('gap_by_procedure')}\n{entry}")
    assert spec.effect("distance").neutralise
