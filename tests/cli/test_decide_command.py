"""The command `decide`: from a run and a file of options to tables, a page and a record."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.decision_log import read_log
from equitymodel.report.manifest import Manifest
from equitymodel.simulate.made_up_pathway import made_up_pathway
from tests.saved_pathways import save_pathway
from tests.waiting_lists import FIRST_COME, list_rows

pytestmark = pytest.mark.unit
OPTIONS = """
format = 1
question = "What to do about hip replacement?"
[[criterion]]
name = "most_deprived"
better = "more"
[[criterion]]
name = "total"
better = "more"
[weights]
of = "board"
order = ["most_deprived", "total"]
[[option]]
name = "as now"
[[option]]
name = "level up"
route = "level_up"
"""


@pytest.fixture
def options(tmp_path):
    (tmp_path / "OPTIONS.toml").write_text(OPTIONS, encoding="utf-8")
    return tmp_path / "OPTIONS.toml"


@pytest.fixture(scope="module")
def sound(results, tmp_path_factory):
    """The run, as if its short fit had passed its diagnosis."""
    import json
    import shutil

    folder = tmp_path_factory.mktemp("sound") / "results"
    shutil.copytree(results[0], folder)
    said = json.loads((folder / "diagnosis.json").read_text())
    (folder / "diagnosis.json").write_text(json.dumps({**said, "verdict": "WARN"}))
    Manifest.of(folder).write(folder)
    return folder


def test_the_page_of_a_synthetic_example_says_so(results, options, call, tmp_path, monkeypatch):
    monkeypatch.setattr(CellFacts, "of", lambda _: CellFacts(synthetic="synthetic example: about no real ICS"))
    assert call("decide", results[0], options, "--out", tmp_path / "out").code == 0
    assert "Synthetic example: about no real ICS" in (tmp_path / "out" / "board.html").read_text(encoding="utf-8")


def test_tables_and_a_page_are_written_and_what_is_left_out_is_said(results, options, call, tmp_path):
    answer = call("decide", results[0], options, "--out", tmp_path / "out")
    assert answer.code == 0, answer.errors
    assert {"rank_acceptability.csv", "options_moved.csv", "value_of_information.csv", "board.html", "report.html",
            "provenance.json", "manifest.json"} <= {file.name for file in (tmp_path / "out").iterdir()}  # fmt: skip
    assert "Left out: net health benefit by group." in answer.words
    page = (tmp_path / "out" / "board.html").read_text(encoding="utf-8")
    assert "level up comes first in" in page
    assert "duty to have regard" in page
    assert "Nothing has been recorded yet" in page
    assert pd.read_csv(tmp_path / "out" / "rank_acceptability.csv")["rank_1"].sum() == pytest.approx(1)


def test_a_decision_is_recorded_and_a_second_one_rests_on_it(sound, options, call, tmp_path):
    for reason in ("first by every weight", "still first"):
        answer = call("decide", sound, options, "--out", tmp_path / "out", "--choose", "level up", "--reason", reason,
                      "--who", "the board", "--overwrite")  # fmt: skip
        assert answer.code == 0, answer.errors
    log = read_log(tmp_path / "out" / "decision_log.jsonl")
    assert log["reason"].tolist() == ["first by every weight", "still first"]
    assert log["weights"].iloc[0] == "most_deprived over total"
    page = (tmp_path / "out" / "board.html").read_text(encoding="utf-8")
    assert log["sha256"].iloc[1][:12] in page
    forged = call("decide", sound, options, "--out", tmp_path / "out", "--seal", "0" * 64, "--overwrite")
    assert (forged.code, "lines were cut off" in " ".join(forged.errors.split())) == (2, True)


STATED = """
format = 1
made_up = true
[[effect]]
strategy = 6
stage = "seen"
source = "made up"
all_groups = { ratio = 1.05, interval = [1.01, 1.09] }
reach = 0.8
"""


@pytest.fixture(scope="module")
def pathway(results, tmp_path_factory):
    """A pathway of the ICSs and the procedure of the run, as `equitymodel stages` saves one."""
    from dataclasses import replace

    from equitymodel.inference.saved_fit import load_fit

    cells = load_fit(results[0]).cells
    made = made_up_pathway(ics=cells.sizes["ics"], draws=60)
    labels = {"ics": cells["ics"].values, "procedure": cells["procedure"].values}
    own = replace(made, need=made.need.assign_coords(labels), log_passage=made.log_passage.assign_coords(labels))
    folder = tmp_path_factory.mktemp("pathway")
    save_pathway(own, folder)
    (folder / "diagnosis.json").write_text('{"verdict": "PASS"}')
    (folder / "manifest.json").write_text("{}")
    return folder


@pytest.fixture
def strategies(tmp_path):
    """Options of which one names a strategy and no route, with what is stated of it beside them."""
    text = OPTIONS.replace("format = 1", 'format = 1\neffects = "effects.toml"', 1)
    (tmp_path / "effects.toml").write_text(STATED, encoding="utf-8")
    (tmp_path / "OPTIONS.toml").write_text(f'{text}[[option]]\nname = "remind"\nstrategy = 6\n', encoding="utf-8")
    return tmp_path / "OPTIONS.toml"


def test_a_strategy_moves_admissions_by_what_is_stated_of_it_in_the_pathway(
    results, strategies, pathway, call, tmp_path
):
    answer = call("decide", results[0], strategies, "--out", tmp_path / "out", "--stages", pathway)
    assert answer.code == 0, answer.errors
    moved = pd.read_csv(tmp_path / "out" / "options_moved.csv").set_index(["option", "measure"])
    fitted = pd.read_csv(results[0] / "gaps.csv")
    assert len(fitted) > 0
    assert moved.loc[("remind", "total"), "lower"] > 0
    assert moved.loc[("remind", "total"), "estimate"] < 0.1 * 0.8 * 10_000
    page = (tmp_path / "out" / "board.html").read_text(encoding="utf-8")
    assert "as stated of strategy 6" in page
    assert "are made up, to show how it works" in page


def test_a_decision_is_recorded_with_the_hashes_of_all_that_it_rests_on(sound, strategies, pathway, call, tmp_path):
    answer = call("decide", sound, strategies, "--out", tmp_path / "out", "--stages", pathway, "--choose", "remind",
                  "--reason", "cheap", "--who", "the board")  # fmt: skip
    assert answer.code == 0, answer.errors
    (files,) = read_log(tmp_path / "out" / "decision_log.jsonl")["files"]
    assert [part.split()[0] for part in files.split("; ")] == ["effects", "options", "stages"]


def test_a_pathway_of_other_places_is_refused_by_name(results, strategies, call, tmp_path):
    save_pathway(made_up_pathway(draws=8), tmp_path)
    answer = call("decide", results[0], strategies, "--out", tmp_path / "out", "--stages", tmp_path)
    assert answer.code == 2
    assert "the pathway has no ics" in " ".join(answer.errors.split())
    assert not (tmp_path / "out").exists()


def test_a_strategy_without_a_pathway_and_a_pathway_without_a_strategy_are_refused(
    results, strategies, pathway, call, tmp_path
):
    (tmp_path / "routes.toml").write_text(OPTIONS, encoding="utf-8")
    for given, says in (
        ((strategies,), "--stages"),
        ((tmp_path / "routes.toml", "--stages", pathway), "the file has none"),
    ):
        answer = call("decide", results[0], *given, "--out", tmp_path / "out")
        assert (answer.code, says in " ".join(answer.errors.split())) == (2, True), answer.errors


@pytest.mark.parametrize(("more", "says"), [
    (["--choose", "level up"], "give --choose, --reason and --who together"),
    (["--choose", "levl", "--reason", "a", "--who", "b"], "no option is called 'levl'; the file has as now, level up"),
    (["--area", "nowhere"], "no ICS 'nowhere'"),
])  # fmt: skip
def test_what_is_not_there_is_refused_and_nothing_is_written(results, options, call, tmp_path, more, says):
    answer = call("decide", results[0], options, "--out", tmp_path / "out", *more)
    assert answer.code == 2
    assert says in " ".join(answer.errors.split())
    assert not (tmp_path / "out").exists()


def test_a_refreshed_folder_goes_into_the_record(sound, options, call, evaluated, example, tmp_path):
    rows = pd.read_csv(example / "series.csv", dtype={"period": str})
    pd.concat([rows, rows.tail(1).assign(period="2020-01")]).to_csv(tmp_path / "new.csv", index=False)
    made = call("refresh", evaluated[0], "--series", tmp_path / "new.csv", "--out", tmp_path / "later")
    assert made.code == 0, made.errors
    said = ("--choose", "level up", "--reason", "first", "--who", "the board")
    answer = call("decide", sound, options, "--refreshed", tmp_path / "later", "--out", tmp_path / "out", *said)
    assert answer.code == 0, answer.errors
    (line,) = (tmp_path / "out" / "decision_log.jsonl").read_text(encoding="utf-8").splitlines()
    assert "waiting" in line, line


FASTER = "Faster for the most deprived"


@pytest.fixture(scope="module")
def lists(results, tmp_path_factory):
    """Rules of a list of the ICSs and the procedure of the run, from the command line."""
    from equitymodel.inference.saved_fit import load_fit
    from tests.cli.conftest import answer_of

    cells, folder = load_fit(results[0]).cells, tmp_path_factory.mktemp("lists")
    rows = list_rows(procedures=("orthopaedics",), areas=[str(name) for name in cells["ics"].values])
    rows.rename(columns={"procedure": "specialty"}).to_csv(folder / "list.csv", index=False)
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    index = CellFacts.of(cells).deprivation_index
    answer = answer_of("waiting", folder / "list.csv", folder / "rules.toml", "--out", folder / "out", "--areas", "any",
                       "--small-numbers", "exact", "--deprivation-index", index)  # fmt: skip
    assert answer.code == 0, answer.errors
    return folder / "out"


RULES = f"""{FIRST_COME}[[rule]]
name = "{FASTER}"
order = "accumulating"
rates = {{"1" = 1.5}}
[[rule]]
name = "5 % more slots"
order = "first_come"
further_slots = 0.05
source = "an assumption"
"""


def by_rules(folder, *, specialty='specialty = "orthopaedics"', rule=FASTER):
    """Options of which two follow rules of a list."""
    own = [f'[[option]]\nname = "{name}"\nrule = "{followed}"\n{specialty}\n'
           for name, followed in (("faster", rule), ("theatre", "5 % more slots"))]  # fmt: skip
    (folder / "rules_options.toml").write_text(OPTIONS + "".join(own), encoding="utf-8")
    return folder / "rules_options.toml"


def test_an_option_is_moved_by_a_rule_of_a_list_and_its_flag_is_on_the_page_and_in_the_log(
    sound, lists, call, tmp_path
):
    said = ("--choose", "faster", "--reason", "first", "--who", "the board")
    answer = call("decide", sound, by_rules(tmp_path), "--out", tmp_path / "out", "--waiting", lists, *said)
    assert answer.code == 0, answer.errors
    moved = pd.read_csv(tmp_path / "out" / "options_moved.csv").set_index(["option", "measure"])
    assert moved.loc[("faster", "most_deprived"), "lower"] > 0
    assert moved.loc[("theatre", "total"), "lower"] > 0
    page = (tmp_path / "out" / "board.html").read_text(encoding="utf-8")
    assert f"as stated of the waiting-list rule &#39;{FASTER}&#39;" in page
    assert "places nobody by a group" in page
    assert "yes, by its rule" in page
    assert page.count("uses a group of people to place an individual") == 1
    for said in (
        "Rules of the list were run over",
        "On the list itself, those treated in all change by: faster 0.0%",
        "Share of those on the list who leave untreated",
        "The list was not held against what was observed",
    ):
        assert said in page  # fmt: skip
    log = read_log(tmp_path / "out" / "decision_log.jsonl")
    for where in (page, log["contested"].item()):
        assert "uses a group of people to place an individual" in where
    assert [part.split()[0] for part in log["files"].item().split("; ")] == ["options", "waiting"]


def test_a_change_is_the_ratio_of_those_treated_in_the_folder(sound, lists, call, tmp_path):
    from equitymodel.inference.saved_fit import load_fit
    from equitymodel.waiting.kept_rules import open_rules

    answer = call("decide", sound, by_rules(tmp_path), "--out", tmp_path / "out", "--waiting", lists)
    assert answer.code == 0, answer.errors
    treated = open_rules(lists).treated.sel(deprivation="1", drop=True)
    ratio = (treated.sel(rule="5 % more slots") / treated.sel(rule="First come")).mean("draw")
    admissions = load_fit(sound).fitted.isel(deprivation=0, drop=True).mean(("chain", "draw"))
    moved = pd.read_csv(tmp_path / "out" / "options_moved.csv").set_index(["option", "measure"])["estimate"]
    expected = float((admissions * (ratio - 1)).sum())
    assert moved[("theatre", "most_deprived")] == pytest.approx(expected, rel=0.02)
    assert expected > 50


@pytest.mark.parametrize(("given", "says"), [
    ({}, "give the folder that equitymodel waiting wrote with --waiting"),
    ({"rule": "Fastr"}, "no rule 'Fastr' was compared"),
    ({"specialty": ""}, "specialty = 'orthopaedics' beside its rule"),
])  # fmt: skip
def test_a_rule_without_its_folder_its_name_or_its_care_is_refused(results, lists, call, tmp_path, given, says):
    more = ("--waiting", lists) if given else ()
    answer = call("decide", results[0], by_rules(tmp_path, **given), "--out", tmp_path / "out", *more)
    assert (answer.code, says in " ".join(answer.errors.split())) == (2, True), answer.errors
    assert not (tmp_path / "out").exists()


def test_a_folder_of_rules_without_an_option_that_names_one_is_refused(results, options, lists, call, tmp_path):
    answer = call("decide", results[0], options, "--out", tmp_path / "out", "--waiting", lists)
    assert (answer.code, "the file has none" in " ".join(answer.errors.split())) == (2, True), answer.errors
