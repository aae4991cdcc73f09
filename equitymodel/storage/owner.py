"""Whose a draft is: a process, told from every other by its number, its start and its machine."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WRITTEN = re.compile(r"^(\d+)-(\d+)-([0-9a-f]{8})(?=$|-)")
UNKNOWN = "0"
"""The start of a process where the system does not say: such a process lives as long as one has its number."""
MAY_ASK = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION of Windows."""


@dataclass(frozen=True)
class Owner:
    """A process that writes something.

    Attributes
    ----------
    pid
        Its number.
    start
        When it began, in units of its system, as numbers of processes are used again.
    host
        Of the machine, or container, it runs on.

    Examples
    --------
    >>> Owner.read(f"{Owner.this()}-more") == Owner.this()
    True
    >>> Owner.this().ended
    False
    """

    pid: int
    start: str
    host: str

    @classmethod
    def this(cls) -> Owner:
        """Give the process that runs."""
        return cls(os.getpid(), _start(os.getpid()) or UNKNOWN, _host())

    @classmethod
    def read(cls, text: str) -> Owner | None:
        """Read an owner from the beginning of a text; None if there is none."""
        found = WRITTEN.match(text)
        return cls(int(found[1]), found[2], found[3]) if found else None

    def __str__(self) -> str:
        """Write it as a part of a file's name."""
        return f"{self.pid}-{self.start}-{self.host}"

    @property
    def ended(self) -> bool:
        """Whether this process is known to have ended; never of one on another machine."""
        if self.host != _host():
            return False
        now = _start(self.pid)
        return now is None or (UNKNOWN not in (now, self.start) and now != self.start)


@cache
def _host() -> str:
    """Name this machine, and within it the container, in eight digits that tell nothing about it."""
    inside = ""
    with suppress(OSError):
        inside = str(Path("/proc/self/ns/pid").readlink())
    return hashlib.sha256(f"{platform.node()} {inside}".encode()).hexdigest()[:8]


def _start(pid: int) -> str | None:
    """Give when a process began; None if there is no such process."""
    if sys.platform == "win32":
        return _start_on_windows(pid)
    if sys.platform == "linux":
        with suppress(OSError):
            return _start_on_linux(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace"))
    return _there(pid)


def _start_on_linux(stat: str) -> str | None:
    """Read the start from what Linux says of a process; one that only waits to be counted off has ended."""
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _there(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except (PermissionError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def _start_on_windows(pid: int) -> str | None:
    """Ask Windows, where signal 0 of `os.kill` would end the process."""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(MAY_ASK, False, pid))
    if not handle:
        denied = ctypes.get_last_error() == 5  # type: ignore[attr-defined,unused-ignore]
        return UNKNOWN if denied else None
    times = [ctypes.c_ulonglong() for _ in range(4)]
    try:
        if not kernel.GetProcessTimes(handle, *map(ctypes.byref, times)):
            return UNKNOWN
    finally:
        kernel.CloseHandle(handle)
    return None if times[1].value else str(times[0].value)
