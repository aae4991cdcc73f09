import json
import tomllib
from importlib import import_module

import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.spec.library import model_text
from tests.data.changes import COSTS, YEARS, given
from tests.data.small_tables import small_tables

pytestmark = pytest.mark.unit


def tables_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def test_a_run_file_is_run(results):
    folder, answer = results
    assert "Most against least deprived, all ICSs together" in answer.out
    assert "hip replacement" in answer.out
    assert f"Open {folder / 'report.html'}".replace(" ", "") in "".join(answer.out.split())
    assert {"gaps.csv", "run.toml", "provenance.json", "report.html"} <= {path.name for path in folder.iterdir()}


def test_results_are_made_again_from_the_file_they_keep(results, call, tmp_path):
    folder, _ = results
    again = call("run", folder / "run.toml", "--out", tmp_path / "again")
    assert again.code == 0, again.errors
    assert len(tables_of(folder)) == 10
    assert "notes.csv" in tables_of(folder)
    assert tables_of(tmp_path / "again") == tables_of(folder)
    kept, made = ((path / "run.toml").read_text() for path in (folder, tmp_path / "again"))
    assert tomllib.loads(kept)["fit"] == tomllib.loads(made)["fit"]
    assert tomllib.loads(kept)["sha256"] == tomllib.loads(made)["sha256"]


def test_options_that_are_typed_come_before_the_file(results, written, call, tmp_path):
    folder, _ = results
    answer = call("run", written, "--seed", "2", "--out", tmp_path / "other")
    assert "(seed 2)" in answer.words
    record = json.loads((tmp_path / "other" / "provenance.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["options"]["seed"], record["options"]["command"]) == (2, 2, "run")
    assert tables_of(tmp_path / "other")["gaps.csv"] != tables_of(folder)["gaps.csv"]


def test_what_results_keep_names_no_folder_of_the_machine(results, example):
    folder, _ = results
    for name, said in (("run.toml", '"../need.csv"'), ("provenance.json", '"need.csv"'), ("manifest.json", "gaps.csv")):
        text = (folder / name).read_text(encoding="utf-8")
        assert str(example.parent) not in text
        assert said in text


def test_a_folder_in_use_is_refused_before_any_work(results, written, call):
    answer = call("run", written)
    assert answer.code == 2
    assert "is not empty" in answer.errors
    assert answer.out == ""


@pytest.mark.parametrize(
    ("engine", "where", "name"),
    [
        ("nuts", "equitymodel.inference.grouped.nuts", "sample"),
        ("laplace", "equitymodel.inference.fit_model", "sample_laplace"),
    ],
)
def test_an_interrupted_fit_says_so_and_leaves_nothing(call, files, tmp_path, monkeypatch, engine, where, name):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module(where), name, interrupted)
    answer = call("run", *files, "--engine", engine, "--out", tmp_path / "out")
    assert answer.code == 130
    assert "nothing was written" in answer.errors
    assert not (tmp_path / "out").exists()


def test_unit_costs_reach_what_is_worked_out_with_the_file_that_they_came_from(call, tmp_path, monkeypatch):
    seen = []

    def make(cells, *_others, unit_costs, **_options):
        seen.append((CellFacts.of(cells).sources[-1].file, unit_costs))
        raise KeyboardInterrupt

    monkeypatch.setattr("equitymodel.cli.run_command.make_results_as_asked", make)
    words = []
    for name, frame in given("unit_costs", COSTS)(YEARS(small_tables())).items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        words += [f"--{name.replace('_', '-')}", tmp_path / f"{name}.csv"]
    answer = call("run", *words, "--deprivation-index", "IMD 2019", "--out", tmp_path / "out")
    assert answer.code == 130, answer.errors
    assert seen == [("unit_costs.csv", {"hip": 9000.0, "knee": 8000.0})]


def test_other_groups_are_run_with_a_model_of_their_own(call, tmp_path):
    from equitymodel.simulate.simulated_groups import group_tables

    tables = group_tables(areas=4, procedures=2, seed=1)
    tables.admissions.to_csv(tmp_path / "a.csv", index=False)
    tables.population.to_csv(tmp_path / "p.csv", index=False)
    typed = ["run", "--admissions", tmp_path / "a.csv", "--population", tmp_path / "p.csv", "--areas", "any", "--group",
             "ethnicity", "--reference-group", "White British", "--engine", "laplace", "--draws", "100"]  # fmt: skip
    answer = call(*typed, "--out", tmp_path / "out", "--force")
    assert answer.code == 0, answer.errors
    assert "Equality Act characteristic: race. Against White British" in answer.words
    assert 'model = "group_by_procedure"' in (tmp_path / "out" / "run.toml").read_text(encoding="utf-8")
    refused = call(*typed, "--model", "need_adjusted", "--out", tmp_path / "other")
    assert refused.code == 2
    assert "have no order" in refused.errors


def test_priors_are_accepted_with_a_reason_that_results_and_run_file_keep(call, tmp_path):
    cells = small_tables()
    words = ["--areas", "any", "--engine", "laplace", "--draws", "100", "--force", "--model", tmp_path / "wild.toml"]
    for name in ("admissions", "population"):
        cells[name].to_csv(tmp_path / f"{name}.csv", index=False)
        words += [f"--{name}", tmp_path / f"{name}.csv"]
    text = model_text("gap_by_procedure").replace("mean = 0.0, sd = 0.5", "mean = 0.0, sd = 5.0")
    (tmp_path / "wild.toml").write_text(text)
    typed = ["run", *words, "--deprivation-index", "IMD 2019", "--out", tmp_path / "out"]
    refused = call(*typed)
    assert refused.code == 3
    assert "--accept-prior REASON" in refused.errors
    for reason in ("", " . "):
        empty = call(*typed, "--accept-prior", reason)
        assert empty.code == 2
        assert "--accept-prior takes a reason in words" in " ".join(empty.errors.split())
    answer = call(*typed, "--accept-prior", "as in Smith 2020")
    assert answer.code == 0, answer.errors
    assert "were accepted on purpose: as in Smith 2020" in answer.words
    kept = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert kept["accepted_prior"]["reason"] == kept["options"]["accept_prior"] == "as in Smith 2020"
    assert tomllib.loads((tmp_path / "out" / "run.toml").read_text())["fit"]["accept_prior"] == "as in Smith 2020"
