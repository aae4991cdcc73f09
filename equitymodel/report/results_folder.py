"""The one writer of folders: made under another name, and put in place when whole, with what others keep there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from equitymodel.errors import OutputError
from equitymodel.report.destination import check_destination, followed, some_of
from equitymodel.report.drafts import DRAFT, EARLIER, new_draft, remove
from equitymodel.report.manifest import Manifest
from equitymodel.storage.folder_exchange import exchange
from equitymodel.storage.whole_file import move, reason


def write_folder(
    out: Path | str, write: Callable[[Path], None], *, overwrite: bool, beside: Mapping[str, str] | None = None
) -> Path:
    """Write a folder under another name, and put it in place when it is whole.

    Parameters
    ----------
    out
        The folder; made if it is not there. A link to a folder is followed.
    write
        Writes the files into the folder it is given.
    overwrite
        Replace earlier results: those files that this package wrote; all others in the folder stay.
    beside
        Further files of text, by name.

    Returns
    -------
    pathlib.Path
        The folder, with ``manifest.json``.

    Raises
    ------
    OutputError
        As `check_destination`; and when it cannot be written, or not be put in place. Earlier results then stand, and
        new ones that are whole are in a folder beside them, which the message names.
    """
    out = Path(out)
    refused = _refused(out, overwrite=overwrite)
    place = followed(out)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = new_draft(place.parent)
    except OSError as error:
        raise OutputError(f"{out} cannot be made: {reason(error)}; give another folder") from error
    try:
        _fill(draft, write, beside or {}, out)
        if refused:
            raise _left_beside(draft, place, refused)
        _put_or_leave_beside(draft, place)
    except BaseException:
        remove(draft)
        raise
    return out


def _refused(out: Path, *, overwrite: bool) -> OutputError | None:
    """Refuse a destination; but where earlier results became such while work was done, give the reason alone."""
    try:
        check_destination(out, overwrite=overwrite)
    except OutputError as error:
        if not overwrite or Manifest.read(out) is None:
            raise
        return error
    return None


def _fill(draft: Path, write: Callable[[Path], None], beside: Mapping[str, str], out: Path) -> None:
    """Write all files, and the manifest of them."""
    try:
        write(draft)
        for name, text in beside.items():
            (draft / name).write_text(text, encoding="utf-8", newline="\n")
        Manifest.of(draft).write(draft)
    except (OSError, OutputError) as error:
        raise OutputError(f"results cannot be written to {out}: {_why(error)}. Nothing was left there, and what was "
                          "there before is as it was; free some space, or give another folder") from error  # fmt: skip


def _why(error: BaseException) -> str:
    """Say why something cannot be written, without the name of a draft."""
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return reason(cause) if isinstance(cause, OSError) else str(error)


def _put_or_leave_beside(draft: Path, place: Path) -> None:
    """Put a folder in its place; if that cannot be, leave it beside, so that the work is not lost."""
    carried: list[str] = []
    try:
        _carry(place, draft, carried)
        put_in_place(draft, place)
    except (OSError, OutputError) as error:
        _drop(carried, draft)
        raise _left_beside(draft, place, error) from error


def _left_beside(draft: Path, place: Path, error: OSError | OutputError) -> OutputError:
    """Leave a whole folder beside the place it cannot take, and say so."""
    aside = _beside(place)
    move(draft, aside)
    return OutputError(f"{place} was not replaced: {_why(error)}. The old results stand, and the new ones are whole in "
                       f"{aside}")  # fmt: skip


def _beside(place: Path) -> Path:
    """Name a folder beside another that is not there yet."""
    number = 1
    while (found := place.with_name(f"{place.name}-new-{number}")).exists():
        number += 1
    return found


def _carry(place: Path, draft: Path, carried: list[str]) -> None:
    """Give the new folder what others keep in the old one, and its rights."""
    if not place.exists():
        return
    others = (Manifest.read(place) or Manifest({})).others(place)
    taken = {path.relative_to(draft).as_posix().casefold() for path in draft.rglob("*")}
    if clash := [name for name in others if name.casefold() in taken]:
        raise OutputError(f"it holds files of yours that have the names of results: {some_of(clash)}")
    for name in others:
        carried.append(name)
        _keep(place / name, draft / name)
    shutil.copymode(place, draft)


def _keep(path: Path, new: Path) -> None:
    """Give a file a second name, or where there are none a copy."""
    new.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        new.mkdir(exist_ok=True)
        return
    if not path.is_symlink():
        with suppress(OSError):
            new.hardlink_to(path)
            return
    shutil.copy2(path, new, follow_symlinks=False)


def _drop(carried: Sequence[str], draft: Path) -> None:
    """Take back what was carried, and folders that are empty then; the files themselves stay in the old folder."""
    for name in carried:
        with suppress(OSError):
            (draft / name).unlink()
    for folder in sorted((path for path in draft.rglob("*") if path.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()


def put_in_place(draft: Path, place: Path) -> None:
    """Put a whole folder where an older one may be: at every moment one of them is there, or is put back by `tidy`.

    Parameters
    ----------
    draft
        The new folder, beside the other.
    place
        Where it goes.

    Raises
    ------
    OSError
        When the older one cannot be moved: it then is where it was.
    """
    if not place.exists():
        move(draft, place)
    elif exchange(draft, place):
        remove(draft)
    else:
        _by_two_renames(draft, place)


def _by_two_renames(draft: Path, place: Path) -> None:
    """Move the older folder away and the new one there, for systems that exchange none."""
    earlier = new_draft(place.parent, EARLIER)
    try:
        move(place, earlier / place.name)
        move(draft, place)
    except BaseException:
        if (earlier / place.name).exists() and not place.exists():
            move(earlier / place.name, place)
        earlier.rmdir()
        raise
    done = earlier.with_name(earlier.name.replace(EARLIER, DRAFT))
    earlier.rename(done)
    remove(done)
