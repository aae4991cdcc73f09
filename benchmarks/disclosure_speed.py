"""How long disclosure control takes, how much it hides, and whether any hidden count is left narrow.

    uv run python benchmarks/disclosure_speed.py --tables 2000 --brute 40 --write docs/disclosure_measured.md

Three parts: whole releases of 42 ICSs x 5 groups x 8 procedures with every total; random three-way tables of two to four
labels a way, each attacked anew when it is protected; and small tables for which every set of further cells was tried.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from page import markdown

from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules, disclosure_rules
from equitymodel.report.disclosure.protect import protect
from equitymodel.report.disclosure.readers import first_hidden, views
from equitymodel.report.disclosure.release_cells import ReleaseCells, release_cells
from equitymodel.report.disclosure.suppress import suppress

SHAPE = (42, 5, 8)
MEANS = (20.0, 5.0)
RULES = ("hes", "opensafely", "acro")


def random_table(shape: tuple[int, ...], mean: float, seed: int) -> CountTable:
    """Draw a table of counts that vary log-normally (0.8) around a mean."""
    names = [f"way {at + 1}" for at in range(len(shape))]
    index = pd.MultiIndex.from_product([range(size) for size in shape], names=names)
    rng = np.random.default_rng(seed)
    counts = rng.poisson(mean * rng.lognormal(0, 0.8, len(index)))
    return CountTable("t", index.to_frame(index=False).assign(admissions=counts), tuple(names), margins="all")


def narrow(cells: ReleaseCells, hidden, rules: DisclosureRules) -> int:
    """Count the hidden cells that any reader can narrow too far."""
    found = [(view, view.attack(rules)) for view in views(cells, hidden, rules)]
    return sum(int((~view.safe(reach, rules)).sum()) for view, reach in found)


def whole_releases(means: list[float], names: list[str]) -> Iterator[list[object]]:
    """Protect releases of full size."""
    for mean in means:
        for name in names:
            table = random_table(SHAPE, mean, seed=1)
            wall, processor = time.monotonic(), time.process_time()
            release = protect([table], name)
            hidden = release.log["hidden_as"].value_counts()
            yield [name, f"{mean:g}", len(release.tables["t"]), int(hidden.get("small", 0)), int(hidden.get("further", 0)),
                   "yes" if release.safe else "NO", f"{time.process_time() - processor:.1f}", f"{time.monotonic() - wall:.1f}"]  # fmt: skip
            print(name, mean, "done", flush=True)


def random_tables(number: int, names: list[str]) -> Iterator[list[object]]:
    """Protect many small three-way tables, and attack each anew."""
    for name in names:
        rules, left, small, further = disclosure_rules(name), 0, 0, 0
        for seed in range(number):
            rng = np.random.default_rng(seed)
            cells = release_cells([random_table(tuple(rng.integers(2, 5, 3)), rng.choice([6.0, 12.0, 30.0]), seed)], {})
            hidden = suppress(cells, rules)
            left += narrow(cells, hidden, rules)
            small, further = small + int(hidden.small.sum()), further + int(hidden.further.sum())
        yield [name, number, small, further, left]
        print(name, number, "tables", left, "narrow", flush=True)


def fewest(cells: ReleaseCells, rules: DisclosureRules, most: int) -> int | None:
    """Try every set of further cells, the smallest first."""
    first = first_hidden(cells, rules)
    free = np.flatnonzero(~first.either & (cells.counts > rules.last))
    for size in range(most + 1):
        for chosen in combinations(free, size):
            if not narrow(cells, replace(first, further=np.isin(np.arange(len(cells.keys)), chosen)), rules):
                return size
    return None


def brute_force(number: int, names: list[str]) -> Iterator[list[object]]:
    """Compare with the fewest further cells that do, where these are at most three."""
    for name in names:
        rules, ours, best, above = disclosure_rules(name), 0, 0, 0
        tried = 0
        for seed in range(number):
            rng = np.random.default_rng(seed)
            cells = release_cells([random_table(tuple(rng.integers(2, 4, 2)), 20.0, seed)], {})
            least = fewest(cells, rules, 3)
            if least is None:
                continue
            own = int(suppress(cells, rules).further.sum())
            tried, ours, best, above = tried + 1, ours + own, best + least, above + (own > 1.5 * least)
        yield [name, tried, best, ours, above]
        print(name, "brute force", tried, best, ours, above, flush=True)


def page(args: argparse.Namespace) -> str:
    """Lay the three parts out."""
    means, names = [float(mean) for mean in args.means.split(",")], args.rules.split(",")
    lines = [
        "# Disclosure control, measured",
        "",
        f"*Made by `uv run python benchmarks/disclosure_speed.py --tables {args.tables} --brute {args.brute} "
        f"--means {args.means} --rules {args.rules} --write docs/disclosure_measured.md` on {date.today()}.*",
        "",
        "## Releases of 42 ICSs x 5 groups x 8 procedures with every total",
        "",
        "Counts vary log-normally (0.8) around the mean. `safe`: no hidden count can be narrowed below the rules. Times "
        "include the audit; wall times are of a machine that did other work, too.",
        "",
        *markdown(["rules", "mean count", "cells", "small", "further", "safe", "processor, s", "wall, s"],
                  whole_releases(means, names)),
        "",
        "## Random three-way tables",
        "",
        "Two to four labels a way, mean counts 6, 12 or 30, every total published; each attacked anew once protected.",
        "",
        *markdown(["rules", "tables", "small", "further", "hidden cells left narrow"], random_tables(args.tables, names)),
        "",
        "## Against the fewest cells that do",
        "",
        "Two-way tables of two or three labels a way, mean 20; every set of up to three further cells was tried.",
        "",
        *markdown(["rules", "tables", "fewest further", "ours", "tables with more than 1.5 times the fewest"],
                  brute_force(args.brute, names)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--brute", type=int, default=40)
    parser.add_argument("--means", default=",".join(f"{mean:g}" for mean in MEANS))
    parser.add_argument("--rules", default=",".join(RULES))
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    text = page(args)
    print(text)
    if args.write:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
