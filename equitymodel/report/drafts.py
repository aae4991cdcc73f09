"""Folders that are being written, beside where they will be; and what processes that were ended left of them."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from equitymodel.storage.owner import Owner

DRAFT, EARLIER = ".equitymodel-draft-", ".equitymodel-earlier-"
"""How names begin: of a folder that is being written, and of one that holds what is being replaced."""


def new_draft(parent: Path, kind: str = DRAFT) -> Path:
    """Make an empty folder whose name says which process it is of; its rights are those of any new folder."""
    draft = parent / f"{kind}{Owner.this()}-{token_hex(3)}"
    draft.mkdir()
    return draft


def remove(folder: Path) -> None:
    """Remove a folder that is done with; what cannot be removed now is, by the next run."""
    shutil.rmtree(folder, ignore_errors=True)


def tidy(parent: Path) -> None:
    """Remove drafts of processes that have ended, and put back results that one was ended in the middle of replacing.

    Drafts of processes that run, here or on another machine, are left alone.

    Parameters
    ----------
    parent
        The folder in which results lie.
    """
    for left in _of_ended(parent, EARLIER):
        _put_back(left)
    for left in _of_ended(parent, DRAFT):
        remove(left)


def _of_ended(parent: Path, kind: str) -> list[Path]:
    """List the folders of processes that have ended."""
    found = ((path, Owner.read(path.name.removeprefix(kind))) for path in parent.glob(f"{kind}*"))
    return [path for path, owner in found if owner and owner.ended and path.is_dir() and not path.is_symlink()]


def _put_back(left: Path) -> None:
    """Put results back where they were, unless there is something by now: then they are left, as they may be needed."""
    for results in left.iterdir():
        if not (left.parent / results.name).exists():
            with suppress(OSError):
                results.rename(left.parent / results.name)
    with suppress(OSError):
        left.rmdir()
