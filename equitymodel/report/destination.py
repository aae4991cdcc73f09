"""Where results may be written: asked before any work is done, and without loading what writes them."""

from __future__ import annotations

import os
from pathlib import Path

from equitymodel.errors import OutputError

MARK = "provenance.json"
"""The file by which a folder is known to hold results of this package."""


def check_destination(out: Path, *, overwrite: bool) -> None:
    """Refuse a destination that holds something else, or cannot be written, before any work is done.

    Parameters
    ----------
    out
        The folder for the results; it need not be there.
    overwrite
        Whether earlier results may be replaced.

    Raises
    ------
    OutputError
        When `out` is a file, cannot be made, or is a folder with content and `overwrite` is not given;
        and, even with `overwrite`, when the folder was not written by this package.

    Examples
    --------
    >>> check_destination(Path("a folder that is not there"), overwrite=False)
    """
    if not out.exists():
        _check_place(out)
        return
    if not out.is_dir():
        raise OutputError(f"{out} is a file; give a folder")
    content = list(out.iterdir())
    if content and not overwrite:
        raise OutputError(f"{out} is not empty; give another folder, or --overwrite to replace earlier results")
    if content and not (out / MARK).exists():
        raise OutputError(f"{out} holds files that are not earlier results; they will not be replaced")


def _check_place(out: Path) -> None:
    """Refuse a folder that cannot be made where it is asked for."""
    above = next(parent for parent in out.absolute().parents if parent.exists())
    if not above.is_dir():
        raise OutputError(f"{out} cannot be made, as {above} is a file; give another folder")
    if not os.access(above, os.W_OK):
        raise OutputError(f"{out} cannot be made, as {above} may not be written; give another folder")
