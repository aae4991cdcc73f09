"""A control chart of one series: limits, phases, signals, and what the last point and the target come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_phases import CHARTED, FEWEST, phases_of_points, status_of_points
from equitymodel.monitoring.chart_plan import ChartPlan, reading_of
from equitymodel.monitoring.chart_rules import RUN, ChartRules
from equitymodel.monitoring.chart_signals import ChartSignals, find_signals
from equitymodel.monitoring.charted_points import ChartedPoints
from equitymodel.monitoring.control_limits import ControlLimits
from equitymodel.monitoring.count_limits import OF_COUNTS, Charted, chart_limits
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD

BESIDE = ("numerator", "denominator", "value_se", "value_low", "value_high", "value_null")
"""What a point keeps beside its value."""
LINES = ("centre", "lower", "upper", "near_lower", "near_upper")
TRIAL, FIXED, ALL_POINTS, NONE = "trial", "fixed", "all points", ""
Points = NDArray[np.intp]
USUAL = ChartPlan()


@dataclass(frozen=True)
class ControlChart(ChartedPoints):
    """A chart and what it shows. Its signals are for looking into; they are no evidence of an effect.

    Attributes
    ----------
    points
        A row a period: ``period, start, value, status, phase, centre, lower, upper, near_lower, near_upper, limits``
        (``fixed``, ``trial``, ``all points`` or nothing), ``signal, rule, direction`` and ``reading``.
    plan
        What was decided beforehand.
    area, ics_name
        Whose series it is.
    """

    plan: ChartPlan
    area: str
    ics_name: str

    @property
    def rebased_at_run(self) -> bool:
        """Whether limits were set anew where a run began: a date that the chart chose."""
        first = self.charted.drop_duplicates("phase").iloc[1:]
        return self.plan.rule_set.rebase_at_runs and bool((first["rule"] == RUN).any())

    @property
    def assurance(self) -> str:
        """What the target comes to: ``met``, ``not met`` whatever usual variation does, or ``hit and miss``."""
        target, better, last = self.plan.target, self.plan.better, self.last
        if target is None or better == "neither" or last is None:
            return ""
        above, below = bool(last["lower"] > target), bool(last["upper"] < target)
        if not above and not below:
            return "hit and miss"
        return "met" if above == (better == "higher") else "not met"


@refuses_other_types
def control_chart(series: xr.Dataset, plan: ChartPlan = USUAL) -> ControlChart:
    """Chart one series by rules that were decided beforehand.

    Parameters
    ----------
    series
        From `read_measured`; of several areas, one: ``series.sel(ics="QE1")``.
    plan
        Kind, rules, target and re-basing.

    Returns
    -------
    ControlChart
        Every period, charted or not, and every signal.

    Raises
    ------
    OptionError
        When there are several areas, or the kind needs denominators that are not there.

    Notes
    -----
    A new phase begins after a declared break and where limits are re-based; runs, trends and moving ranges do not reach
    across. A phase with fewer than seven charted points has no limits: it is shown, and not charted.

    References
    ----------
    NHS England, Making Data Count. Wheeler DJ (2000) Understanding variation: the key to managing chaos.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2022-01-01", periods=18, freq="MS").strftime("%Y-%m")
    >>> series = read_measured(pd.DataFrame({"period": months, "value": [1, 2, 1, 2, 10] + [1, 2] * 6 + [1]}))
    >>> chart = control_chart(series, ChartPlan(rules="plotthedots"))
    >>> chart.last["upper"].round(4), chart.signals[["period", "rule"]].values.tolist()
    (np.float64(4.6044), [['2022-05', 'outside the limits']])
    """
    one = _one_area(series, plan)
    status = status_of_points(one, plan)
    phase = phases_of_points(one, status, plan)
    made = _Made(one, plan)
    for number in np.unique(phase):
        made.chart_phase(np.flatnonzero((phase == number) & (status == CHARTED)))
    facts = SeriesFacts.of(series)
    starts = pd.DatetimeIndex(one[PERIOD])
    points = pd.DataFrame({"period": [facts.frequency.label(start) for start in starts], "start": starts})
    counts = {name: one[name].values for name in BESIDE if name in one}
    points = points.assign(value=one["value"].values, **counts, status=status, phase=made.phase_numbers(phase))
    return ControlChart(points.assign(**made.columns()), plan, str(one[ICS].item()), str(one["ics_name"].item()))


def control_charts(series: xr.Dataset, plan: ChartPlan = USUAL) -> dict[str, ControlChart]:
    """Chart every area of a series, by code.

    Parameters
    ----------
    series, plan
        As for `control_chart`.

    Returns
    -------
    dict
        Charts in the order of the series; areas of one name are named with their code.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> months = pd.date_range("2022-01-01", periods=8, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": [*months] * 2, "ics": ["A"] * 8 + ["B"] * 8, "value": range(16)})
    >>> list(control_charts(read_measured(rows, areas="any")))
    ['A', 'B']
    """
    named = told_apart(series)
    return {str(code): control_chart(named.sel({ICS: [code]}), plan) for code in named[ICS].values}


def told_apart(series: xr.Dataset) -> xr.Dataset:
    """Name areas of one name with their code.

    Examples
    --------
    >>> named = xr.Dataset(coords={"ics": ["A", "B", "C"], "ics_name": ("ics", ["Devon", "Kent", "Kent"])})
    >>> told_apart(named)["ics_name"].values.tolist()
    ['Devon', 'Kent (B)', 'Kent (C)']
    """
    codes, names = series[ICS].values, pd.Series(series["ics_name"].values, dtype=str)
    with_codes = [f"{name} ({code})" for name, code in zip(names, codes, strict=True)]
    return series.assign_coords(ics_name=(ICS, names.where(~names.duplicated(keep=False), with_codes).to_numpy()))


def _one_area(series: xr.Dataset, plan: ChartPlan) -> xr.Dataset:
    if series.sizes.get(ICS, 1) != 1:
        raise OptionError(
            f"a chart is of one area, and there are {series.sizes[ICS]}: use control_charts, or select one"
        )
    if series.sizes.get(DEPRIVATION, 1) != 1:
        raise OptionError("a chart is of one number a period; work a metric out of groups first: metric_series")
    if plan.kind in OF_COUNTS and "denominator" not in series:
        raise OptionError(
            f"a chart of kind '{plan.kind}' takes columns numerator and denominator; kind='xmr' takes values"
        )
    plan.require_rebased_within(pd.DatetimeIndex(series[PERIOD]))
    return series.squeeze([dim for dim in (ICS, DEPRIVATION) if dim in series.dims])


class _Made:
    """A chart while it is made: arrays over all periods, filled in phase by phase."""

    def __init__(self, series: xr.Dataset, plan: ChartPlan) -> None:
        size = series.sizes[PERIOD]
        counted = plan.kind in OF_COUNTS
        counts = series["numerator" if counted else "value"].values
        self.charted = Charted.of(counts, series["denominator"].values if counted else None)
        self.plan = plan
        self.lines = {name: np.full(size, np.nan) for name in LINES}
        self.limits = np.full(size, NONE, dtype=object)
        self.rule, self.direction = np.full(size, "", dtype=object), np.zeros(size, np.int8)
        self.anew = np.zeros(size, bool)
        starts = pd.DatetimeIndex(series[PERIOD])
        self.locks = [np.asarray(starts <= pd.Timestamp(day)) for day in plan.limits_until]

    def chart_phase(self, points: Points) -> None:
        """Set limits for one phase and find its signals; where rules re-base at runs, for each of its parts."""
        rules = self.plan.rule_set
        while points.size >= FEWEST:
            sets = np.zeros(points.size, bool)
            sets[: rules.fix_after or points.size] = True
            sets &= self._locked(points)
            own = self.charted.take(points)
            limits = chart_limits(own, self.plan.kind, sets=sets, screen=rules.screen)
            signals = find_signals(own.values, limits, rules)
            run = _later_run(signals, rules)
            self._keep(points, limits, signals, _kind_of_limits(int(sets.sum()), points.size, rules))
            if run is None:
                return
            points = points[run:]
            self.anew[points[0]] = points.size >= FEWEST

    def _locked(self, points: Points) -> NDArray[np.bool_]:
        """Mark the points of a phase that set its limits: those up to the first day by which it had enough."""
        enough = (lock[points] for lock in self.locks if lock[points].sum() >= self.plan.rule_set.trial_below)
        return next(enough, np.ones(points.size, bool))

    def _keep(self, points: Points, limits: ControlLimits, signals: ChartSignals, kind: str) -> None:
        """Keep what was found; the run that a part begins with keeps the signal it was in the part before."""
        for name in LINES:
            self.lines[name][points] = getattr(limits, name)
        self.limits[points] = kind
        began = self.plan.rule_set.run_length if self.anew[points[0]] else 0
        new = points[began:]
        self.rule[new], self.direction[new] = signals.rule[began:], signals.direction[began:]

    def phase_numbers(self, phase: Points) -> Points:
        """Give the numbers of phases, with those that begin at a run."""
        found: Points = phase + np.cumsum(self.anew)
        return found

    def columns(self) -> dict[str, Any]:
        """Give the columns of the chart."""
        words = np.array(["lower", "", "higher"], dtype=object)[self.direction + 1]
        beyond = self.plan.beyond_no_gap(self.charted.values) & self.plan.beyond_no_gap(self.lines["centre"])
        reading = [word if far else reading_of(word, self.plan.better) for word, far in zip(words, beyond, strict=True)]
        found = {"signal": self.rule != "", "rule": self.rule, "direction": words, "reading": reading}
        return {**self.lines, "limits": self.limits, **found}


def _kind_of_limits(setting: int, points: int, rules: ChartRules) -> str:
    if setting < rules.trial_below:
        return TRIAL
    fixed = setting < points or (rules.fix_after is not None and points >= rules.fix_after)
    return FIXED if fixed else ALL_POINTS


def _later_run(signals: ChartSignals, rules: ChartRules) -> int | None:
    """Find where a run begins that comes wholly after limits were fixed, where rules set them anew from there."""
    if not rules.rebase_at_runs or rules.fix_after is None:
        return None
    return next(_runs(signals, rules, rules.fix_after), None)


def _runs(signals: ChartSignals, rules: ChartRules, first: int) -> Iterator[int]:
    """Give the starts of stretches of one direction that a run marks, and that are long enough after a point."""
    marked = np.where(signals.rule == RUN, signals.direction, 0)
    for start in range(first, marked.size - rules.run_length + 1):
        window = marked[start : start + rules.run_length]
        if window[0] and (window == window[0]).all():
            yield start
