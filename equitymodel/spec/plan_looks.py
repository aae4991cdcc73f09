"""The record of looks beside a lodged plan: one line each, every line holding the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from equitymodel.errors import OutputError


@dataclass(frozen=True)
class Looks:
    """The record of looks, and what is wrong with it.

    Attributes
    ----------
    evaluations
        How many were made.
    different
        How many of them were of other data, or asked otherwise, than any before.
    problem
        What shows that a line was altered or taken out; empty if nothing does.
    last
        The hash of the last line.
    """

    evaluations: int
    different: int
    problem: str
    last: str

    def sentence(self, declared: int) -> str:
        """Say how often was looked, and whether that is more than was declared.

        Examples
        --------
        >>> Looks(2, 2, "", "").sentence(1)
        'Look 2 of 1 declared: MORE LOOKS THAN DECLARED, so that false alarms are more frequent than stated.'
        """
        number = f"Look {self.different} of {declared} declared"
        if self.evaluations > self.different:
            number += f" ({self.evaluations} evaluations; the same of the same data counts once)"
        more = ": MORE LOOKS THAN DECLARED, so that false alarms are more frequent than stated"
        return f"{number}{more if self.different > declared else ''}.{f' {self.problem}' if self.problem else ''}"


def record_look(path: Path, plan: str, look: Mapping[str, str]) -> Looks:
    """Add a line for an evaluation, and read the whole record.

    Parameters
    ----------
    path
        Of the record; made if it is not there.
    plan
        The hash of the plan.
    look
        What was looked at: ``data`` and ``asked`` (hashes of the data as read, and of what was run), and whatever else
        is to be on record, such as ``time`` and ``verdict``.

    Returns
    -------
    Looks
        With this one.

    Raises
    ------
    OutputError
        When the record cannot be written.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        before = _hash(lines[-1]) if lines else plan
        line = json.dumps({**look, "plan": plan, "before": before}, sort_keys=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")
    except (OSError, UnicodeDecodeError) as error:
        way_out = "It lies beside the plan: copy both to a folder that may be written to, and name the plan there"
        raise OutputError(f"cannot write the record of looks {path}: {error}. {way_out}") from error
    return read_looks(path, plan)


def read_looks(path: Path, plan: str) -> Looks:
    """Read the record of looks, and see whether each line follows from the one before.

    Parameters
    ----------
    path
        Of the record.
    plan
        The hash of the plan, from which the first line follows.

    Returns
    -------
    Looks
        None, if there is no record.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    before, problem, seen = plan, "", set()
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            follows = entry["before"] == before and entry["plan"] == plan
            seen.add((entry["data"], entry["asked"]))
        except (ValueError, KeyError, TypeError):
            follows = False
            seen.add((line, ""))
        if not follows and not problem:
            problem = (f"THE RECORD OF LOOKS WAS ALTERED: line {number} of {path.name} does not follow from what is "
                       "before it, so that a line was changed or taken out.")  # fmt: skip
        before = _hash(line)
    return Looks(len(lines), len(seen), problem, before)


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
