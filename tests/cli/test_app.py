"""The whole command line: what a shell sees, what help shows and loads, and how errors end."""

import subprocess
import sys

import pytest

from equitymodel import __version__
from equitymodel.cli.app import COMMANDS, app
from equitymodel.cli.options import MOST_SHOWN
from equitymodel.errors import ComputationError, DiagnosisError

pytestmark = pytest.mark.unit
LIBRARIES = {
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "scipy",
    "matplotlib",
    "numpy",
    "pandas",
    "xarray",
    "rich",
    "jinja2",
}


def test_a_shell_sees_the_exit_code_and_the_message(tmp_path):
    call = [sys.executable, "-m", "equitymodel.cli.app", "demo", "--engine", "laplce"]
    result = subprocess.run(call, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "--engine cannot be 'laplce'. Did you mean 'laplace'?\n"
    assert result.stdout == ""


def test_help_loads_no_library_that_works_with_data():
    code = ("import sys; from equitymodel.cli.app import app\n"
            "for name in ([], ['run'], ['check'], ['interruption'], ['demo'], ['models'], ['options']):\n"
            "    app([*name, '--help'], standalone_mode=False)\n"
            f"print(sorted({LIBRARIES} & set(sys.modules)))")  # fmt: skip
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.stdout.splitlines()[-1] == "[]", result.stderr


@pytest.mark.parametrize(
    "path", [[], *([name] for name in app.commands), *(["models", verb] for verb in ("list", "show", "copy"))]
)
def test_no_help_shows_more_than_twelve_options(call, path):
    answer = call(*path, "--help")
    assert answer.code == 0
    shown = [line.split()[0] for line in answer.out.splitlines() if line.startswith("  --")]
    assert shown[-1] == "--help"
    assert len(shown) <= MOST_SHOWN


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_where_the_other_options_are(call, name):
    assert f"equitymodel options {name} lists them all" in " ".join(call(name, "--help").out.split())


def test_the_first_page_says_in_full_what_each_command_does(call):
    text = " ".join(call("--help").out.split())
    assert "Fit a model to your tables and write expected admissions, gaps, targets and a report." in text
    assert "..." not in text.partition("Commands:")[2]


def test_version(call):
    assert call("--version").out == f"equitymodel {__version__}\n"


def test_without_a_command_help_is_shown(call):
    answer = call()
    assert answer.code == 2
    assert "Commands:" in answer.errors


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["runn"], "no command is called 'runn'. Did you mean 'run'?\nSee: equitymodel --help"),
        (["demo", "--sead", "1"], "No such option '--sead'"),
        (["demo", "--seed"], "'--seed' requires an argument"),
        (["demo", "more"], "unexpected extra argument"),
        (["models", "shw"], "no command is called 'shw'. Did you mean 'show'?\nSee: equitymodel models --help"),
        (["options", "demmo"], "Did you mean 'demo'?"),
    ],
)
def test_what_cannot_be_read_is_one_message(call, typed, said):
    answer = call(*typed)
    assert answer.code == 2
    assert said in answer.errors
    assert "Traceback" not in answer.errors


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DiagnosisError("it failed"), 3, "it failed"),
        (ComputationError("no optimum"), 2, "no optimum"),
        (PermissionError(13, "Permission denied", "results"), 2, "results: Permission denied"),
        (KeyboardInterrupt(), 130, "Interrupted; nothing was written."),
    ],
)
def test_errors_end_in_a_message_and_an_exit_code(call, monkeypatch, tmp_path, error, code, said):
    def fails(_choices):
        raise error

    monkeypatch.setitem(COMMANDS, "demo", fails)
    answer = call("demo", "--out", tmp_path / "out")
    assert (answer.code, answer.errors.strip()) == (code, said)
