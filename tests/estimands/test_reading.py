import numpy as np
import pytest
import xarray as xr

from equitymodel.estimands.reading import (
    Reading,
    compared,
    deficit_reading,
    ratio_reading,
    read_as,
    read_like,
    reading_of,
)
from equitymodel.estimands.summary import summarise

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("reading", "event", "words"),
    [
        (ratio_reading(), "below_1", "ratio below 1: the most deprived have fewer"),
        (ratio_reading("White"), "below_1", "ratio below 1: fewer than White"),
        (deficit_reading("ratio", 1), "above_1", "ratio above 1: the most deprived have fewer"),
        (deficit_reading("index"), "above_0", "above 0: the most deprived have fewer"),
        (deficit_reading("", reference="White"), "above_0", "above 0: fewer than White"),
        (Reading("rank"), "", ""),
    ],
)
def test_what_a_probability_is_of_is_said_the_same_way_everywhere(reading, event, words):
    assert (reading.event, reading.words) == (event, words)


def test_the_two_sides_of_no_difference_are_opposites():
    for reading in (ratio_reading(), deficit_reading("index"), ratio_reading("White")):
        assert {reading.above, reading.below} == {
            compared(amount, "White" if "White" in reading.above else "") for amount in ("more", "fewer")
        }
    assert ratio_reading().sign == "more"
    assert deficit_reading("").sign == "fewer"


def test_a_reading_travels_in_the_attributes_and_replaces_what_was_there():
    values = xr.DataArray([0.5], dims="ics", attrs={"unit": "apples", "above": "too many"})
    read = read_as(values, Reading("rank"), "rank")
    assert (read.name, read.attrs) == ("rank", {"unit": "rank"})
    assert reading_of(read) == Reading("rank")
    assert reading_of(read_as(values, ratio_reading(), "gap").sel(ics=[0])) == ratio_reading()


def test_values_below_0_are_not_read_as_ratios():
    gap = read_as(xr.DataArray([0.5, 1.2]), ratio_reading(), "gap")
    assert reading_of(gap) == ratio_reading()
    assert reading_of(gap - 1) == Reading("")


def test_arrays_that_say_nothing_are_read_as_nothing():
    assert reading_of(xr.DataArray([1.0])) == Reading("")


@pytest.mark.parametrize(
    "worked_on", [lambda gap: 1 / gap, lambda gap: -gap, lambda gap: 100 * gap, lambda gap: gap - 1, np.log],
    ids=["inverse", "minus", "per cent", "less one", "log"],
)  # fmt: skip
def test_nothing_is_claimed_of_values_that_were_worked_on(worked_on):
    gap = read_as(xr.DataArray([[1.1, 1.2]], dims=("chain", "draw")), ratio_reading(), "rate_ratio")
    assert reading_of(worked_on(gap)) == Reading("")
    row = summarise(worked_on(gap)).iloc[0]
    assert np.isnan(row["probability"])
    assert row["unit"] == ""


def test_rows_that_were_chosen_are_read_as_before():
    gap = read_as(xr.DataArray([[0.8, 1.2]], {"ics": ["a", "b"]}, ("draw", "ics")), ratio_reading(), "rate_ratio")
    for chosen in (gap.sel(ics="a"), gap.sel(ics=["b"]), gap.transpose("ics", "draw"), gap.drop_sel(ics="a")):
        assert reading_of(chosen) == ratio_reading()
    assert reading_of(read_like(gap.where(gap < 1), gap)) == ratio_reading()
