"""Tables and records as files that any program opens: CSV that is safe in a spreadsheet, and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table whose text no spreadsheet can take for a formula, or read in another encoding.

    Text that begins as a formula does has an apostrophe in front. Where any sign is beyond ASCII, as in Ynys M\u00f4n,
    the file begins with a byte-order mark, without which Excel reads it as of Windows.
    """
    safe = table.apply(lambda column: column.map(_plain_text) if column.dtype.kind not in "iufb" else column)
    safe = safe.rename(columns=_plain_text)
    text = safe.to_csv(index=False, float_format="%.12g", lineterminator="\n")
    mark = "" if text.isascii() else BYTE_ORDER_MARK
    path.write_text(mark + text, encoding="utf-8", newline="")


def _plain_text(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a record as JSON."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
