"""How much memory fits take, against what is estimated before they run: each fit in a process of its own.

    uv run python benchmarks/fit_memory.py                    # those of the page
    uv run python benchmarks/fit_memory.py cells:42x5x200x4000 series:42x5x20x400

A case is cells of ICSs x groups x procedures x draws, or 60 months of series of the same. The peak is that of the whole
process (its resident memory), less what it held before the fit, so that it is what the fit asked for. The constants of
`equitymodel/inference/jobs/memory.py` come from this command.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from page import markdown

import equitymodel as em
from equitymodel.inference.jobs import estimate_cells_memory, estimate_series_memory
from equitymodel.simulate import Sizes, Usual

CASES = (
    "cells:8x5x3x4000", "cells:42x5x20x400", "cells:42x5x20x4000", "cells:42x5x200x40", "series:1x5x1x4000", "series:42x5x1x950", "series:42x5x20x400",
)  # fmt: skip
PERIODS = 60
MODEL = Path(__file__).with_name("benchmark_model.toml")


def resident() -> int:
    """Give the memory that this process holds now, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def measure(case: str) -> dict[str, object]:
    """Fit once, in this process, and say how far its memory rose."""
    kind, sizes = case.split(":")
    areas, groups, procedures, draws = (int(part) for part in sizes.split("x"))
    fit_small(kind)
    if kind == "cells":
        cells, _ = em.simulate_cells(areas=areas, groups=groups, procedures=procedures, seed=1)
        estimated = estimate_cells_memory(cells, draws)
        settings = em.Laplace(draws=max(draws // 4, 1), enough_points=1.0)
        work = lambda: em.fit_model(MODEL, cells, engine="laplace", seed=1, laplace=settings)  # noqa: E731
    else:
        series, truth = em.simulate_series(
            Sizes(areas=areas, groups=groups, procedures=procedures, periods=PERIODS, before=36),
            usual=Usual(200),
            seed=1,
        )
        estimated = estimate_series_memory(series, draws)
        work = lambda: em.inference.fit_interruption(series, truth.plan, seed=1, draws=draws)  # noqa: E731
    before, started = resident(), time.monotonic()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rose, seconds = peak - before, time.monotonic() - started
    return {"case": case, "rose, MB": rose / 1e6, "estimated, MB": estimated / 1e6, "ratio": estimated / rose,
            "seconds": seconds}  # fmt: skip


def fit_small(kind: str) -> None:
    """Load what fits load, so that it counts to the process and not to the fit."""
    if kind == "cells":
        cells, _ = em.simulate_cells(areas=3, procedures=1, seed=1)
        em.fit_model("need_adjusted", cells, engine="laplace", seed=1, laplace=em.Laplace(draws=50))
    else:
        series, truth = em.simulate_series(Sizes(periods=40, before=30), seed=1)
        em.inference.fit_interruption(series, truth.plan, seed=1, draws=100)


def main() -> None:
    """Measure every case in a process of its own, and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cases", nargs="*", default=CASES)
    options.add_argument("--here", action="store_true", help="measure in this process, and print JSON")
    given = options.parse_args()
    if given.here:
        print(json.dumps(measure(given.cases[0])))
        return
    rows = []
    for case in given.cases:
        done = subprocess.run([sys.executable, __file__, case, "--here"], capture_output=True, text=True, check=False)
        row = (
            json.loads(done.stdout.splitlines()[-1])
            if done.returncode == 0
            else {"case": case, "failed": done.stderr[-300:]}
        )
        print(row, flush=True)
        rows.append(row)
    table = pd.DataFrame(rows)
    print("\n".join(markdown(table.columns, table.itertuples(index=False))))


if __name__ == "__main__":
    main()
