"""Two folders exchanged in one step, where the system can: at no moment is neither in its place."""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path

FROM_HERE, EXCHANGE_ON_LINUX, SWAP_ON_MACOS = -100, 2, 2


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders of one disk.

    Parameters
    ----------
    one, other
        Both are there.

    Returns
    -------
    bool
        False where the system or the disk cannot, as on Windows; then nothing was changed.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> for name in "ab":
    ...     (folder / name / name).mkdir(parents=True)
    >>> done = exchange(folder / "a", folder / "b")
    >>> done == (folder / "a" / "b").exists()
    True
    """
    paths = os.fsencode(one.absolute()), os.fsencode(other.absolute())
    try:
        call = _call(ctypes.CDLL(None), *paths)
    except (AttributeError, OSError, TypeError):
        return False
    return call == 0


def _call(library: ctypes.CDLL, one: bytes, other: bytes) -> int:
    """Ask the system; it answers 0 if it did."""
    if platform.system() == "Linux":
        return int(library.renameat2(FROM_HERE, one, FROM_HERE, other, EXCHANGE_ON_LINUX))
    return int(library.renamex_np(one, other, SWAP_ON_MACOS))
