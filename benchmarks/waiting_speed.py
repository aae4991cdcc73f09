"""Rules of waiting lists at the size of England: how long they take, and how much memory.

uv run python benchmarks/waiting_speed.py [ICSS] [DRAWS] [ENGINE]    (42, 1,000 and heads by default; or cells)

42 ICSs x 20 specialties x 5 groups x 104 weeks x 1,000 draws x 6 rules; waits of 104 weeks or more are kept together.
The limits are 60 s and 4 GB. The list is made up, of the shape of a published one. Compiling comes before the clock is
started, as it is done once on a computer. ENGINE cells runs all cells week by week, in single precision.
"""

from __future__ import annotations

import os
import resource
import sys
import time

import numpy as np
import xarray as xr

from equitymodel.inference.queue_heads import follow_heads
from equitymodel.waiting.compare_rules import compare_rules
from equitymodel.waiting.list_changes import combined, more_slots, reserve
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_rules import accumulating, first_come, longest_first

ICSS, SPECIALTIES, GROUPS, WEEKS, DRAWS, LONGEST = 42, 20, 5, 104, 1000, 104
SECONDS, GIGABYTES = 60, 4
RULES = (
    first_come(),
    longest_first(52),
    accumulating({"1": 1.5, "2": 1.2}),
    combined(first_come("order"), reserve({"1": 0.25}), name="A quarter of slots kept"),
    combined(first_come("order"), more_slots(0.05), name="5 % more slots"),
    combined(accumulating({"1": 1.2}), more_slots(0.05), name="Both"),
)


def lists(icss: int, draws: int) -> xr.Dataset:
    """Make lists that fall by 4 % a week of waiting, with as many slots as additions less those who leave."""
    rng = np.random.default_rng(1)
    coords = {"ics": [f"area {n:02d}" for n in range(icss)], "deprivation": [str(n + 1) for n in range(GROUPS)],
              "procedure": [f"specialty {n:02d}" for n in range(SPECIALTIES)]}  # fmt: skip
    shape = tuple(len(labels) for labels in coords.values())
    size = rng.uniform(10, 60, shape)
    waiting = size[..., None] * 0.96 ** np.arange(LONGEST + 1)
    added = xr.DataArray(size, coords, tuple(coords)) * xr.DataArray(rng.normal(1, 0.03, draws), dims="draw")
    slots = added.sum("deprivation") * 0.85 * xr.DataArray(rng.normal(1, 0.02, draws), dims="draw")
    removal = xr.DataArray(rng.uniform(0.004, 0.012, draws), dims="draw")
    people = xr.DataArray(waiting, coords, (*coords, "weeks_waited"))
    return list_flows(people.transpose("ics", "procedure", "deprivation", ...), added, slots, removal=removal)


def main(icss: int, draws: int, by: str) -> None:
    """Run all rules, and say how long it took."""
    flows, engine = lists(icss, draws), follow_heads if by == "heads" else None
    compare_rules(lists(1, 2), RULES, weeks=2, engine=engine)
    start, used = time.perf_counter(), time.process_time()
    found = compare_rules(flows, RULES, weeks=WEEKS, longest=LONGEST, precision="single", engine=engine)
    took, used = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{icss} ICSs x {SPECIALTIES} specialties x {GROUPS} groups x {WEEKS} weeks x {draws:,} draws x "
          f"{len(RULES)} rules by {by}: {took:.0f} s ({used:.0f} s of cores, {used / took:.1f} of them; load "
          f"{os.getloadavg()[0]:.1f}), {memory:.2f} GB; limits {SECONDS} s, {GIGABYTES} GB; {len(found.table):,} rows")  # fmt: skip


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*(numbers + [ICSS, DRAWS][len(numbers) :]), by=(sys.argv[3:] or ["heads"])[0])
