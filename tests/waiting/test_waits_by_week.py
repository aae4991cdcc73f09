import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.waits_by_week import LONGEST, a_year_later, by_week, in_marks

pytestmark = pytest.mark.unit
BANDS = (0, 18, 52, 65, 78)


def steady(rate=0.04, weekly=400.0, bands=BANDS):
    """A list that stays as it is: a constant number is added, and all leave at one rate."""
    weeks = weekly * np.exp(-rate * np.arange(1, 400))
    return pd.DataFrame([np.add.reduceat(weeks, bands)], columns=bands)


def test_each_band_keeps_its_people():
    lists = pd.DataFrame([[900.0, 500, 40, 6, 3], [0, 0, 0, 0, 0], [10, 0, 5, 0, 1]], columns=BANDS)
    weeks = by_week(lists).waiting
    np.testing.assert_allclose(np.add.reduceat(weeks, BANDS, axis=1), lists, atol=1e-9)


def test_a_list_that_falls_at_one_rate_is_told_so_but_for_the_width_of_bands():
    """The mean of an exponential over a band is above its value in the middle, by sinh(x) / x of half its fall, x."""
    above = [np.sinh(x) / x for x in (0.04 * 9, 0.04 * 17)]
    expected = 0.04 - np.log(above[1] / above[0]) / (35 - 9)
    np.testing.assert_allclose(by_week(steady()).leaving[0, 10:34], expected, rtol=1e-3)


def test_a_list_in_single_weeks_that_stays_as_it_is_is_the_same_a_year_later():
    now = by_week(steady(weekly=40_000.0, bands=range(150)))
    assert now.additions[0] == pytest.approx(40_000, rel=0.01)
    later = in_marks(a_year_later(now, np.zeros((1, 5))))
    np.testing.assert_allclose(later[0, :3], in_marks(now.waiting)[0, :3], rtol=0.01)


def test_a_year_later_is_the_same_as_week_by_week():
    now = by_week(pd.DataFrame([[900.0, 500, 40, 6, 3]], columns=BANDS))
    change = np.array([0.1, -0.2, 0.3, 0.5, -0.1])
    of = np.where(
        np.arange(LONGEST) < 18, 1, np.where(np.arange(LONGEST) < 52, 2, np.where(np.arange(LONGEST) < 65, 3, 4))
    )
    kept = np.exp(-now.leaving[0] * np.exp(change[of]))
    waits = now.waiting[0]
    for _ in range(52):
        waits = np.concatenate([[now.additions[0] * np.exp(change[0])], waits[:-1]]) * kept
    np.testing.assert_allclose(a_year_later(now, change[None])[0], waits, rtol=1e-9)


@pytest.mark.parametrize(("lists", "says"), [
    (pd.DataFrame([[1.0, 2, 3]], columns=[0, 18, 52]), "with 0, 18, 52, 65 among them"),
    (pd.DataFrame([[1.0, 2, 3, 4]], columns=[0, 52, 18, 65]), "from the shortest wait"),
    (pd.DataFrame([[1.0, 2, np.nan, 4]], columns=[0, 18, 52, 65]), "not known whole"),
    (pd.DataFrame(np.zeros((0, 4)), columns=[0, 18, 52, 65]), "one list or more"),
    (pd.DataFrame([[1.0, 2, "*", 4]], columns=[0, 18, 52, 65]), "leave out lists with suppressed counts"),
    (pd.DataFrame([[1.0, 2, 3, 4]], columns=["0-17", 18, 52, 65]), "named by their first week"),
    (pd.DataFrame([[1.0, 2, 3, 4]] * 2, ["QMF"] * 2, [0, 18, 52, 65]), "two lists are named QMF"),
])  # fmt: skip
def test_what_is_no_list_is_refused_with_a_way_out(lists, says):
    with pytest.raises(OptionError, match=says):
        by_week(lists)
