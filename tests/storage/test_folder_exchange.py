import sys

import pytest

from equitymodel.storage import folder_exchange as module
from equitymodel.storage.folder_exchange import exchange

pytestmark = pytest.mark.unit


@pytest.fixture
def two(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "is").write_text(name)
    return tmp_path / "one", tmp_path / "other"


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no system call for it")
def test_two_folders_change_places(two):
    one, other = two
    assert exchange(one, other)
    assert ((one / "is").read_text(), (other / "is").read_text()) == ("other", "one")


def test_where_one_is_not_there_nothing_changes(two):
    one, other = two
    assert not exchange(one, other.with_name("none"))
    assert (one / "is").read_text() == "one"


def test_where_the_system_cannot_it_says_so(two, monkeypatch):
    one, other = two
    monkeypatch.setattr(module.platform, "system", lambda: "a system that has no such call")
    assert not exchange(one, other)
    assert (one / "is").read_text() == "one"
