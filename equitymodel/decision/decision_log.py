"""A record of what was decided, on which estimate and why: lines that are added and never changed, each on the last."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from equitymodel.argument_types import refuse_other_fields, refuses_other_types
from equitymodel.errors import DiagnosisError, OptionError, OutputError
from equitymodel.storage.file_hash import file_sha256
from equitymodel.storage.file_lock import locked
from equitymodel.storage.whole_file import reason
from equitymodel.vocabulary import nearest

LOG = "decision_log.jsonl"
FIRST = "0" * 64
"""What the first line of a log rests on."""
WeightsOf = Literal["board", "panel", "public", "none"]
WHOSE: tuple[WeightsOf, ...] = ("board", "panel", "public", "none")
DIAGNOSIS, MANIFEST, FAILED = "diagnosis.json", "manifest.json", "FAIL"
SHORTEST_SEAL = 12
"""Digits of a hash that are printed beside a decision, and name it."""
FIELDS = ("number", "choice", "scope", "reason", "who", "when", "weights_of", "weights", "estimate", "diagnosis",
          "files", "before", "sha256")  # fmt: skip
WAITING = "waiting"
"""What only a line has that was decided beside a refreshed evaluation: what each further month was worth."""
CONTESTED = "contested"
"""What only a line has whose choice follows something that is contested: why."""
MAY_BE_EMPTY = ("weights", CONTESTED)


@dataclass(frozen=True)
class RestsOn:
    """The estimate that a decision rests on.

    Attributes
    ----------
    sha256
        Of the list of all files of the results, each with its own hash: 64 hexadecimal digits.
    diagnosis
        What the diagnosis says: ``PASS``, ``WARN`` or ``FAIL``; of several fits the worst.
    files, waiting
        Hashes by name of what was judged beside it: options, what is stated of strategies, and their pathway; and what
        further months were worth when it was decided, by months more, if that was given.
    """

    sha256: str
    diagnosis: str
    files: Mapping[str, str] = field(default_factory=dict)
    waiting: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Choice:
    """What was decided.

    Attributes
    ----------
    choice
        What will be done, or not done.
    scope
        Where and for which care: an ICS, a procedure, from when.
    reason
        Why; what was known and not known.
    who
        The board or the person that decided.
    weights_of
        Whose weights of the criteria were used: ``board``, ``panel``, ``public``, or ``none``.
    weights
        What was said of the weights, in words.
    contested
        Why what the choice follows is contested; empty where it is not known to be.

    Raises
    ------
    OptionError
        When a text is empty, or the weights are nobody's that is known.

    Examples
    --------
    >>> Choice("reminders", "Devon, cataract", "first in 71 % of draws", "the board", "board").weights
    ''
    """

    choice: str
    scope: str
    reason: str
    who: str
    weights_of: WeightsOf
    weights: str = field(default="")
    contested: str = ""

    def __post_init__(self) -> None:
        """Refuse a record without its reasons."""
        refuse_other_fields(self)
        if empty := [name for name, text in asdict(self).items() if name not in MAY_BE_EMPTY and not text.strip()]:
            raise OptionError(f"a decision is recorded with its {' and '.join(empty)}; say it in words")
        if self.weights_of not in WHOSE:
            raise OptionError(f"weights are of nobody known as '{self.weights_of}'. {nearest(self.weights_of, WHOSE)}")


def estimate_of(results: Path | str, beside: Mapping[str, Path] | None = None) -> RestsOn:
    """Name the estimate of a folder of results by hash, with what its diagnosis said.

    Parameters
    ----------
    results
        The folder that a run wrote.
    beside
        By name, what it was judged with: files, and folders of other results, whose fits count too.

    Returns
    -------
    RestsOn
        For `record_decision`.

    Raises
    ------
    OptionError
        When it is no such folder, a file of it is not as it was written, or something beside it cannot be read.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "manifest.json").write_text("{}"), (folder / "diagnosis.json").write_text('{"verdict": "PASS"}')
    >>> estimate_of(folder).diagnosis
    'PASS'
    """
    own, others = _folder(Path(results)), {name: _named(Path(path)) for name, path in (beside or {}).items()}
    failed = any(other.diagnosis == FAILED for other in others.values())
    files = {name: other.sha256 for name, other in others.items()}
    return RestsOn(own.sha256, FAILED if failed else own.diagnosis, files)


def _named(path: Path) -> RestsOn:
    """Name a file by its hash, or a folder of results by its own."""
    if path.is_dir():
        return _folder(path)
    try:
        return RestsOn(file_sha256(path), "")
    except OSError as error:
        raise OptionError(f"{path} cannot be read: {reason(error)}") from error


def _folder(folder: Path) -> RestsOn:
    try:
        listed, said = (folder / MANIFEST).read_bytes(), json.loads((folder / DIAGNOSIS).read_text(encoding="utf-8"))
        changed, verdict = _changed(folder, json.loads(listed)), _verdict(said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OptionError(
            f"{folder} holds no {MANIFEST} and {DIAGNOSIS}; give the folder that equitymodel run wrote"
        ) from error
    if changed:
        raise OptionError(
            f"{folder} holds results that were changed since they were written: {', '.join(changed)}. A decision would "
            "rest on what no fit gave. Put back the files as they were, or make the results again, in another folder"
        )
    return RestsOn(sha256(listed).hexdigest(), verdict)


def _changed(folder: Path, listed: Mapping[str, Any]) -> list[str]:
    """Name the files of a folder that do not have the hash that its manifest lists: the estimate is named by these."""
    return [name for name, known in listed.get("files", {}).items()
            if (folder / name).is_file() and file_sha256(folder / name) != known]  # fmt: skip


def _verdict(said: dict[str, object]) -> str:
    """Read what a diagnosis says; an evaluation of several fits is stamped where the one it rests on failed."""
    if "verdict" in said:
        return str(said["verdict"])
    return FAILED if said["stamp"] else "PASS"


@refuses_other_types
def record_decision(path: Path | str, choice: Choice, estimate: RestsOn) -> str:
    """Add a decision to a log; what is in it stays as it is.

    Parameters
    ----------
    path
        The log; made if it is not there.
    choice
        What was decided.
    estimate
        What it rests on, from `estimate_of`.

    Returns
    -------
    str
        The hash of the new line: print it beside the decision, and `read_log` finds out if lines are cut off.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis: nothing may be decided on it.
    OptionError
        When the log was changed.
    OutputError
        When it cannot be written, or another process keeps it locked.

    Notes
    -----
    The time is that of this computer's clock. Where two write at once, one waits for the other.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "decision_log.jsonl"
    >>> made = Choice("reminders", "Devon, cataract", "first in 71 % of draws", "the board", "board")
    >>> seal = record_decision(path, made, RestsOn("0" * 64, "PASS"))
    >>> read_log(path, seal=seal)["choice"].tolist()
    ['reminders']
    """
    refuse_failed(estimate)
    path = Path(path)
    with locked(path):
        entry = _next(_lines(path) if path.exists() else [], choice, estimate)
        _append(path, json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
    return str(entry["sha256"])


def _next(earlier: list[dict[str, Any]], choice: Choice, estimate: RestsOn) -> dict[str, Any]:
    """Make the line that follows the earlier ones, with the hash of the last of them."""
    entry = {
        "number": len(earlier) + 1, **_said(choice), "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "estimate": estimate.sha256, "diagnosis": estimate.diagnosis, "files": dict(estimate.files),
        "before": earlier[-1]["sha256"] if earlier else FIRST, **_waiting(estimate),
    }  # fmt: skip
    return {**entry, "sha256": _hash(entry)}


def _said(choice: Choice) -> dict[str, str]:
    """Give what was decided; nothing of what is contested where nothing is."""
    return {name: text for name, text in asdict(choice).items() if text or name != CONTESTED}


def _waiting(estimate: RestsOn) -> dict[str, Any]:
    return {WAITING: dict(estimate.waiting)} if estimate.waiting else {}


def refuse_failed(estimate: RestsOn) -> None:
    """Refuse an estimate whose fit failed its diagnosis, before anything is written.

    Raises
    ------
    DiagnosisError
        When it did.
    """
    if estimate.diagnosis == FAILED:
        raise DiagnosisError(
            "the fit that this decision rests on failed its diagnosis: it is not recorded. Mend the fit (its "
            "diagnosis.json says what failed), or decide without it and keep that record elsewhere"
        )


def read_log(path: Path | str, *, seal: str = "") -> pd.DataFrame:
    """Read a log, and find out whether a line of it was changed.

    Parameters
    ----------
    path
        The log.
    seal
        The hash of a line that was printed, or its first 12 digits or more: that line has to be there still.

    Returns
    -------
    pandas.DataFrame
        A row a decision, in the order in which they were made.

    Raises
    ------
    OptionError
        When a line was changed, taken out or moved, or the sealed one is not there; it says which.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "decision_log.jsonl"
    >>> seal = record_decision(path, Choice("wait", "Devon", "too little is known", "the board", "none"),
    ...                        RestsOn("0" * 64, "PASS"))
    >>> read_log(path, seal=seal)[["number", "choice"]].values.tolist()
    [[1, 'wait']]
    """
    entries, seal = _lines(Path(path)), seal.strip().lower()
    if seal and len(seal) < SHORTEST_SEAL:
        raise OptionError(f"'{seal}' is too short to name a decision: give its first {SHORTEST_SEAL} digits or more")
    if seal and not any(str(entry["sha256"]).startswith(seal) for entry in entries):
        raise OptionError(
            f"{path} does not hold the decision whose hash is {seal[:SHORTEST_SEAL]}...: lines were cut off, or it is "
            "another; compare it with a copy"
        )
    said = [{**entry, "files": "; ".join(f"{name} {known}" for name, known in entry["files"].items())}
            for entry in entries]  # fmt: skip
    more = [name for name in (WAITING, CONTESTED) if any(name in entry for entry in entries)]
    for entry in said:
        entry[WAITING] = "; ".join(f"{months}: {value:.4g}" for months, value in entry.get(WAITING, {}).items())
        entry.setdefault(CONTESTED, "")
    return pd.DataFrame(said, columns=[*FIELDS, *more])


def _lines(path: Path) -> list[dict[str, Any]]:
    """Read lines, each of which rests on the last."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OptionError(f"there is no log of decisions at {path}: {reason(error)}") from error
    before: str = FIRST
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        entry = _entry(line)
        if entry is None or entry["number"] != number or entry["before"] != before:
            raise OptionError(
                f"line {number} of {path} is not as it was written, or a line before it is gone: this log was changed "
                f"after the fact. Lines before {number} hold; compare the rest with a copy"
            )
        entries.append(entry)
        before = entry["sha256"]
    return entries


def _entry(line: str) -> dict[str, Any] | None:
    """Read a line; nothing where it does not say what its hash was made of."""
    try:
        entry = json.loads(line)
        whole = isinstance(entry, dict) and set(entry) - {WAITING, CONTESTED} == set(FIELDS)
        return entry if whole and entry["sha256"] == _hash(entry) else None
    except ValueError:
        return None


def _hash(entry: dict[str, Any]) -> str:
    said = {name: value for name, value in entry.items() if name != "sha256"}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _append(path: Path, line: str) -> None:
    """Add a line at the end, on the disk and not only in its cache."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}; what was there before is as it was") from error
