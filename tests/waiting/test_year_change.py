import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.waits_by_week import CHANGES, MARKS, a_year_later, by_week, in_marks
from equitymodel.waiting.year_change import YearChange, swings, year_change

pytestmark = pytest.mark.unit


def lists(count=6, size=20_000.0):
    rng = np.random.default_rng(1)
    people = size * rng.uniform(0.5, 2, count)[:, None] * np.array([0.6, 0.35, 0.04, 0.01])
    return pd.DataFrame(people, index=[f"Q{place}|C" for place in range(count)], columns=MARKS)


def later(before, change):
    return pd.DataFrame(in_marks(a_year_later(by_week(before), change)), before.index, before.columns)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_change_that_was_made_is_found(sign):
    before = lists()
    change = np.tile(sign * np.array([0.1, 0.05, 0.2, 0.3, 0.3]), (len(before), 1))
    found = year_change(before, later(before, change))
    np.testing.assert_allclose(found.change.iloc[:, :3], change[:, :3], atol=0.04)
    np.testing.assert_allclose(later(before, found.change.to_numpy()), later(before, change), rtol=0.01)


def test_what_a_list_did_is_beside_what_all_did():
    before = lists()
    found = year_change(before, before.mul(np.linspace(0.8, 1.2, len(before)), axis=0))
    np.testing.assert_allclose(found.own.mean(), 0, atol=1e-12)
    assert found.own["additions"].is_monotonic_increasing
    assert found.size.tolist() == before.sum(axis=1).tolist()


def test_lists_are_matched_by_name_and_not_by_place():
    before = lists()
    after = before * 1.05
    turned = year_change(before, after.iloc[::-1]).change
    pd.testing.assert_frame_equal(turned, year_change(before, after).change)
    with pytest.raises(OptionError, match="name the lists alike"):
        year_change(before, after.rename(index=str.lower))


def test_an_empty_long_band_has_a_change_all_the_same():
    before = lists(size=600.0)
    before[65] = 0.0
    found = year_change(before, before)
    assert np.isfinite(found.change.to_numpy()).all()


def test_steps_are_from_each_year_to_the_next():
    years = [YearChange(pd.DataFrame([[level, 0, 0, 0, 1]], columns=CHANGES), pd.Series([1.0])) for level in (1, 3, 2)]
    assert swings(years)["additions"].tolist() == [2, -1]
    assert swings(years)["leaving_over_65"].tolist() == [0, 0]
