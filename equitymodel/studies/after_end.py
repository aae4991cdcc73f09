"""An intervention that ended, in a table and in words: what it did until then, and what changed after."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.estimands.effect_measure import MEASURE, EffectMeasure, change_table
from equitymodel.estimands.going_on import against_going_on, gap_is_in_trend, gap_trends
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.estimands.series_gap import gap_change, narrowing
from equitymodel.estimands.written_numbers import TENFOLD
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.second_change import has_second_change

UNTIL, AFTER = "until_end", "after_end"
WORDS = {UNTIL: "from the start to the end", AFTER: "after the end, against going on"}
TREND_WORDS = {UNTIL: "a year, from the start to the end", AFTER: "a year, after the end"}
COLUMNS = ("quantity", "estimate", "lower", "upper", "interval_probability", "interval_kind", "probability",
           "probability_of", "unit", "measure", "scale", "event")  # fmt: skip


@dataclass(frozen=True)
class AfterEnd:
    """What an intervention did until its end, and what changed after it.

    Attributes
    ----------
    plan
        The interruption, with its end.
    table
        Rows: the average rate ratio until the end, and after it against going on; with groups the same of the
        gap, as log ratios (positive = narrowed), and how much faster a year than before the start it narrowed
        until the end, and after it.
    """

    plan: Interruption
    table: pd.DataFrame = field(repr=False)

    def __str__(self) -> str:
        """Say both, the one the verdict is about first."""
        return "\n".join([
            f"It ended on {self.plan.ended_on}. The verdict is about the time from the start to the end alone.",
            *self._sentences(),
        ])  # fmt: skip

    def _sentences(self) -> Iterator[str]:
        rows = {row[MEASURE]: row for row in self.table.to_dict("records")}
        if f"average_rate_ratio_{UNTIL}" in rows:
            first, second = (rows[f"average_rate_ratio_{part}"] for part in (UNTIL, AFTER))
            yield f"Admissions from the start to the end: {_ratio(first)} of what they would have been without it."
            yield f"After the end: {_ratio(second)} of what they would have been had it gone on."
        if f"narrowing_{UNTIL}" in rows:
            first, second = (rows[f"narrowing_{part}"] for part in (UNTIL, AFTER))
            yield f"From the start to the end the gap {_narrowed(first)} than it would have been without it."
            yield f"After the end the gap {_narrowed(second)} than it would have been had it gone on."
        if f"narrowing_a_year_{UNTIL}" in rows:
            first, second = (rows[f"narrowing_a_year_{part}"] for part in (UNTIL, AFTER))
            yield (f"Against its trend before the start, the gap {_a_year(first)} a year until the end; after it, "
                   f"still against that trend, it {_a_year(second)} a year.")  # fmt: skip


def after_end(total: SeriesFit | None, groups: SeriesFit | None) -> AfterEnd | None:
    """Say what an intervention did until its end, and what changed after it against its going on.

    Parameters
    ----------
    total, groups
        Fits of all admissions and of the deprivation groups; none for what there is not, or what is left out.

    Returns
    -------
    AfterEnd
        None where the interruption did not end inside the series.

    Raises
    ------
    DiagnosisError
        When a fit failed its diagnosis and was not forced.

    Examples
    --------
    >>> from equitymodel.inference.series.fit_interruption import fit_interruption
    >>> from equitymodel.simulate.simulated_series import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> fit = fit_interruption(series, Interruption("2018-01", ends="2019-01"), seed=1, draws=400)
    >>> after_end(fit, None).table["measure"].tolist()
    ['average_rate_ratio_until_end', 'average_rate_ratio_after_end']
    """
    fits = [fit.require_sound() for fit in (total, groups) if fit is not None]
    if not fits or not has_second_change(fits[0].series, fits[0].plan):
        return None
    changes = [*(_of_total(total) if total is not None else ()), *(_of_gap(groups) if groups is not None else ())]
    return AfterEnd(fits[0].plan, change_table(changes).reindex(columns=list(COLUMNS)))


def _parts(fit: SeriesFit) -> dict[str, tuple[xr.Dataset, Interruption]]:
    """Give draws with and without each change, and the interruption that it is."""
    on = against_going_on(fit.posterior, fit.series, fit.plan)
    return {UNTIL: (fit.posterior, fit.plan), AFTER: (on, fit.plan.after_end)}


def _of_total(fit: SeriesFit) -> Iterator[EffectMeasure]:
    for part, (draws, plan) in _parts(fit).items():
        ratio = average_rate_ratio(draws, counted_periods(fit.series, plan))
        yield EffectMeasure(f"average_rate_ratio_{part}", f"average rate ratio, {WORDS[part]}", "ratio", "ratio",
                            "ratio_above_1", ratio, threshold=1.0)  # fmt: skip


def _of_gap(fit: SeriesFit) -> Iterator[EffectMeasure]:
    found = {part: gap_change(draws, fit.series, plan) for part, (draws, plan) in _parts(fit).items()}
    for part, change in found.items():
        yield EffectMeasure(f"narrowing_{part}", f"narrowing, {WORDS[part]}", "log ratio", "log_change", "gap_narrowed",
                            narrowing(change))  # fmt: skip
    if gap_is_in_trend(fit.posterior):
        direction = float(np.sign(found[UNTIL]["before"].median())) or 1.0
        for part, trend in gap_trends(fit.posterior, fit.series, fit.plan).items():
            yield EffectMeasure(f"narrowing_a_year_{part}", f"narrowing {TREND_WORDS[str(part)]}, more than before the "
                                "start", "log ratio a year", "log_change_a_year", "gap_narrowed",
                                -direction * trend)  # fmt: skip


def _ratio(row: dict[Hashable, Any]) -> str:
    return f"{row['estimate']:.2f} times ({row['lower']:.2f} to {row['upper']:.2f})"


def _a_year(row: dict[Hashable, Any]) -> str:
    narrower, (size, low, high) = _sizes(row, digits=1)
    return f"{'narrowed' if narrower else 'widened'} by {size} % ({low} to {high})"


def _narrowed(row: dict[Hashable, Any]) -> str:
    """Say by how much a gap is narrower or wider, as a ratio of gaps, and how likely that direction is."""
    narrower, (size, low, high) = _sizes(row)
    likely = row["probability"] if narrower else 1 - row["probability"]
    word = "narrower" if narrower else "wider"
    return f"was {size} % {word} ({low} to {high}; probability {likely:.2f})"


def _sizes(row: dict[Hashable, Any], *, digits: int = 0) -> tuple[bool, list[str]]:
    """Say whether a gap narrowed, and by how many per cent in that direction: estimate, lower and upper."""
    narrower = bool(row["estimate"] >= 0)
    names = ("estimate", "lower", "upper") if narrower else ("estimate", "upper", "lower")
    shares = [float(np.expm1(row[name] if narrower else -row[name])) for name in names]
    return narrower, [
        f"over {100 * TENFOLD:.0f}" if share > TENFOLD else f"{100 * share:.{digits}f}" for share in shares
    ]
