"""The page for colleagues who work in R: its code runs, where R is, and prints what it quotes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_board_paper import write_tables

PAGE = Path(__file__).parents[2] / "docs" / "from_r.md"
pytestmark = pytest.mark.docs


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_the_code_of_the_page_runs_in_r(tmp_path, blocks, same_figures):
    write_tables(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    (tmp_path / "page.R").write_text("\n".join(blocks(text, "r")), encoding="utf-8")
    here = str(Path(sys.executable).parent)
    ours = os.environ | {"PATH": here + os.pathsep + os.environ["PATH"], "RETICULATE_PYTHON": sys.executable}
    done = subprocess.run(["Rscript", "page.R"], cwd=tmp_path, env=ours, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    for quoted in blocks(text, "text"):
        same_figures(done.stdout, quoted)
