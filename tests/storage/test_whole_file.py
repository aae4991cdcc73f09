import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from equitymodel.errors import OutputError
from equitymodel.storage import whole_file
from equitymodel.storage.owner import Owner
from equitymodel.storage.whole_file import clear_parts, move, part_of, reason, write_new, write_whole

pytestmark = pytest.mark.unit
LIMITED = """
import resource, signal, sys
from pathlib import Path
from equitymodel.errors import OutputError
from equitymodel.storage.whole_file import write_new, write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for write, name in ((write_whole, "a"), (write_new, "b")):
    try:
        write(Path(sys.argv[1]) / name, b"x" * 2000)
    except OutputError as error:
        print(error)
"""


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path):
    write_whole(tmp_path / "a", b"one")
    write_whole(tmp_path / "a", b"two, ", memoryview(b"three"))
    assert (tmp_path / "a").read_bytes() == b"two, three"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits on Windows")
def test_a_disk_that_takes_no_more_leaves_what_was_there_and_nothing_new(tmp_path):
    (tmp_path / "a").write_text("before")
    done = subprocess.run([sys.executable, "-c", LIMITED, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("cannot write") == 2
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "before"}


def test_the_umask_is_kept(tmp_path):
    (tmp_path / "usual").touch()
    for write in (write_whole, write_new):
        write(tmp_path / write.__name__, b"")
    assert len({path.stat().st_mode for path in tmp_path.iterdir()}) == 1


def test_a_file_that_is_new_replaces_none(tmp_path):
    write_new(tmp_path / "plan", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "plan", b"second")
    assert (tmp_path / "plan").read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1


def test_nor_does_it_where_files_have_no_second_names(tmp_path, monkeypatch):
    def without(*_):
        raise OSError(errno.ENOTSUP, "not here")

    monkeypatch.setattr(Path, "hardlink_to", without)
    test_a_file_that_is_new_replaces_none(tmp_path)


def test_a_file_that_is_open_elsewhere_is_tried_again_and_then_said(tmp_path, monkeypatch):
    tried = []

    def held(*_):
        tried.append(1)
        raise PermissionError(errno.EACCES, "held")

    (tmp_path / "a").write_text("before")
    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(whole_file, "ATTEMPTS", 3)
    monkeypatch.setattr(whole_file, "PAUSE", 0)
    with pytest.raises(
        OutputError, match=r"open in another program, such as Excel; what was there before is as it was"
    ):
        write_whole(tmp_path / "a", b"after")
    assert len(tried) == 3
    assert (tmp_path / "a").read_text() == "before"


def test_what_is_held_for_a_moment_is_put_in_place(tmp_path, monkeypatch, replace_fails):
    (tmp_path / "a").touch()
    replace_fails(1)
    monkeypatch.setattr(whole_file, "ATTEMPTS", 2)
    monkeypatch.setattr(whole_file, "PAUSE", 0)
    move(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").exists()


def test_only_parts_of_processes_that_ended_are_cleared(tmp_path):
    ended, elsewhere = Owner(2**22 + 5, "1", Owner.this().host), Owner(1, "1", "00000000")
    for owner in (ended, elsewhere):
        (tmp_path / f".a.{owner}-abcdef.part").touch()
    (tmp_path / ".mine.part").touch()
    part_of(tmp_path / "b").touch()
    clear_parts(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".mine.part", f".a.{elsewhere}-abcdef.part"}


def test_names_of_any_length_have_parts(tmp_path):
    write_whole(tmp_path / ("\u00e4" * 120), b"")


def test_reasons_are_said_in_words():
    assert reason(OSError(errno.EROFS, "x")) == "the disk may only be read"
    assert reason(OSError(errno.EIO, "Input/output error")) == "Input/output error"
    assert reason(OSError("bare")) == "bare"
