"""The command `report`: from saved results to documents, and what is said of them."""

import pytest

pytestmark = pytest.mark.unit


def test_a_board_paper_of_one_ics(results, call, tmp_path):
    folder, _ = results
    answer = call("report", folder, tmp_path / "board.docx", tmp_path / "report.html")
    assert answer.code == 0, answer.errors
    assert (tmp_path / "board.docx").exists()
    assert "board.docx" in answer.words
    assert "report.html" in answer.words


def test_all_areas_are_named_up_to_three(results, call, tmp_path):
    folder, _ = results
    answer = call("report", folder, tmp_path / "area.html", "--area", "all")
    assert answer.code == 0, answer.errors
    assert len(list(tmp_path.glob("area_*.html"))) == 4
    assert "and 1 more in" in answer.words


def test_an_evaluation_is_reported_by_the_same_command(evaluated, call, tmp_path):
    folder, *_ = evaluated
    answer = call("report", folder, tmp_path / "evaluation.html")
    assert answer.code == 0, answer.errors
    assert "When did it start?" in (tmp_path / "evaluation.html").read_text("utf-8")
    refused = call("report", folder, tmp_path / "evaluation.html", "--area", "all")
    assert refused.code != 0
    assert "leave --area out" in " ".join(refused.errors.split())


def test_an_area_or_a_folder_that_is_not_there_is_said(results, call, tmp_path):
    folder, _ = results
    answer = call("report", folder, tmp_path / "a.html", "--area", "nowhere")
    assert answer.code != 0
    assert "nowhere" in answer.errors
    answer = call("report", tmp_path, tmp_path / "a.html")
    assert "no results of an evaluation (verdict.json), gaps and routes" in " ".join(answer.errors.split())


def test_a_release_before_that_is_not_there_is_said(results, call, tmp_path):
    folder, _ = results
    answer = call("report", folder, tmp_path / "a.html", "--before", tmp_path)
    assert answer.code != 0
    assert "disclosure_released.csv is not there" in " ".join(answer.errors.split())


def test_an_explorer_is_one_file_of_every_area(results, call, tmp_path):
    folder, _ = results
    answer = call("report", folder, tmp_path / "explorer.html", "--area", "all")
    assert answer.code == 0, answer.errors
    assert [file.name for file in tmp_path.glob("*.html")] == ["explorer.html"]


def test_an_explorer_of_an_evaluation_is_one_file_too(evaluated, call, tmp_path):
    folder, *_ = evaluated
    answer = call("report", folder, tmp_path / "explorer.html")
    assert answer.code == 0, answer.errors
    assert [file.name for file in tmp_path.glob("*.html")] == ["explorer.html"]
