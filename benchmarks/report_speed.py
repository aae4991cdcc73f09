"""How long reports take to write from saved results: one board document, and one in Word and HTML for every ICS.

    uv run equitymodel demo --out results/demo
    uv run python benchmarks/report_speed.py results/demo --write docs/report_speed.md

Each is a command of its own, from its start to its end, as an analyst would type it. Seconds of the processor are those
of the command on a machine that does nothing else; wall times are of a machine that may do other work, too.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from page import markdown

from equitymodel.report.content.published import open_published

ONE, EVERY = ("board.docx",), ("board.docx", "board.html")


def timed(results: Path, files: tuple[str, ...], area: str) -> tuple[int, float, float]:
    """Give how many documents a command wrote, its seconds of the processor, and those of the clock."""
    with TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        program = Path(sys.executable).with_name("equitymodel")
        command = [str(program), "report", str(results), *(f"{folder}/{name}" for name in files)]
        subprocess.run([*command, "--area", area], check=True, capture_output=True)
        after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
        written = len([path for path in Path(folder).iterdir() if path.suffix in {".docx", ".html"}])
    return written, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took


def rows(results: Path) -> Iterator[list[object]]:
    """Time one document, and those of every ICS."""
    first = next(iter(open_published(results).areas.values()))
    for words, files, area in (
        (f"one, of {first}, in Word", ONE, first),
        ("every ICS, in Word and HTML", EVERY, "all"),
    ):
        written, processor, wall = timed(results, files, area)
        yield [words, written, f"{processor:.0f}", f"{wall:.0f}"]
        print(words, written, f"{processor:.1f} s of the processor, {wall:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    lines = [
        "# Reports from saved results, timed",
        "",
        f"*Made by `uv run python benchmarks/report_speed.py {args.results} --write docs/report_speed.md` on {date.today()}.*",
        "",
        *markdown(["documents", "written", "processor, s", "wall, s"], rows(args.results)),
        "",
        "Each command from its start to its end, in one process. Wall times are of a machine that did other work, too.",
    ]
    print("\n".join(lines))
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
