"""The documented path from published files to a result, with the figures the documentation quotes."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.mcmc


def printed_by(script: str, *arguments: object) -> str:
    call = [sys.executable, str(ROOT / "docs" / "examples" / script), *map(str, arguments)]
    result = subprocess.run(call, capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def quoted():
    return re.findall(
        r"```text\n(.*?)```", (ROOT / "docs" / "real_data.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )


def test_scotland(shared_data, tmp_path, quoted, same_figures):
    printed = printed_by("scotland.py", shared_data, tmp_path / "scotland")
    assert "Age-standardised ratio by quintile: 1.29 1.09 1.02 0.90 0.80" in printed
    same_figures(printed, quoted[0], within=0.031)
    assert (tmp_path / "scotland" / "report.html").exists()


def test_england(shared_data, tmp_path, quoted, same_figures):
    printed = printed_by("england.py", shared_data, tmp_path / "england")
    assert "orthopaedic: 9.39 9.92 10.96 11.72 11.49 per 1,000" in printed
    assert "eye: 11.76 12.10 13.37 14.18 14.19 per 1,000" in printed
    same_figures(printed, quoted[1], within=0.031)


@pytest.mark.parametrize(("block", "script"), list(enumerate(("england_series", "scotland_series", "sicily"))))
def test_series(block, script, shared_data, tmp_path, same_figures, monkeypatch, capsys):
    examples = ROOT / "docs" / "examples"
    page = (ROOT / "docs" / "real_series.md").read_text(encoding="utf-8")
    monkeypatch.syspath_prepend(examples)
    monkeypatch.setattr(sys, "argv", [script, str(shared_data), str(tmp_path)])
    runpy.run_path(str(examples / f"{script}.py"), run_name="__main__")
    same_figures(capsys.readouterr().out, re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)[block])
    shown = re.findall(r"images/series_(\w+)\.png", page)
    assert {path.stem for path in tmp_path.glob("*.png")} & set(shown)


def test_need_sources(shared_data, tmp_path):
    printed = printed_by("need_sources.py", shared_data, tmp_path)
    text = (ROOT / "docs" / "need.md").read_text(encoding="utf-8")
    assert printed.strip() in text
    assert len(list(tmp_path.glob("*.csv"))) == 4
