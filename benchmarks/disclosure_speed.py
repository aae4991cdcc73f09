"""How long disclosure control takes, how much it hides, and whether any hidden count is left narrow.

    uv run python benchmarks/disclosure_speed.py --tables 2000 --brute 40 --write docs/disclosure_measured.md

Four parts: whole releases of 42 ICSs x 5 groups x 8 procedures with every total; random three-way tables of two to four
labels a way, each attacked anew when it is protected; small tables for which every set of further cells was tried; and
the worked examples that have a known answer. What is done is kept in a file (``--keep``), so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from page import markdown

from equitymodel.report.disclosure.attack import attack
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import DisclosureRules, disclosure_rules
from equitymodel.report.disclosure.protect import protect
from equitymodel.report.disclosure.readers import Hidden, first_hidden, views, what_is_known
from equitymodel.report.disclosure.release_cells import ReleaseCells, release_cells, said
from equitymodel.report.disclosure.suppress import suppress

SHAPE = (42, 5, 8)
MEANS = (20.0, 5.0)
RULES = ("hes", "opensafely", "acro")
LINKED = pd.DataFrame({
    "area": list("ABIJKLMN"), "county": [1, 1, 1, 1, 2, 2, 2, 2], "n": [2, 2, 8, 8, 3, 3, 3, 7],
    "big": ["no", "no", "no", "no", "no", "yes", "yes", "no"],
})  # fmt: skip
"""Counties and a group that lies across them (sdcTable, question 136): each table alone hides 3 or less, both do not."""
SHOWN = ([12, 22, 1], [12, 22, 6], [12, 6], [8, 2])
"""Counts of one table, of which HES shows {10, 20, *; 35}, {10, 20, *; 40}, {10, *; 20} and {10, *; 10}."""


class Kept:
    """Answers that were worked out before, in a file of one line each."""

    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        self.known: dict[str, list[object]] = dict(json.loads(line) for line in lines)

    def __call__(self, key: str, work: Callable[[], list[object]]) -> list[object]:
        """Give an answer that is kept, or work it out and keep it."""
        if key not in self.known:
            self.known[key] = work()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self.known[key]]) + "\n")
        return self.known[key]


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


def whole_releases(means: list[float], names: list[str], kept: Kept) -> Iterator[list[object]]:
    """Protect releases of full size."""
    for mean in means:
        for name in names:
            yield kept(f"whole {name} {mean:g}", partial(whole_release, mean, name))
            print(name, mean, "done", flush=True)


def whole_release(mean: float, name: str) -> list[object]:
    """Protect one release of full size."""
    table = random_table(SHAPE, mean, seed=1)
    wall, processor = time.monotonic(), time.process_time()
    release = protect([table], name)
    took = (f"{time.process_time() - processor:.1f}", f"{time.monotonic() - wall:.1f}")
    hidden = release.log["hidden_as"].value_counts()
    cells = [len(release.tables["t"]), int(hidden.get("small", 0)), int(hidden.get("further", 0))]
    return [name, f"{mean:g}", *cells, "yes" if release.safe else "NO", *took]


def of_each(numbers: str, names: list[str]) -> list[tuple[str, int]]:
    """Give how many tables of each rules: one number for all, or one for each."""
    given = [int(number) for number in numbers.split(",")]
    return list(zip(names, given if len(given) > 1 else given * len(names), strict=True))


def random_tables(asked: list[tuple[str, int]], kept: Kept) -> Iterator[list[object]]:
    """Protect many small three-way tables, and attack each anew."""
    for name, number in asked:
        found = [kept(f"random {name} {seed}", partial(random_three_way, name, seed)) for seed in range(number)]
        yield [name, number, *np.array(found, dtype=int).sum(axis=0).tolist()]
        print(name, number, "tables done", flush=True)


def random_three_way(name: str, seed: int) -> list[object]:
    """Protect one table; count what is small, what was hidden further, and what is narrow all the same."""
    rules, rng = disclosure_rules(name), np.random.default_rng(seed)
    cells = release_cells([random_table(tuple(rng.integers(2, 5, 3)), rng.choice([6.0, 12.0, 30.0]), seed)], {})
    hidden = suppress(cells, rules)
    return [int(hidden.small.sum()), int(hidden.further.sum()), narrow(cells, hidden, rules)]


def any_narrow(cells: ReleaseCells, hidden: Hidden, rules: DisclosureRules) -> bool:
    """Say whether any reader can narrow a hidden cell too far; looks no further than the first."""
    for view in views(cells, hidden, rules):
        barred = np.ones(view.sums.shape[0], dtype=bool)
        if not view.safe(view.attack(rules, barred=barred), rules).all():
            return True
    return False


def fewest(cells: ReleaseCells, rules: DisclosureRules, most: int) -> int | None:
    """Try every set of further cells, the smallest first."""
    first = first_hidden(cells, rules)
    free = np.flatnonzero(~first.either & (cells.counts > rules.last))
    for size in range(most + 1):
        for chosen in combinations(free, size):
            if not any_narrow(cells, replace(first, further=np.isin(np.arange(len(cells.keys)), chosen)), rules):
                return size
    return None


def brute_force(asked: list[tuple[str, int]], kept: Kept) -> Iterator[list[object]]:
    """Compare with the fewest further cells that do, where these are at most three."""
    for name, number in asked:
        found = [kept(f"brute {name} {seed}", partial(against_fewest, name, seed)) for seed in range(number)]
        tried = np.array([row for row in found if row], dtype=int).reshape(-1, 2)
        best, ours = tried.T
        yield [name, len(tried), int(best.sum()), int(ours.sum()), int((ours > 1.5 * best).sum())]
        print(name, "brute force done", flush=True)


def against_fewest(name: str, seed: int) -> list[object]:
    """Give the fewest further cells that do and ours; nothing where these are more than three."""
    rules, rng = disclosure_rules(name), np.random.default_rng(seed)
    cells = release_cells([random_table(tuple(rng.integers(2, 4, 2)), 20.0, seed)], {})
    least = fewest(cells, rules, 3)
    return [] if least is None else [least, int(suppress(cells, rules).further.sum())]


def worked_examples() -> Iterator[list[object]]:
    """Work out examples that have a known answer."""
    hes = disclosure_rules("hes")
    for counts in SHOWN:
        shown = [int(value) for value in hes.rounded(np.array([*counts[:-1], sum(counts)]))]
        known = f"{{{', '.join(map(str, shown[:-1]))}, *; {shown[-1]}}}"
        yield [f"HES shows {known}", "what * may be", "{:.0f} to {:.0f}".format(*of_last(counts, hes))]
    yield from linked_tables()
    yield from refreshed()


def of_last(counts: list[int], rules: DisclosureRules) -> tuple[float, float]:
    """Give what the last of some counts may be where only the rule of small numbers is followed."""
    frame = pd.DataFrame({"ics": [f"ICS {at}" for at in range(len(counts))], "admissions": counts})
    cells = release_cells([CountTable("t", frame, ("ics",), margins="all")], {})
    view = views(cells, first_hidden(cells, rules), rules)[0]
    reach = attack(view.known, view.sums)
    return float(reach.low[0]), float(reach.high[0])


def linked_tables() -> Iterator[list[object]]:
    """Attack two linked tables before and after further cells are hidden."""
    rules = replace(disclosure_rules("acro"), hides=(0, 3), alone=False)
    table = CountTable("t", LINKED, ("area", "county", "big"), "n", margins=(("county",), ("big",), ()))
    cells = release_cells([table], {})
    small = np.flatnonzero(cells.counts <= rules.last)
    plain = attack(what_is_known(cells, Hidden(np.zeros(len(cells.keys), dtype=bool), cells.counts <= 3), rules),
                   cells.matrix[small])  # fmt: skip
    exact = [said(cells.keys[place][1]) for place in small[plain.low == plain.high]]
    yield ["linked tables, 3 or less hidden", "cells worked out exactly", "; ".join(exact)]
    after = narrow(cells, suppress(cells, rules), rules)
    yield ["the same, protected", "hidden cells left narrow", after]


def refreshed() -> Iterator[list[object]]:
    """Release a table, and again with one more person."""
    frame = pd.DataFrame({"ics": ["A", "B", "C"], "admissions": [20, 30, 40]})
    before = protect([CountTable("t", frame, ("ics",), margins="all")], "acro").tables
    later = [CountTable("t", frame.assign(admissions=[20, 31, 40]), ("ics",), margins="all")]
    unguarded = protect(later, replace(disclosure_rules("acro"), secondary=False), before=before)
    caught = unguarded.audit[~unguarded.audit["safe"]]
    yield ["a refresh with one more person, unprotected", "what is caught",
           "; ".join(f"{row.cell}: {row.min:.0f}" for row in caught.itertuples())]  # fmt: skip
    release = protect(later, "acro", before=before)
    yield ["the same, protected", "shown", ", ".join(release.tables["t"]["admissions_shown"])]


def page(args: argparse.Namespace) -> str:
    """Lay the three parts out."""
    means, names, kept = [float(mean) for mean in args.means.split(",")], args.rules.split(","), Kept(args.keep)
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
                  whole_releases(means, names, kept)),
        "",
        "## Random three-way tables",
        "",
        "Two to four labels a way, mean counts 6, 12 or 30, every total published; each attacked anew once protected.",
        "",
        *markdown(["rules", "tables", "small", "further", "hidden cells left narrow"],
                  random_tables(of_each(args.tables, names), kept)),
        "",
        "## Against the fewest cells that do",
        "",
        "Two-way tables of two or three labels a way, mean 20; every set of up to three further cells was tried.",
        "",
        *markdown(["rules", "tables", "fewest further", "ours", "tables with more than 1.5 times the fewest"],
                  brute_force(of_each(args.brute, names), kept)),
        "",
        "## Examples with a known answer",
        "",
        "Of `{10, 20, *; 35}` to `{10, *; 10}` by hand: 1 to 7, 4 to 7, 6 to 7 and 1 to 4. Of the linked tables (question "
        "136 of sdcTable): K, which is 3.",
        "",
        *markdown(["example", "asked", "found"], worked_examples()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", default="2000", help="of all rules, or of each: 2000,100,100")
    parser.add_argument("--brute", default="40")
    parser.add_argument("--means", default=",".join(f"{mean:g}" for mean in MEANS))
    parser.add_argument("--rules", default=",".join(RULES))
    parser.add_argument("--keep", type=Path, default=Path("results/disclosure_speed.jsonl"))
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    text = page(args)
    print(text)
    if args.write:
        args.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
