"""Reads tables and series changed at random, and keeps which seeds were tried, so that it goes on where it stopped.

uv run python -m tests.fuzz.run_fuzz --tables 10000 --series 2000
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.fuzz.one_change import one_series, one_table

KINDS = {"tables": one_table, "series": one_series}
BATCH = 50


def try_seed(one, seed, folder):
    """Give what is wrong with a seed; nothing where nothing is."""
    try:
        one(seed, folder)
    except Exception:
        return traceback.format_exc(limit=-3)[-3000:]
    return None


def batch(kind, start, folder):
    """Try some seeds in a row; say what was found."""
    began = time.process_time()
    tried = {seed: try_seed(KINDS[kind], seed, folder) for seed in range(start, start + BATCH)}
    wrong = {seed: what for seed, what in tried.items() if what}
    return {"kind": kind, "start": start, "tried": BATCH, "wrong": wrong, "seconds": time.process_time() - began}


def batches_of(kept):
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    return [json.loads(line) for line in lines]


def in_turn(wanted):
    """Give kinds and first seeds, so that at any time as large a share of each kind is tried."""
    starts = [(start / number, kind, start) for kind, number in wanted.items() for start in range(0, number, BATCH)]
    return [(kind, start) for _, kind, start in sorted(starts)]


def go_on(kept, wanted):
    """Try what is not yet tried, and keep each batch as it ends."""
    done = {(each["kind"], each["start"]) for each in batches_of(kept)}
    with tempfile.TemporaryDirectory() as folder, kept.open("a", encoding="utf-8") as lines:
        for kind, start in in_turn(wanted):
            if (kind, start) not in done:
                lines.write(json.dumps(batch(kind, start, Path(folder))) + "\n")
                lines.flush()


def say(found):
    """Say how many were tried, and each that is wrong."""
    for kind in KINDS:
        of_kind = [each for each in found if each["kind"] == kind]
        wrong = {seed: what for each in of_kind for seed, what in each["wrong"].items()}
        print(f"{sum(each['tried'] for each in of_kind):,} {kind} in {sum(each['seconds'] for each in of_kind):,.0f} s "
              f"of the processor, {len(wrong)} wrong")  # fmt: skip
        print(*(f"\n{kind} {seed}\n{what}" for seed, what in wrong.items()), sep="")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tables", type=int, default=10_000)
    options.add_argument("--series", type=int, default=2_000)
    options.add_argument("--kept", type=Path, default=Path("results/fuzz.jsonl"))
    asked = options.parse_args()
    asked.kept.parent.mkdir(parents=True, exist_ok=True)
    go_on(asked.kept, {"tables": asked.tables, "series": asked.series})
    found = batches_of(asked.kept)
    say(found)
    sys.exit(any(each["wrong"] for each in found))


if __name__ == "__main__":
    main()
