import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from equitymodel.errors import OutputError
from equitymodel.report import results_folder
from equitymodel.report.manifest import MANIFEST, Manifest
from equitymodel.report.results_folder import put_in_place, write_folder

pytestmark = pytest.mark.unit
KILLED = """
import os, sys
from pathlib import Path
from equitymodel.report import results_folder
from equitymodel.storage import whole_file
ONE_BY_ONE, AFTER = sys.argv[2] == "two", int(sys.argv[3])
if ONE_BY_ONE:
    results_folder.exchange = lambda *_: False
usual, done = Path.replace, []
def replace(one, other):
    if len(done) == AFTER:
        os.kill(os.getpid(), 9)
    done.append(1)
    return usual(one, other)
Path.replace = replace
results_folder.remove = lambda *_: os.kill(os.getpid(), 9)
results_folder.write_folder(sys.argv[1], lambda folder: (folder / "a").write_text("new"), overwrite=True)
"""


def writing(text, *names):
    def write(folder):
        for name in names or ("a",):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)

    return write


@pytest.fixture
def out(tmp_path):
    """A folder of old results, with an analyst's own files."""
    folder = write_folder(tmp_path / "out", writing("old", "a", "inputs/b"), overwrite=False)
    (folder / "notes.txt").write_text("mine")
    (folder / "inputs" / "mine.csv").write_text("mine")
    (folder / "plots").mkdir()
    (folder / "link").symlink_to("notes.txt")
    return folder


@pytest.fixture(params=["exchange", "two renames"])
def way(request, monkeypatch):
    if request.param == "two renames":
        monkeypatch.setattr(results_folder, "exchange", lambda *_: False)


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")} - {MANIFEST}


def test_a_folder_takes_the_place_of_an_older_one_and_files_of_others_survive(out, way):
    write_folder(out, writing("new", "a", "c"), overwrite=True, beside={"run.toml": "x"})
    assert files(out) == {"a", "c", "run.toml", "notes.txt", "inputs", "inputs/mine.csv", "plots", "link"}
    assert (out / "a").read_text() == "new"
    assert (out / "notes.txt").read_text() == (out / "link").read_text() == "mine"
    assert (out / "link").is_symlink()
    assert set(Manifest.read(out).files) == {"a", "c", "run.toml"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_that_is_there_is_filled(tmp_path, way):
    (tmp_path / "out").mkdir()
    write_folder(tmp_path / "out", writing("new"), overwrite=False)
    assert (tmp_path / "out" / "a").read_text() == "new"


def test_a_link_is_followed_and_stays_a_link(out, way):
    link = out.parent / "link"
    link.symlink_to(out)
    write_folder(link, writing("new"), overwrite=True)
    assert link.is_symlink()
    assert (out / "a").read_text() == "new"


def test_where_files_have_no_second_names_they_are_copied(out, monkeypatch):
    def without(*_):
        raise OSError(errno.ENOTSUP, "not here")

    monkeypatch.setattr(Path, "hardlink_to", without)
    write_folder(out, writing("new"), overwrite=True)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_of_theirs_that_has_the_name_of_a_result_is_kept_and_the_work_as_well(out):
    with pytest.raises(OutputError, match=r"files of yours that have the names of results: notes.txt") as raised:
        write_folder(out, writing("new", "a", "notes.txt"), overwrite=True)
    aside = out.parent / "out-new-1"
    assert str(aside) in str(raised.value)
    assert files(aside) == {"a", "notes.txt"}
    assert (out / "notes.txt").read_text() == "mine"


def test_results_open_in_excel_stand_and_the_new_ones_are_beside_them(out, monkeypatch):
    usual = Path.replace

    def held(one, other):
        if out in (one, other):
            raise PermissionError(errno.EACCES, "held")
        return usual(one, other)

    monkeypatch.setattr(results_folder, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "replace", held)
    before = files(out)
    for number in (1, 2):
        with pytest.raises(OutputError, match=r"Excel.* The old results stand"):
            write_folder(out, writing("new"), overwrite=True)
        assert files(out.parent / f"out-new-{number}") == {"a"}
    assert files(out) == before
    assert (out / "a").read_text() == "old"
    assert {path.name for path in out.parent.iterdir()} == {"out", "out-new-1", "out-new-2"}


def test_results_opened_or_changed_while_work_was_done_do_not_cost_the_work(out):
    (out / "a").write_text("by hand")
    with pytest.raises(OutputError, match=r"changed since.*: a\. .* The old results stand") as raised:
        write_folder(out, writing("new"), overwrite=True)
    assert (out / "a").read_text() == "by hand"
    assert str(out.parent / "out-new-1") in str(raised.value)
    assert files(out.parent / "out-new-1") == {"a"}
    with pytest.raises(OutputError, match="is not empty"):
        write_folder(out, writing("new"), overwrite=False)
    assert {path.name for path in out.parent.iterdir()} == {"out", "out-new-1"}


def test_a_full_disk_is_said_of_the_folder_and_not_of_its_draft(out):
    def full(folder):
        raise OutputError(f"cannot write {folder}/posterior.nc") from OSError(errno.ENOSPC, "full")

    with pytest.raises(OutputError, match=r"written to .*/out: the disk is full\. Nothing"):
        write_folder(out, full, overwrite=True)


def test_a_write_that_is_interrupted_or_fails_leaves_nothing(out):
    before = files(out)

    def full(folder):
        (folder / "a").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"the disk is full. Nothing was left there"):
        write_folder(out, full, overwrite=True)

    def interrupted(folder):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(out, interrupted, overwrite=True)
    assert files(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize(("how", "after"), [("one", 0), ("one", 9), ("two", 0), ("two", 1), ("two", 9)])
def test_a_process_that_is_killed_leaves_old_results_or_new_ones(out, how, after):
    """Killed before, between and after the renames; what is between is put back before anything else is done."""
    done = subprocess.run([sys.executable, "-c", KILLED, out, how, str(after)], capture_output=True, text=True)
    assert done.returncode in (-9, 1), done.stderr
    if (how, after) != ("two", 1):
        assert (out / "a").read_text() in ("old", "new")
        assert (out / "notes.txt").read_text() == "mine"
    with pytest.raises(OutputError, match="is not empty"):
        write_folder(out, writing("later"), overwrite=False)
    assert (out / "a").read_text() in ("old", "new")
    assert (out / "notes.txt").read_text() == (out / "inputs" / "mine.csv").read_text() == "mine"
    assert [path.name for path in out.parent.iterdir()] == ["out"], "no draft is left lying"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_rights_are_those_of_new_files_and_of_the_folder_that_was_there(tmp_path):
    (tmp_path / "usual").mkdir()
    (tmp_path / "usual" / "a").touch()
    out = write_folder(tmp_path / "out", writing("x"), overwrite=False)
    for one, other in ((out, tmp_path / "usual"), (out / "a", tmp_path / "usual" / "a"),
                       (out / MANIFEST, tmp_path / "usual" / "a")):  # fmt: skip
        assert one.stat().st_mode == other.stat().st_mode
    out.chmod(0o2770)
    write_folder(out, writing("y"), overwrite=True)
    assert out.stat().st_mode & 0o7777 == 0o2770


def test_a_folder_that_cannot_be_moved_stays_where_it_was(out, monkeypatch, replace_fails):
    (out.parent / "draft").mkdir()
    monkeypatch.setattr(results_folder, "exchange", lambda *_: False)
    replace_fails(2)
    with pytest.raises(PermissionError):
        put_in_place(out.parent / "draft", out)
    assert (out / "a").read_text() == "old"
    assert {path.name for path in out.parent.iterdir()} == {"out", "draft"}
