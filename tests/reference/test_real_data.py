"""The documented path from published files to a result, with the figures the documentation quotes."""

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
    import re

    return re.findall(
        r"```text\n(.*?)```", (ROOT / "docs" / "real_data.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )


def test_scotland(shared_data, tmp_path, quoted, same_figures):
    printed = printed_by("scotland.py", shared_data, tmp_path / "scotland")
    assert "Age-standardised ratio by quintile: 1.29 1.09 1.02 0.90 0.80" in printed
    same_figures(printed, quoted[0], within=0.031)
    assert (tmp_path / "scotland" / "report.html").exists()


def test_england(shared_data, quoted, same_figures):
    printed = printed_by("england.py", shared_data)
    assert "orthopaedic: 9.39 9.92 10.96 11.72 11.49 per 1,000" in printed
    assert "eye: 11.76 12.10 13.37 14.18 14.19 per 1,000" in printed
    same_figures(printed, quoted[1], within=0.031)


def test_need_sources(shared_data, tmp_path):
    printed = printed_by("need_sources.py", shared_data, tmp_path)
    text = (ROOT / "docs" / "need.md").read_text(encoding="utf-8")
    assert printed.strip() in text
    assert len(list(tmp_path.glob("*.csv"))) == 4
