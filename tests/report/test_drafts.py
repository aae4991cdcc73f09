import pytest

from equitymodel.report.drafts import DRAFT, EARLIER, new_draft, remove, tidy
from equitymodel.storage.owner import Owner

pytestmark = pytest.mark.unit
ENDED, ELSEWHERE = Owner(2**22 + 5, "1", Owner.this().host), Owner(1, "1", "00000000")


def made(folder, name="x"):
    folder.mkdir(parents=True)
    (folder / name).write_text("draws")
    return folder


def test_drafts_of_processes_that_ended_go_and_those_of_others_stay(tmp_path):
    made(tmp_path / f"{DRAFT}{ENDED}-aaaaaa")
    kept = [new_draft(tmp_path), made(tmp_path / f"{DRAFT}{ELSEWHERE}-bbbbbb"), made(tmp_path / f"{DRAFT}notes")]
    tidy(tmp_path)
    assert set(tmp_path.iterdir()) == set(kept)


def test_results_that_were_being_replaced_are_put_back(tmp_path):
    made(tmp_path / f"{EARLIER}{ENDED}-aaaaaa" / "out")
    tidy(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "x").read_text() == "draws"


def test_they_are_left_where_something_else_took_their_place(tmp_path):
    earlier = made(tmp_path / f"{EARLIER}{ENDED}-aaaaaa" / "out")
    made(tmp_path / "out", "other")
    tidy(tmp_path)
    assert (earlier / "x").exists()
    assert (tmp_path / "out" / "other").exists()


def test_those_of_a_process_that_runs_are_left(tmp_path):
    earlier = new_draft(tmp_path, EARLIER)
    made(earlier / "out")
    tidy(tmp_path)
    assert (earlier / "out" / "x").exists()


def test_a_link_that_has_the_name_of_a_draft_is_not_followed(tmp_path):
    mine = made(tmp_path / "mine")
    (tmp_path / f"{DRAFT}{ENDED}-aaaaaa").symlink_to(mine)
    tidy(tmp_path)
    assert (mine / "x").exists()


def test_a_draft_has_the_rights_of_any_new_folder(tmp_path):
    (tmp_path / "usual").mkdir()
    draft = new_draft(tmp_path)
    assert draft.stat().st_mode == (tmp_path / "usual").stat().st_mode
    remove(draft)
    assert not draft.exists()
