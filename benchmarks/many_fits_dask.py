"""Fits on a local Dask cluster: one worker, two, two of which one is ended on the way, and processes; bytes compared.

Processor seconds are of the client (with the scheduler, which runs in it) and of the workers: on a machine that other
work uses, wall clock says little, and two workers can be at most (client + workers) / (client + workers / 2) as fast
where what the client does is not at the same time, and there are processors enough.

uv run python benchmarks/many_fits_dask.py [FITS] [AREAS]    (200 fits of 20 areas by default)
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from distributed import Client, LocalCluster

import equitymodel as em
from equitymodel.inference.jobs.job import Job, cells_job
from equitymodel.inference.jobs.run_fits import run_fits


def jobs(number: int, areas: int) -> list[Job]:
    made = []
    for seed in range(number):
        cells, _ = em.simulate_cells(areas=areas, procedures=2, seed=seed)
        made.append(cells_job(f"world {seed:03d}", "gap_by_procedure", cells, engine="laplace", seed=seed))
    return made


def hash_of(folder: Path) -> str:
    """Hash what was kept, names and bytes."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def end_one_worker(client: Client, done: threading.Event) -> None:
    """End one worker once some fits are there."""
    time.sleep(5)
    if not done.is_set():
        pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)
        print(f"ended worker {pid}", flush=True)


@dataclass(frozen=True)
class Seconds:
    """What a run took: by the clock, and of processors in the client and in all workers."""

    clock: float
    client: float
    workers: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s; processor seconds: client {self.client:.1f}, workers {self.workers:.1f}"


def of_workers(client: Client) -> float:
    return sum(client.run(time.process_time).values())


def on_cluster(work: list[Job], workers: int, keep: Path, *, end_one: bool = False) -> Seconds:
    """Run all jobs on a cluster of so many workers that is warm, and give the seconds."""
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(workers)
        run_fits([Job(f"warm {n}", work[n].call, work[n].arguments) for n in range(2 * workers)], executor=client)
        done = threading.Event()
        if end_one:
            threading.Thread(target=end_one_worker, args=(client, done), daemon=True).start()
        before = time.perf_counter(), time.process_time(), of_workers(client)
        run_fits(work, executor=client, keep=keep)
        done.set()
        clock, own = time.perf_counter() - before[0], time.process_time() - before[1]
        return Seconds(clock, own, of_workers(client) - (0.0 if end_one else before[2]))


def main() -> None:
    number, areas = (int(given) for given in (*sys.argv[1:], *("200", "20")[len(sys.argv) - 1 :]))
    work = jobs(number, areas)
    with tempfile.TemporaryDirectory() as folder:
        one = on_cluster(work, 1, Path(folder) / "one")
        print(f"one worker: {one}, {hash_of(Path(folder) / 'one')}", flush=True)
        two = on_cluster(work, 2, Path(folder) / "two")
        times = one.clock / two.clock
        print(f"two workers: {two}, {times:.2f} times as fast, {hash_of(Path(folder) / 'two')}", flush=True)
        seconds = on_cluster(work, 2, Path(folder) / "ended", end_one=True)
        print(f"two workers, one ended: {seconds}, {hash_of(Path(folder) / 'ended')}", flush=True)
        before = time.perf_counter()
        run_fits(work, executor="processes", workers=2, keep=Path(folder) / "processes")
        print(f"two processes: {time.perf_counter() - before:.1f} s, {hash_of(Path(folder) / 'processes')}", flush=True)


if __name__ == "__main__":
    main()
