"""How the periods of a series hang together: its length, the autocorrelation of neighbours, and its yearly wave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equitymodel.data.series.frequency import Frequency
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_phases import FEWEST
from equitymodel.monitoring.control_chart import ControlChart
from equitymodel.monitoring.control_limits import Numbers

LARGEST = 0.95
YEARS_FOR_SEASON = 2
NORMAL_95 = 1.96


@dataclass(frozen=True)
class SeriesMemory:
    """How the periods of a series hang together.

    Attributes
    ----------
    phases
        The times of charted points, phase by phase, in periods.
    autocorrelation
        Between a period and the next, with level and season taken out.
    interval
        Its 95 % confidence interval; none where it was stated.
    season
        The height of a yearly wave, in standard deviations of what is left.
    per_year
        Periods in a year.

    Examples
    --------
    >>> SeriesMemory.stated(24, autocorrelation=0.3).points
    24
    """

    phases: tuple[Numbers, ...]
    autocorrelation: float = 0.0
    interval: tuple[float, float] | None = None
    season: float = 0.0
    per_year: float = 12.0

    @property
    def charted(self) -> tuple[Numbers, ...]:
        """Phases that are long enough to have limits."""
        return tuple(phase for phase in self.phases if phase.size >= FEWEST)

    @property
    def points(self) -> int:
        """How many points have limits."""
        return sum(phase.size for phase in self.charted)

    @classmethod
    def stated(cls, periods: int, *, autocorrelation: float = 0.0, season: float = 0.0) -> SeriesMemory:
        """State what a monthly series in one phase is like.

        Raises
        ------
        OptionError
            When the autocorrelation is not within -0.95 and 0.95, or the season is below 0.
        """
        if not -LARGEST <= autocorrelation <= LARGEST or season < 0:
            raise OptionError(f"an autocorrelation is from -{LARGEST} to {LARGEST}, and a season 0 or more")
        return cls((np.arange(float(periods)),), autocorrelation, season=season)

    @classmethod
    def of(cls, chart: ControlChart, frequency: Frequency) -> SeriesMemory:
        """Measure what a charted series is like, phase by phase: level and season are taken out first.

        Parameters
        ----------
        chart
            A chart from `control_chart`, with its limits.
        frequency
            How long its periods are.

        Returns
        -------
        SeriesMemory
            The autocorrelation is corrected for the length of the series (Kendall 1954), and never below 0: a chart of
            a series that swings to and fro signals less, and that is not to be counted on.
        """
        points = chart.charted
        times = frequency.elapsed(pd.DatetimeIndex(points["start"]))
        phase = points["phase"].to_numpy()
        phases = tuple(times[phase == number] for number in np.unique(phase))
        if points.empty:
            return cls(phases, per_year=frequency.per_year)
        scores = _standardised(points)
        left, season = _without_season(scores, times, phase, frequency.per_year)
        value, interval = _neighbours(left, times, phase)
        return cls(phases, value, interval, season, frequency.per_year)


def _standardised(points: pd.DataFrame) -> Numbers:
    """Measure how far points are from their centre, in widths of their limits."""
    reach = (points["near_upper"] - points["centre"]).to_numpy()
    scores: Numbers = (points["value"] - points["centre"]).to_numpy() / np.where(reach > 0, reach, 1.0)
    return scores


def _without_season(scores: Numbers, times: Numbers, phase: Numbers, per_year: float) -> tuple[Numbers, float]:
    """Take the level of each phase and a yearly wave out, and give the wave's height beyond what noise would show."""
    columns = [(phase == number).astype(float) for number in np.unique(phase)]
    long = np.ptp(times) + 1 >= YEARS_FOR_SEASON * per_year and per_year >= 4
    turn = 2 * np.pi * times / per_year
    wave = [np.sin(turn), np.cos(turn)] if long else []
    design = np.column_stack([*columns, *wave])
    weights = np.linalg.lstsq(design, scores, rcond=None)[0]
    left = scores - design @ weights
    variance = float((left**2).sum() / max(scores.size - design.shape[1], 1))
    if not long or variance <= 0:
        return left, 0.0
    height = float((weights[-2:] ** 2).sum()) - 4 * variance / scores.size
    return left, float(np.sqrt(max(height, 0.0) / variance))


def _neighbours(left: Numbers, times: Numbers, phase: Numbers) -> tuple[float, tuple[float, float]]:
    """Correlate neighbours in time within phases, and correct for the length of the series."""
    beside = (np.diff(times) == 1) & (np.diff(phase) == 0)
    pairs, total = int(beside.sum()), float((left**2).sum())
    if pairs < FEWEST - 1 or total <= 0:
        return 0.0, (0.0, LARGEST)
    raw = float((left[1:] * left[:-1])[beside].sum() / total * left.size / pairs)
    value = raw + (1 + 4 * raw) / pairs
    error = NORMAL_95 * np.sqrt(max(1 - value**2, 0.01) / pairs)
    low, middle, high = (float(np.clip(end, 0.0, LARGEST)) for end in (value - error, value, value + error))
    return middle, (low, high)
