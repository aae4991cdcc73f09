"""Months that are not complete yet: what they will come to, judged by how earlier months filled up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.link_ratios import FEWEST, link_ratios, ratio_draws
from equitymodel.monitoring.revisions import MONTHS_SINCE
from equitymodel.monitoring.vintages import COUNT
from equitymodel.vocabulary import INTERVAL_PROBABILITY, PERIOD

DRAWS = 4000
KIND = "equal-tailed prediction interval"
INTERVAL_FOR = "the count when the month is complete"
ENOUGH = 0.02
"""A month within 2 % of complete, with its interval, is near enough to be used."""


@dataclass(frozen=True)
class Nowcast:
    """What months that are not complete will come to.

    Attributes
    ----------
    table
        A row a month: ``period, months_since, reported``; ``estimate, lower, upper`` of the complete count, with
        ``interval_probability, interval_kind, interval_for``; ``complete_share`` and its ends: reported over complete;
        ``held_back``: whether it is too incomplete to be used.
    complete_after
        Months after which a count is taken to be complete: no revision is looked for beyond.
    months_learned
        From how many months the least known step was learned.
    """

    table: pd.DataFrame = field(repr=False)
    complete_after: int
    months_learned: int

    @property
    def hold_back(self) -> int:
        """How many of the latest months are too incomplete to be used."""
        return int(self.table["held_back"].sum())

    def __str__(self) -> str:
        """Say what is held back, and what the latest month will come to."""
        last = self.table.iloc[-1]
        months = "1 month is" if self.hold_back == 1 else f"{self.hold_back} months are"
        return (
            f"{months} held back as not complete. {last[PERIOD]}: {last['reported']:,.0f} reported so far, "
            f"{last['estimate']:,.0f} expected when complete ({last['lower']:,.0f} to {last['upper']:,.0f}, "
            f"{INTERVAL_PROBABILITY:.0%} prediction interval). Learned from {self.months_learned} months or "
            f"more a step; complete after {self.complete_after} months."
        )


@refuses_other_types
def nowcast(triangle: pd.DataFrame, *, seed: int, complete_after: int | None = None, enough: float = ENOUGH) -> Nowcast:
    r"""Say what months that are not complete will come to, with the uncertainty of how months fill up.

    From month *a* to month *a + 1* after it happened, the count of month *i* is multiplied by

    .. math:: \log (C_{i,a+1} / C_{i,a}) \sim \mathrm{Normal}(\mu_a, \sigma_a^2 / C_{i,a})

    with :math:`\mu_a` and :math:`\sigma_a` learned from the months that have passed that step (prior
    :math:`1/\sigma_a^2`), and carried on with both their own uncertainty and that of the month at hand.

    Parameters
    ----------
    triangle
        From `revision_triangle`: ``period, months_since, count``.
    seed
        Seed of the random numbers.
    complete_after
        Months after which counts are complete. If not given, as far as every step was passed by four months or more.
    enough
        A month is used where its completeness, with its interval, is within this share of 1.

    Returns
    -------
    Nowcast
        One row a month, the latest last; months that are complete come to what was reported.

    Raises
    ------
    OptionError
        When a step was passed by fewer than four months: counts have then not been kept for long enough.

    Notes
    -----
    This is the chain ladder of insurance, month by month, with counts as weights. It takes it that months fill up as
    earlier ones did: a change in how counts are sent is not in the interval. Where no month was ever revised, the
    spread is that of one admission in one of the months, and never none.

    References
    ----------
    Mack T (1993) Distribution-free calculation of the standard error of chain ladder reserve estimates. ASTIN Bulletin
    23:213. doi:10.2143/AST.23.2.2005092

    Examples
    --------
    >>> reported = {1: 800, 2: 950, 3: 1000}
    >>> rows = [(f"2025-{month:02d}-01", since, reported[since]) for month in range(1, 13) for since in (1, 2, 3)]
    >>> triangle = pd.DataFrame([*rows, ("2026-01-01", 1, 400)], columns=["period", "months_since", "count"])
    >>> found = nowcast(triangle, seed=1)
    >>> found.hold_back, found.table["estimate"].round().tolist()[-1]
    (1, 500.0)
    """
    wide = _as_known(triangle)
    steps = _steps(wide, complete_after)
    learned = [link_ratios(wide, step, step + 1) for step in steps]
    few = [ratios for ratios in learned if ratios.months < FEWEST]
    if few or not learned:
        raise OptionError(_too_few(learned[0].months if learned else 0))
    table = _table(triangle, wide, ratio_draws(learned, DRAWS, np.random.default_rng(seed)), enough, seed)
    return Nowcast(table, int(steps[-1] + 1), min(ratios.months for ratios in learned))


def _too_few(months: int) -> str:
    return (
        f"how months fill up is learned from {FEWEST} months or more a step, and only {months} passed one. Refresh "
        "each month, so that what was reported each time is kept; until then leave the latest months out (--drop-last)"
    )


def _as_known(triangle: pd.DataFrame) -> pd.DataFrame:
    """Lay the triangle out: months by months since; where nothing was reported in between, what was known stands."""
    latest = triangle.drop_duplicates([PERIOD, MONTHS_SINCE], keep="last")
    wide = latest.pivot(index=PERIOD, columns=MONTHS_SINCE, values=COUNT).astype(float)
    every = wide.reindex(columns=range(int(wide.columns.min()), int(wide.columns.max()) + 1))
    last = every.columns.to_numpy()[-1] - every.notna().to_numpy()[:, ::-1].argmax(axis=1)
    later = every.columns.to_numpy()[None, :] > last[:, None]
    return every.ffill(axis=1).mask(later)


def _steps(wide: pd.DataFrame, complete_after: int | None) -> list[int]:
    """Give the first month of each step, as far as steps were passed by enough months, or as far as is asked."""
    known = wide.notna().to_numpy()
    passed = (known[:, :-1] & known[:, 1:]).sum(axis=0)
    first = wide.columns.to_numpy()[:-1]
    if complete_after is not None:
        return [int(month) for month in first if month < complete_after]
    far = int(np.argmin(passed >= FEWEST)) if (passed < FEWEST).any() else len(passed)
    return [int(month) for month in first[:far]]


def _table(
    triangle: pd.DataFrame, wide: pd.DataFrame, draws: Sequence[tuple[np.ndarray, np.ndarray]], enough: float, seed: int
) -> pd.DataFrame:
    latest = triangle.sort_values(MONTHS_SINCE).groupby(PERIOD, sort=True).tail(1).sort_values(PERIOD)
    rng = np.random.default_rng([seed, 1])
    first = int(wide.columns.min())
    tail = (1 - INTERVAL_PROBABILITY) / 2
    rows = []
    for period, since, count in latest[[PERIOD, MONTHS_SINCE, COUNT]].itertuples(index=False):
        final = _carried(float(count), draws[max(int(since) - first, 0) :], rng)
        lower, middle, upper = np.quantile(final, [tail, 0.5, 1 - tail])
        rows.append((period, int(since), float(count), middle, lower, upper))
    table = pd.DataFrame(rows, columns=[PERIOD, MONTHS_SINCE, "reported", "estimate", "lower", "upper"])
    shares = {f"complete_share{end}": table["reported"] / table[of]
              for end, of in (("", "estimate"), ("_lower", "upper"), ("_upper", "lower"))}  # fmt: skip
    table = table.assign(interval_probability=INTERVAL_PROBABILITY, interval_kind=KIND, interval_for=INTERVAL_FOR,
                         **shares)  # fmt: skip
    near = table["complete_share_lower"].ge(1 - enough) & table["complete_share_upper"].le(1 + enough)
    return table.assign(held_back=~near)


def _carried(count: float, steps: Sequence[tuple[np.ndarray, np.ndarray]], rng: np.random.Generator) -> np.ndarray:
    """Carry a count through the steps that are left, draw by draw; a month's own noise is that of its size then."""
    now = np.full(DRAWS, count)
    for middle, spread in steps:
        noise = rng.standard_normal(DRAWS) * spread / np.sqrt(np.maximum(now, 1.0))
        now = now * np.exp(middle + noise)
    return now


def nowcast_by(triangles: pd.DataFrame, by: str, *, seed: int) -> pd.DataFrame:
    """Nowcast each group by itself, as groups may fill up unlike one another.

    Parameters
    ----------
    triangles
        From `revision_triangle`, with a column of groups.
    by
        That column.
    seed
        As for `nowcast`.

    Returns
    -------
    pandas.DataFrame
        The tables of `nowcast`, with the group in front.

    Raises
    ------
    OptionError
        As for `nowcast`.

    Examples
    --------
    >>> rows = [(str(g), f"2025-{m:02d}-01", s, 100 * s) for g in (1, 2) for m in range(1, 9) for s in (1, 2)]
    >>> table = pd.DataFrame(rows, columns=["deprivation", "period", "months_since", "count"])
    >>> nowcast_by(table, "deprivation", seed=1)["deprivation"].unique().tolist()
    ['1', '2']
    """
    found = []
    for label, rows in triangles.groupby(by, sort=True):
        own = nowcast(rows.drop(columns=by), seed=seed).table
        own.insert(0, by, label)
        found.append(own)
    return pd.concat(found, ignore_index=True)
