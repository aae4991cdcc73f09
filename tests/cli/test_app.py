import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from equitymodel.cli.app import app, main
from equitymodel.simulate.example import example_tables
from equitymodel.simulate.simulated_groups import group_tables

pytestmark = pytest.mark.unit
RUNNER = CliRunner()


@dataclass(frozen=True)
class Answer:
    returncode: int
    stdout: str
    stderr: str


def command(*arguments: str) -> Answer:
    """Call the command line as a shell would, in this process: a new one spends seconds on imports."""
    out, errors = StringIO(), StringIO()
    with patch.object(sys, "argv", ["equitymodel", *arguments]), redirect_stdout(out), redirect_stderr(errors):
        try:
            main()
        except SystemExit as ended:
            return Answer(int(ended.code or 0), out.getvalue(), errors.getvalue())
    return Answer(0, out.getvalue(), errors.getvalue())


@pytest.fixture
def files(tmp_path):
    tables = example_tables(procedures=["hip replacement"])
    tables.admissions.to_csv(tmp_path / "a.csv", index=False)
    tables.population.to_csv(tmp_path / "p.csv", index=False)
    return ["--admissions", str(tmp_path / "a.csv"), "--population", str(tmp_path / "p.csv")]


def test_check_accepts_good_tables(files):
    result = RUNNER.invoke(app, ["check", *files, "--deprivation-index", "IMD 2019"])
    assert result.exit_code == 0, result.output
    assert "keep the contract" in result.output


def test_check_takes_age_bands_and_teaches_where_they_do_not_fit(files):
    result = RUNNER.invoke(app, ["check", *files, "--deprivation-index", "IMD 2019", "--age-bands", "auto"])
    assert result.exit_code == 0, result.output
    assert "ages apart in 00-44; 45-64; 65-74; 75+" in " ".join(result.output.split())
    wrong = command("check", *files, "--deprivation-index", "IMD 2019", "--age-bands", "0-49,50+")
    assert wrong.returncode == 2
    assert "ages 45-54 do not lie within one band, but across the ends of 00-49 and 50+" in wrong.stderr
    alone = command("check", *files, "--sexes-apart")
    assert "--sexes-apart goes with --age-bands" in alone.stderr


@pytest.fixture
def rounded(tmp_path):
    """Two ICSs and two groups, as Hospital Episode Statistics show counts."""
    rows = [("E54000055", 1, "*"), ("E54000055", 2, "25"), ("E54000057", 1, "0"), ("E54000057", 2, "40")]
    places = [f"{ics},{group}" for ics, group, _ in rows]
    counts = [f"{place},hip,{count}" for place, (*_, count) in zip(places, rows, strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["ics,deprivation,procedure,admissions", *counts]))
    (tmp_path / "p.csv").write_text("\n".join(["ics,deprivation,population", *(f"{place},9000" for place in places)]))
    files = ["--admissions", str(tmp_path / "a.csv"), "--population", str(tmp_path / "p.csv")]
    return ["check", *files, "--deprivation-index", "IMD 2019"]


def test_check_says_what_hidden_counts_may_be(rounded):
    result = RUNNER.invoke(app, [*rounded, "--small-numbers", "hes"])
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "62 to 76 admissions, 3 cells known only within bounds, 0 cells not known" in text
    assert "C12" in text
    assert "a suppressed count is 1 to 7, other counts rounded to the nearest 5" in text


def test_check_reads_absent_rows_as_suppressed_counts(rounded, tmp_path):
    lines = (tmp_path / "a.csv").read_text().splitlines()
    (tmp_path / "a.csv").write_text("\n".join(line for line in lines if not line.endswith("*")))
    result = RUNNER.invoke(app, [*rounded, "--small-numbers", "1-7/5", "--incomplete", "suppressed"])
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "62 to 76 admissions" in text
    assert "K09" in text
    without = RUNNER.invoke(app, [*rounded, "--incomplete", "suppressed"])
    assert without.exit_code != 0
    assert "K10" in str(without.exception)


@pytest.mark.parametrize(("word", "said"), [("hess", "Did you mean 'hes'?"), ("9-1", "cannot lie between 9 and 1"),
                                            ("small", "write one, such as 1-9")])  # fmt: skip
def test_a_rule_that_is_none_is_explained(rounded, word, said):
    result = RUNNER.invoke(app, [*rounded, "--small-numbers", word])
    assert result.exit_code != 0
    assert "--small-numbers" in str(result.exception)
    assert said in str(result.exception)


def test_a_shell_sees_the_exit_code_and_the_message():
    call = [sys.executable, "-m", "equitymodel.cli.app", "models", "show", "need_ajusted"]
    result = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert result.returncode == 2
    assert "Did you mean 'need_adjusted'?" in result.stderr


