"""An intervention declared beforehand: its shape over the periods, its hash, and what it refuses."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.series.frequency import FREQUENCIES
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit

HASH = "d47e216cc4fa7343"
FREQS = {"monthly": "MS", "quarterly": "QS", "weekly": "7D"}


def periods(first="2022-01-01", number=24, frequency="monthly", masked=()):
    starts = pd.date_range(first, periods=number, freq=FREQS[frequency])
    mask = np.isin(np.arange(number), masked)
    return xr.Dataset({"masked": ("period", mask)}, {"period": starts}, {"frequency": frequency})


def level(plan, **options):
    return plan.design(periods(**options))["level"].values


# Shapes


def test_a_step_is_nothing_before_and_whole_after():
    design = Interruption("2023-01").design(periods())
    assert design["level"].values.tolist() == [0] * 12 + [1] * 12
    assert design["after"].values.tolist() == [False] * 12 + [True] * 12
    np.testing.assert_allclose(design["slope"].values[12:], np.arange(12) / 12)
    assert not design["slope"].values[:12].any()


def test_a_ramp_grows_in_a_line_and_stays():
    ramp = level(Interruption("2023-01", shape="ramp", ramp_months=4))
    np.testing.assert_allclose(ramp[11:18], [0, 1 / 8, 3 / 8, 5 / 8, 7 / 8, 1, 1])


def test_a_delayed_change_is_a_step_later():
    delayed = Interruption("2022-10", shape="delayed", lag=3).design(periods())
    step = Interruption("2023-01").design(periods())
    xr.testing.assert_allclose(delayed[["level", "slope", "after"]], step[["level", "slope", "after"]])


def test_a_gradual_change_has_come_63_percent_after_its_months():
    at = level(Interruption("2023-01", shape="gradual", ramp_months=6))
    np.testing.assert_allclose((at[17] + at[18]) / 2, 1 - np.exp(-1), atol=0.003)


def test_a_pulse_is_over_after_its_months():
    pulse = level(Interruption("2023-01", shape="pulse", ramp_months=2))
    assert pulse.tolist() == [0] * 12 + [1, 1] + [0] * 10


def test_a_washout_leaves_periods_out_and_moves_nothing():
    design = Interruption("2023-01", washout=2).design(periods())
    assert design["washout"].values.nonzero()[0].tolist() == [12, 13]
    assert design["after"].values.nonzero()[0].tolist() == list(range(14, 24))
    assert design["level"].values.tolist() == [0] * 12 + [1] * 12


def test_months_are_months_in_quarters_and_weeks():
    quarters = level(Interruption("2023-01", lag=1), frequency="quarterly")
    np.testing.assert_allclose(quarters[4:6], [2 / 3, 1])
    weeks = Interruption("2022-01-31", washout=1).design(periods("2022-01-03", frequency="weekly"))
    assert weeks["washout"].values.nonzero()[0].tolist() == [4, 5, 6, 7, 8]


shapes = st.sampled_from([("step", None), ("ramp", 5), ("gradual", 3), ("pulse", 4), ("delayed", None)])


@given(shapes, st.integers(1, 6), st.sampled_from(list(FREQS)))
def test_the_level_of_a_period_is_a_share(shape, lag, frequency):
    plan = Interruption("2022-07-04" if frequency == "weekly" else "2022-07", shape[0], lag=lag, ramp_months=shape[1])
    series = periods("2021-01-04" if frequency == "weekly" else "2021-01-01", 150, frequency)
    design = plan.design(series)
    assert (design["level"] >= -1e-12).all()
    assert (design["level"] <= 1 + 1e-12).all()
    assert not design["level"].where(series["period"] < pd.Timestamp("2022-07-01"), 0).any()


@given(shapes, st.integers(1, 6))
def test_a_quarter_is_the_mean_of_its_months(shape, lag):
    plan = Interruption("2022-07", shape[0], lag=lag, ramp_months=shape[1])
    months, quarters = level(plan, number=36), level(plan, number=12, frequency="quarterly")
    np.testing.assert_allclose(months.reshape(12, 3).mean(axis=1), quarters, atol=1e-9)


@given(shapes, st.sets(st.integers(0, 35), max_size=12))
def test_gaps_in_the_series_change_no_other_period(shape, gone):
    plan = Interruption("2023-06", shape[0], lag=2, ramp_months=shape[1])
    whole = periods(number=36)
    kept = [n for n in range(36) if n not in gone - {0, 35, 20}]
    part = plan.design(whole.isel(period=kept))
    np.testing.assert_allclose(part["level"], plan.design(whole)["level"].isel(period=kept), atol=1e-9)


# When it starts


@pytest.mark.parametrize("date", ["2021-12", "2024-01", "2030-01"])
def test_a_start_outside_the_series_is_refused(date):
    with pytest.raises(SpecError, match="outside the series, which runs from 2022-01-01 to 2023-12-31"):
        Interruption(date).design(periods())


def test_a_start_inside_a_period_names_the_ways_out():
    with pytest.raises(SpecError, match=r"falls inside the period 2023-04.*'2023-04-01' or '2023-05-01'.*washout=1 "):
        Interruption("2023-04-17").design(periods())


def test_a_start_inside_a_period_that_is_left_out_counts_from_its_first_day():
    inside = Interruption("2023-04-17", washout=1).design(periods())
    assert inside.drop_attrs().identical(Interruption("2023-04", washout=1).design(periods()).drop_attrs())
    assert inside.attrs["first_period"] == "2023-04"


def test_a_start_inside_a_week_is_refused():
    with pytest.raises(SpecError, match="inside the period week of 2022-02-28"):
        Interruption("2022-03").design(periods("2022-01-03", frequency="weekly"))


@pytest.mark.parametrize(("plan", "masked", "part"), [
    (Interruption("2022-01"), (), "before"), (Interruption("2023-12", washout=1), (), "after"),
    (Interruption("2023-01", lag=12), (), "after"), (Interruption("2023-01"), range(12, 24), "after"),
    (Interruption("2022-03"), (0, 1), "before"),
])  # fmt: skip
def test_nothing_left_on_one_side_is_refused(plan, masked, part):
    with pytest.raises(SpecError, match=f"no period is left {part}"):
        plan.design(periods(masked=list(masked)))


def test_a_start_in_a_gap_is_a_start_all_the_same():
    gap = periods().isel(period=[*range(10), *range(15, 24)])
    design = Interruption("2023-01").design(gap)
    np.testing.assert_allclose(design["slope"].values[10:], np.arange(3, 12) / 12)


# What is declared


@pytest.mark.parametrize(("options", "message"), [
    ({"date": "April 2023"}, "is not a date"), ({"date": "2023-13"}, "is not a date"),
    ({"shape": "stepp"}, "Did you mean 'step'"), ({"outcome": "gaps"}, "Did you mean 'gap'"),
    ({"lag": -1}, "0 or more"), ({"washout": -1}, "0 or more"), ({"shape": "delayed"}, "needs a lag"),
    ({"shape": "ramp"}, "needs ramp_months"), ({"shape": "pulse", "ramp_months": 0}, "needs ramp_months"),
    ({"ramp_months": 3}, "takes no ramp_months"), ({"smallest_change": 5}, "a share between 0 and 1"),
    ({"looks": 0}, "1 or more"), ({"looks": 2.5}, "whole number"), ({"looks": 9, "planned_months": 6}, "last look"),
])  # fmt: skip
def test_a_declaration_without_meaning_is_refused(options, message):
    with pytest.raises(SpecError, match=message):
        Interruption(**{"date": "2023-04", **options})


def test_the_hash_is_of_what_was_declared_and_not_of_when():
    plan = Interruption("2023-04", declared="2022-01-01T00:00:00+00:00")
    assert plan == Interruption("2023-04")
    assert plan.sha256 == Interruption("2023-04").sha256 == Interruption("2023-04-01").sha256
    assert len(plan.sha256) == 64


@pytest.mark.parametrize("change", [
    {"date": "2023-05"}, {"lag": 1}, {"washout": 1}, {"outcome": "gap"}, {"smallest_change": 0.1}, {"looks": 4},
    {"planned_months": 12}, {"shape": "ramp", "ramp_months": 3},
])  # fmt: skip
def test_every_part_of_a_declaration_changes_the_hash(change):
    plan = Interruption("2023-04")
    assert replace(plan, **change).sha256 != plan.sha256


def test_whole_numbers_are_hashed_as_numbers():
    assert Interruption("2023-04", lag=2).sha256 == Interruption("2023-04", lag=2.0).sha256


def test_the_hash_stays_the_same_between_versions():
    assert Interruption("2023-04").sha256.startswith(HASH)


def test_it_is_stamped_with_the_time_it_was_declared():
    stamp = pd.Timestamp(Interruption("2023-04").declared)
    assert abs(pd.Timestamp.now("UTC") - stamp) < pd.Timedelta(minutes=1)


def test_it_says_itself_in_words():
    text = str(Interruption("2023-04", shape="delayed", lag=3, outcome="gap", looks=4))
    assert "effect from 3 months on" in text
    assert "whether the gap between deprivation groups changed, by 5 % or more" in text
    assert "Looked at 4 times: a tail probability above 0.986 counts" in text


def test_frequencies_agree_on_a_year():
    assert {name: round(each.per_year) for name, each in FREQUENCIES.items()} == {
        "monthly": 12, "quarterly": 4, "weekly": 52, "four_weekly": 13, "annual": 1}  # fmt: skip


@pytest.mark.parametrize("value", [dt.date(2023, 4, 17), pd.Timestamp("2023-04-17"), dt.datetime(2023, 4, 17, 9, 30)])
def test_dates_may_be_text_dates_or_timestamps(value):
    plan = Interruption(value, starts={"QOP": value})
    assert plan == Interruption("2023-04-17", starts={"QOP": "2023-04-17"})
    assert plan.sha256 == Interruption("2023-04-17", starts={"QOP": "2023-04-17"}).sha256
    assert plan.date == "2023-04-17"
    assert Interruption("2024-01").starting(value).start == dt.date(2023, 4, 17)


def test_more_interim_looks_than_months_are_refused_with_a_way_out():
    with pytest.raises(SpecError, match=r"200 interim looks do not fit into 24 months.*planned_months=200 or more"):
        Interruption("2023-04", looks=200)
    assert Interruption("2023-04", looks=30, planned_months=30).threshold > 0.975


def test_a_quarter_is_its_first_day_in_the_declaration_and_its_hash():
    assert Interruption("2004-Q1", ends="2005 Q2", shape="step") == Interruption(
        "2004-01-01", ends="2005-04-01", shape="step"
    )
