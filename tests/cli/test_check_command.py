import shutil

import pytest

from equitymodel.cli.run_file import read_run_file
from equitymodel.simulate.simulated_groups import group_tables

pytestmark = pytest.mark.unit


def test_good_tables_keep_the_contract(call, files):
    answer = call("check", *files)
    assert answer.code == 0
    assert "4 ICSs x 5 deprivation groups x 1 procedures" in answer.words
    assert answer.out.endswith("The tables keep the contract.\n")


def test_a_broken_rule_is_explained(call, files, example, tmp_path):
    lines = (example / "admissions.csv").read_text().splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",-3"
    (tmp_path / "a.csv").write_text("\n".join(lines))
    answer = call("check", "--admissions", tmp_path / "a.csv", *files[2:])
    assert answer.code == 2
    for said in ("C01", "row 2", "Way out"):
        assert said in answer.errors


def test_age_bands_are_taken_and_taught(call, files):
    assert "ages apart in 00-44; 45-64; 65-74; 75+" in call("check", *files, "--age-bands", "auto").words
    wrong = call("check", *files, "--age-bands", "0-49,50+")
    assert wrong.code == 2
    assert "ages 45-54 do not lie within one band, but across the ends of 00-49 and 50+" in wrong.errors


def test_a_model_of_ones_own_is_read_before_the_tables(call, example, tmp_path):
    (tmp_path / "mine.toml").write_text("format = 1\nnam = 'x'\n")
    (tmp_path / "no_table.csv").write_text("\n")
    tables = ["--admissions", tmp_path / "no_table.csv", "--population", tmp_path / "no_table.csv"]
    answer = call("check", *tables, "--model", tmp_path / "mine.toml")
    assert answer.code == 2
    assert "Did you mean 'name'?" in answer.errors


def test_a_run_file_has_what_was_found_and_every_choice(written, example):
    text = written.read_text(encoding="utf-8")
    assert "# 4 ICSs x 5 deprivation groups x 1 procedures: " in text
    assert 'need = "need.csv"' in text
    assert str(example) not in text
    chosen = read_run_file(written)
    assert (chosen.command, chosen["model"], chosen["engine"], chosen["draws"]) == (
        "run",
        "need_adjusted",
        "laplace",
        100,
    )
    assert sorted(chosen.sha256) == ["admissions", "need", "population"]


def test_a_run_file_is_looked_at_anew_and_says_which_table_changed(call, written, example, tmp_path):
    for name in ("admissions.csv", "population.csv", "need.csv", "run.toml"):
        shutil.copy(example / name, tmp_path / name)
    assert "is not what it was" not in call("check", tmp_path / "run.toml").out
    lines = (tmp_path / "need.csv").read_text().splitlines()
    (tmp_path / "need.csv").write_text("\n".join([*lines, ""]) + "\n")
    refused = call("run", tmp_path / "run.toml")
    assert refused.code == 2
    assert "need is not what it was when this file was written" in refused.errors
    anew = call("check", tmp_path / "run.toml", "--seed", "8", "--write", tmp_path / "run.toml", "--overwrite")
    assert "need is not what it was when the run file was written" in anew.out
    assert read_run_file(tmp_path / "run.toml")["seed"] == 8
    assert "is not what it was" not in call("check", tmp_path / "run.toml").out


@pytest.fixture(scope="module")
def by_ethnicity(tmp_path_factory):
    folder, tables = tmp_path_factory.mktemp("groups"), group_tables(areas=4, procedures=2, seed=1)
    tables.admissions.to_csv(folder / "a.csv", index=False)
    tables.population.to_csv(folder / "p.csv", index=False)
    return [
        "--admissions",
        folder / "a.csv",
        "--population",
        folder / "p.csv",
        "--areas",
        "any",
        "--group",
        "ethnicity",
    ]


def test_other_groups_are_checked_under_their_own_name(call, by_ethnicity, tmp_path):
    run = tmp_path / "run.toml"
    answer = call("check", *by_ethnicity, "--reference-group", "White British", "--write", run)
    assert answer.code == 0, answer.errors
    assert "5 ethnicity groups" in answer.out
    assert "depriv" not in answer.out
    assert read_run_file(run)["model"] == "group_by_procedure"


def test_a_reference_group_must_be_named_and_known(call, by_ethnicity):
    for given, said in (([], "none was named"),
                        (["--reference-group", "white british"], "Did you mean 'White British'?")):  # fmt: skip
        answer = call("check", *by_ethnicity, *given)
        assert answer.code == 2
        assert "U01" in answer.errors
        assert said in answer.errors
