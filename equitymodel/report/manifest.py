"""What this package wrote into a folder: every file by name and SHA-256, so that nothing else is ever replaced."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from equitymodel import __version__
from equitymodel.errors import OptionError
from equitymodel.storage.file_hash import file_sha256

MANIFEST = "manifest.json"
KIND, FORMAT = "results written by equitymodel", 1
REPORTED = frozenset({".parquet", ".csv", ".nc", ".json"})
"""Endings of the files that reports are made of; pages, pictures and the run file are not."""


@dataclass(frozen=True)
class Manifest:
    """The files of a folder of results.

    Attributes
    ----------
    files
        The SHA-256 of each, by its path within the folder, with ``/``.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "gaps.csv").write_text("a")
    >>> kept = Manifest.of(folder)
    >>> _ = (folder / "notes.txt").write_text("mine")
    >>> kept.others(folder), kept.changed(folder)
    (['notes.txt'], [])
    """

    files: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Take stock of all files in a folder, which are then on the disk and not only in its cache."""
        return cls({name: _sealed(folder / name) for name in _files(folder) if name != MANIFEST})

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """Read the manifest of a folder; None if it has none of this package."""
        try:
            found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            own = found["kind"] == KIND and found["format"] == FORMAT
            return cls({str(name): str(sha256) for name, sha256 in found["files"].items()}) if own else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """Write it beside the files."""
        record = {"kind": KIND, "format": FORMAT, "version": __version__, "files": dict(self.files)}
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")

    def changed(self, folder: Path) -> list[str]:
        """Name its files that are not what was written: changed by hand, or something else of that name."""
        return [name for name, sha256 in self.files.items()
                if os.path.lexists(folder / name) and not _is(folder / name, sha256)]  # fmt: skip

    def held(self, folder: Path) -> list[str]:
        """Name its files that may not be replaced now, as another program has them open, or they are kept from it."""
        return [name for name in self.files if (folder / name).is_file() and _is_held(folder / name)]

    def others(self, folder: Path) -> list[str]:
        """Name the files in the folder that are not of this package, and folders of others that are empty."""
        own = {*self.files, MANIFEST}
        return [name for name in _files(folder) if name not in own]


def require_results(folder: Path, needed: Sequence[str], *, what: str, writer: str, copies: bool = False) -> None:
    """Refuse a folder that lacks files of some results, or in which one that reports are made of was changed.

    Parameters
    ----------
    folder
        That is opened.
    needed
        Names of the files without which nothing can be said.
    what
        What the folder should hold, such as ``results of a pathway``.
    writer
        What writes it, for the way out.
    copies
        As for `require_as_written`.

    Raises
    ------
    OptionError
        Names each file that is not there, or as for `require_as_written`.

    Examples
    --------
    >>> require_results(Path("absent"), ["gaps.csv"], what="results of gaps and routes", writer="a run")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no results of gaps and routes: gaps.csv is not there. Give the folder
    that a run wrote
    """
    absent = [name for name in needed if not (folder / name).is_file()]
    if absent:
        raise OptionError(
            f"{folder} holds no {what}: {', '.join(absent)} is not there. Give the folder that {writer} wrote"
        )
    require_as_written(folder, copies=copies)


def require_as_written(folder: Path, *, copies: bool = False) -> None:
    """Refuse results of which a file that reports are made of is not as it was written.

    Parameters
    ----------
    folder
        Of results. One without a manifest, as earlier versions wrote, passes.
    copies
        Whether no CSV file of a table that is there as Parquet may be changed either, nor the run file: where results
        are made again and compared, people go by them.

    Raises
    ------
    OptionError
        When such a file was changed; each is named. A CSV file that has its table as Parquet beside it may be changed
        unless `copies`, as nothing is read from it.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "gaps.csv").write_text("0.57")
    >>> Manifest.of(folder).write(folder)
    >>> require_as_written(folder)
    """
    kept = Manifest.read(folder)
    changed = [name for name in kept.changed(folder) if _is_held_to(folder / name, copies)] if kept else []
    if changed:
        raise OptionError(
            f"{folder} holds results that were changed since they were written: {', '.join(changed)}. A report of them "
            "could say what no fit gave. Put back the files as they were, or make the results again, in another folder"
        )


def _is_held_to(path: Path, copies: bool) -> bool:
    if copies:
        return path.suffix in REPORTED | {".toml"}
    is_copy = path.suffix == ".csv" and path.with_suffix(".parquet").is_file()
    return path.suffix in REPORTED and not is_copy


def _files(folder: Path) -> Iterator[str]:
    """Name every file below a folder, links as such, and folders without content."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            yield path.relative_to(folder).as_posix()


def _is(path: Path, sha256: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    return file_sha256(path) == sha256


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb+"):
            return False
    except PermissionError:
        return True


def _sealed(path: Path) -> str:
    """Give the SHA-256 of a file that was just written, once it is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
