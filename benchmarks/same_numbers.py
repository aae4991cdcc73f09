"""Did any published number move? Record the tables of the demo, the examples and two small worlds; compare.

    uv run python benchmarks/same_numbers.py record results/before
    ... change the code ...
    uv run python benchmarks/same_numbers.py record results/after
    uv run python benchmarks/same_numbers.py compare results/before results/after

`compare` takes every CSV and every JSON of numbers that was there before. Rows go by position, columns by name. Numbers
may differ by `--within`, relative to the larger of 1 and the number before; text is equal to the letter. New files,
columns and rows of JSON are listed; missing ones fail. Of `diagnosis.json` only the numbers count, and `provenance.json`,
times and hashes do not. Ends with 1 if anything moved. A record takes three minutes.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ("england", "scotland", "need_sources", "sicily", "england_series", "scotland_series")
WORLDS = ("groups", "controls")
NOT_COMPARED = {"provenance.json"}
ONLY_NUMBERS = {"diagnosis.json"}
NOT_NUMBERS_OF_RESULTS = {"seconds", "sha256", "made", "declared", "version"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?")
"""When something was made, within a text."""
Leaves = dict[str, str]
"""Every value of a table as text, by its place: a column and a row, or the path within a JSON file."""


def command(name: str, out: Path, data: Path) -> list[str]:
    """Give the command that writes the tables of one name."""
    if name == "demo":
        return ["-c", "from equitymodel.cli.app import main; main()", "demo", "--out", str(out), "--overwrite"]
    if name in WORLDS:
        return [str(ROOT / "benchmarks" / "small_worlds.py"), name, str(out)]
    return [str(ROOT / "docs" / "examples" / f"{name}.py"), str(data), str(out)]


def record(folder: Path, data: Path, only: list[str]) -> int:
    """Write every table into the folder, each name in a process of its own; say which failed."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name in only or ("demo", *EXAMPLES, *WORLDS):
        began = time.perf_counter()
        words = [sys.executable, *command(name, (folder / name).resolve(), data.resolve())]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        (folder / f"{name}.txt").write_text(done.stdout, encoding="utf-8")
        failed += done.returncode != 0
        print(
            f"{name}: {'done' if done.returncode == 0 else 'FAILED'} in {time.perf_counter() - began:.0f} s", flush=True
        )
        if done.returncode:
            print(done.stderr[-3000:])
    return int(failed > 0)


@dataclass
class Difference:
    """What one table says after that it did not say before."""

    compared: int = 0
    largest: float = 0.0
    moved: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Say it in a line, and in a few more what moved."""
        state = f"{len(self.moved)} MOVED" if self.moved else "same"
        new = f"; new: {', '.join(self.new)}" if self.new else ""
        moved = "".join(f"\n    {words}" for words in [*self.moved[:5], *(["..."] if self.moved[5:] else [])])
        return f"{name}: {state}, {self.compared:,} values, largest difference {self.largest:.1e}{new}{moved}"


def read_table(path: Path, *, by_name: bool = True) -> Leaves:
    """Read a CSV or JSON file as values by their place; items of a JSON list by their name where each has its own."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return dict(_leaves(json.loads(text), "", by_name))
    header, *rows = list(csv.reader(io.StringIO(text)))
    values = {
        f"{name} of row {place}": value
        for place, row in enumerate(rows)
        for name, value in zip(header, row, strict=True)
    }
    return {"columns": "", **{f"column {name}": "" for name in header}, "rows": str(len(rows)), **values}


def _leaves(value: object, place: str, by_name: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}", by_name)
    elif isinstance(value, list):
        names = [item.get("name") for item in value if isinstance(item, dict)]
        named = by_name and None not in names and len(set(names)) == len(value)
        for position, item in enumerate(value):
            yield from _leaves(item, f"{place}[{item['name'] if named else position}]", by_name)
    else:
        yield place, str(value)


