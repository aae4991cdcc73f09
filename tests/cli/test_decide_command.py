"""The command `decide`: from a run and a file of options to tables, a page and a record."""

import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.decision_log import read_log

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
    return folder


def test_the_page_of_a_synthetic_example_says_so(results, options, call, tmp_path, monkeypatch):
    monkeypatch.setattr(CellFacts, "of", lambda _: CellFacts(synthetic="synthetic example: about no real ICS"))
    assert call("decide", results[0], options, "--out", tmp_path / "out").code == 0
    assert "synthetic example: about no real ICS" in (tmp_path / "out" / "board.html").read_text(encoding="utf-8")


def test_tables_and_a_page_are_written_and_what_is_left_out_is_said(results, options, call, tmp_path):
    answer = call("decide", results[0], options, "--out", tmp_path / "out")
    assert answer.code == 0, answer.errors
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "rank_acceptability.csv", "options_moved.csv", "value_of_information.csv", "board.html", "manifest.json",
    }  # fmt: skip
    assert "Net health benefit by group is left out" in answer.words
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


@pytest.mark.parametrize(("more", "says"), [
    (["--choose", "level up"], "give --choose, --reason and --who together"),
    (["--choose", "levl", "--reason", "a", "--who", "b"], "no option is called 'levl'; the file has as now, level up"),
    (["--area", "nowhere"], "no ics is called 'nowhere'"),
])  # fmt: skip
def test_what_is_not_there_is_refused_and_nothing_is_written(results, options, call, tmp_path, more, says):
    answer = call("decide", results[0], options, "--out", tmp_path / "out", *more)
    assert answer.code == 2
    assert says in " ".join(answer.errors.split())
    assert not (tmp_path / "out").exists()
