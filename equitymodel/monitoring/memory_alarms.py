"""How often a chart that remembers signals when nothing changes, and charts of many areas with that beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.charted_points import points_of_areas
from equitymodel.monitoring.control_chart import control_chart
from equitymodel.monitoring.false_alarms import REPETITIONS, monte_carlo_error, stable_noise
from equitymodel.monitoring.memory_chart import MemoryChart, MemoryPlan, memory_charts
from equitymodel.monitoring.monitored import FOR_MANY
from equitymodel.monitoring.observed_expected import EXPECTED, OBSERVED
from equitymodel.monitoring.series_memory import SeriesMemory
from equitymodel.vocabulary import ICS


@dataclass(frozen=True)
class MemoryAlarms:
    """How often charts like this one signal at least once where nothing changed.

    Attributes
    ----------
    share, error
        From 0 to 1, and the Monte Carlo standard error.
    autocorrelation
        Of the ratio of observed to expected, from one period to the next.
    points, repetitions
        How many points can signal, and how many series were simulated.
    """

    share: float
    error: float
    autocorrelation: float
    points: int
    repetitions: int

    def __str__(self) -> str:
        """Say it in a sentence."""
        return (
            f"When nothing changes, {100 * self.share:.0f} % (Monte Carlo standard error {100 * self.error:.1f}) of "
            f"charts like this one, of {self.points} points after the baseline with an autocorrelation of "
            f"{self.autocorrelation:.2f}, have at least one signal; each takes what is usual from as short a baseline. "
            "A real change in the series makes the autocorrelation, and so this share, look larger."
        )


@dataclass(frozen=True)
class MemoryMonitored:
    """Charts that remember, of one area or many.

    Attributes
    ----------
    charts, alarms
        By area; no alarms where nothing is charted.
    plan
        What was decided beforehand.
    facts, seed
        What is known of the series, and the seed of simulations.
    """

    charts: Mapping[str, MemoryChart]
    alarms: Mapping[str, MemoryAlarms]
    plan: MemoryPlan
    facts: SeriesFacts
    seed: int

    @property
    def by_signal(self) -> list[str]:
        """Areas whose last point signals first."""
        return sorted(
            self.charts, key=lambda code: (not self.charts[code].signals_now, -len(self.charts[code].signals))
        )

    @property
    def points(self) -> pd.DataFrame:
        """Every point of every area, as one table."""
        return points_of_areas({code: (chart.ics_name, chart.points) for code, chart in self.charts.items()})


@refuses_other_types
def monitor_memory(counts: xr.Dataset, plan: MemoryPlan | None = None, *, seed: int = 1) -> MemoryMonitored:
    """Chart every area by a chart that remembers, with how often it would signal by chance.

    Parameters
    ----------
    counts
        From `observed_expected`.
    plan
        What was decided beforehand; a cumulative sum by default.
    seed
        Of the simulation.

    Returns
    -------
    MemoryMonitored
        Charts and alarms by area.

    Raises
    ------
    OptionError
        As for `memory_chart`.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.observed_expected import observed_expected
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> rows = pd.DataFrame({"period": months, "numerator": [95, 105] * 12, "denominator": 100})
    >>> found = monitor_memory(observed_expected(read_measured(rows)))
    >>> found.points["signal"].any(), found.alarms["All ICSs"].points
    (np.False_, 12)
    """
    chosen = plan or MemoryPlan()
    charts = memory_charts(counts, chosen)
    repetitions = REPETITIONS if len(charts) == 1 else FOR_MANY
    alarms = {}
    for number, (code, chart) in enumerate(charts.items()):
        if chart.usual:
            memory = memory_of(counts.sel({ICS: [code]}), chosen.plan)
            alarms[code] = memory_alarms(chart, memory, seed=seed + number, repetitions=repetitions)
    return MemoryMonitored(charts, alarms, chosen, SeriesFacts.of(counts), seed)


def memory_of(counts: xr.Dataset, plan: ChartPlan) -> SeriesMemory:
    """Measure how the ratio of observed to expected hangs together, as of a control chart."""
    series = counts.assign(value=counts[OBSERVED] / counts[EXPECTED]).drop_vars([OBSERVED, EXPECTED])
    named = series if "ics_name" in series.coords else series.assign_coords(ics_name=(ICS, series[ICS].values))
    return SeriesMemory.of(control_chart(named, plan), SeriesFacts.of(counts).frequency)


def memory_alarms(
    chart: MemoryChart, memory: SeriesMemory, *, seed: int = 1, repetitions: int = REPETITIONS
) -> MemoryAlarms:
    """Simulate series in which nothing changed, with phases and baselines like those of a chart, and count alarms.

    Parameters
    ----------
    chart
        From `memory_chart`.
    memory
        From `memory_of`: autocorrelation and season.
    seed, repetitions
        Of the simulation.

    Returns
    -------
    MemoryAlarms
        For residuals that are normal, with an autocorrelation of one period to the next and a yearly wave.
    """
    rng = np.random.default_rng([seed, 51])
    any_signal, points = np.zeros(repetitions, bool), 0
    for number in chart.usual:
        times = np.flatnonzero((chart.points["phase"] == number) & chart.points["residual"].notna())
        length = int(times[-1] - times[0]) + 1
        noise = stable_noise(rng, (repetitions, length), memory.autocorrelation)
        turn = 2 * np.pi * (np.arange(length)[None, :] / memory.per_year + rng.random((repetitions, 1)))
        own = (noise + memory.season * np.sin(turn))[:, times - times[0]].T
        starts = pd.DatetimeIndex(chart.points["start"].iloc[times])
        sets = chart.plan.baseline_of(starts)
        level = own[:sets].mean(axis=0) if sets else 0.0
        drawn, limit = chart.plan.over(((own - level) / chart.plan.spread_of(own - level, starts))[sets:])
        any_signal |= (np.abs(drawn) > limit[:, None]).any(axis=0)
        points += len(own) - sets
    share = float(any_signal.mean())
    return MemoryAlarms(share, monte_carlo_error(share, repetitions), memory.autocorrelation, points, repetitions)
