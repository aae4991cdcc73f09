import subprocess
import sys
from types import SimpleNamespace

import pytest

from equitymodel.inference.jobs import free_memory as module
from equitymodel.inference.jobs.free_memory import free_memory, give_back_freed

pytestmark = pytest.mark.unit
VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               100.
Pages active:                            5000.
Pages inactive:                            20.
Pages speculative:                          3.
Pages purgeable:                            0.
"""


@pytest.fixture
def linux(monkeypatch, tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal:  200 kB\nMemAvailable:  100 kB\n")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(module, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(module, "CONTROL_GROUP", tmp_path)
    return tmp_path


def limit(folder, most, taken, files):
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{taken}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {files}\n")


def test_linux_says_what_is_available(linux):
    assert free_memory() == 100 * 1024


def test_a_container_has_no_more_than_it_may_take(linux):
    limit(linux, 5000, 3000, 1000)
    assert free_memory() == 3000
    limit(linux, 5000, 9000, 0)
    assert free_memory() == 0


def test_a_container_without_a_limit_has_what_the_machine_has(linux):
    limit(linux, "max", 3000, 1000)
    assert free_memory() == 100 * 1024


def test_freed_memory_is_asked_back_where_the_c_library_keeps_it(monkeypatch):
    asked = []
    for library in (SimpleNamespace(malloc_trim=asked.append), SimpleNamespace()):
        monkeypatch.setattr(module.ctypes, "CDLL", lambda _, library=library: library)
        give_back_freed()
    assert len(asked) == (sys.platform == "linux")


def vm_stat(command, **options):
    assert command == ["/usr/bin/vm_stat"]
    assert options["timeout"]
    return SimpleNamespace(stdout=VM_STAT)


def test_macos_counts_pages_that_it_could_give(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(subprocess, "run", vm_stat)
    monkeypatch.setattr(module.os, "sysconf", {"SC_PAGE_SIZE": 16384}.get, raising=False)
    assert free_memory() == 123 * 16384


def test_where_nobody_says_it_is_unknown(linux, monkeypatch):
    (linux / "meminfo").write_text("nothing")

    def unknown(name):
        raise ValueError(name)

    monkeypatch.setattr(module.os, "sysconf", unknown, raising=False)
    assert free_memory() is None


def test_windows_without_its_library_falls_back_to_pages(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(module.ctypes, "windll", raising=False)
    monkeypatch.setattr(module.os, "sysconf", {"SC_AVPHYS_PAGES": 3, "SC_PAGE_SIZE": 3}.get, raising=False)
    assert free_memory() == 9
