"""Real series monitored: what the page quotes is what the script prints."""

import runpy
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.docs
DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_quotes_what_the_script_prints(shared_data, tmp_path, monkeypatch, capsys, blocks, same_figures):
    monkeypatch.setattr(sys, "argv", ["monitored_series.py", str(shared_data), str(tmp_path)])
    runpy.run_path(str(DOCS / "examples" / "monitored_series.py"), run_name="__main__")
    [quoted] = blocks((DOCS / "real_monitoring.md").read_text(encoding="utf-8"), "text")
    same_figures(capsys.readouterr().out, quoted)
    assert (tmp_path / "Wales_admitted" / "report.html").exists()
