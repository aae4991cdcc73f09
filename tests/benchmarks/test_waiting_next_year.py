"""Published lists of England a year ahead: intervals hold what they say, and nothing of that year is used."""

import numpy as np
import pandas as pd
import pytest
import waiting_next_year
from waiting_next_year import clustered_error, held_table, learned, of_model, share_held
from waiting_published import lists_of

pytestmark = pytest.mark.unit


def test_ties_are_held_in_part():
    below, upto = np.array([0.0, 0.5, 0.99, 0.2]), np.array([0.1, 0.5, 1.0, 0.2])
    np.testing.assert_allclose(share_held(below, upto, 0.9), [0.5, 1, 0, 1])
    np.testing.assert_allclose(share_held(below, upto, 0.5), [0, 1, 0, 0])


def test_lists_of_one_icb_that_go_together_have_a_larger_error():
    names = [f"Q{place // 10}|C{place}" for place in range(40)]
    together = pd.DataFrame({"list": names, "held": np.repeat([1.0, 0, 1, 0], 10)})
    apart = together.assign(list=[f"Q{place}|C{place}" for place in range(40)])
    assert clustered_error(apart, "held") == pytest.approx(0.5 / 40**0.5)
    assert clustered_error(together, "held") == pytest.approx(0.5 / 4**0.5)


def test_what_is_learned_ended_when_the_year_begins(open_data):
    years, steps = learned("2025-03")
    assert [len(years), len(steps)] == [2, 8]
    assert set(years[-1].change.index) <= set(lists_of("2025-03").index)
    assert len(learned("2024-03")[0]) == 1


def test_intervals_of_a_year_that_was_not_seen_hold_what_they_say(open_data, monkeypatch):
    """Of every sixth list, so that a standard error is about 0.03; an error of 4 % a list held 46 % of one measure."""
    whole = lists_of("2025-03")
    kept = whole.index[::6]
    monkeypatch.setattr(
        waiting_next_year, "_both", lambda *_: _some(kept, *waiting_next_year_both("2025-03", "2026-03"))
    )
    held = held_table(of_model("2025-03", "2026-03").rows("model"))
    assert held["held_90"].between(0.78, 0.99).all(), held["held_90"]
    assert held["held_50"].between(0.35, 0.70).all(), held["held_50"]


waiting_next_year_both = waiting_next_year._both


def _some(kept, now, seen):
    names = now.index.intersection(kept)
    return now.loc[names], seen.loc[names]
