"""How often facts about cells and series are derived again: `uv run python benchmarks/derived_twice.py`.

Follows one series through `evaluate`, one set of cells through `fit_model`, and that fit through its report, by the
calls themselves (`sys.setprofile`). For each fact it prints how often it was asked for, how often it was computed, for
how many different arguments, and how often it was therefore computed again for an argument already answered. What is
served from a value that is kept is asked for and not computed. Ends with 1 if anything was computed again.

Two arguments are the same where everything the fact is derived from is the same: for cells and series their
attributes, labels, periods and mask (not the counts, which are no facts), for all else what they print as.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.data.series.calendar import Calendar
from equitymodel.report.results import make_results, write_results
from equitymodel.simulate import Sizes, simulate_series

OURS = str(Path(em.__file__).parent)


class Fact(NamedTuple):
    """A fact: the functions that are asked for it, and those whose body computes it."""

    name: str
    asked: tuple[str, ...]
    computed: tuple[str, ...]


FACTS = (
    Fact("facts of cells (groups, bands, findings, sources)", ("CellFacts.of",), ("_parse_cells",)),
    Fact("facts of a series (frequency, breaks, findings)", ("SeriesFacts.of",), ("_parse_series",)),
    Fact("text of attributes read", ("json.loads",), ("json.loads",)),
    Fact("frequency looked up", ("frequency_named",), ("frequency_named",)),
    Fact("interruption laid out, and what is counted", ("Interruption.design",), ("lay_out_design",)),
    Fact("shape over periods from one start", ("_one_start",), ("_one_start",)),
    Fact("period of the start", ("_first_period",), ("_first_period",)),
    Fact("exposed cells", ("exposed_cells",), ("exposed_cells",)),
    Fact("hash of an interruption", (), ("Interruption.sha256",)),
    Fact("hash of a model", (), ("Fingerprinted.sha256",)),
    Fact("ends of periods", ("ended_by", "period_days"), ("Calendar.ends",)),
    Fact("dates before the start", ("placebo_plans",), ("placebo_plans",)),
)
"""What is counted. A function that is not there is not called; names are those of `co_qualname`."""
WATCHED = {name for fact in FACTS for name in (*fact.asked, *fact.computed)}


def fingerprint(value: Any) -> str:
    """Say by content what an argument is, as far as facts are derived from it."""
    if isinstance(value, xr.Dataset):
        parts = [f"{key}={text}" for key, text in sorted(value.attrs.items())]
        parts += [f"{name}={coord.values.tolist()}" for name, coord in sorted(value.coords.items())]
        parts += [value["masked"].values.tobytes().hex()] if "masked" in value else []
        return sha256("|".join(parts).encode()).hexdigest()
    if isinstance(value, Calendar):
        return repr(value.known_by)
    return repr(value.tolist()) if isinstance(value, pd.DatetimeIndex | np.ndarray) else repr(value)


class Followed:
    """Counts the runs of functions that derive facts, by their arguments."""

    def __init__(self) -> None:
        self.runs: dict[str, Counter[str]] = defaultdict(Counter)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Take note of a call."""
        name = _watched(frame) if event == "call" else None
        if name is None:
            return
        sys.setprofile(None)
        code = frame.f_code
        given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.runs[name]["|".join(fingerprint(frame.f_locals[each]) for each in given)] += 1
        sys.setprofile(self)

    def follow(self, work: Callable[[], Any]) -> None:
        """Run some work, and count."""
        sys.setprofile(self)
        try:
            work()
        finally:
            sys.setprofile(None)

    def table(self) -> pd.DataFrame:
        """Lay out how often each fact was asked for, computed, for how many arguments, and again."""
        rows = [self._row(fact) for fact in FACTS]
        return pd.DataFrame([row for row in rows if row["computed"] or row["asked"]])

    def _row(self, fact: Fact) -> dict[str, Any]:
        computed = [self.runs[name] for name in fact.computed]
        runs, different = sum(found.total() for found in computed), sum(len(found) for found in computed)
        asked = sum(self.runs[name].total() for name in fact.asked)
        return {"fact": fact.name, "asked": asked or runs, "computed": runs, "different": different,
                "again": runs - different}  # fmt: skip


def _watched(frame: FrameType) -> str | None:
    """Name the function, if it is one that derives a fact, or reads text as one of ours asks it to."""
    code = frame.f_code
    if code.co_name == "loads" and code.co_filename.endswith("json/__init__.py"):
        caller = frame.f_back
        return "json.loads" if caller is not None and caller.f_code.co_filename.startswith(OURS) else None
    return code.co_qualname if code.co_qualname in WATCHED and code.co_filename.startswith(OURS) else None


def main() -> int:
    """Follow a series and cells, and print a table each."""
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    cells, _ = em.simulate_cells(areas=8, seed=1)
    fits: list[em.Fit] = []
    works: dict[str, Callable[[], Any]] = {
        "one series through evaluate": lambda: em.evaluate(series, truth.plan, seed=1),
        "cells through fit_model": lambda: fits.append(em.fit_model("need_adjusted", cells, engine="laplace", seed=1)),
        "a fit through its report": lambda: _report(fits[0]),
    }
    again = 0
    for name, work in works.items():
        followed = Followed()
        followed.follow(work)
        table = followed.table()
        again += int(table["again"].sum())
        print(f"\n{name}: asked {table['asked'].sum()}, computed {table['computed'].sum()}, "
              f"again {table['again'].sum()}\n{table.to_string(index=False)}")  # fmt: skip
    return int(again > 0)


def _report(fit: em.Fit) -> None:
    with TemporaryDirectory() as folder:
        write_results(make_results(fit, force=True), Path(folder) / "results")


if __name__ == "__main__":
    sys.exit(main())
