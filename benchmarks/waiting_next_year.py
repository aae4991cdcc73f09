"""Lists of England predicted a year ahead, from published months before: what intervals hold, beside a naive forecast.

Called by `benchmarks/waiting_lists_real.py`. Nothing of a year that is predicted is used: each is learned from years of
lists that ended by its start, and the step from year to year from England's longer series to that month.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from waiting_published import LEAST, england, lists_of, shifted

from equitymodel.waiting.list_year_ahead import predict_next_year
from equitymodel.waiting.year_change import YearChange, swings, year_change

FIRST_LISTS = "2022-10"
FIRST_ENGLAND = 2012
"""The year in which a standard for those who still wait began."""
PANDEMIC = ("2020-03", "2022-03")
"""Years that touch these months are left out: what then moved lists is not taken to come again."""
DRAWS = 1000
COUNTS = ("on_list", "over_18", "over_52", "over_65")
WEEKS = {"median": "median_weeks", "centile_92": "p92_weeks"}
SHARES = {f"share_{name}": name for name in COUNTS[1:]}
MEASURES = (*COUNTS, *SHARES, *WEEKS)
SAID = (0.5, 0.9)


@dataclass(frozen=True)
class Forecast:
    """Draws of each measure for each list, and what came."""

    draws: dict[str, np.ndarray]
    seen: pd.DataFrame

    def rows(self, kind: str) -> pd.DataFrame:
        """Give a row a list and measure: how much of each interval held, its width and its error."""
        return pd.concat([self._rows(name).assign(measure=name, kind=kind) for name in MEASURES], ignore_index=True)

    def _rows(self, name: str) -> pd.DataFrame:
        drawn, seen = self.draws[name], self.seen[name].to_numpy(float)
        below, upto = (drawn < seen[:, None]).mean(axis=1), (drawn <= seen[:, None]).mean(axis=1)
        middle, low, high = np.quantile(drawn, [0.5, 0.05, 0.95], axis=1)
        found = pd.DataFrame({"list": self.seen.index, "error": np.abs(middle - seen), "width": high - low,
                              "place": (below + upto) / 2})  # fmt: skip
        for level in SAID:
            found[f"held_{100 * level:.0f}"] = share_held(below, upto, level)
        return found[np.isfinite(seen)]


def share_held(below: np.ndarray, upto: np.ndarray, level: float) -> np.ndarray:
    """Say whether an equal-tailed interval held; of draws that tie with what came, the part that is inside it."""
    low, high = (1 - level) / 2, (1 + level) / 2
    tied = upto - below
    part = np.clip(np.minimum(upto, high) - np.maximum(below, low), 0, None)
    inside: np.ndarray = np.where(tied > 0, part / np.where(tied > 0, tied, 1), (below >= low) & (below <= high))
    return inside


@cache
def learned(origin: str) -> tuple[tuple[YearChange, ...], pd.DataFrame]:
    """Give the years of lists that ended by a month, and England's steps from year to year until then."""
    ends = [shifted(origin, -back) for back in (1, 0)]
    years = tuple(_year(shifted(end, -1), end) for end in ends if shifted(end, -1) >= FIRST_LISTS)
    month = origin[4:]
    runs: list[list[YearChange]] = []
    run: list[YearChange] = []
    for start in (f"{year}{month}" for year in range(FIRST_ENGLAND, int(origin[:4]))):
        if start < PANDEMIC[1] and shifted(start, 1) >= PANDEMIC[0]:
            runs, run = [*runs, run], []
        else:
            run = [*run, year_change(england(start), england(shifted(start, 1)))]
    steps = [swings(part) for part in (*runs, run) if len(part) > 1]
    return years, pd.concat(steps, ignore_index=True)


def _year(start: str, end: str) -> YearChange:
    before = lists_of(start)
    return year_change(before[before.sum(axis=1) >= LEAST], lists_of(end))


def of_model(origin: str, target: str) -> Forecast:
    """Predict lists from what was known at a month."""
    years, steps = learned(origin)
    now, seen = _both(origin, target)
    found = predict_next_year(now, years, steps, draws=DRAWS)
    return Forecast(_with_shares({name: found[name].values for name in found}), seen)


