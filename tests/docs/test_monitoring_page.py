"""The page on monitoring: what it prints is printed, and its commands run."""

import shlex
from pathlib import Path

import pandas as pd
import pytest

from equitymodel.cli.app import app

pytestmark = pytest.mark.docs
PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_says(blocks, capsys):
    [code], [quoted] = blocks(PAGE, "python"), blocks(PAGE, "text")
    exec(compile(code, "monitoring.md", "exec"), {})
    assert capsys.readouterr().out.split() == quoted.split()


def test_its_commands_run(blocks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    months = pd.date_range("2022-01-01", periods=18, freq="MS").strftime("%Y-%m")
    pd.DataFrame({"period": months, "value": [0.9, 0.92] * 9}).to_csv("series.csv", index=False)
    for line in blocks(PAGE, "bash")[0].splitlines():
        app(shlex.split(line)[1:], prog_name="equitymodel", standalone_mode=False)
    assert (tmp_path / "results" / "report.html").exists()