def test_check_exits_with_2_and_explains(files, tmp_path):
    text = (tmp_path / "a.csv").read_text().splitlines()
    text[1] = text[1].rsplit(",", 1)[0] + ",-3"
    (tmp_path / "a.csv").write_text("\n".join(text))
    result = command("check", *files)
    assert result.returncode == 2
    assert "C01" in result.stderr
    assert "row 2" in result.stderr
    assert "Way out" in result.stderr


def test_a_mistyped_choice_names_the_nearest(files):
    result = command("check", *files, "--incomplete", "zeros")
    assert result.returncode == 2
    assert "Did you mean 'zero'?" in result.stderr


def test_a_mistyped_engine_names_the_nearest(files, tmp_path):
    result = RUNNER.invoke(app, ["run", *files, "--engine", "laplce", "--out", str(tmp_path / "out")])
    assert result.exit_code != 0
    assert "Did you mean 'laplace'?" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_run_refuses_a_folder_in_use_before_any_work(files, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    result = command("run", *files, "--out", str(tmp_path / "out"))
    assert result.returncode == 2
    assert "is not empty" in result.stderr


def test_models_are_listed_shown_and_copied(tmp_path):
    assert "gap_by_procedure" in RUNNER.invoke(app, ["models", "list"]).output
    assert "HalfNormal(0.2)" in RUNNER.invoke(app, ["models", "show", "need_adjusted"]).output
    copy = tmp_path / "mine.toml"
    assert RUNNER.invoke(app, ["models", "copy", "need_adjusted", str(copy)]).exit_code == 0
    assert copy.read_text(encoding="utf-8").startswith("format = 1")
    assert command("models", "copy", "need_adjusted", str(copy)).returncode == 2


@pytest.mark.parametrize("code", ["import equitymodel", "import equitymodel.cli.app"])
def test_importing_loads_neither_samplers_nor_plotting(code):
    heavy = "{'pymc', 'pytensor', 'nutpie', 'arviz_stats', 'matplotlib', 'numba', 'statsmodels'}"
    test = f"import sys; {code}; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", test], capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import equitymodel

    for name in equitymodel.__all__:
        assert getattr(equitymodel, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = equitymodel.nothing


@pytest.mark.parametrize(
    ("engine", "where"),
    [
        ("nuts", "equitymodel.inference.grouped.nuts.sample"),
        ("laplace", "equitymodel.inference.fit_model.sample_laplace"),
    ],
)
def test_an_interrupted_fit_says_so_and_leaves_nothing(files, tmp_path, monkeypatch, engine, where):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    result = RUNNER.invoke(app, ["run", *files, "--engine", engine, "--out", str(tmp_path / "out")])
    assert result.exit_code == 130
    assert "nothing was written" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture
def by_ethnicity(tmp_path):
    tables = group_tables(areas=4, procedures=2, seed=1)
    tables.admissions.to_csv(tmp_path / "a.csv", index=False)
    tables.population.to_csv(tmp_path / "p.csv", index=False)
    return ["--admissions", str(tmp_path / "a.csv"), "--population", str(tmp_path / "p.csv"), "--areas", "any",
            "--group", "ethnicity"]  # fmt: skip


def test_other_groups_are_checked_under_their_own_name(by_ethnicity):
    result = RUNNER.invoke(app, ["check", *by_ethnicity, "--reference-group", "White British"])
    assert result.exit_code == 0, result.output
    assert "5 ethnicity groups" in result.output
    assert "depriv" not in result.output


def test_a_reference_group_must_be_named_and_known(by_ethnicity):
    for given, said in (
        ([], "none was named"),
        (["--reference-group", "white british"], "Did you mean 'White British'?"),
    ):
        result = command("check", *by_ethnicity, *given)
        assert result.returncode == 2
        assert "U01" in result.stderr
        assert said in result.stderr


def test_other_groups_have_a_model_of_their_own_by_default(by_ethnicity, tmp_path):
    call = ["run", *by_ethnicity, "--reference-group", "White British", "--engine", "laplace", "--draws", "100"]
    result = RUNNER.invoke(app, [*call, "--out", str(tmp_path / "out"), "--force"])
    assert result.exit_code == 0, result.output
    assert "Equality Act characteristic: race. Against White British" in " ".join(result.output.split())
    assert '"name": "group_by_procedure"' in (tmp_path / "out" / "provenance.json").read_text(encoding="utf-8")
    refused = RUNNER.invoke(app, [*call, "--model", "need_adjusted", "--out", str(tmp_path / "other")])
    assert "have no order" in str(refused.exception)


@pytest.mark.parametrize("option", [["--need-feedback"], ["--under-recording-sd", "0.1"]])
def test_options_of_an_error_in_need_go_with_its_kind(files, tmp_path, option):
    result = RUNNER.invoke(app, ["run", *files, "--out", str(tmp_path / "out"), *option])
    assert result.exit_code != 0
    assert f"{option[0]} goes with --need-error" in str(result.exception)
