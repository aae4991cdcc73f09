"""Facts as the text in which attributes, and so NetCDF files, keep them: the one place that writes and reads it.

A file keeps numbers and text alone. In the package facts are values (`CellFacts`, `SeriesFacts`), which are
read from such text once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from equitymodel.data.tables.findings import Finding


@dataclass(frozen=True)
class TableSource:
    """Which file a table was read from.

    Attributes
    ----------
    table
        What the table holds, such as ``admissions``.
    file
        The name of the file, or ``DataFrame``.
    sha256
        The hash of the bytes that were read.
    """

    table: str
    file: str
    sha256: str

    @property
    def record(self) -> dict[str, str]:
        """Where it comes from, in plain types, as provenance has it."""
        return {"file": self.file, "sha256": self.sha256}


def sources_by_table(sources: Iterable[TableSource]) -> dict[str, dict[str, str]]:
    """Lay sources out by table, in plain types.

    Examples
    --------
    >>> sources_by_table([TableSource("admissions", "a.csv", "12ab")])
    {'admissions': {'file': 'a.csv', 'sha256': '12ab'}}
    """
    return {source.table: source.record for source in sources}


def write_findings(findings: Iterable[Finding]) -> str:
    """Write findings as text.

    Examples
    --------
    >>> read_findings(write_findings([Finding("F01", table="admissions")]))
    (Finding(rule='F01', detail='', rows=(), count=0, table='admissions'),)
    """
    return json.dumps([asdict(item) for item in findings])


def read_findings(text: str) -> tuple[Finding, ...]:
    """Read findings from text; none from no text."""
    return tuple(Finding(**{**item, "rows": tuple(item["rows"])}) for item in _read(text, []))


def write_sources(sources: Iterable[TableSource]) -> str:
    """Write sources as text.

    Examples
    --------
    >>> write_sources([TableSource("need", "need.csv", "12ab")])
    '{"need": {"file": "need.csv", "sha256": "12ab"}}'
    """
    return json.dumps(sources_by_table(sources))


def read_sources(text: str) -> tuple[TableSource, ...]:
    """Read sources from text; none from no text."""
    return tuple(TableSource(table, **known) for table, known in _read(text, {}).items())


def write_labels(labels: Iterable[str]) -> str:
    """Write labels as text.

    Examples
    --------
    >>> write_labels(["00-64", "65+"])
    '["00-64", "65+"]'
    """
    return json.dumps(list(labels))


def read_labels(text: str) -> tuple[str, ...]:
    """Read labels from text; none from no text."""
    return tuple(_read(text, []))


def write_records(records: Iterable[Mapping[str, Any]]) -> str:
    """Write records of plain values as text.

    Examples
    --------
    >>> read_records(write_records([{"id": "icb_2022", "masked": False}]))
    ({'id': 'icb_2022', 'masked': False},)
    """
    return json.dumps([dict(record) for record in records])


def read_records(text: str) -> tuple[dict[str, Any], ...]:
    """Read records from text; none from no text."""
    return tuple(_read(text, []))


def write_record(record: Mapping[str, Any]) -> str:
    """Write one record of plain values as text.

    Examples
    --------
    >>> read_record(write_record({"seed": 1, "draws": 20}))
    {'seed': 1, 'draws': 20}
    """
    return json.dumps(dict(record))


def read_record(text: str) -> dict[str, Any]:
    """Read one record from text; an empty one from no text."""
    found: dict[str, Any] = _read(text, {})
    return found


def _read(text: str, nothing: Any) -> Any:
    return json.loads(text) if text else nothing
