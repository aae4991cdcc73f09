"""How long a newcomer waits: demo and run in fresh processes, before and after compiled code is kept, part by part.

    uv run python benchmarks/first_use.py --write docs/first_use.md

Each command is a process of its own, first with empty folders for compiled code (Python's own and Numba's), then with
what the first left. A clock of the processor interrupts it two hundred times a second; the seconds since the last time
go to the part whose code runs. Parts are measured on one processor, where nothing runs beside anything else; the clock
of the second time is that of all processors, with nothing measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from page import markdown

IMPORTS, COMPILING, LANGUAGE = "imports", "compiling", "start and end of Python"
PLACES = (
    ("/inference/fit_model.py:diagnose", "model: diagnosis"),
    ("/inference/grouped/sample_laplace.py:sample_laplace", "model: fit"),
    ("/inference/grouped/power_scaling.py:power_scale", "model: sensitivity to priors"),
    ("/inference/laplace/", "model: fit"),
    ("/inference/saved_fit.py:", "files"),
    ("/inference/", "model: admissions of this year and the next"),
    ("/comparison/", "model: diagnosis"),
    ("/report/plots/", "pictures"),
    ("/report/tables/", "tables"),
    ("/estimands/summary.py:", "tables"),
    ("/estimands/draw_quantiles.py:", "tables"),
    ("/report/content/", "pages"),
    ("/report/html/", "pages"),
    ("/report/", "files"),
    ("/estimands/", "gaps, routes and years, draw by draw"),
    ("/studies/truth.py:", "coverage of the stated truth"),
    ("/data/", "reading and the example"),
    ("/simulate/", "reading and the example"),
    ("/spec/", "model: fit"),
    ("/cli/", "screen"),
)
"""Where code stands, and its part. Of the calls that are open, fit, diagnosis and sensitivity go by the outermost."""
WHOLE, EVERYWHERE = PLACES[:3], ("/argument_types.py", "/data/cells/same_labels.py", "/inference/cores.py")
MODEL = "model: "
DEMO_WALL, RUN_WALL, PART, EVERY = 30.0, 15.0, 0.2, 0.005


def part_of(calls: list[str]) -> str:
    """Give the part that open calls belong to, ``file:function``, the innermost first."""
    if any("numba/core/" in call and call.endswith((":compile", ":_compile_for_args")) for call in calls):
        return COMPILING
    if any("importlib._bootstrap" in call for call in calls):
        return COMPILING if any(call.endswith(":source_to_code") for call in calls) else IMPORTS
    own = [call for call in calls if "/equitymodel/" in call and not any(name in call for name in EVERYWHERE)]
    for place, part in WHOLE:
        if any(place in call for call in own):
            return part
    return next((part for call in own for place, part in PLACES if place in call), LANGUAGE)


def calls_of(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
        frame = frame.f_back


def profile(report: Path, command: list[str]) -> None:
    """Do a command in this process, and write the seconds of each part."""
    seconds: Counter[str] = Counter({LANGUAGE: time.process_time()})
    last = [time.process_time()]

    def count(_: int, frame: FrameType | None) -> None:
        now = time.process_time()
        seconds[part_of(list(calls_of(frame)))] += now - last[0]
        last[0] = now

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    signal.signal(signal.SIGPROF, count)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    sys.argv = ["equitymodel", *command]
    from equitymodel.cli.app import main

    main()
    signal.setitimer(signal.ITIMER_PROF, 0)
    most = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    report.write_text(json.dumps({"parts": seconds, "memory": int(most) / 1024}))


@dataclass(frozen=True)
class Timed:
    """Seconds of the clock and of the processor, the largest memory in MB, and seconds of each part."""

    wall: float
    processor: float
    memory: float | None = None
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def largest(self) -> tuple[str, float]:
        """The largest part that is no modelling, and its share of the processor."""
        shares = {part: took / self.processor for part, took in self.parts.items() if not part.startswith(MODEL)}
        return max(shares.items(), key=lambda part: part[1], default=("", 0.0))


def timed(command: list[str], environment: dict[str, str], report: Path | None = None) -> Timed:
    """Time a process, with its profile where a file for it is given."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if report is None:
        return Timed(wall, processor)
    found = json.loads(report.read_text())
    parts = Counter(found["parts"])
    parts[LANGUAGE] += processor - parts.total()
    return Timed(wall, processor, found["memory"], dict(parts))


def commands(folder: Path) -> dict[str, list[str]]:
    """Name the commands: the demo, and a run on tables of one year."""
    from equitymodel.simulate.example import example_tables

    tables = example_tables(seed=1)
    files = {name: folder / f"{name}.csv" for name in ("admissions", "population", "need")}
    for name, file in files.items():
        getattr(tables, name).to_csv(file, index=False)
    run = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    return {
        "demo": ["demo", "--out", str(folder / "demo"), "--overwrite"],
        "run": ["run", *run, "--deprivation-index", "IMD 2019", "--engine", "laplace",
                "--out", str(folder / "run"), "--overwrite"],
    }  # fmt: skip


