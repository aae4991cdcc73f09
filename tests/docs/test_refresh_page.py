"""A new month: every command of the page runs on the made-up tables, and prints what it quotes."""

import re
import runpy
from pathlib import Path

import pytest

from tests.docs.test_board_paper import STEP, typed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "refresh.md"
pytestmark = pytest.mark.mcmc


def test_every_command_runs_and_prints_what_the_page_quotes(tmp_path, monkeypatch, same_figures):
    monkeypatch.chdir(tmp_path)
    november, december = runpy.run_path(str(ROOT / "docs" / "examples" / "refresh_tables.py"))["tables"]()
    november.to_csv("november.csv", index=False)
    december.to_csv("december.csv", index=False)
    steps = STEP.findall(PAGE.read_text(encoding="utf-8"))
    assert len(steps) == 3
    for command, quoted in steps:
        same_figures(typed(command), quoted)
    named = re.findall(r"^\| `([a-z]+\.csv)`", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(named) - {"nowcast.csv"} <= {path.name for path in (tmp_path / "later" / "refresh").iterdir()}
