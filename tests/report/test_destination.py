import os
import shutil
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest

from equitymodel.errors import OutputError
from equitymodel.report import destination
from equitymodel.report.destination import check_destination, check_space, followed, some_of
from equitymodel.report.drafts import DRAFT, EARLIER
from equitymodel.report.manifest import MANIFEST, Manifest
from equitymodel.storage.owner import Owner

pytestmark = pytest.mark.unit
ENDED = Owner(2**22 + 5, "1", Owner.this().host)


def refused(out, *, overwrite=False):
    with pytest.raises(OutputError) as raised:
        check_destination(out, overwrite=overwrite)
    return str(raised.value)


@pytest.fixture
def results(tmp_path):
    """A folder of earlier results."""
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "gaps.csv").write_text("gaps")
    Manifest.of(folder).write(folder)
    return folder


def test_an_empty_or_new_folder_will_do_and_nothing_is_left_of_having_asked(tmp_path):
    check_destination(tmp_path, overwrite=False)
    check_destination(tmp_path / "new" / "deep", overwrite=False)
    assert not list(tmp_path.iterdir())


def test_earlier_results_are_replaced_only_when_asked(results):
    assert "is not empty" in refused(results)
    check_destination(results, overwrite=True)
    (results / "notes.txt").write_text("mine")
    check_destination(results, overwrite=True)


def test_what_is_no_result_is_never_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert "is not empty" in refused(tmp_path)
    (tmp_path / "provenance.json").write_text("{}")
    assert "will not be replaced" in refused(tmp_path, overwrite=True)


def test_results_changed_by_hand_are_named_and_the_way_out_works(results):
    (results / "gaps.csv").write_text("by hand")
    assert "changed since they were written: gaps.csv" in refused(results, overwrite=True)
    (results / "gaps.csv").rename(results / "my gaps.csv")
    check_destination(results, overwrite=True)


def test_results_that_are_open_in_excel_are_named_before_any_work(results, monkeypatch):
    monkeypatch.setattr(Manifest, "held", lambda *_: ["gaps.csv"])
    said = refused(results, overwrite=True)
    assert "Excel" in said
    assert "gaps.csv. Close it and run again; the old results stand" in said


def test_a_file_is_no_folder_nor_can_one_be_made_in_it(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file; give a folder" in refused(tmp_path / "file")
    assert "cannot be made" in refused(tmp_path / "file" / "out")


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for here in (Path(), Path(".."), tmp_path):
        assert "is the folder you are in" in refused(here, overwrite=True)
    check_destination(Path("results"), overwrite=False)


def test_a_disk_of_its_own_is_not_replaced():
    mount = next(path for path in ("/dev/shm", "/proc", "/") if os.path.ismount(path))
    assert "disk of its own" in refused(Path(mount)) or mount == "/"


def test_links_are_followed_and_one_that_leads_nowhere_is_refused(results, tmp_path):
    (tmp_path / "link").symlink_to(results)
    assert "is not empty" in refused(tmp_path / "link")
    check_destination(tmp_path / "link", overwrite=True)
    assert followed(tmp_path / "link") == results.resolve()
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    assert "is a link to" in refused(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["x" * 300, "deep/" + "\u00e4" * 200])
def test_names_that_are_too_long_are_refused(tmp_path, name):
    assert "the name is too long; give another folder" in refused(tmp_path / name)


def test_paths_that_windows_does_not_open_are_refused_there():
    place = Path("C:/" + "a" * 200)
    destination._check_length(place, "draft", windows=False)
    with pytest.raises(OutputError, match="Windows and Excel open none above 259"):
        destination._check_length(place / ("b" * 30), "draft", windows=True)
    destination._check_length(Path("C:/results"), "draft", windows=True)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="all may be written here")
def test_a_place_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    assert "may not be written" in refused(tmp_path / "out")


def test_a_place_in_which_no_folder_can_be_made_is_said(tmp_path, monkeypatch):
    def read_only(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(destination, "new_draft", read_only)
    assert "may not be written (the disk may only be read); give another" in refused(tmp_path / "out")


def test_a_disk_that_is_nearly_full_is_said(tmp_path, monkeypatch):
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(700_000))
    assert "the disk is full, or nearly: 0.7 MB are free" in refused(tmp_path / "out")


def test_what_a_process_that_was_ended_left_is_dealt_with_first(tmp_path):
    (tmp_path / f"{DRAFT}{ENDED}-aaaaaa").mkdir()
    (tmp_path / f"{EARLIER}{ENDED}-aaaaaa" / "out" / "old").mkdir(parents=True)
    assert "is not empty" in refused(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_few_files_are_named():
    assert some_of(["a"]) == "a"
    assert some_of([str(number) for number in range(9)]).endswith("4 and 4 more")
    assert MANIFEST == "manifest.json"


def test_a_disk_that_plainly_cannot_hold_results_is_refused_with_what_they_need(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=30_000_000))
    check_space(tmp_path / "deep" / "results", 29_000_000)
    with pytest.raises(OutputError, match=r"30\.0 MB are free .* about 107 MB; .* fewer draws \(--draws\)"):
        check_space(tmp_path / "results", 107_000_000)
