"""How long `check` takes on millions of rows of age and sex strata, and how much memory: 20 s and 2 GB are the limits.

uv run python benchmarks/check_size.py [ROWS]    (5,000,000 by default; the file goes to a temporary folder)
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.data.tables.areas import icb_residents

AGES = [f"{low}-{low + 4}" for low in range(0, 85, 5)] + ["85+"]
MONTHS = [f"{year}-{month:02d}" for year in range(2019, 2024) for month in range(1, 13)]
SECONDS, GIGABYTES = 20, 2


def strata() -> pd.MultiIndex:
    """Lay out ICS, deprivation, age and sex: 7,560 strata."""
    areas = icb_residents().index.to_list()
    return pd.MultiIndex.from_product([areas, range(1, 6), AGES, ["F", "M"]],
                                      names=["ics", "deprivation", "age_band", "sex"])  # fmt: skip


def write_tables(folder: Path, rows: int) -> tuple[Path, Path, int]:
    """Write admissions by month and procedure within strata, and the person-years of each month."""
    rng, cells = np.random.default_rng(1), strata().to_frame(index=False)
    residents = icb_residents().filter(like="quintile_").to_numpy().repeat(len(AGES) * 2)
    people = residents * rng.uniform(0.6, 1.4, len(cells)) / (len(AGES) * 2 * 12)
    procedures = max(1, round(rows / (len(cells) * len(MONTHS))))
    paths = folder / "admissions.csv", folder / "population.csv"
    written = 0
    for number, month in enumerate(MONTHS):
        head, mode = number == 0, "w" if number == 0 else "a"
        cells.assign(period=month, population=people.round(2)).to_csv(paths[1], index=False, mode=mode, header=head)
        for procedure in range(procedures):
            counts = rng.poisson(people * 0.05)
            part = cells.assign(procedure=f"procedure {procedure + 1}", period=month, admissions=counts)
            part.to_csv(paths[0], index=False, mode=mode, header=head and procedure == 0)
            written, mode = written + len(part), "a"
    return *paths, written


def main() -> None:
    """Write the tables, check them in a process of its own, and say what it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        admissions, population, written = write_tables(Path(folder), rows)
        size = admissions.stat().st_size / 1e6
        command = ["equitymodel", "check", "--admissions", str(admissions), "--population", str(population),
                   "--deprivation-index", "IMD 2019"]  # fmt: skip
        before = time.perf_counter()
        code = subprocess.run(command, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, check=False).returncode
        took = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory, processor = used.ru_maxrss / 1e6, used.ru_utime + used.ru_stime
    print(f"{written:,} rows, {size:.0f} MB: {took:.1f} s ({processor:.1f} s of processor), {memory:.2f} GB, "
          f"exit code {code}")  # fmt: skip
    sys.exit(code or int(took > SECONDS or memory > GIGABYTES))


if __name__ == "__main__":
    main()
