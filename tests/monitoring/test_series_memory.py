"""What a series is like: autocorrelation and season are found again where they are known."""

import numpy as np
import pytest

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import ChartPlan
from equitymodel.monitoring.control_chart import control_chart
from equitymodel.monitoring.false_alarms import stable_noise
from equitymodel.monitoring.series_memory import SeriesMemory
from tests.monitoring.series import monthly

pytestmark = pytest.mark.unit
MONTHLY = FREQUENCIES["monthly"]


def memory_of(values, **options):
    return SeriesMemory.of(control_chart(monthly(values, "2000-01-01"), ChartPlan(**options)), MONTHLY)


def test_autocorrelation_is_found_again():
    long = stable_noise(np.random.default_rng(3), (1, 240), 0.5)[0]
    memory = memory_of(long)
    low, high = memory.interval
    assert low < 0.5 < high
    assert memory.autocorrelation == pytest.approx(0.5, abs=0.12)
    assert memory.season < 0.3


def test_a_season_is_found_again():
    months = np.arange(120)
    memory = memory_of(np.random.default_rng(2).normal(size=120) + 1.5 * np.sin(2 * np.pi * months / 12))
    assert memory.season == pytest.approx(1.5, abs=0.3)
    assert memory.autocorrelation < 0.2


def test_a_step_between_phases_is_no_memory():
    values = np.random.default_rng(3).normal(size=60) + np.repeat([0.0, 20.0], 30)
    apart = memory_of(values, rebase={"2002-07": "moved"})
    assert [phase.size for phase in apart.phases] == [30, 30]
    assert apart.autocorrelation < 0.3 < memory_of(values).autocorrelation


def test_a_series_that_is_not_charted_has_no_points():
    assert memory_of(range(5)).points == 0


def test_a_series_that_never_moves_has_an_unknown_memory():
    assert memory_of([1.0] * 12).interval == (0.0, 0.95)


def test_what_has_no_meaning_is_refused():
    for options in ({"autocorrelation": 1.0}, {"season": -1.0}):
        with pytest.raises(OptionError):
            SeriesMemory.stated(24, **options)
