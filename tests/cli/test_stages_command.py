import pandas as pd
import pytest

from equitymodel.cli import stages_command
from equitymodel.cli.app import app
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.simulate.simulated_stages import demo_stages, example_stages
from tests.stages import table

pytestmark = pytest.mark.unit


def run(*arguments):
    return app([str(argument) for argument in arguments], prog_name="equitymodel", standalone_mode=False)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "stages.csv"
    table(first=1007).to_csv(path, index=False)
    return path


def test_a_table_becomes_a_folder_and_its_options_are_kept(file, tmp_path, capsys):
    out = tmp_path / "results"
    run("stages", file, "--out", out, "--linked", "yes", "--deprivation-index", "IMD 2019", "--draws", 100)
    printed = capsys.readouterr().out
    assert "linked: found" in printed
    assert "The largest step against them is at" in printed
    rows = pd.read_csv(out / "stage_attribution.csv")
    assert rows["stage"].unique().tolist() == ["found", "referred", "seen", "listed", "admitted", "total"]
    assert '"linked": "yes"' in (out / "provenance.json").read_text()


def test_a_broken_table_is_refused_with_its_rule(file, tmp_path):
    rows = pd.read_csv(file)
    rows.loc[3, "count"] = 5001
    rows.to_csv(file, index=False)
    with pytest.raises(EquityDataError, match="W09"):
        run("stages", file, "--out", tmp_path / "results", "--linked", "yes")
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("arguments", [[], ["--demo"]])
def test_one_table_is_needed_and_not_two(arguments, file, tmp_path):
    given = [] if not arguments else [file]
    with pytest.raises(OptionError, match="needs one table"):
        run("stages", *given, *arguments, "--out", tmp_path / "results")


def test_out_is_needed(file):
    with pytest.raises(OptionError, match="stages needs --out"):
        run("stages", file)


def test_the_example_is_kept_beside_its_results_and_says_that_it_is_made_up(tmp_path, monkeypatch):
    few = {"stages": example_stages(areas=2)}
    monkeypatch.setattr(stages_command, "_read", lambda _: (demo_stages(areas=2), few))
    run("stages", "--demo", "--out", tmp_path / "results", "--draws", 100)
    assert (tmp_path / "results" / "inputs" / "stages.csv").is_file()
    assert "synthetic" in pd.read_csv(tmp_path / "results" / "stage_gaps.csv").columns
    assert "Synthetic example" in (tmp_path / "results" / "report.html").read_text()
