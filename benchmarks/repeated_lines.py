"""Places of a tree that share six or more equal lines, names, strings and numbers aside.

    uv run python benchmarks/repeated_lines.py

Lines of code are compared as tokens: every name stands for any name, and so do strings and numbers; lines of docstrings
likewise, every word for any word. Comments, imports, blank lines and lines of punctuation alone do not count, nor does what
stands in more than eight places.
"""

from __future__ import annotations

import io
import keyword
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

LENGTH = 6
WORD = re.compile(r"[^\W\d]\w*")
MOST_PLACES = 8
KINDS = {tokenize.STRING: "'", tokenize.NUMBER: "0", tokenize.FSTRING_MIDDLE: "'"}
PASSED_OVER = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER,
               tokenize.NEWLINE}  # fmt: skip
Line = tuple[int, str]
"""The number of a line, and its shape."""
Place = tuple[str, int]
"""A file, and the position of a line among those of it that count."""


def shapes(text: str) -> list[Line]:
    """Give the shape of every line of code that counts."""
    lines: dict[int, list[str]] = defaultdict(list)
    words: dict[int, bool] = defaultdict(bool)
    opening, imported = True, False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in PASSED_OVER:
            opening, imported = opening or token.type == tokenize.NEWLINE, imported and token.type != tokenize.NEWLINE
            continue
        imported = imported or (opening and token.string in {"import", "from"})
        prose = opening and token.type == tokenize.STRING
        opening = False
        if imported:
            continue
        if prose:
            for number, line in enumerate(token.string.splitlines(), token.start[0]):
                lines[number], words[number] = [WORD.sub("n", " ".join(line.split()))], any(map(str.isalnum, line))
            continue
        name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        lines[token.start[0]].append("n" if name else KINDS.get(token.type, token.string))
        words[token.start[0]] |= name or token.type == tokenize.NAME
    return [(line, " ".join(found)) for line, found in sorted(lines.items()) if words[line]]


def repeated(files: dict[str, str]) -> list[tuple[str, int, str, int, int]]:
    """Give each pair of places as two files with a line each, and how many lines they share; longest first."""
    lines = {name: shapes(text) for name, text in files.items()}
    windows: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for name, found in lines.items():
        for start in range(len(found) - LENGTH + 1):
            windows[tuple(shape for _, shape in found[start : start + LENGTH])].append((name, start))
    shared = {pair for places in windows.values() if len(places) <= MOST_PLACES for pair in _apart(places)}
    runs = [
        (first, second, _length(first, second, shared)) for first, second in shared if _begins(first, second, shared)
    ]
    best: dict[tuple[str, str], tuple[int, Place, Place]] = {}
    for first, second, length in sorted(runs):
        files_of_pair = (first[0], second[0])
        best[files_of_pair] = max(
            best.get(files_of_pair, (0, first, second)), (length, first, second), key=lambda run: run[0]
        )
    rows = [
        (first[0], lines[first[0]][first[1]][0], second[0], lines[second[0]][second[1]][0], length)
        for length, first, second in best.values()
    ]
    return sorted(rows, key=lambda row: (-row[4], row))


def _apart(places: list[Place]) -> Iterator[tuple[Place, Place]]:
    for first, second in combinations(sorted(places), 2):
        if first[0] != second[0] or second[1] - first[1] >= LENGTH:
            yield first, second


def _begins(first: Place, second: Place, shared: set[tuple[Place, Place]]) -> bool:
    return ((first[0], first[1] - 1), (second[0], second[1] - 1)) not in shared


def _length(first: Place, second: Place, shared: set[tuple[Place, Place]]) -> int:
    length = LENGTH
    while (first := (first[0], first[1] + 1), second := (second[0], second[1] + 1)) in shared:
        length += 1
    return length


def python_files(root: Path) -> dict[str, str]:
    """Read the files of the package, its tests, its benchmarks and its examples."""
    folders = ("equitymodel", "tests", "benchmarks", "docs")
    paths = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}


if __name__ == "__main__":
    found = repeated(python_files(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parents[1]))
    for first, line, second, other, length in found:
        print(f"{first}:{line} ~ {second}:{other}, {length} lines")
    print(f"{len(found)} pairs of files (or within one) share runs of {LENGTH} or more lines of one shape")
