import os
import platform
import subprocess
import sys
from dataclasses import replace

import pytest

from equitymodel.storage import owner
from equitymodel.storage.owner import Owner

pytestmark = pytest.mark.unit


def test_an_owner_comes_back_from_what_it_is_written_as():
    this = Owner.this()
    assert Owner.read(str(this)) == Owner.read(f"{this}-abc") == this
    assert this.pid == os.getpid()
    assert [Owner.read(text) for text in ("", "notes", f"{this}x", "12-13", f"a{this}")] == [None] * 5


def test_it_tells_nothing_about_the_machine():
    name = platform.node()
    assert not name or name not in str(Owner.this())


def test_a_process_that_ended_is_known_to_have():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = owner._start(child.pid)
    lives = replace(Owner.this(), pid=child.pid, start=start)
    assert not lives.ended
    child.kill()
    child.wait()
    assert lives.ended


def test_one_that_only_waits_to_be_counted_off_has_ended():
    assert owner._start_on_linux("7 (a ) b) Z " + " ".join("1" for _ in range(20))) is None
    fields = [str(number) for number in range(3, 30)]
    assert owner._start_on_linux("7 (a ) b) S " + " ".join(fields[1:])) == "22"


def test_a_number_that_was_given_to_another_process_is_not_the_same():
    this = Owner.this()
    if this.start != owner.UNKNOWN:
        assert replace(this, start=str(int(this.start) + 1)).ended
    assert not replace(this, start=owner.UNKNOWN).ended


def test_processes_of_another_machine_are_never_said_to_have_ended():
    assert not Owner(2**22 + 5, "1", "00000000").ended
    assert Owner(2**22 + 5, "1", Owner.this().host).ended


def test_asking_for_a_process_does_not_end_it(monkeypatch):
    monkeypatch.setattr(owner.sys, "platform", "other")
    assert owner._start(os.getpid()) == owner.UNKNOWN
    assert owner._start(2**22 + 5) is None
