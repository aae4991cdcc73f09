"""How long interrupted series take, beside CausalPy on one series.

    uv run python benchmarks/interruption_speed.py --write docs/interruption_speed.md

Each size runs in a process of its own, so that memory is its own too; compiling, which is done once on
a machine, is timed by itself. CausalPy runs in an environment
of its own, made for the purpose (see causalpy_peer.py); its seconds count fitting alone, as ours do.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from page import markdown

import equitymodel as em
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate import Change, Sizes, Usual

HERE = Path(__file__).resolve()
PERIODS, BEFORE, CHANGE, SEED = 60, 36, 0.1, 3
SIZES = {"one series": (1, 1, 1, 1000.0), "42 ICSs x 5 groups": (42, 5, 1, 100.0),
         "42 ICSs x 5 groups x 20 procedures": (42, 5, 20, 50.0)}  # fmt: skip
PEER = ["uv", "run", "--isolated", "--no-project", "--with", "causalpy>=0.9,<0.10", "--with", "numpy<2.3", "python",
        str(HERE.with_name("causalpy_peer.py"))]  # fmt: skip


def simulated(size: str) -> tuple[object, em.Interruption]:
    areas, groups, procedures, expected = SIZES[size]
    series, truth = em.simulate_series(Sizes(areas=areas, groups=groups, procedures=procedures, periods=PERIODS, before=BEFORE), change=Change(CHANGE), usual=Usual(expected), seed=SEED)  # fmt: skip
    return series, truth.plan


def first() -> float:
    """Give the seconds of a first small fit in this process, which compiles what is not yet kept."""
    series, truth = em.simulate_series(Sizes(groups=2, periods=30, before=20), seed=SEED)
    started = time.perf_counter()
    fit_interruption(series, truth.plan, seed=SEED, draws=50)
    return time.perf_counter() - started


def one(size: str) -> dict[str, float]:
    """Fit one size in this process: seconds, largest memory in GB, and the average log ratio."""
    compiled = first()
    series, plan = simulated(size)
    started = time.perf_counter()
    fit = fit_interruption(series, plan, seed=SEED)
    seconds = time.perf_counter() - started
    found = np.log(average_rate_ratio(fit.posterior, counted_periods(series, plan)).values.ravel())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lower, middle, upper = np.quantile(found, [0.025, 0.5, 0.975])
    return {"first": compiled, "seconds": seconds, "memory": memory, "lower": lower, "estimate": middle, "upper": upper}


def causalpy() -> dict[str, float]:
    """Fit the same single series with CausalPy: a linear regression of the log rate on trend and season."""
    series, _ = simulated("one series")
    years = series["elapsed"].values / 12
    waves = {
        f"{name}{k}": wave(2 * np.pi * k * years) for k in (1, 2) for name, wave in (("sin", np.sin), ("cos", np.cos))
    }
    rate = np.log(series["admissions"].values.ravel() / series["exposure"].values.ravel())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "series.csv"
        pd.DataFrame({"log_rate": rate, "years": years, **waves}).to_csv(file, index=False)
        return _json_of([*PEER, str(file), str(BEFORE)])


def fit_in_process(size: str, kept: str) -> dict[str, float]:
    """Fit one size in a process of its own, with compiled code kept in a folder."""
    return _json_of([sys.executable, str(HERE), "--size", size], os.environ | {"NUMBA_CACHE_DIR": kept})


def _json_of(call: list[str], environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Run a command, and read the last line that it prints."""
    done = subprocess.run(call, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.strip().splitlines()[-1])


def page(rows: dict[str, dict[str, float]], remark: str) -> str:
    shown = [[name, f"{row['seconds']:.1f}", f"{row['memory']:.1f}" if "memory" in row else "",
              *(f"{row[part]:+.3f}" for part in ("estimate", "lower", "upper"))] for name, row in rows.items()]  # fmt: skip
    compiling = rows["one series"]["first"]
    ratio = rows["CausalPy, one series"]["seconds"] / rows["one series"]["seconds"]
    return "\n".join([
        "# How long interrupted series take",
        "",
        f"Written by `benchmarks/interruption_speed.py` on {platform.machine()} with Python {platform.python_version()}. "
        f"{PERIODS} months each; the true log ratio is {CHANGE}.{' ' + remark if remark else ''}",
        "",
        *markdown(["", "seconds", "GB", "average log ratio", "lower", "upper"], shown),
        "",
        f"A first fit on a machine compiles for {compiling:.0f} seconds more. {os.cpu_count()} processors; very many series "
        "are fitted in batches side by side.",
        "",
        f"One series took CausalPy {ratio:,.0f} times as long. It is not the same model: CausalPy has no counts, no exposure",
        "no autocorrelated noise, and no effect on a gap; months are taken as independent, so that with such noise its",
        "interval is too narrow. Its seconds do not count the making of its environment.",
        "",
    ])  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=list(SIZES), help="fit this size alone and print figures")
    options.add_argument("--write", type=Path)
    options.add_argument("--remark", default="", help="a sentence on what else the machine did")
    given = options.parse_args()
    if given.size:
        print(json.dumps(one(given.size)))
        return
    with tempfile.TemporaryDirectory() as kept:
        rows = {size: fit_in_process(size, kept) for size in SIZES}
    text = page(rows | {"CausalPy, one series": causalpy()}, given.remark)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
