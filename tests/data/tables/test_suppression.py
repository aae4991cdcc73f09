"""What a published count may be: the truth always lies within the bounds that a rule gives."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.numbers import parse_counts
from equitymodel.data.tables.suppression import (
    HIGH,
    LOW,
    PUBLISHERS,
    SmallNumberRule,
    SmallNumbers,
    count_bounds,
    count_middle,
    draw_within,
    poisson_within,
    show,
    small_number_rule,
)
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

WRITTEN = ["hes", "lt5", "lt6", "1-9", "1-9/10", "1-7/5", "0-4", "1-4/10", "1-11/10", "2-4", "1-2/10", "3-6/5",
           "opensafely", "midpoint_6", "/5", "/10", "/3", "/10 half-up", "/10 half-even", "/2 half-even",
           "1-9/10 half-up", "1-4/10 half-even", "1-7/100"]  # fmt: skip


def shown(*numbers):
    return np.array(numbers, dtype=float)


@pytest.mark.parametrize(
    ("choice", "rule"),
    [("hes", SmallNumberRule(1, 7, 5)), ("lt5", SmallNumberRule(1, 4)), ("lt6", SmallNumberRule(1, 5)),
     ("1-9", SmallNumberRule(1, 9)), ("1-7/5", SmallNumberRule(1, 7, 5)), ("0 - 4 / 10", SmallNumberRule(0, 4, 10)),
     (SmallNumberRule(2, 3), SmallNumberRule(2, 3)), ("error", None), ("exact", None), ("exclude", None),
     ("opensafely", SmallNumberRule(0, 7, 5, "zero")), ("midpoint_6", SmallNumberRule(1, 6, 6, "midpoint")),
     ("/5", SmallNumberRule(0, 2, 5, "zero")), ("/ 10", SmallNumberRule(0, 5, 10, "zero")),
     ("/10 half-up", SmallNumberRule(0, 4, 10, "zero", "up")), ("1-9/10 half-even", SmallNumberRule(1, 9, 10, halves="even"))],
)  # fmt: skip
def test_a_rule_is_chosen_by_name_or_written(choice, rule):
    assert small_number_rule(choice) == rule


@pytest.mark.parametrize(
    ("choice", "why"),
    [("hess", "Did you mean 'hes'"), ("lt7", "there is no rule 'lt7'"), ("1-", "write one, such as 1-9"),
     ("", "there is no rule"), ("1-7/", "there is no rule"), ("-1-4", "there is no rule"),
     ("9-1", "cannot lie between 9 and 1"), ("1-9/0", "cannot lie between 1 and 9, /0")],
)  # fmt: skip
def test_a_rule_that_cannot_hold_is_refused(choice, why):
    with pytest.raises(OptionError, match=why):
        small_number_rule(choice)


@pytest.mark.parametrize("ends", [(-1, 4), (5, 4), (1, 4, 0)])
def test_no_rule_has_an_empty_interval_or_rounds_to_nothing(ends):
    with pytest.raises(OptionError, match="cannot lie"):
        SmallNumberRule(*ends)


def test_a_rule_says_itself_as_a_phrase():
    assert str(PUBLISHERS["opensafely"]) == "a count of 0 to 7 is shown as 0, other counts rounded to the nearest 5"
    assert str(PUBLISHERS["midpoint_6"]) == "1 to 6 is shown as 3, 7 to 12 as 9, and so on"
    assert str(small_number_rule("/5")) == "counts are rounded to the nearest 5"
    assert str(PUBLISHERS["lt5"]) == "a suppressed count is 1 to 4"
    assert str(PUBLISHERS["hes"]) == "a suppressed count is 1 to 7, other counts rounded to the nearest 5"


@pytest.mark.parametrize(
    ("choice", "number", "bounds"),
    [("hes", 0, (0, 0)), ("hes", 10, (8, 12)), ("hes", 15, (13, 17)), ("hes", 400, (398, 402)),
     ("lt5", 0, (0, 0)), ("lt5", 5, (5, 5)), ("lt5", 812, (812, 812)), ("lt6", 6, (6, 6)),
     ("1-9/10", 10, (10, 14)), ("1-9/10", 40, (35, 45)), ("1-11/10", 10, (12, 14)),
     ("/10", 10, (5, 14)), ("/10", 20, (15, 25)), ("/10", 0, (0, 5)), ("/10 half-up", 10, (5, 14)),
     ("/10 half-up", 20, (15, 24)), ("/10 half-up", 0, (0, 4)), ("/10 half-even", 10, (6, 14)),
     ("/10 half-even", 20, (15, 25)), ("/10 half-even", 0, (0, 5)), ("1-4/10 half-even", 10, (6, 14)),
     ("2-4", 0, (0, 0)), ("2-4", 1, (1, 1)), ("2-4", 5, (5, 5)),
     ("1-7/3", 0, (0, 0)), ("1-7/3", 9, (8, 10)), ("1-8/3", 9, (9, 10)), ("2-2/3", 3, (3, 4)), ("1-1/3", 0, (0, 0)),
     ("1-10/3", 12, (11, 13)), ("1-11/3", 12, (12, 13))],
)  # fmt: skip
def test_a_number_that_is_shown_has_the_bounds_of_its_rounding(choice, number, bounds):
    low, high = small_number_rule(choice).bounds(shown(number))
    assert (low.item(), high.item()) == bounds


@pytest.mark.parametrize(("choice", "hidden", "shown_as"), [("1-7/3", (1, 7), (0, 8)), ("2-4", (2, 4), (1, 5))])
def test_both_ends_of_a_rule_are_hidden_and_their_neighbours_are_not(choice, hidden, shown_as):
    rule = small_number_rule(choice)
    assert rule.hides(shown(*hidden)).all()
    assert not rule.hides(shown(*shown_as)).any()


def test_what_is_not_known_has_no_bounds():
    low, high = PUBLISHERS["hes"].bounds(shown(np.nan, 10))
    np.testing.assert_array_equal([low, high], [[np.nan, 8], [np.nan, 12]])


@pytest.mark.parametrize(
    ("choice", "seen", "unseen"),
    [("hes", (0, 10, 15, 1000), (1, 3, 5, 7, 8, 12)), ("lt5", (0, 5, 6, 813), (1, 4)), ("lt6", (0, 6), (1, 5)),
     ("1-9/10", (0, 10, 20), (5, 9, 15)), ("1-11/10", (0, 10, 20), (11, 12)), ("0-4", (5,), (0, 4)),
     ("2-4", (0, 1, 5), (2, 3, 4))],
)  # fmt: skip
def test_a_number_that_the_rule_would_have_hidden_or_rounded_is_known(choice, seen, unseen):
    rule = small_number_rule(choice)
    assert rule.would_show(shown(*seen)).all()
    assert not rule.would_show(shown(*unseen)).any()


def test_an_absent_row_may_be_zero_only_where_zeros_are_not_shown():
    assert PUBLISHERS["lt5"].absent(zeros_shown=True) == (1, 4)
    assert PUBLISHERS["lt5"].absent(zeros_shown=False) == (0, 4)
    assert SmallNumberRule(0, 4).absent(zeros_shown=True) == (0, 4)


# Round trips: what a publisher shows, read back


@pytest.mark.parametrize("choice", WRITTEN)
@given(counts=st.lists(st.integers(0, 60) | st.integers(0, 10**6), min_size=1, max_size=20))
def test_any_true_count_lies_within_the_bounds_of_what_is_shown(choice, counts):
    rule, truth = small_number_rule(choice), pd.Series(counts, name="admissions")
    log = DataLog()
    read = parse_counts(show(truth, rule), log, small_numbers=choice)
    assert {finding.rule for finding in log.findings} <= {"C12", "C15"}
    assert (read[LOW] <= truth).all()
    assert (truth <= read[HIGH]).all()
    exact = read["admissions"].dropna()
    assert (exact == truth[exact.index]).all()


@pytest.mark.parametrize(
    "choice",
    [
        "hes",
        "lt5",
        "lt6",
        "1-9",
        "1-7/5",
        "0-4",
        "2-4",
        "opensafely",
        "midpoint_6",
        "/5",
        "/3",
        "/10 half-up",
        "/10 half-even",
        "1-9/10 half-up",
    ],
)
def test_bounds_are_as_narrow_as_the_rule_allows(choice):
    """Every count within the bounds would be shown alike: no count is allowed for that the rule excludes."""
    rule, truth = small_number_rule(choice), pd.Series(range(200), name="admissions")
    text = show(truth, rule)
    read = parse_counts(text, DataLog(), small_numbers=choice)
    for own, low, high in zip(text, read[LOW], read[HIGH], strict=True):
        assert set(show(pd.Series(np.arange(low, high + 1)), rule)) == {own}


@pytest.mark.parametrize("halves", ["up", "even"])
def test_what_is_not_stated_holds_both_ways_of_rounding_and_no_more(halves):
    """A tenth rounded by either way lies within; each end is reached by one of them."""
    truth, own = np.arange(100.0), SmallNumberRule(0, 4, 10, "zero", halves)
    shown_as = np.rint(truth / 10) * 10 if halves == "even" else np.floor(truth / 10 + 0.5) * 10
    low, high = small_number_rule("/10").bounds(shown_as)
    assert ((low <= truth) & (truth <= high)).all()
    narrow = small_number_rule(f"/10 half-{halves}").bounds(shown_as)
    assert ((narrow[0] <= truth) & (truth <= narrow[1])).all()
    assert (low <= narrow[0]).all()
    assert (narrow[1] <= high).all()
    assert "halves" in str(small_number_rule(f"/10 half-{halves}"))
    assert own.halves == halves


def test_halves_have_a_word():
    with pytest.raises(OptionError, match="halves cannot be 'down'"):
        SmallNumberRule(1, 7, 10, halves="down")


def test_show_hides_and_rounds_as_a_publisher_would():
    counts = pd.Series([0, 1, 6, 7, 8, 12, 13])
    assert show(counts, PUBLISHERS["opensafely"]).tolist() == ["0", "0", "0", "0", "10", "10", "15"]
    assert show(counts, PUBLISHERS["midpoint_6"]).tolist() == ["0", "3", "3", "9", "9", "9", "15"]
    assert show(counts, small_number_rule("/5")).tolist() == ["0", "0", "5", "5", "10", "10", "15"]
    assert show(pd.Series([0, 1, 7, 8, 12, 13]), PUBLISHERS["hes"]).tolist() == ["0", "*", "*", "10", "10", "15"]
    assert show(pd.Series([0, 4, 5]), PUBLISHERS["lt5"]).tolist() == ["0", "*", "5"]


# Bounds of cells


def test_cells_without_hidden_counts_have_equal_bounds():
    cells = xr.Dataset({"admissions": ("ics", [4.0, np.nan])})
    for bound in (*count_bounds(cells), count_middle(cells)):
        np.testing.assert_array_equal(bound, [4, np.nan])


def test_the_middle_lies_between_the_bounds():
    cells = xr.Dataset({"admissions": ("ics", [4.0, np.nan]), LOW: ("ics", [4.0, 1]), HIGH: ("ics", [4.0, 6])})
    low, high = count_bounds(cells)
    assert (low.values.tolist(), high.values.tolist()) == ([4, 1], [4, 6])
    assert count_middle(cells).values.tolist() == [4, 3.5]


# The Poisson mean within an interval


def one(value):
    return xr.DataArray(float(value))


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 4), (1, 7), (8, 12), (3, 3), (398, 402), (3, 21)])
@pytest.mark.parametrize("mean", [0.05, 0.7, 3.0, 10.0, 25.0, 400.0])
def test_the_mean_within_an_interval_is_a_sum_over_its_counts(low, high, mean):
    counts = np.arange(low, high + 1)
    logs = stats.poisson.logpmf(counts, mean)
    chance = np.exp(logs - logs.max())
    exact = (chance * counts).sum() / chance.sum()
    found = poisson_within(one(low), one(high), one(mean)).item()
    assert low <= found <= high
    assert found == pytest.approx(exact, rel=1e-4 if logs.max() > -16 else 0.05)


@given(st.integers(0, 500), st.integers(0, 30), st.floats(0, 1e5))
def test_the_mean_within_an_interval_never_leaves_it(low, width, mean):
    assert low <= poisson_within(one(low), one(low + width), one(mean)).item() <= low + width


def test_a_count_that_is_not_known_has_no_mean():
    assert np.isnan(poisson_within(one(np.nan), one(np.nan), one(3)).item())


# What is said about small numbers


def test_a_rule_alone_stands_for_small_numbers_with_absent_rows_an_error():
    assert SmallNumbers.of("lt5") == SmallNumbers("lt5") == SmallNumbers(rule="lt5", absent="error")
    assert SmallNumbers.of(PUBLISHERS["hes"]).bounds_rule == PUBLISHERS["hes"]
    assert SmallNumbers.of(SmallNumbers("lt6", "zero")).absent == "zero"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rule": "lt55"}, "Did you mean 'lt5'"),
        ({"rule": "/0"}, "there is no rule"),
        ({"markers": {"[q]": "zeros"}}, "Did you mean 'zero'"),
        ({"absent": "missed"}, "'missed'. Did you mean 'missing'"),
    ],
)
def test_a_word_about_small_numbers_without_a_meaning_is_refused(options, says):
    with pytest.raises(OptionError, match=says):
        SmallNumbers(**options)


def test_draws_within_an_interval_stay_there_and_follow_the_poisson_law():
    low, high = np.full(4000, 1.0), np.full(4000, 4.0)
    drawn = draw_within(low, high, np.full(4000, 2.0), np.random.default_rng(1))
    counts = np.arange(1, 5)
    chance = stats.poisson.pmf(counts, 2.0)
    np.testing.assert_allclose((drawn[:, None] == counts).mean(axis=0), chance / chance.sum(), atol=0.03)


# Rules by period


def test_rules_by_period_hold_each_in_its_own_and_around_all_of_them():
    small = SmallNumbers("2021=exact,2022=lt5,2023=hes,others=midpoint_6", markers={"[q]": "suppressed"})
    assert {label: own.rule for label, own in small.by_period.items()} == {
        "2021": "exact", "2022": "lt5", "2023": "hes", "others": "midpoint_6"}  # fmt: skip
    assert all(own.markers == small.markers for own in small.by_period.values())
    assert small.bounds_rule == SmallNumberRule(1, 7)
    assert SmallNumbers("2021=exact,others=exclude").bounds_rule is None
    assert SmallNumbers("2021=exact,2022=midpoint_6").bounds_rule == PUBLISHERS["midpoint_6"]
    assert SmallNumbers("hes").by_period == {}


@pytest.mark.parametrize("rule", ["2021=hess,others=exact", "2021=hes,2021=lt5"])
def test_a_rule_of_a_period_that_is_none_is_refused(rule):
    with pytest.raises(OptionError):
        SmallNumbers(rule)


def test_absent_rows_are_not_suppressed_by_a_rule_that_hangs_on_their_period():
    with pytest.raises(OptionError, match="add the rows, with their marker"):
        SmallNumbers("2021=hes,others=exact", absent="suppressed")
