"""One value as it is written: a number, a number with notes beside it, or a marker in place of a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equitymodel.data.tables.markers import Marker, find_marker, known_markers, plain_marker

NUMBER = re.compile(r"^(-?\d{1,3}(?:[,\u00a0 ]\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?!\d)\s*(.*)$", re.DOTALL)
RAISED = r"[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u1d43\u1d47\u1d48]+"
NOTES = re.compile(rf"\*+|[\u2020\u2021\u00a7]+|{RAISED}|~|\[[^\]]*\]|\([a-z]\)|[a-z]", re.IGNORECASE)
FOOTNOTE = re.compile(r"^\[(?:note |footnote )?\d+\]$")
SEPARATORS = re.compile(r"[,\u00a0 ]")
LOW_RELIABILITY = ("u", "[u]")
"""Alone these are no value; beside a value they are a note on it."""


@dataclass(frozen=True)
class WrittenCount:
    """What one text says.

    Attributes
    ----------
    number, marker
        The number, missing where there is none; what stands in its place, if that is known.
    notes, separated
        What stands beside the number, and whether its thousands are separated.
    doubtful
        Whether the notes may change what the number means.
    """

    number: float = np.nan
    marker: Marker | None = None
    notes: str = ""
    separated: bool = False
    doubtful: bool = False

    @property
    def starred(self) -> bool:
        """Whether stars stand beside the number: in some tables a footnote, in others what hides a count."""
        return "*" in self.notes


def read_written(text: str, said: Mapping[str, str], *, zeros_shown: bool = True) -> WrittenCount:
    """Read a text as a number, a number with notes, or a marker.

    Parameters
    ----------
    text
        As it is written.
    said, zeros_shown
        As for `find_marker`.

    Returns
    -------
    WrittenCount
        Without number and marker where neither is known.

    Examples
    --------
    >>> read_written("1,204 [p]", {})
    WrittenCount(number=1204.0, marker=None, notes='[p]', separated=True, doubtful=False)
    >>> read_written("12c", {}).doubtful, read_written("[x]", {}).marker.meaning
    (True, 'not_available')
    """
    text = text.replace("\u2212", "-")
    if marker := find_marker(text, said, zeros_shown=zeros_shown):
        return WrittenCount(marker=marker)
    parts = NUMBER.match(text)
    if parts is None:
        return WrittenCount()
    number, beside = float(SEPARATORS.sub("", parts[1])), parts[2].strip()
    separated = bool(SEPARATORS.search(parts[1]))
    notes = NOTES.findall(beside)
    if NOTES.sub("", beside).strip() or any(_unknown(note) for note in notes):
        return WrittenCount()
    if number == 0 and len(notes) == 1 and _meaning(notes[0]) == "rounded_low":
        return WrittenCount(marker=known_markers()[plain_marker(notes[0])])
    doubtful = any(_meaning(note) not in ("note", "") for note in notes)
    return WrittenCount(number, notes=beside, separated=separated, doubtful=doubtful)


def _meaning(note: str) -> str:
    """Say what a mark beside a number means; a star means nothing by itself."""
    plain = plain_marker(note)
    if plain.strip("*") == "" or FOOTNOTE.match(plain) or plain in LOW_RELIABILITY:
        return ""
    known = known_markers().get(plain)
    return known.meaning if known else ""


def _unknown(note: str) -> bool:
    """Mark a letter or bracket that is neither a note nor a marker: 12m may be millions."""
    plain = plain_marker(note)
    wordy = bool(re.match(r"^[\[(a-z]", plain))
    return wordy and not FOOTNOTE.match(plain) and plain not in LOW_RELIABILITY and plain not in known_markers()
