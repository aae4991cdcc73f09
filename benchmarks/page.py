"""Write tables for the pages that benchmarks make."""

from __future__ import annotations

from collections.abc import Iterable


def markdown(header: Iterable[object], rows: Iterable[Iterable[object]]) -> list[str]:
    """Lay a table out in Markdown, a line a row."""
    names = list(header)
    return ["| " + " | ".join(map(str, line)) + " |" for line in (names, ["---"] * len(names), *rows)]
