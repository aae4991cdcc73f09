"""One writer at a time: others wait, what ended processes left is free, and nobody waits for ever."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from equitymodel.errors import OutputError
from equitymodel.storage.file_lock import _free_if_ended, locked
from equitymodel.storage.owner import Owner

pytestmark = pytest.mark.unit


def test_two_writers_take_turns(tmp_path):
    path = tmp_path / "log"
    path.write_text("0")

    def add_one(_):
        with locked(path):
            path.write_text(str(int(path.read_text()) + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(20)))
    assert path.read_text() == "20"
    assert [file.name for file in tmp_path.iterdir()] == ["log"]


def test_a_lock_that_another_process_holds_is_named_with_the_way_out(tmp_path):
    (tmp_path / "log.lock").write_text(str(Owner.this()))
    with (
        pytest.raises(OutputError, match=r"being written by another process.*log\.lock"),
        locked(tmp_path / "log", patience=0),
    ):
        pass
    assert (tmp_path / "log.lock").exists()


def test_a_lock_of_a_process_that_has_ended_is_free(tmp_path):
    code = "from equitymodel.storage.owner import Owner; print(Owner.this())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "log.lock").write_text(ended)
    with locked(tmp_path / "log", patience=1):
        assert (tmp_path / "log.lock").read_text() == str(Owner.this())


def test_of_two_that_wait_the_slower_does_not_take_the_lock_of_the_faster(tmp_path, monkeypatch):
    lock, faster = tmp_path / "log.lock", str(Owner.this())
    lock.write_text("1-1-00000000")

    def ended_and_meanwhile_taken(_):
        lock.write_text(faster)
        return True

    monkeypatch.setattr(Owner, "ended", property(ended_and_meanwhile_taken))
    _free_if_ended(lock)
    assert lock.read_text() == faster
    assert [file.name for file in tmp_path.iterdir()] == ["log.lock"]


def test_the_lock_is_given_back_when_writing_fails(tmp_path):
    with pytest.raises(RuntimeError), locked(tmp_path / "log"):
        raise RuntimeError
    assert not (tmp_path / "log.lock").exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"), locked(tmp_path / "file" / "log"):
        pass
