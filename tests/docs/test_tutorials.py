"""Tutorials: their code and commands run in the order of the page, and print what it quotes."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tests.docs.test_board_paper import typed, write_tables

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
pytestmark = pytest.mark.docs
STEP = re.compile(r"```(python|bash)\n(.*?)```(?:\s*```text\n(.*?)```)?", flags=re.DOTALL)
RUN = (
    "equitymodel run --admissions admissions.csv --population population.csv --deprivation-index 'IMD 2019' "
    "--engine laplace --out results"
)
"""What colleagues of the analyst did."""


def follow(name: str, same_figures) -> int:
    """Do what a page says, step by step; each prints what the page quotes. Give how many steps quote something."""
    space: dict[str, object] = {}
    steps = STEP.findall((TUTORIALS / f"{name}.md").read_text(encoding="utf-8"))
    for language, code, quoted in steps:
        printed = typed(code) if language == "bash" else run_python(code, space)
        same_figures(printed, quoted)
    return sum(bool(quoted) for *_, quoted in steps)


def run_python(code: str, space: dict[str, object]) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "tutorial", "exec"), space)
    return printed.getvalue()


def test_the_tutorial_of_the_statistician_runs(same_figures):
    assert follow("statistician", same_figures) == 5


def test_the_tutorial_of_the_evaluator_runs(tmp_path, monkeypatch, same_figures):
    monkeypatch.chdir(tmp_path)
    assert follow("evaluator", same_figures) == 3
    assert (tmp_path / "paper.docx").read_bytes()[:2] == b"PK"


def test_the_tutorial_of_the_analyst_runs(tmp_path, monkeypatch, same_figures):
    monkeypatch.chdir(tmp_path)
    write_tables(tmp_path)
    typed(RUN)
    assert follow("analyst", same_figures) == 4


def test_every_tutorial_is_followed():
    assert {path.stem for path in TUTORIALS.glob("*.md")} == {"statistician", "evaluator", "analyst"}
