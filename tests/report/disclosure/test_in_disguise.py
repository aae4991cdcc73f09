import numpy as np
import pandas as pd
import pytest

from equitymodel.report.disclosure.in_disguise import InDisguise, counts_behind, percentage_shown

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("count", range(12))
def test_the_count_is_among_those_behind_its_rate(count):
    rate = round(100_000 * count / 24_000, 1)
    low, high = counts_behind(rate, per=24_000, times=100_000, digits=1)
    assert low == high == count


def test_a_coarse_rate_leaves_several_counts():
    assert counts_behind(0.0, per=40_000, times=1_000, digits=0) == (0, 20)


def test_no_count_gives_an_impossible_value():
    low, high = counts_behind(0.7, digits=1)
    assert low > high


def test_a_target_less_a_count_gives_it_away():
    assert counts_behind(37.6, less_from=40.6, times=-1, digits=1) == (3, 3)


def test_a_rate_is_worked_out_from_what_is_shown():
    rate = InDisguise("rate", per="people", times=100_000, digits=1)
    rows = pd.DataFrame({"people": [40_000.0, 0.0]})
    assert rate.sources == ("people",)
    np.testing.assert_allclose(rate.of(np.array([10.0, 0.0]), rows), [25.0, np.nan])


def test_a_target_less_what_is_shown():
    less = InDisguise("additional", times=-1, less_from="target", digits=1)
    assert less.of(np.array([10.0]), pd.DataFrame({"target": [12.34]})).tolist() == [2.3]


def test_a_percentage_of_something_hidden_is_hidden():
    assert percentage_shown(10, 30, digits=0) == 33
    assert [percentage_shown(None, 10), percentage_shown(5, pd.NA), percentage_shown(0, 0)] == [None] * 3
