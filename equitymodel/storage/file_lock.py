"""One writer at a time: a file beside another that says who writes it now."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from equitymodel.errors import OutputError
from equitymodel.storage.owner import Owner
from equitymodel.storage.whole_file import reason

LOCK = ".lock"
"""What is put behind the name of a file that somebody writes."""
PAUSE = 0.05
PATIENCE = 10.0
"""Seconds that are waited for another writer: a line takes a few milliseconds."""


@contextmanager
def locked(path: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep others from writing a file meanwhile; what a process that has ended left locked is free.

    Parameters
    ----------
    path
        The file, which need not be there; its folder is made.
    patience
        Seconds to wait for another writer.

    Yields
    ------
    None
        While the file is locked.

    Raises
    ------
    OutputError
        When another still writes it after that time, or nothing can be written there.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "log.jsonl"
    >>> with locked(path):
    ...     path.with_name("log.jsonl.lock").exists()
    True
    >>> path.with_name("log.jsonl.lock").exists()
    False
    """
    lock = path.with_name(path.name + LOCK)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}; what was there before is as it was") from error
    until = time.monotonic() + patience
    while not _taken(lock, path):
        if time.monotonic() >= until:
            raise OutputError(
                f"{path} is being written by another process; try again when it has ended. If there is none, remove "
                f"{lock}"
            )
        time.sleep(PAUSE)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _taken(lock: Path, path: Path) -> bool:
    """Take a lock, unless another process has it; nothing is there in between for others to take."""
    try:
        number = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        _free_if_ended(lock)
        return False
    except OSError as error:
        if isinstance(error, PermissionError) and lock.exists():
            return False
        raise OutputError(f"cannot write {path}: {reason(error)}; what was there before is as it was") from error
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(str(Owner.this()))
    return True


def _free_if_ended(lock: Path) -> None:
    """Remove what an ended process left; of several that wait one does so at a time, or the next would lose its own."""
    with suppress(OSError):
        written = lock.read_text(encoding="ascii")
        owner = Owner.read(written)
        if owner is None or not owner.ended:
            return
        claim = lock.with_name(f"{lock.name}-{owner}")
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            if lock.read_text(encoding="ascii") == written:
                lock.unlink()
        finally:
            claim.unlink()
