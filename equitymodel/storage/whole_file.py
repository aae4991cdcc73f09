"""One file, written whole or not at all, with what went wrong in words."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from equitymodel.errors import OutputError
from equitymodel.storage.owner import Owner

PART = ".part"
"""How a file ends that is being written."""
WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file is larger than may be written here",
    errno.EROFS: "the disk may only be read",
    errno.EACCES: "it may not be written to, or is open in another program, such as Excel",
    errno.EPERM: "it may not be written to, or is open in another program, such as Excel",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a folder above it is a file",
}
ATTEMPTS = 5 if os.name == "nt" else 1
"""So often a file is put in place: on Windows a scanner of viruses may hold it for a moment."""
PAUSE = 0.3


def reason(error: OSError) -> str:
    """Say why a file could not be written.

    Examples
    --------
    >>> reason(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    return WORDS.get(error.errno or 0) or error.strerror or str(error)


def part_of(path: Path) -> Path:
    """Name the file that becomes `path` when it is whole: its name says which process writes it."""
    return path.with_name(f".{path.name[:30]}.{Owner.this()}-{token_hex(3)}{PART}")


def clear_parts(folder: Path) -> None:
    """Remove what processes that have ended left half written in a folder."""
    for part in folder.glob(f".*{PART}"):
        owner = Owner.read(part.name.removesuffix(PART).rpartition(".")[2])
        if owner and (owner.ended or owner == Owner.this()):
            with suppress(FileNotFoundError):
                part.unlink()


def put(part: Path, path: Path) -> None:
    """Put a whole file in its place at once, on the disk and not only in its cache."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    move(part, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def move(one: Path, other: Path) -> None:
    """Rename a file or a folder, trying again where something else holds it for a moment."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            one.replace(other)
        except PermissionError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE)
        else:
            return


def write_whole(path: Path, *content: bytes | memoryview) -> None:
    """Write a file of one part or more; one that is there is replaced when the new one is whole.

    Raises
    ------
    OutputError
        When it cannot be written: what was there before is as it was.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "a.txt"
    >>> write_whole(path, b"whole")
    >>> [file.name for file in path.parent.iterdir()]
    ['a.txt']
    """
    with _part_beside(path) as part:
        try:
            with part.open("wb") as file:
                file.writelines(content)
            put(part, path)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {reason(error)}; what was there before is as it was") from error


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises
    ------
    FileExistsError
        When it is there: it is not replaced.
    OutputError
        When it cannot be written.
    """
    with _part_beside(path) as part:
        try:
            part.write_bytes(content)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            _put_new(part, path)
        except FileExistsError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write {path}: {reason(error)}") from error


@contextmanager
def _part_beside(path: Path) -> Iterator[Path]:
    """Give the name of a file that is not whole yet, and leave none lying."""
    part = part_of(path)
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _put_new(part: Path, path: Path) -> None:
    """Give a file its name unless something has it; where there are no second names, it is taken first."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        with path.open("xb"):
            pass
        move(part, path)
