"""The page of records: every command runs on a made-up extract and prints what it quotes; its Python runs too."""

import re
import runpy
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from equitymodel.cli.app import app

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.docs
STEP = re.compile(r"```bash\nequitymodel (.*?)```(?:\s*```text\n(.*?)```)?", flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The extract of the page, in the folder that its commands are typed in."""
    script = runpy.run_path(str(DOCS / "examples" / "made_up_extract.py"))
    script["write_extract"](tmp_path / "extract", 60_000, 8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_runs_and_prints_what_the_page_quotes(folder, capsys, same_figures):
    steps = STEP.findall((DOCS / "records.md").read_text(encoding="utf-8"))
    assert [command.split()[0] for command, _ in steps] == ["cells", "check", "run", "report"]
    for command, quoted in steps:
        app(shlex.split(command), prog_name="equitymodel", standalone_mode=False)
        same_figures(capsys.readouterr().out, quoted)
    assert (folder / "board.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(("page", "quoted"), [("areas.md", True), ("records.md", False)])
def test_python_of_a_page_runs_and_prints_what_it_quotes(page, quoted, tmp_path, monkeypatch, blocks):
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text(encoding="utf-8")
    [code] = blocks(text, "python")
    printed = StringIO()
    with redirect_stdout(printed):
        exec(code, {})
    if quoted:
        assert blocks(text, "text")[0].strip() == printed.getvalue().strip()
