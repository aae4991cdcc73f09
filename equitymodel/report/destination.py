"""Where results may be written: asked before any work is done, and without loading what writes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from equitymodel.errors import OutputError
from equitymodel.report.drafts import new_draft, tidy
from equitymodel.report.manifest import MANIFEST, Manifest
from equitymodel.storage.whole_file import reason

SPACE = 20_000_000
"""Bytes that have to be free: twice the folder of the demo; results that need more say so when they are written."""
LONGEST_NAME = "inputs/minimum_detectable_effect.csv"
"""As long as the longest name of a file within results."""
LONGEST_ON_WINDOWS = 259
"""Signs of a path that Windows and Excel open, drive and all."""
NAMED = 5
"""So many files are named in a message."""


def check_destination(out: Path, *, overwrite: bool) -> None:
    """Refuse a destination that holds something else, or cannot be written, before any work is done.

    What processes that have ended left half written beside it is cleared away, as it can hold draws.

    Parameters
    ----------
    out
        The folder for the results; it need not be there. A link to a folder is followed.
    overwrite
        Whether earlier results may be replaced.

    Raises
    ------
    OutputError
        When `out` is a file, the folder you are in, or cannot be made or written; or is a folder with content and
        `overwrite` is not given; and, even with `overwrite`, when it holds no results that this package wrote, or
        some of them were changed since or are open in another program.

    Examples
    --------
    >>> check_destination(Path("a folder that is not there"), overwrite=False)
    """
    try:
        place = followed(out)
        above = _above(place, out)
        tidy(place.parent if place.parent.is_dir() else above)
        if place.exists():
            _check_content(place, out, overwrite=overwrite)
        _check_place(place, above, out)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {reason(error)}; give another folder") from error


def check_space(out: Path, needed: int) -> None:
    """Refuse a disk that plainly cannot hold results of such a size, before any work is done.

    Raises
    ------
    OutputError
        With what is free and what is needed.

    Examples
    --------
    >>> check_space(Path("a folder that is not there"), needed=1)
    """
    above = next(parent for parent in followed(out).parents if parent.is_dir())
    if (free := shutil.disk_usage(above).free) < needed:
        raise OutputError(f"{out}: {free / 1e6:,.1f} MB are free on its disk, and these results need about "
                          f"{needed / 1e6:,.0f} MB; free some, give a folder on another disk, or keep fewer draws "
                          "(--draws)")  # fmt: skip


def followed(out: Path) -> Path:
    """Give the folder itself, where a link is given.

    Raises
    ------
    OutputError
        When the link leads nowhere.
    """
    place = Path(os.path.realpath(out))
    if out.is_symlink() and not place.exists():
        raise OutputError(f"{out} is a link to {place}, which is not there; make that folder, or give another")
    return place


def some_of(names: Sequence[str]) -> str:
    """Name a few files, and say how many more there are.

    Examples
    --------
    >>> some_of(["a", "b"]), some_of(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _above(place: Path, out: Path) -> Path:
    """Give the nearest folder that is there, above the one to be made."""
    above = next(parent for parent in place.parents if os.path.lexists(parent))
    if not above.is_dir():
        raise OutputError(f"{out} cannot be made, as {above} is a file; give another folder")
    return above


def _check_content(place: Path, out: Path, *, overwrite: bool) -> None:
    """Refuse a folder that cannot be replaced, or what is in it."""
    if not place.is_dir():
        raise OutputError(f"{out} is a file; give a folder")
    if place in (here := Path.cwd(), *here.parents):
        raise OutputError(f"{out} is the folder you are in, or above it; give a folder of its own, such as results")
    if os.path.ismount(place):
        raise OutputError(
            f"{out} is a disk of its own, which cannot be replaced; give a folder in it: {out / 'results'}"
        )
    if not os.access(place, os.W_OK):
        raise OutputError(f"{out} may not be written to; give another folder")
    if not any(place.iterdir()):
        return
    if not overwrite:
        raise OutputError(f"{out} is not empty; give another folder, or --overwrite to replace earlier results")
    _check_own(place, out)


def _check_own(place: Path, out: Path) -> None:
    """Refuse to replace anything but files of this package, as it wrote them."""
    manifest = Manifest.read(place)
    if manifest is None:
        raise OutputError(
            f"{out} holds files that are not earlier results, or results without {MANIFEST}, of an earlier version; "
            "they will not be replaced: give another folder"
        )
    if changed := manifest.changed(place):
        raise OutputError(
            f"{out} holds results that were changed since they were written: {some_of(changed)}. They will not be "
            "replaced: give them other names, under which they are kept, or give another folder"
        )
    if held := manifest.held(place):
        raise OutputError(
            f"{out} cannot be replaced, as some of it is open in another program, such as Excel, or may only be read: "
            f"{some_of(held)}. Close it and run again; the old results stand"
        )


def _check_place(place: Path, above: Path, out: Path) -> None:
    """Refuse a folder that cannot be made where it is asked for, by making one there."""
    for part in place.relative_to(above).parts:
        _ask_for(above / part)
    _ask_for(place / LONGEST_NAME)
    try:
        draft = new_draft(above)
    except OSError as error:
        raise OutputError(f"{out} cannot be made, as {above} may not be written ({reason(error)}); "
                          "give another folder") from error  # fmt: skip
    draft.rmdir()
    _check_length(place, draft.name, windows=os.name == "nt")
    if (free := shutil.disk_usage(above).free) < SPACE:
        raise OutputError(f"{out}: the disk is full, or nearly: {free / 1e6:.1f} MB are free, and results need about "
                          f"{SPACE / 1e6:.0f} MB; free some, or give a folder on another disk")  # fmt: skip


def _ask_for(path: Path) -> None:
    """Raise what the system says about a name, unless it is only that nothing has it."""
    try:
        path.lstat()
    except FileNotFoundError:
        return


def _check_length(place: Path, draft: str, *, windows: bool) -> None:
    """Refuse a folder in which Windows could not open the files."""
    longest = max(len(str(folder / LONGEST_NAME)) for folder in (place, place.parent / draft))
    if windows and longest > LONGEST_ON_WINDOWS:
        raise OutputError(
            f"{place} is too long: files in it would have paths of {longest} signs, and Windows and Excel open none "
            f"above {LONGEST_ON_WINDOWS}; give a folder nearer to the drive, such as C:\\results"
        )
