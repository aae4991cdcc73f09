import runpy
import tomllib
from pathlib import Path

import pytest

from equitymodel.cli.run_file import read_run_file

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.docs


def test_the_page_is_made_from_the_options():
    script = runpy.run_path(str(ROOT / "docs" / "examples" / "run_file_page.py"))
    assert (ROOT / "docs" / "run_file.md").read_text(encoding="utf-8") == script["page"]()


def test_the_file_on_the_page_can_be_read(blocks, tmp_path):
    whole, lines = blocks((ROOT / "docs" / "run_file.md").read_text(encoding="utf-8"), "toml")
    (tmp_path / "run.toml").write_text(whole)
    assert read_run_file(tmp_path / "run.toml")["engine"] == "laplace"
    head = 'format = 1\ncommand = "interruption"\n'
    values = tomllib.loads(lines)
    (tmp_path / "plan.toml").write_text(head + "[intervention]\n" + "\n".join(lines.splitlines()[:2]))
    assert read_run_file(tmp_path / "plan.toml")["start"] == values["start"]
