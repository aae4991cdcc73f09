import pandas as pd
import pytest

from equitymodel.simulate.made_up_pathway import made_up_pathway
from tests.saved_pathways import save_pathway

pytestmark = pytest.mark.unit
OPTIONS = """format = 1
made_up = true
[[effect]]
strategy = 6
stage = "seen"
source = "made up"
all_groups = { log_effect = 0.05, sd = 0.02 }
reach = 0.5
"""


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "stages"
    folder.mkdir()
    save_pathway(made_up_pathway(draws=20), folder)
    return folder


def test_the_register_is_listed_by_stage(call):
    answer = call("strategies", "list")
    assert answer.code == 0
    assert "A  identification and referral" in answer.out
    assert "16  Taking account of non-clinical factors (2 pieces of evidence, contested)" in answer.out
    assert answer.out.count("\n") == 23


def test_a_strategy_is_shown_by_number_name_or_part_of_a_name(call):
    by_number, by_name = call("strategies", "show", "13"), call("strategies", "show", "carer")
    assert by_number.out == by_name.out
    assert by_number.out.startswith("13. Carer support")
    several = call("strategies", "show", "reminder")
    assert several.code == 2
    assert "Did you mean 6, 'Outpatient" in several.errors


def test_the_register_is_copied_amended_and_read_again(call, tmp_path):
    own = tmp_path / "own.toml"
    assert "--own" in call("strategies", "copy", own).words
    assert call("strategies", "copy", own).code == 2
    own.write_text(own.read_text(encoding="utf-8").replace("remove what keeps a carer", "what we do here for a carer"))
    assert "13  Carer support (no evidence held, amended locally)" in call("strategies", "list", "--own", own).out
    assert "what we do here for a carer" in call("strategies", "show", "13", "--own", own).out


def test_a_file_that_breaks_the_contract_is_refused_with_a_way_out(call, tmp_path):
    (tmp_path / "own.toml").write_text("format = 1\n[[strategy]]\nnumber = 19\n")
    answer = call("strategies", "list", "--own", tmp_path / "own.toml")
    assert answer.code == 2
    assert "R03 in own.toml" in answer.errors
    assert "Way out: " in answer.errors


def test_effects_are_written_from_saved_stages(call, saved, tmp_path):
    (tmp_path / "options.toml").write_text(OPTIONS)
    arguments = ("strategies", "effects", saved, tmp_path / "options.toml", "--out", tmp_path / "out")
    answer = call(*arguments)
    assert answer.code == 0, answer.errors
    assert answer.out.strip().startswith("Made up, to show how it works.")
    table = pd.read_csv(tmp_path / "out" / "strategy_effects.csv")
    assert {"All ICSs", "area 01"} <= set(table["ics"])
    assert call(*arguments).code == 2
    assert call(*arguments, "--overwrite").code == 0
    assert call("report", tmp_path / "out", tmp_path / "board.docx", "--area", "The area 02").code == 0


def test_without_options_everything_is_left_out_and_said_to_be(call, saved, tmp_path):
    answer = call("strategies", "effects", saved, "--out", tmp_path / "out")
    assert answer.code == 0
    assert "all results are left out" in answer.words


def test_persons_are_refused(call, saved, tmp_path):
    (tmp_path / "options.toml").write_text(OPTIONS + "nhs_number = 1\n")
    answer = call("strategies", "effects", saved, tmp_path / "options.toml", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "never for persons" in answer.errors
    assert not (tmp_path / "out").exists()


def test_results_of_another_kind_are_refused(call, tmp_path):
    answer = call("strategies", "effects", tmp_path, "--out", tmp_path / "out")
    assert answer.code == 2
    assert not (tmp_path / "out").exists()