def number(text: str) -> float | None:
    """Read a number, or None from text that is none."""
    try:
        return float(text)
    except ValueError:
        return None


def compare_tables(before: Leaves, after: Leaves, *, within: float, only_numbers: bool = False) -> Difference:
    """Compare two tables value by value."""
    result = Difference()
    for place, old in before.items():
        if _not_compared(place) or (only_numbers and number(old) is None):
            continue
        result.compared += 1
        if place not in after:
            result.moved.append(f"{place}: missing, was {old}")
            continue
        distance = _distance(old, after[place])
        result.largest = max(result.largest, distance)
        if distance > within:
            result.moved.append(f"{place}: {old} -> {after[place]}")
    places = [place for place in after if place not in before and " of row " not in place]
    result.new = places[:8] + ([f"and {len(places) - 8} more"] if len(places) > 8 else [])
    return result


def compare_files(before: Path, after: Path, *, within: float) -> Difference:
    """Compare two files; where only numbers count, checks with other names are compared by position."""
    only_numbers = before.name in ONLY_NUMBERS
    old, new = read_table(before), read_table(after)
    if only_numbers and not old.keys() <= new.keys():
        old, new = read_table(before, by_name=False), read_table(after, by_name=False)
    return compare_tables(old, new, within=within, only_numbers=only_numbers)


def _not_compared(place: str) -> bool:
    return place.split(" of row ")[0].rpartition(".")[2] in NOT_NUMBERS_OF_RESULTS


def _distance(old: str, new: str) -> float:
    """Give how far a number moved, relative to the larger of 1 and the number; infinite where text changed."""
    old, new = (MOMENT.sub("a moment", text) for text in (old, new))
    was, now = number(old), number(new)
    if old == new or (was is not None and now is not None and (was == now or (math.isnan(was) and math.isnan(now)))):
        return 0.0
    if was is None or now is None or math.isnan(was) or math.isnan(now) or math.isinf(was):
        return math.inf
    return abs(now - was) / max(1.0, abs(was))


def tables_below(folder: Path) -> dict[str, Path]:
    """Find the CSV and JSON files of a record, by their path within it."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in {".csv", ".json"})
    return {path.relative_to(folder).as_posix(): path for path in found if path.name not in NOT_COMPARED}


def compare(before: Path, after: Path, within: float, only: list[str]) -> int:
    """Print a line a table and what changed most; 1 if anything moved or is missing."""
    old, new = tables_below(before), tables_below(after)
    if only:
        old = {name: path for name, path in old.items() if name.split("/")[0] in only}
    results = {}
    for name in sorted(old.keys() & new.keys()):
        results[name] = compare_files(old[name], new[name], within=within)
        print(results[name].line(name))
    missing = sorted(old.keys() - new.keys())
    print(*(f"{name}: MISSING" for name in missing), sep="\n", end="\n" if missing else "")
    print(*(f"{name}: new" for name in sorted(new.keys() - old.keys()) if not only), sep="\n")
    moved = sum(bool(result.moved) for result in results.values())
    largest = max((result.largest for result in results.values()), default=0.0)
    print(f"{len(results)} tables compared, {moved} moved, {len(missing)} missing; largest difference {largest:.1e}")
    return int(bool(moved or missing or not results))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one, two = verbs.add_parser("record"), verbs.add_parser("compare")
    one.add_argument("folder", type=Path)
    one.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    two.add_argument("before", type=Path)
    two.add_argument("after", type=Path)
    two.add_argument("--within", type=float, default=1e-9)
    for verb in (one, two):
        verb.add_argument("--only", nargs="+", default=[], choices=("demo", *EXAMPLES, *WORLDS), help="only these")
    words = parser.parse_args()
    if words.verb == "record":
        return record(words.folder, words.data, words.only)
    return compare(words.before, words.after, words.within, words.only)


if __name__ == "__main__":
    sys.exit(main())
