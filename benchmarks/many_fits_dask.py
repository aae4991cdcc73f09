"""Fits on a local Dask cluster: one worker, two, two of which one is ended on the way, and processes; bytes compared.

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


def on_cluster(work: list[Job], workers: int, keep: Path, *, end_one: bool = False) -> float:
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
        before = time.perf_counter()
        run_fits(work, executor=client, keep=keep)
        done.set()
        return time.perf_counter() - before


def main() -> None:
    number, areas = (int(given) for given in (*sys.argv[1:], *("200", "20")[len(sys.argv) - 1 :]))
    work = jobs(number, areas)
    with tempfile.TemporaryDirectory() as folder:
        one = on_cluster(work, 1, Path(folder) / "one")
        print(f"one worker: {one:.1f} s, {hash_of(Path(folder) / 'one')}", flush=True)
        two = on_cluster(work, 2, Path(folder) / "two")
        print(f"two workers: {two:.1f} s, {one / two:.2f} times as fast, {hash_of(Path(folder) / 'two')}", flush=True)
        seconds = on_cluster(work, 2, Path(folder) / "ended", end_one=True)
        print(f"two workers, one ended: {seconds:.1f} s, {hash_of(Path(folder) / 'ended')}", flush=True)
        before = time.perf_counter()
        run_fits(work, executor="processes", workers=2, keep=Path(folder) / "processes")
        print(f"two processes: {time.perf_counter() - before:.1f} s, {hash_of(Path(folder) / 'processes')}", flush=True)


if __name__ == "__main__":
    main()
