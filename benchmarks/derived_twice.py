"""How often facts about cells and series are derived again: `uv run python benchmarks/derived_twice.py`.

Follows one series through `evaluate`, one set of cells through `fit_model`, and that fit through its report, by the
calls themselves (`sys.setprofile`). For each function that derives a fact (what the groups are, how long periods are,
how an interruption is laid out, what JSON says) it prints how often the body ran, for how many different arguments,
and how often it therefore ran again for an argument it had already answered. What is served from a cache does not run
its body and is not counted.

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
from typing import Any

import pandas as pd
import xarray as xr

import equitymodel as em
from equitymodel.report.results import make_results, write_results
from equitymodel.simulate import Sizes, simulate_series

OURS = str(Path(em.__file__).parent)
FACTS = {
    "group_of", "series_frequency", "frequency_named", "stored_findings", "_parse_cells", "_parse_series",
    "design", "_lay_out_design", "_one_start", "_first_period", "exposed_cells", "counted_periods", "earlier_periods",
    "ended_by", "period_days", "placebo_plans", "sha256",
}  # fmt: skip
"""Functions of the package that derive a fact; those that a version of it does not have are not called."""
GIVES_ONE_OUT = {"_parse_cells": "of a CellFacts", "_parse_series": "of a SeriesFacts"}


def fingerprint(value: Any) -> str:
    """Say by content what an argument is, as far as facts are derived from it."""
    if isinstance(value, xr.Dataset):
        parts = [f"{key}={text}" for key, text in sorted(value.attrs.items())]
        parts += [f"{name}={coord.values.tolist()}" for name, coord in sorted(value.coords.items())]
        parts += [value["masked"].values.tobytes().hex()] if "masked" in value else []
        return sha256("|".join(parts).encode()).hexdigest()
    if isinstance(value, pd.DatetimeIndex):
        return sha256(value.to_numpy().tobytes()).hexdigest()
    return repr(value)


class Followed:
    """Counts the runs of functions that derive facts, by their arguments."""

    def __init__(self) -> None:
        self.runs: dict[str, Counter[str]] = defaultdict(Counter)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Take note of a call."""
        code = frame.f_code
        if event != "call":
            return
        ours = code.co_name in FACTS and code.co_filename.startswith(OURS)
        parsed = code.co_name == "loads" and code.co_filename.endswith("json/__init__.py")
        if not (ours or parsed):
            return
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        sys.setprofile(None)
        key = "|".join(fingerprint(frame.f_locals[name]) for name in names)
        sys.setprofile(self)
        self.runs["json.loads" if parsed else code.co_qualname][key] += 1

    def follow(self, work: Callable[[], Any]) -> Any:
        """Run some work, and count."""
        sys.setprofile(self)
        try:
            return work()
        finally:
            sys.setprofile(None)

    def table(self) -> pd.DataFrame:
        """Lay out runs, different arguments, and runs that gave what was known."""
        rows = [
            {"derives": name, "runs": found.total(), "different": len(found), "again": found.total() - len(found)}
            for name, found in sorted(self.runs.items())
        ]
        table = pd.DataFrame(rows, columns=["derives", "runs", "different", "again"])
        whole = pd.DataFrame([{"derives": "in all", **table.drop(columns="derives").sum()}])
        return pd.concat([table, whole], ignore_index=True)


def main() -> None:
    """Follow a series and cells, and print a table each."""
    series, truth = simulate_series(Sizes(periods=60, before=36), seed=1)
    cells, _ = em.simulate_cells(areas=8, seed=1)
    spec = em.load_model("need_adjusted")
    kept: dict[str, Any] = {}

    def fit() -> None:
        kept["fit"] = em.fit_model(spec, cells, engine="laplace", seed=1)

    def report() -> None:
        with TemporaryDirectory() as folder:
            write_results(make_results(kept["fit"], force=True), Path(folder) / "results")

    works = {
        "one series through evaluate": lambda: em.evaluate(series, truth.plan, seed=1),
        "cells through fit_model": fit,
        "a fit through its report": report,
    }
    for name, work in works.items():
        followed = Followed()
        followed.follow(work)
        print(f"\n{name}\n{followed.table().to_string(index=False)}")


if __name__ == "__main__":
    main()
