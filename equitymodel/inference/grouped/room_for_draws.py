"""Room for draws: in memory or, where they would fill much of it, in temporary files that are read as arrays.

Draws of a few hundred procedures fit in memory, and those of thousands do not. Each draw is written once and never
changed, so that these go to files, of which the operating system keeps in memory what there is room for.
"""

from __future__ import annotations

import math
import mmap
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from typing import IO

import numpy as np

IN_MEMORY = 1_000_000_000
"""Draws that take more bytes than this together go to temporary files."""
SPARE = 1.2
"""Files are used if the disk has room for this many times their size."""
NUMBER = 8
"""Bytes of a number."""


class RoomForDraws:
    """Arrays to write draws into, by name.

    Parameters
    ----------
    shapes
        The shape of each array; draws come first.

    Notes
    -----
    Files are made in the folder for temporary files (``TMPDIR``). They have no name, so that they go away with the
    arrays, however the process ends. Without room on that disk, draws stay in memory.

    Examples
    --------
    >>> room = RoomForDraws({"level": (4, 2)})
    >>> room.write("level", np.array([1, 2]), np.ones((2, 2)))
    >>> room.arrays["level"].shape, room.files
    ((4, 2), {})
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]):
        total = sum(NUMBER * math.prod(shape) for shape in shapes.values())
        on_disk = total > IN_MEMORY and _free_for_files() > SPARE * total
        self.files: dict[str, IO[bytes]] = {}
        self.arrays = {name: self._array(name, shape, on_disk=on_disk) for name, shape in shapes.items()}

    def write(self, name: str, places: np.ndarray, values: np.ndarray) -> None:
        """Write some draws of an array; to a file without having them in the memory of this process too."""
        file = self.files.get(name)
        if file is None or not hasattr(os, "pwrite"):  # Windows has none: there, files are written as arrays
            self.arrays[name][places] = values
            return
        for place, value in zip(places.tolist(), values, strict=True):
            os.pwrite(file.fileno(), value.tobytes(), place * value.nbytes)

    def _array(self, name: str, shape: tuple[int, ...], *, on_disk: bool) -> np.ndarray:
        """Make one array: in a file or, where that cannot be made, in memory."""
        size = NUMBER * math.prod(shape)
        try:
            file = _temporary_file(size) if on_disk and size else None
        except OSError:  # less room than there seemed to be, or no files may be made
            file = None
        if file is None:
            return np.empty(shape)
        self.files[name] = file
        return np.frombuffer(mmap.mmap(file.fileno(), size)).reshape(shape)


def _free_for_files() -> int:
    """Count the free bytes of the disk of temporary files; 0 where there is no folder for them."""
    try:
        return shutil.disk_usage(tempfile.gettempdir()).free
    except OSError:
        return 0


def _temporary_file(size: int) -> IO[bytes]:
    """Make a temporary file of so many bytes."""
    with ExitStack() as if_refused:
        file = if_refused.enter_context(tempfile.TemporaryFile())
        if hasattr(os, "posix_fallocate"):  # so that the disk is not found to be full later
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
        if_refused.pop_all()
    return file
