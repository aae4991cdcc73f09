"""Published estimates after pooling, as a value: an area drawn to the others by what its interval leaves open."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import xarray as xr

from equitymodel.data.published.read_estimates import PublishedEstimates
from equitymodel.vocabulary import INTERVAL_PROBABILITY

LIMITS = (
    "Published intervals are taken as right, and errors of areas as unrelated: a common reference, overlapping areas "
    "or a population that several share make them too narrow together.",
    "Estimates that were smoothed before they were published are drawn together twice.",
    "Areas are taken to differ as a normal distribution does; one far from all others is drawn towards them.",
    "There are no counts behind it: how many admissions an area lacks cannot be said from it.",
)
FEW_AREAS = 8
MOVES = 0.25
"""Change of a pooled estimate, in half widths of its interval, from which on its prior is said to matter."""


@dataclass(frozen=True)
class PooledEstimates:
    """What `pool_estimates` found.

    Attributes
    ----------
    published
        What was pooled.
    table
        Index ``area``: ``published``, ``pooled`` with ``lower`` and ``upper``, all in the published unit;
        ``own_weight``, the share of the pooled estimate that is its own; ``tail_probability`` of an estimate as far
        from what the others lead to expect, and ``unlike_the_rest`` where that is less than 1 in 20 such tables
        would show anywhere.
    overall
        Index ``quantity``: ``mean`` of areas, ``spread`` (their standard deviation; of ratios that of logarithms)
        and ``another_area``; ``estimate, lower, upper``.
    draws
        ``value`` (dims ``chain, draw, area``), ``mean`` and ``spread``, on the scale of the pooling, so that contrasts
        and ranks can be taken draw by draw.
    spread_prior
        Scale of the half-normal prior of the spread.
    prior_moves
        How far the estimate that moves most goes when that scale is halved or doubled, in half widths of its interval.
    seed
        Of the draws.
    """

    published: PublishedEstimates = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    overall: pd.DataFrame = field(repr=False)
    draws: xr.Dataset = field(repr=False)
    spread_prior: float
    prior_moves: float
    seed: int

    def __str__(self) -> str:
        """Say what the areas have in common, how much they differ, and what that rests on."""
        return "\n".join([*self._answer(), *self.warnings()])

    def _answer(self) -> list[str]:
        rows = self.overall.to_dict("index")
        mean, spread, other = (rows[name] for name in ("mean", "spread", "another_area"))
        unit = "of the logarithm" if self.published.scale == "ratio" else "in the published unit"
        return [
            f"{len(self.table)} areas pooled ({INTERVAL_PROBABILITY:.0%} credible intervals, equal-tailed).",
            f"- Mean of areas: {_interval(mean)}.",
            f"- Spread between areas (standard deviation {unit}): {_interval(spread)}.",
            f"- Another area like these: {_interval(other)}.",
            f"- An area keeps {self.table['own_weight'].min():.0%} to {self.table['own_weight'].max():.0%} of its own "
            "published estimate; the rest is the mean of areas.",
        ]

    def warnings(self) -> list[str]:
        """Say what a reader must know beside the numbers.

        Examples
        --------
        >>> from equitymodel.inference.pool_estimates import pool_estimates
        >>> rows = {"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "se": [0.09, 0.09, 0.15]}
        >>> pool_estimates(pd.DataFrame(rows), seed=1).warnings()[0]
        'With 3 areas the prior has much to say on how much areas differ (half-normal, scale 0.3).'
        """
        own = []
        if len(self.table) < FEW_AREAS:
            own.append(f"With {len(self.table)} areas the prior has much to say on how much areas differ (half-normal, "
                       f"scale {self.spread_prior:g}).")  # fmt: skip
        if self.prior_moves > MOVES:
            own.append(f"Half or twice that scale moves one estimate by {self.prior_moves:.1f} half widths of its "
                       "interval: say which prior was used.")  # fmt: skip
        if unlike := list(self.table.index[self.table["unlike_the_rest"]]):
            own.append(f"Unlike the rest, and drawn towards them all the same: {', '.join(map(str, unlike))}.")
        return [*own, *LIMITS]


def _interval(row: dict[Hashable, Any]) -> str:
    return f"{row['estimate']:.3g} ({row['lower']:.3g} to {row['upper']:.3g})"
