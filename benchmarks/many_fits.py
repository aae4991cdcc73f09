"""Many small fits at once: how much faster with two workers than with one, and the same bytes after being killed.

    uv run python benchmarks/many_fits.py --write docs/many_fits_measured.md
    uv run python benchmarks/many_fits.py --fits 40 --rounds 1 --kills 5

Speed: rounds in which one worker and two take turns. Kills: a run of the same fits, kept in a folder, is killed at
random moments, the whole of it or the process that began it alone, and begun again; whenever it comes to its end, each
file is held against that of a run that was let be.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from page import markdown

import equitymodel as em
from equitymodel.inference.jobs import Job, cells_job, run_fits
from equitymodel.studies.multiverse import fit_gaps

SMALL = em.Laplace(draws=250, cores=1)


def jobs(fits: int) -> list[Job]:
    """Make small fits, each to its own counts: three in four give the fit, the fourth a table of gaps."""
    made = []
    for number in range(fits):
        cells, _ = em.simulate_cells(areas=8, procedures=2, seed=number)
        options = {"laplace": SMALL, "seed": number}
        table = number % 4 == 3
        options |= {"call": fit_gaps, "references": ("national",)} if table else {"engine": "laplace"}
        made.append(cells_job(f"fit {number}", "gap_by_procedure", cells, **options))
    return made


def seconds(fits: int, workers: int) -> float:
    """Take the time of all fits with so many workers, from nothing to the results."""
    made = jobs(fits)
    started = time.perf_counter()
    run_fits(made, executor="processes", workers=workers)
    return time.perf_counter() - started


def speed(fits: int, rounds: int) -> list[tuple[float, float, float]]:
    """Take turns with one worker and with two; seconds of each, and the load of the machine before."""
    measured = []
    for number in range(rounds):
        load = os.getloadavg()[0]
        order = (1, 2) if number % 2 == 0 else (2, 1)
        taken = {workers: seconds(fits, workers) for workers in order}
        measured.append((taken[1], taken[2], load))
        print(
            f"one worker {taken[1]:.1f} s, two {taken[2]:.1f} s, {taken[1] / taken[2]:.2f} times, load {load:.1f}",
            flush=True,
        )
    return measured


def contents(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def begin(fits: int, folder: Path) -> subprocess.Popen[bytes]:
    """Begin a run in a session of its own."""
    command = [sys.executable, __file__, "--fits", str(fits), "--keep", str(folder)]
    return subprocess.Popen(command, start_new_session=True)


def kill(run: subprocess.Popen[bytes], whole: bool) -> None:
    """Kill a whole run, or the process that began it alone, whose workers are to end by themselves."""
    with suppress(ProcessLookupError):
        if whole:
            os.killpg(run.pid, signal.SIGKILL)
        else:
            os.kill(run.pid, signal.SIGKILL)
    run.wait()


def killed(fits: int, kills: int, seed: int) -> dict[str, object]:
    """Kill a run at random so many times; say how often it came to its end, and whether bytes were always the same."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as base:
        calm, folder = Path(base) / "calm", Path(base) / "killed"
        started = time.perf_counter()
        assert begin(fits, calm).wait() == 0
        whole_run = time.perf_counter() - started
        truth, done, ends, same, kept = contents(calm), 0, 0, True, []
        while done < kills or ends == 0:
            run = begin(fits, folder)
            try:
                if done >= kills:
                    run.wait()
                else:
                    run.wait(chance.uniform(0.1, 0.8) * whole_run)
            except subprocess.TimeoutExpired:
                kill(run, whole=chance.random() < 0.5)
                done += 1
                kept.append(len(list(folder.glob("*.job.json"))) if folder.exists() else 0)
                print(f"killed {done} times; {kept[-1]} of {fits} kept", flush=True)
                continue
            assert run.returncode == 0
            ends, same = ends + 1, same and contents(folder) == truth
            print(f"came to its end; the same bytes: {contents(folder) == truth}", flush=True)
            for path in folder.iterdir():
                path.unlink()
    return {"kills": done, "ends": ends, "same": same, "files": len(truth), "kept": kept, "seconds": whole_run}


def page(given: argparse.Namespace, measured: list[tuple[float, float, float]], found: dict[str, object]) -> str:
    """Write the page."""
    rows = [(f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}", f"{load:.1f}") for one, two, load in measured]
    ratio = float(np.median([one / two for one, two, _ in measured]))
    return "\n".join([
        "# Many fits at once, measured", "",
        f"*Made by `uv run python benchmarks/many_fits.py --fits {given.fits} --rounds {given.rounds} --kills {given.kills} "
        f"--write {given.write}` on {datetime.now(UTC):%Y-%m-%d}; {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}.*", "",
        f"{given.fits} fits of `gap_by_procedure` to 8 ICSs x 5 groups x 2 procedures by the fast engine, from nothing to "
        "the results, the start of processes included. *Load* is that of the machine just before: other work ran on it.", "",
        *markdown(("one worker, seconds", "two workers, seconds", "times faster", "load"), rows), "",
        f"Two workers are {ratio:.2f} times as fast as one (median of rounds).", "",
        f"Killed {found['kills']} times at random, the whole run or the process that began it alone, it came to its end "
        f"{found['ends']} times, each time with {'the same bytes' if found['same'] else 'OTHER BYTES'} in all "
        f"{found['files']} files as a run that was let be.", "",
    ])  # fmt: skip


def main() -> None:
    """Measure, and write the page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--fits", type=int, default=200)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--kill-fits", type=int, default=60, help="fits of the run that is killed")
    options.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    options.add_argument("--keep", type=Path, help="only run the fits, and keep them in this folder")
    options.add_argument("--write", type=Path, help="page to write")
    given = options.parse_args()
    if given.keep:
        run_fits(jobs(given.fits), executor="processes", workers=2, keep=given.keep)
        return
    measured = speed(given.fits, given.rounds)
    text = page(given, measured, killed(given.kill_fits, given.kills, given.seed))
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
