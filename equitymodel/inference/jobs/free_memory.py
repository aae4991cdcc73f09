"""How much memory this machine has free, as its system says."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

MEMINFO, CONTROL_GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """Measure the memory that a computation could have now, in bytes.

    Returns
    -------
    int or None
        None where the system does not say.

    Examples
    --------
    >>> free = free_memory()
    >>> free is None or free > 0
    True
    """
    try:
        if sys.platform == "win32":
            return _of_windows()
        return _of_macos() if sys.platform == "darwin" else _of_linux()
    except (OSError, ValueError, KeyError, AttributeError, subprocess.SubprocessError):
        return _by_pages()


def give_back_freed() -> None:
    """Give memory that was freed back to the system, where its C library keeps it (glibc): before much is asked for.

    Examples
    --------
    >>> give_back_freed()
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(ctypes.c_size_t(0))


def _of_linux() -> int:
    """Read what Linux calls available, and no more than a container may still take."""
    lines = dict(line.split(":", 1) for line in MEMINFO.read_text(encoding="ascii").splitlines())
    available = int(lines["MemAvailable"].split()[0]) * 1024
    return min(available, _of_container(CONTROL_GROUP, available))


def _of_container(group: Path, otherwise: int) -> int:
    """Read what a control group may still take, files that it holds in memory not counted."""
    try:
        most = int((group / "memory.max").read_text(encoding="ascii"))
        taken = int((group / "memory.current").read_text(encoding="ascii"))
        parts = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        return otherwise
    return max(most - taken + int(parts.get("inactive_file", 0)), 0)


def _of_macos() -> int:
    """Count the pages that macOS could give, free or held for files."""
    found = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True, timeout=5).stdout
    lines = dict(line.split(":", 1) for line in found.splitlines()[1:] if ":" in line)
    pages = sum(int(lines[f"Pages {kind}"].strip(" .")) for kind in ("free", "inactive", "speculative", "purgeable"))
    return pages * os.sysconf("SC_PAGE_SIZE")


class _MemoryStatus(ctypes.Structure):
    """What GlobalMemoryStatusEx of Windows fills in."""

    _fields_ = (
        ("length", ctypes.c_ulong), ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "available", "total_page", "available_page", "total_virtual",
                                                  "available_virtual", "available_extended")),
    )  # fmt: skip


def _of_windows() -> int:
    """Ask Windows for its available physical memory."""
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):  # type: ignore[attr-defined,unused-ignore]
        raise OSError
    return int(status.available)


def _by_pages() -> int | None:
    """Count free pages, where a system says nothing more."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
