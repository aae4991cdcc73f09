"""The board paper by tomorrow: every command of the page runs on the example's tables, and prints what it quotes."""

import re
import shlex
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from equitymodel.cli.app import main
from equitymodel.data.tables.areas import area_regions
from equitymodel.simulate.example import example_tables

PAGE = Path(__file__).parents[2] / "docs" / "board_paper.md"
pytestmark = pytest.mark.mcmc
STEP = re.compile(r"```bash\n(.*?)```(?:\s*```text\n(.*?)```)?", flags=re.DOTALL)


def write_tables(folder: Path) -> None:
    """Write the tables that the page has."""
    tables = example_tables(procedures=["hip replacement", "tonsillectomy"])
    regions = area_regions(tables.population["ics"].unique())
    for name in ("admissions", "population"):
        table = getattr(tables, name)
        table[table["ics"].map(regions) == "South West"].to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that its commands are typed in."""
    write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(command: str) -> str:
    """Type a command, and give what it printed."""
    program, *arguments = shlex.split(command)
    printed, code = StringIO(), 0
    with patch.object(sys, "argv", [program, *arguments]), redirect_stdout(printed):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert not code, command
    return printed.getvalue()


def test_every_command_runs_and_prints_what_the_page_quotes(folder, same_figures):
    steps = STEP.findall(PAGE.read_text(encoding="utf-8"))
    assert len(steps) == 4
    for command, quoted in steps:
        assert command.startswith("equitymodel ")
        same_figures(typed(command), quoted)
    assert {"run.toml", "results", "board.docx", "tables.xlsx", "report.html"} <= {
        path.name for path in folder.iterdir()
    }
    assert (folder / "board.docx").read_bytes()[:2] == b"PK"
