"""Write the page of worlds that are not the model's, with the limits that their verdicts are held against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from judged_worlds import PARTS
from page import markdown

from equitymodel.simulate.series_worlds import SERIES_WORLDS, THROUGH_PANDEMIC, SeriesWorld

Z = 1.96
MC_ERRORS = 2
"""Monte Carlo standard errors beyond which a limit is missed."""
FALSE_REAL, MOST_REFUSED, FEWEST_HELD = 5.0, 25.0, 92.0
FEWEST_REAL = {"level": 70.0, "gap": 45.0}
POWER_SIZE = 0.20
COLUMNS = {"called": "called", "real": "real change", "not_assessable": "not assessable", "held": "covered",
           "bias": "bias", "width": "half width"}  # fmt: skip
Cells = Mapping[tuple[str, str], pd.DataFrame]


@dataclass(frozen=True)
class Estimated:
    """A figure and its Monte Carlo standard error."""

    value: float
    error: float
    reach: float = math.nan
    """Where a share is none or all: how far from that it may be, the end of a Wilson interval of 95 %."""

    @classmethod
    def share(cls, values: pd.Series) -> Estimated:
        """Give a share in per cent."""
        share = float(values.mean())
        reach = _wilson_reach(share, len(values)) if share in (0.0, 1.0) else math.nan
        return cls(100 * share, 100 * math.sqrt(share * (1 - share) / len(values)), reach)

    @classmethod
    def mean(cls, values: pd.Series) -> Estimated:
        """Give a mean in points: hundredths of a log ratio."""
        return cls(100 * float(values.mean()), 100 * float(values.std(ddof=1)) / math.sqrt(len(values)))

    @classmethod
    def share_of_found(cls, rows: pd.DataFrame, verdict: str, way: pd.Series) -> Estimated:
        """Give the share of a verdict: of changes found, times that among those evaluated in full."""
        found = rows["called"] & rows["matters"]
        full = found & rows[verdict].notna()
        if not full.any():
            return cls(0.0, 0.0, _wilson_reach(float(found.mean()), len(rows)))
        shares = float(found.mean()), float((rows[verdict][full].astype(float) * way[full]).mean())
        spread = shares[1] ** 2 * shares[0] * (1 - shares[0]) / len(rows)
        spread += shares[0] ** 2 * shares[1] * (1 - shares[1]) / full.sum()
        reach = _reach_of_none(found, full) if shares[1] == 0.0 else math.nan
        return cls(100 * shares[0] * shares[1], 100 * math.sqrt(spread), reach)

    def __str__(self) -> str:
        """Give both; where none or all were seen, the limit of what that allows, as its error is not none."""
        if math.isfinite(self.reach):
            return f"{self.value:.1f} (at {'most' if self.value == 0 else 'least'} {self.reach:.1f})"
        return f"{self.value:.1f} ({self.error:.1f})"


def _wilson_reach(share: float, number: int) -> float:
    """Give the end of a Wilson interval of 95 % in per cent: the upper one, or the lower one where all were seen.

    Examples
    --------
    >>> round(_wilson_reach(0.0, 60), 1), round(_wilson_reach(1.0, 60), 1)
    (6.0, 94.0)
    """
    middle, spread = share + Z**2 / (2 * number), Z * math.sqrt(share * (1 - share) / number + (Z / number / 2) ** 2)
    end = middle - spread if share == 1 else middle + spread
    return 100 * end / (1 + Z**2 / number)


def _reach_of_none(found: pd.Series, full: pd.Series) -> float:
    """Give the limit of a verdict that none had: of all series, where every change that was found was evaluated."""
    if full.sum() == found.sum():
        return _wilson_reach(0.0, len(found))
    return _wilson_reach(float(found.mean()), len(found)) * _wilson_reach(0.0, int(full.sum())) / 100


@dataclass(frozen=True)
class Limit:
    """What a share in per cent may be at most, or has to be at least.

    Examples
    --------
    >>> Limit("real", 5.0).missed_by(8.0, 200), Limit("real", 5.0).missed_by(8.5, 200)
    (False, True)
    """

    column: str
    bound: float
    at_least: bool = False

    def missed_by(self, share: float, replicates: int, error: float = 0.0) -> bool:
        """Say whether a share lies beyond the limit by more than two errors: those of the limit, or its own if larger."""
        error = max(error, math.sqrt(self.bound * (100 - self.bound) / replicates))
        beyond = self.bound - share if self.at_least else share - self.bound
        return beyond > MC_ERRORS * error + 1e-9

    def __str__(self) -> str:
        """Say it in words."""
        return f"{COLUMNS.get(self.column, self.column)} {'at least' if self.at_least else 'at most'} {self.bound:.0f}"


def limits_of(world: SeriesWorld, outcome: str) -> list[Limit]:
    """Give the limits of a world: of what is false, and of what is found where activity recovers."""
    if not world.effect.size:
        return [Limit("real", FALSE_REAL)]
    recovery = "recovery" in world.words or "loss" in world.words
    if (
        recovery
        and world.effect.size == POWER_SIZE
        and world.effect.form == "step"
        and world.layout == THROUGH_PANDEMIC
    ):
        return [Limit("not_assessable", MOST_REFUSED), Limit("real", FEWEST_REAL[outcome], at_least=True),
                Limit("held", FEWEST_HELD, at_least=True)]  # fmt: skip
    return []


def summary(rows: pd.DataFrame) -> dict[str, Estimated]:
    """Give what was found of one world: shares in per cent, bias and half width in points; see `judge`."""
    return {
        "called": Estimated.share(rows["called"]),
        "real": Estimated.share_of_found(rows, "real", right_way(rows)),
        "not_assessable": Estimated.share_of_found(rows, "not_assessable", rows["called"]),
        "held": Estimated.share((rows["lower"] <= rows["truth"]) & (rows["truth"] <= rows["upper"])),
        "bias": Estimated.mean(rows["estimate"] - rows["truth"]),
        "width": Estimated.mean((rows["upper"] - rows["lower"]) / 2),
    }


def right_way(rows: pd.DataFrame) -> pd.Series:
    """Say where the estimate has the direction of the truth; everywhere where there is no change to find."""
    return (np.sign(rows["estimate"]) == np.sign(rows["truth"])) | np.isclose(rows["truth"], 0.0)


def judged_limits(found: Mapping[str, Estimated], limits: list[Limit], replicates: int) -> str:
    """Say of each limit whether it is met."""
    return "; ".join(f"{limit}: {_judged(found[limit.column], limit, replicates)}" for limit in limits) or "-"


def _judged(found: Estimated, limit: Limit, replicates: int) -> str:
    """Say whether a limit is met by the figure, missed, or beyond it by no more than chance allows."""
    if _missed_by(found, limit, replicates):
        return "**missed**"
    beyond = limit.bound - found.value if limit.at_least else found.value - limit.bound
    return "not shown to be missed" if beyond > 0 else "met"


def _missed_by(found: Estimated, limit: Limit, replicates: int) -> bool:
    return limit.missed_by(found.value, replicates, 0.0 if limit.column == "held" else found.error)


def page(cells: Cells, remark: str = "") -> str:
    """Lay out all worlds that were run: without an effect and with one, for the level and for the gap."""
    replicates = min((len(rows) for rows in cells.values()), default=0)
    parts = [(outcome, effect) for outcome in ("level", "gap") for effect in (False, True)]
    return "\n".join([
        "# What a verdict says in worlds that are not the model's",
        "",
        "Written by `benchmarks/interruption_worlds.py`; its first lines say how to run it.",
        f"{replicates} series a row, each with the working days of `read_series`, 1,000 admissions a month where nothing else",
        "is said, Poisson counts, noise whose standard deviation is 5 % and whose correlation from month to month is 0.3,",
        "growth of 2 % a year and a season of 5 %. April 2018 to March 2025 with March 2020 to March 2021 masked and a start",
        "in April 2023, where nothing else is said; *no break*: 48 months before and 24 after, the last December 2019. A gap",
        "is one of five groups that share half of the noise's variance; what happens is 1.5 times as much at the most deprived",
        "end of the scale and half as much at the least, and an effect is on the gap alone.",
        "",
        "*Called*: the 95 % interval on the judged months excludes none. *Real change*: the verdict of `evaluate`, of a change in",
        "the true direction. *Covered*: the interval holds the truth. *Bias* and *half width* in points (hundredths of a log",
        "ratio). All others in per cent, with Monte Carlo standard errors in brackets; where none or all were seen, the end of",
        "a 95 % interval (Wilson), as the error is then not none. A limit is missed when the figure lies beyond it by more",
        f"than {MC_ERRORS} standard errors, and not shown to be missed when it lies beyond by less. Where not all found changes were evaluated in full,",
        "shares of verdicts are those found times the share among the evaluated.",
        "",
        *([remark, ""] if remark else []),
        _missed(cells),
        "",
        *(line for part in parts for line in _table(cells, *part)),
    ])  # fmt: skip


def _table(cells: Cells, outcome: str, effect: bool) -> list[str]:
    chosen = {name: rows for (name, asked), rows in cells.items()
              if asked == outcome and bool(SERIES_WORLDS[name].effect.size) == effect}  # fmt: skip
    if not chosen:
        return []
    lines = [_line(name, outcome, rows) for name, rows in chosen.items()]
    title = f"## The {outcome}: {'with a true effect' if effect else 'nothing was done'}"
    return [title, "", *markdown(["world", *COLUMNS.values(), "stopped by", "limits"], lines), ""]


def _line(name: str, outcome: str, rows: pd.DataFrame) -> list[str]:
    world, found = SERIES_WORLDS[name], summary(rows)
    limits = judged_limits(found, limits_of(world, outcome), len(rows))
    return [f"{world.words} (`{name}`)", *(str(found[column]) for column in COLUMNS), stops(rows), limits]


def stops(rows: pd.DataFrame) -> str:
    """Say how many found changes each part of the rule stopped, the most first."""
    counts = {words: int(stopped(rows, part).sum()) for part, words in PARTS.items()}
    named = sorted((item for item in counts.items() if item[1]), key=lambda item: -item[1])
    return ", ".join(f"{words} {count}" for words, count in named) or "-"


def stopped(rows: pd.DataFrame, part: str) -> pd.Series:
    """Say which found changes a part of the rule stopped; one that was not asked stopped none."""
    column = f"stopped_{part}"
    return rows[column].map({True: True, False: False, "True": True, "False": False}).fillna(False).astype(bool) \
        if column in rows else pd.Series(data=False, index=rows.index)  # fmt: skip


def _missed(cells: Cells) -> str:
    """Name the worlds in which a limit is missed."""
    judged = [(name, outcome, limit, _missed_by(summary(rows)[limit.column], limit, len(rows)))
              for (name, outcome), rows in cells.items() for limit in limits_of(SERIES_WORLDS[name], outcome)]  # fmt: skip
    missed = [f"`{name}` ({outcome}: {limit})" for name, outcome, limit, beyond in judged if beyond]
    return f"Limits: {len(judged)}, missed: {len(missed)}" + (f" - {'; '.join(missed)}." if missed else ".")
