"""An intervention that ended, in a table and words: until the end, and after it against going on."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.data.series.read_series import add_up_series
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.after_end import _a_year, _narrowed, after_end

pytestmark = pytest.mark.unit

PLAN = Interruption("2013-05", outcome="gap", ends="2016-06")


@pytest.fixture(scope="module")
def reversed_gap():
    """The gap narrows by 15 % a year from the start, and that stops at the end; admissions rise by 10 % until then."""
    series, _ = simulate_series(
        Sizes(periods=120, before=40, groups=5), usual=Usual(1500, gradient=0.5), noise=MonthlyNoise(0.01), seed=1
    )
    design = PLAN.design(series)
    along = -0.15 * (series["position"] - 0.5) * (design["slope"] - design["second_slope"])
    change = 0.1 * (design["level"] - design["second_level"]) + along
    return series.assign(admissions=(series["admissions"] * np.exp(change)).round())


@pytest.fixture(scope="module")
def found(reversed_gap):
    total = fit_interruption(add_up_series(reversed_gap), PLAN, seed=1, draws=400)
    groups = fit_interruption(reversed_gap, PLAN, load_series_model("gap_interruption"), seed=1, draws=400)
    return after_end(total, groups)


def test_both_changes_have_their_own_intervals(found):
    rows = found.table.set_index("measure")
    until, after = (np.log(rows.loc[f"average_rate_ratio_{part}", "estimate"]) for part in ("until_end", "after_end"))
    assert until == pytest.approx(0.1, abs=0.03)
    assert after == pytest.approx(-0.1, abs=0.03)
    assert rows.loc["narrowing_until_end", "lower"] > 0


def test_a_narrowing_that_stops_is_none_a_year_after_the_end(found):
    rows = found.table.set_index("measure")
    until, after = (rows.loc[f"narrowing_a_year_{part}"] for part in ("until_end", "after_end"))
    assert until["lower"] < 0.15 < until["upper"]
    assert after["lower"] < 0 < after["upper"]
    assert until["lower"] > 0.03


def test_the_words_say_which_one_the_verdict_is_about(found):
    said = str(found).splitlines()
    assert said[0] == "It ended on 2016-06-01. The verdict is about the time from the start to the end alone."
    assert said[1].startswith("Admissions from the start to the end: 1.")
    assert "narrower" in said[3]
    assert "narrower" in said[4], "had it gone on, the most deprived would have had far more"
    assert "had it gone on" in said[4]
    assert said[5].startswith("Against its trend before the start, the gap narrowed by 1")


def test_without_an_end_inside_the_series_there_is_nothing_to_say(reversed_gap):
    total = fit_interruption(add_up_series(reversed_gap), replace(PLAN, ends="2031-01"), seed=1, draws=100)
    assert after_end(total, None) is None
    assert after_end(None, None) is None


def test_a_change_of_many_thousand_per_cent_is_said_as_over_tenfold():
    row = {"estimate": -5.2, "lower": -7.0, "upper": -0.1, "probability": 0.01}
    assert _narrowed(row) == "was over 900 % wider (11 to over 900; probability 0.99)"
    assert _a_year(row) == "widened by over 900 % (10.5 to over 900)"
