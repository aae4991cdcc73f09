"""Results that are kept in a folder as soon as they are there, each beside what it was made from and its checksum."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from equitymodel.errors import OutputError
from equitymodel.inference.fit import package_versions
from equitymodel.inference.jobs.digest import digest
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.result_kinds import kind_named, kind_of
from equitymodel.storage.file_hash import file_sha256
from equitymodel.storage.whole_file import clear_parts, part_of, put, reason, write_whole

RECORD = ".job.json"
"""How the record of a result ends."""


def fingerprint(job: Job) -> str:
    """Compute the SHA-256 of all that goes into a job: what is called, its arguments and the versions of packages.

    Parameters
    ----------
    job
        Which.

    Returns
    -------
    str
        64 hexadecimal digits; the name of the job is not in it.

    Examples
    --------
    >>> one, other = (Job(name, "statistics:fmean", {"data": [1.0]}) for name in "ab")
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    return digest({"call": job.address, "arguments": job.arguments, "versions": _versions()})


@dataclass(frozen=True)
class KeptResults:
    """A folder of results.

    Attributes
    ----------
    folder
        Where; made if it is not there. A result and its record are there whole or not at all.
    """

    folder: Path

    def begin(self) -> None:
        """Make the folder, and clear away what a run that was ended left half written.

        Raises
        ------
        OutputError
            When it cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part_of(self.folder / RECORD).touch()
        except OSError as error:
            why = f"results cannot be kept in '{self.folder}' ({reason(error)})"
            raise OutputError(f"{why}; name another folder") from error
        self.clear()

    def clear(self) -> None:
        """Remove what processes that have ended left half written."""
        clear_parts(self.folder)

    def write(self, job: Job, result: object) -> None:
        """Keep a result, then its record.

        Parameters
        ----------
        job, result
            What was done, and what it gave.

        Raises
        ------
        OptionError
            When there is no kind for it.
        OutputError
            When it cannot be written.
        """
        kind = kind_of(result)
        path = self.folder / f"{_stem(job.name)}{kind.ending}"
        part = part_of(path)
        try:
            kind.write(result, part)
            checksum = file_sha256(part)
            put(part, path)
        except OSError as error:
            raise OutputError(f"cannot keep the result of '{job.name}' in {path}: {reason(error)}") from error
        finally:
            part.unlink(missing_ok=True)
        record = {"job": job.name, "call": job.address, "fingerprint": fingerprint(job), "kind": kind.name,
                  "file": path.name, "sha256": checksum, "versions": _versions()}  # fmt: skip
        write_whole(self._record(job), (json.dumps(record, indent=1) + "\n").encode())

    def holds(self, job: Job) -> bool:
        """Whether the result of a job is there, whole and of this very job.

        Parameters
        ----------
        job
            Which.

        Returns
        -------
        bool
            False if it is still to be made.

        Raises
        ------
        OutputError
            When what is there was made from something else, or has changed since.
        """
        if not self._record(job).is_file():
            return False
        record = self._read_record(job)
        path = self.folder / record["file"]
        if not path.is_file():
            return False
        if record["fingerprint"] != fingerprint(job):
            raise OutputError(
                f"{path} was kept for '{job.name}' made from other data, settings or versions; "
                "keep this run in another folder, or delete that file to have it made again"
            )
        if record["sha256"] != file_sha256(path):
            raise OutputError(f"{path} is not what was kept: its checksum differs; delete it to have it made again")
        return True

    def read(self, job: Job) -> Any:
        """Read the result of a job that `holds` said is there."""
        record = self._read_record(job)
        return kind_named(record["kind"]).read(self.folder / record["file"])

    def _read_record(self, job: Job) -> dict[str, str]:
        """Read what a result was made from."""
        path = self._record(job)
        try:
            record: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            kind_named(record["kind"])
            return {name: record[name] for name in ("file", "fingerprint", "kind", "sha256")}
        except (ValueError, KeyError, StopIteration, TypeError) as error:
            raise OutputError(f"{path} is no record of a result; delete it to have the result made again") from error

    def _record(self, job: Job) -> Path:
        return self.folder / f"{_stem(job.name)}{RECORD}"


@cache
def _versions() -> dict[str, str]:
    """List the versions that decide a result, once."""
    return package_versions()


def _stem(name: str) -> str:
    """Make a file name of a job's name, told apart from others by its digest on every file system."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
