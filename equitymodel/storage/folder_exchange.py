"""Two folders exchanged in one step, where the system can: at no moment is neither in its place."""

from __future__ import annotations

import ctypes
import os
import sys
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
        library = ctypes.CDLL(None)
        if sys.platform == "linux":
            return library.renameat2(FROM_HERE, paths[0], FROM_HERE, paths[1], EXCHANGE_ON_LINUX) == 0
        if sys.platform == "darwin":
            return library.renamex_np(*paths, SWAP_ON_MACOS) == 0
    except (AttributeError, OSError, TypeError):
        return False
    return False