def measure(folder: Path) -> tuple[dict[tuple[str, str], Timed], dict[str, float]]:
    """Time each command for the first and the second time, and say how many MB of compiled code are kept."""
    made: dict[tuple[str, str], Timed] = {}
    kept: dict[str, float] = {}
    code = {"PYTHONPYCACHEPREFIX": folder / "python", "NUMBA_CACHE_DIR": folder / "numba"}
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {key: str(place) for key, place in code.items()}
    report = folder / "parts.json"
    for name, command in commands(folder).items():
        own = [sys.executable, __file__, "--profile", str(report), *command]
        if name == "demo":
            made[name, "first"] = timed(own, environment, report)
        again = timed([sys.executable, "-m", "equitymodel.cli.app", *command], environment)
        measured = timed(own, environment, report)
        made[name, "second"] = replace(measured, wall=again.wall)
        print(f"{name}: {measured.processor:.1f} s of the processor, {again.wall:.1f} s", flush=True)
    for key, place in code.items():
        kept[key] = sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) / 1e6
    quick = {"import equitymodel": ["-c", "import equitymodel"], "--help": ["-m", "equitymodel.cli.app", "--help"]}
    for name, arguments in quick.items():
        made[name, "second"] = timed([sys.executable, *arguments], environment)
    return made, kept


def limits(made: dict[tuple[str, str], Timed]) -> Iterator[list[str]]:
    """Hold what was measured against its limits."""
    for name, limit in (("demo", DEMO_WALL), ("run", RUN_WALL)):
        wall, processor = made[name, "second"].wall, made[name, "second"].processor
        yield [f"`{name}`, s", f"{wall:.0f}, of the processor {processor:.0f}", f"{limit:.0f}", verdict(wall <= limit)]
    for (name, when), each in made.items():
        part, share = each.largest
        if when == "second" and part:
            yield [
                f"`{name}`, largest part but the model",
                f"{part}: {share:.0%}",
                f"{PART:.0%}",
                verdict(share <= PART),
            ]


def verdict(kept: bool) -> str:
    return "pass" if kept else "miss"


def rows_of_parts(made: dict[tuple[str, str], Timed]) -> Iterator[list[str]]:
    """Lay out seconds of the processor and shares, the largest part of the demo first."""
    whole = [each for each in made.values() if each.parts]
    names = {part for each in whole for part in each.parts}
    for part in sorted(names, key=lambda name: -made["demo", "second"].parts.get(name, 0.0)):
        took = [(each.parts.get(part, 0.0), each.processor) for each in whole]
        yield [part, *(f"{seconds:.1f} ({seconds / of:.0%})" for seconds, of in took)]


def page(made: dict[tuple[str, str], Timed], kept: dict[str, float], load: float) -> Iterable[str]:
    yield from ("# First use, timed", "")
    yield f"*Made by `uv run python benchmarks/first_use.py --write docs/first_use.md` on {date.today()}.*"
    yield from ("", f"{os.cpu_count()} processors; load average {load:.1f} at the start. "
                "Seconds of the processor are of all threads together, and grow where other work shares the processors. Those of the clock "
                "say little unless the load is near 0.", "")  # fmt: skip
    header = ["command", "time", "wall, s", "processor, s", "memory, MB"]
    yield from markdown(header, ([f"`{name}`", when, f"{each.wall:.1f}", f"{each.processor:.1f}", f"{each.memory:.0f}" if each.memory else ""]
                                 for (name, when), each in made.items()))  # fmt: skip
    yield from ("", "`run` is on tables of the embedded example, 42 ICSs in one year, with `--engine laplace`; the demo "
                "has two years. *First* is with no compiled code kept, neither Python's nor Numba's. "
                f"Kept after it: {kept['NUMBA_CACHE_DIR']:.1f} MB by Numba, beside the package or, where that folder "
                f"cannot be written, in the user's cache; {kept['PYTHONPYCACHEPREFIX']:.0f} MB by Python, of all libraries.", "")  # fmt: skip
    yield from ("## Limits", "", *markdown(["what", "measured", "limit", ""], limits(made)), "")
    yield from ("## Where the time goes", "", "Seconds of the processor, and shares.", "")
    whole = [f"`{name}`, {when}" for (name, when), each in made.items() if each.parts]
    yield from markdown(["part", *whole], rows_of_parts(made))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--profile", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.profile:
        profile(Path(args.profile[0]), args.profile[1:])
        return
    load = os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        text = "\n".join(page(*measure(Path(folder)), load)) + "\n"
    print(text)
    if args.write:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
