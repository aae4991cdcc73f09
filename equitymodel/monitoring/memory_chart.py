"""A chart that remembers: a cumulative sum or a moving average of residuals, with run lengths that are solved."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuse_other_fields, refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_phases import CHARTED, FEWEST, phases_of_points, status_of_points
from equitymodel.monitoring.chart_plan import ChartPlan, reading_of
from equitymodel.monitoring.charted_points import ChartedPoints
from equitymodel.monitoring.control_chart import Points, told_apart
from equitymodel.monitoring.control_limits import Numbers, mean_ranges
from equitymodel.monitoring.count_limits import RANGE_TO_SD
from equitymodel.monitoring.cumulative_sums import ALLOWANCE, DECISION, REACH, WEIGHT, cusum, moving_average, residuals
from equitymodel.monitoring.observed_expected import EXPECTED, OBSERVED
from equitymodel.monitoring.run_lengths import cusum_run_length, ewma_run_length
from equitymodel.vocabulary import ICS, PERIOD, nearest

KINDS = ("cusum", "ewma")
SHIFTS = (0.0, 0.5, 1.0, 2.0)
"""Changes, in standard deviations, for which run lengths are printed."""
FEWEST_TO_CHART = 2 * FEWEST
"""Points of a phase below which half of them are too few to say what is usual."""
SETS = "sets the usual level"
"""What a point of the baseline is."""
COLUMNS = ("residual", "value", "centre", "lower", "upper", "sum_higher", "sum_lower")
RULES = {"cusum": "cumulative sum beyond its decision", "ewma": "moving average beyond its limits"}


@dataclass(frozen=True)
class MemoryPlan:
    """What is decided about a chart that remembers, before it is looked at.

    Attributes
    ----------
    chart
        ``cusum`` or ``ewma``.
    baseline
        So many points at the start of each phase say what is usual: the ratio of observed to expected, and its spread.
        By default the first half. With 0 what is expected is what is usual, and the spread is that of moving ranges.
    allowance, decision
        Of cumulative sums, as for `cusum`.
    weight, reach
        Of moving averages, as for `moving_average`.
    plan
        Which way is better, re-basing with its reasons, the day of the data, and days that lock limits: as for a
        control chart. Of a phase that had 14 points by such a day, half of those until then say what is usual.

    Raises
    ------
    OptionError
        When there is no such chart, or a baseline is too short to say what is usual.

    Examples
    --------
    >>> MemoryPlan("cusum").run_lengths()[0.0].round(1)
    np.float64(465.4)
    """

    chart: str = "cusum"
    baseline: int | None = None
    allowance: float = ALLOWANCE
    decision: float = DECISION
    weight: float = WEIGHT
    reach: float = REACH
    plan: ChartPlan = field(default_factory=ChartPlan)

    def __post_init__(self) -> None:
        """Refuse what has no meaning, before any series is read."""
        refuse_other_fields(self)
        if self.chart not in KINDS:
            raise OptionError(f"no chart that remembers is called '{self.chart}'. {nearest(self.chart, KINDS)}")
        if self.baseline is not None and self.baseline != 0 and self.baseline < FEWEST:
            raise OptionError(
                f"a baseline of {self.baseline} points is too short to say what is usual: give {FEWEST} or more, or 0, "
                "where what is expected is what is usual"
            )
        self.over(np.zeros(1))

    def over(self, scores: Numbers) -> tuple[Numbers, Numbers]:
        """Give what is drawn and its limit, for scores with time in the first dimension."""
        if self.chart == "ewma":
            return moving_average(scores, weight=self.weight, reach=self.reach)
        sums = cusum(np.moveaxis(scores, 0, -1), allowance=self.allowance, decision=self.decision)
        drawn = np.where(sums.higher >= sums.lower, sums.higher, -sums.lower)
        return np.moveaxis(drawn, -1, 0), np.full(len(scores), self.decision)

    def run_lengths(self) -> dict[float, np.float64]:
        """Solve how many periods pass until a signal, by the size of the change: of 0, until a false alarm."""
        if self.chart == "ewma":
            return {shift: np.float64(ewma_run_length(self.weight, self.reach, shift=shift)) for shift in SHIFTS}
        return {shift: np.float64(cusum_run_length(self.allowance, self.decision, shift=shift)) for shift in SHIFTS}

    def baseline_of(self, starts: pd.DatetimeIndex) -> int:
        """Say how many points of a phase set the usual level: as stated, or half of those by a day that locks it.

        Examples
        --------
        >>> months = pd.date_range("2022-01-01", periods=24, freq="MS")
        >>> locked = MemoryPlan(plan=ChartPlan(limits_until=("2023-04-01",)))
        >>> MemoryPlan().baseline_of(months), locked.baseline_of(months), MemoryPlan(baseline=9).baseline_of(months)
        (12, 8, 9)
        """
        return self.locked_of(starts) // 2 if self.baseline is None else min(self.baseline, starts.size)

    def locked_of(self, starts: pd.DatetimeIndex) -> int:
        """Say how many of the points of a phase its limits may rest on: those by a day that locks it, if one does."""
        by_then = (int((starts <= pd.Timestamp(day)).sum()) for day in self.plan.limits_until)
        return next((points for points in by_then if points >= FEWEST_TO_CHART), starts.size)

    def spread_of(self, raw: Numbers, starts: pd.DatetimeIndex) -> Numbers:
        """Give the spread of the residuals of a phase, time in the first dimension: see `spread_of`."""
        sets = self.baseline_of(starts)
        return spread_of(raw if sets else raw[: self.locked_of(starts)], sets)


@dataclass(frozen=True)
class MemoryChart(ChartedPoints):
    """A chart that remembers, of one area.

    Attributes
    ----------
    points
        A row a period: ``period, start, observed, expected, ratio, status, phase, residual, value`` (the sum that is
        further from 0, below 0 where it is that of what is lower than expected; or the moving average), ``centre,
        lower, upper, sum_higher, sum_lower, signal, rule, direction, reading``.
    plan
        What was decided beforehand.
    area, ics_name
        Whose series it is.
    usual
        By phase: the ratio of observed to expected that is usual, and how many times the variance of counts by chance
        theirs is.
    """

    plan: MemoryPlan
    area: str
    ics_name: str
    usual: dict[int, tuple[float, float]]

    @property
    def signals_now(self) -> bool:
        """Whether the last point signals."""
        return self.last is not None and bool(self.last["signal"])

    @property
    def first_signal(self) -> str:
        """The period in which the present, or the latest, stretch of signals began; nothing where there is none."""
        if self.signals.empty:
            return ""
        own = self.charted["signal"].to_numpy()
        last = int(np.flatnonzero(own)[-1])
        before = np.flatnonzero(~own[:last])
        return str(self.charted["period"].iloc[int(before[-1]) + 1 if before.size else 0])


@refuses_other_types
def memory_chart(counts: xr.Dataset, plan: MemoryPlan | None = None) -> MemoryChart:
    r"""Chart one area by a cumulative sum or a moving average of risk-adjusted residuals.

    .. math:: z_t = \frac{O_t - r E_t}{\sqrt{\phi\, r E_t}}

    Parameters
    ----------
    counts
        From `observed_expected`, of one area.
    plan
        What was decided beforehand; a cumulative sum by default.

    Returns
    -------
    MemoryChart
        With the baseline :math:`r` is its observed over its expected, and :math:`\phi` the variance of its residuals;
        points of the baseline have no sums.

    Raises
    ------
    OptionError
        When there are several areas, nothing is expected in some period, or a day of re-basing lies outside the series.

    Notes
    -----
    Sums begin anew after a declared break and where limits are re-based. A phase in which fewer than seven points set
    what is usual, or none is left after them, is shown and not charted.

    References
    ----------
    Page ES (1954) Continuous inspection schemes. Biometrika 41:100.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.observed_expected import observed_expected
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": months, "numerator": [95, 105] * 6 + [115, 125] * 6, "denominator": 100})
    >>> chart = memory_chart(observed_expected(read_measured(rows)))
    >>> chart.first_signal, chart.last["direction"]
    ('2023-02', 'higher')
    """
    chosen = plan or MemoryPlan()
    if counts.sizes[ICS] != 1:
        raise OptionError(
            f"a chart is of one area, and there are {counts.sizes[ICS]}: use monitor_memory, or select one"
        )
    starts = pd.DatetimeIndex(counts[PERIOD])
    chosen.plan.require_rebased_within(starts, "what is usual")
    one = counts.squeeze(ICS)
    if not bool(((one[EXPECTED] > 0) | one[EXPECTED].isnull()).all()):
        raise OptionError("nothing is expected in some period; expected counts are above 0")
    one = one.assign(value=one[OBSERVED] / one[EXPECTED])
    status = status_of_points(one, chosen.plan).astype(object)
    phase = phases_of_points(one, status, chosen.plan)
    found = {name: np.full(status.size, np.nan) for name in COLUMNS}
    usual = {}
    for number in np.unique(phase):
        own = np.flatnonzero((phase == number) & (status == CHARTED))
        sets = chosen.baseline_of(starts[own])
        if own.size >= FEWEST and (sets >= FEWEST or chosen.baseline == 0) and sets < own.size:
            usual[int(number)] = _chart_phase(one, own, sets, chosen, found)
            status[own[:sets]] = SETS
    frequency = SeriesFacts.of(counts).frequency
    points = pd.DataFrame({"period": [frequency.label(start) for start in starts], "start": starts})
    kept = {OBSERVED: one[OBSERVED].values, EXPECTED: one[EXPECTED].values, "ratio": one["value"].values}
    points = points.assign(**kept, status=status, phase=phase, **found)
    name = str(one["ics_name"].item()) if "ics_name" in one.coords else str(one[ICS].item())
    return MemoryChart(_with_signals(points, chosen), chosen, str(one[ICS].item()), name, usual)


def _chart_phase(
    one: xr.Dataset, own: Points, sets: int, plan: MemoryPlan, found: dict[str, Numbers]
) -> tuple[float, float]:
    """Fill in one phase; give what is usual in it."""
    observed, expected = one[OBSERVED].values[own], one[EXPECTED].values[own]
    usual = float(observed[:sets].sum() / expected[:sets].sum()) if sets else 1.0
    raw = residuals(observed, usual * expected) if usual > 0 else np.zeros(own.size)
    spread = plan.spread_of(raw[:, None], pd.DatetimeIndex(one[PERIOD])[own]).item()
    if not spread > 0:
        raise OptionError("what is usual does not vary at all in the points that set it, so that nothing can be told "
                          "from it; give counts, not numbers that were smoothed")  # fmt: skip
    scores = raw / spread
    found["residual"][own] = scores
    drawn, limit = plan.over(scores[sets:])
    new = own[sets:]
    found["value"][new], found["centre"][new], found["lower"][new], found["upper"][new] = drawn, 0.0, -limit, limit
    if plan.chart == "cusum":
        sums = cusum(scores[sets:], allowance=plan.allowance, decision=plan.decision)
        found["sum_higher"][new], found["sum_lower"][new] = sums.higher, sums.lower
    return usual, spread**2


def spread_of(raw: Numbers, sets: int) -> Numbers:
    """Give the standard deviation of residuals, time in the first dimension: of the baseline, or by moving ranges.

    Examples
    --------
    >>> spread_of(np.array([[1.0], [-1.0], [1.0], [-1.0]]), 4).round(3).tolist()
    [1.155]
    >>> spread_of(np.array([[1.0], [-1.0], [1.0], [-1.0]]), 0).round(3).tolist()
    [1.773]
    """
    if sets:
        found: Numbers = raw[:sets].std(axis=0, ddof=1)
        return found
    return mean_ranges(np.moveaxis(raw, 0, -1)) / RANGE_TO_SD


def _with_signals(points: pd.DataFrame, plan: MemoryPlan) -> pd.DataFrame:
    beyond = [points["value"] > points["upper"], points["value"] < points["lower"]]
    direction = np.select(beyond, ["higher", "lower"], "")
    reading = [reading_of(way, plan.plan.better) for way in direction]
    rule = np.where(direction == "", "", RULES[plan.chart])
    return points.assign(signal=direction != "", rule=rule, direction=direction, reading=reading)


def memory_charts(counts: xr.Dataset, plan: MemoryPlan) -> dict[str, MemoryChart]:
    """Chart every area of a series, by code; areas of one name are named with their code.

    Parameters
    ----------
    counts, plan
        As for `memory_chart`.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.observed_expected import observed_expected
    >>> months = pd.date_range("2022-01-01", periods=16, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": [*months] * 2, "ics": ["A"] * 16 + ["B"] * 16, "numerator": [9, 12] * 16,
    ...                      "denominator": 10})
    >>> list(memory_charts(observed_expected(read_measured(rows, areas="any")), MemoryPlan("ewma")))
    ['A', 'B']
    """
    named = told_apart(counts) if "ics_name" in counts.coords else counts
    return {str(code): memory_chart(named.sel({ICS: [code]}), plan) for code in named[ICS].values}