def of_last_value(origin: str, target: str) -> Forecast:
    """Say that nothing changes, with the noise that changes of earlier years had, for lists of about a size."""
    now, seen = _both(origin, target)
    earlier = [_steps(shifted(origin, -back)) for back in (1, 0) if shifted(origin, -back - 1) >= FIRST_LISTS]
    steps = pd.concat(earlier).sort_values("size")
    last, sizes = _scaled(_published(origin).loc[now.index]), now.sum(axis=1).to_numpy(float)
    wanted = max(50, len(steps) // 4)
    first = np.clip(np.searchsorted(steps["size"], sizes) - wanted // 2, 0, len(steps) - wanted)
    rng, drawn = np.random.default_rng(1), {}
    for name in MEASURES:
        squares = steps[name].to_numpy(float) ** 2
        spread = np.sqrt([np.nanmean(squares[at : at + wanted]) for at in first])
        moved = last[name].to_numpy(float)[:, None] + spread[:, None] * rng.standard_normal((len(now), DRAWS))
        drawn[name] = _back(moved, name)
    return Forecast(drawn, seen)


def _steps(end: str) -> pd.DataFrame:
    """Give how far each measure of each list moved in a year, on its scale."""
    before, after = _published(shifted(end, -1)), _published(end)
    both = before.index.intersection(after.index)
    both = both[before.loc[both, "on_list"] >= LEAST]
    return (_scaled(after.loc[both]) - _scaled(before.loc[both])).assign(size=before.loc[both, "on_list"])


def _scaled(published: pd.DataFrame) -> pd.DataFrame:
    """Give counts and weeks as logs, and shares as logits."""
    made = {name: np.log(published[name] + 0.5) for name in (*COUNTS, *WEEKS)}
    made |= {name: np.log((published[of] + 0.5) / (published["on_list"] - published[of] + 0.5))
             for name, of in SHARES.items()}  # fmt: skip
    return pd.DataFrame(made)


def _back(moved: np.ndarray, name: str) -> np.ndarray:
    if name in SHARES:
        return 1 / (1 + np.exp(-moved))
    values = np.exp(moved) - 0.5
    return np.maximum(values.round() if name in COUNTS else values, 0)


def _both(origin: str, target: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give lists now that are large enough, and what was published of them a year later."""
    now, later = lists_of(origin), _published(target)
    kept = now.index[(now.sum(axis=1) >= LEAST)].intersection(later.index[later["on_list"] > 0])
    return now.loc[kept], later.loc[kept]


@cache
def _published(month: str) -> pd.DataFrame:
    """Give each measure as it was published."""
    people, weeks = lists_of(month), lists_of(month, weeks=True)
    over = people.iloc[:, ::-1].cumsum(axis=1)
    counts = {name: over[first] for name, first in zip(COUNTS, (0, 18, 52, 65), strict=True)}
    centiles = {name: weeks[column] for name, column in WEEKS.items()}
    return pd.DataFrame(_with_shares({**counts, **centiles}))


def _with_shares(found: dict[str, xr.DataArray | pd.Series]) -> dict[str, Any]:
    total = np.maximum(found["on_list"], 1)
    return {**found, **{name: found[of] / total for name, of in SHARES.items()}}


def held_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Give by measure what held, with standard errors of lists that go together by ICB and by specialty."""
    columns = [f"held_{100 * level:.0f}" for level in SAID]
    found = rows.groupby("measure", sort=False).agg(
        lists=("error", "size"), **{name: (name, "mean") for name in columns},
        width=("width", "median"), error=("error", "median"), place=("place", "mean"))  # fmt: skip
    for name in columns:
        found[f"{name}_se"] = [clustered_error(part, name) for _, part in rows.groupby("measure", sort=False)]
    return found


def clustered_error(rows: pd.DataFrame, name: str) -> float:
    """Give the standard error of a mean over lists, clustered two ways."""
    away = rows[name] - rows[name].mean()
    parts = rows["list"].str.split("|", expand=True)
    square: float = sum(float((away.groupby(parts[side]).sum() ** 2).sum()) for side in (0, 1)) - float((away**2).sum())
    return float(max(square, float((away**2).sum())) ** 0.5 / len(rows))
