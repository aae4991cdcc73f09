import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.nowcast import nowcast, nowcast_by

pytestmark = pytest.mark.unit

SHARES = (0.7, 0.9, 0.97, 1.0)


def triangle(rng, *, months=14, mean=800.0, spread=1.5):
    """Months that fill up by shares that vary from month to month; the latest are not complete. And the truth."""
    periods = pd.date_range("2025-01-01", periods=months, freq="MS").strftime("%Y-%m-%d")
    rows, final = [], {}
    for place, period in enumerate(periods):
        count = rng.poisson(mean * SHARES[0])
        for since in range(1, len(SHARES) + 1):
            if place + since <= months:
                rows.append((period, since, float(round(count))))
            ratio = SHARES[min(since, 3)] / SHARES[since - 1]
            count = (
                count * np.exp(np.log(ratio) + rng.standard_normal() * spread / np.sqrt(count)) if since < 4 else count
            )
        final[period] = count
    return pd.DataFrame(rows, columns=["period", "months_since", "count"]), final


def test_intervals_hold_what_came():
    rng, held = np.random.default_rng(20), []
    for replicate in range(60):
        known, final = triangle(rng)
        latest = nowcast(known, seed=replicate).table.tail(3)
        truth = latest["period"].map(final)
        held.append(((latest["lower"] <= truth) & (truth <= latest["upper"])).mean())
    assert abs(np.mean(held) - 0.95) < 3 * np.std(held) / np.sqrt(len(held)), np.mean(held)


def test_months_that_are_complete_come_to_what_was_reported():
    known, _ = triangle(np.random.default_rng(1))
    found = nowcast(known, seed=1)
    full = found.table[found.table["months_since"] >= found.complete_after]
    assert (full["estimate"] == full["reported"]).all()
    assert not full["held_back"].any()
    assert found.hold_back == int(found.table["held_back"].sum())
    assert found.hold_back >= 2


def test_the_same_seed_gives_the_same_numbers():
    known, _ = triangle(np.random.default_rng(1))
    pd.testing.assert_frame_equal(nowcast(known, seed=4).table, nowcast(known, seed=4).table)


def test_counts_that_are_revised_down_come_down():
    rows = [(f"2025-{month:02d}-01", since, count) for month in range(1, 13) for since, count in ((1, 1000), (2, 900))]
    known = pd.DataFrame([*rows, ("2026-01-01", 1, 500)], columns=["period", "months_since", "count"])
    last = nowcast(known, seed=1).table.iloc[-1]
    assert last["estimate"] == pytest.approx(450, abs=1)
    assert last["complete_share"] == pytest.approx(1.11, abs=0.01)
    assert last["held_back"]


def test_a_month_that_nothing_was_reported_of_in_between_is_as_it_was():
    rows = [(f"2025-{month:02d}-01", since, 100.0) for month in range(1, 10) for since in (1, 3)]
    found = nowcast(pd.DataFrame(rows, columns=["period", "months_since", "count"]), seed=1)
    assert found.complete_after == 3


def test_too_short_a_record_is_refused_with_the_way_out():
    rows = [(f"2025-{month:02d}-01", since, 100.0) for month in range(1, 4) for since in (1, 2)]
    few = pd.DataFrame(rows, columns=["period", "months_since", "count"])
    with pytest.raises(OptionError, match="Refresh each month"):
        nowcast(few, seed=1, complete_after=2)
    with pytest.raises(OptionError, match="--drop-last"):
        nowcast(few[few["months_since"] == 1], seed=1)


def test_groups_fill_up_by_themselves():
    one, two = (triangle(np.random.default_rng(seed))[0].assign(deprivation=str(seed)) for seed in (1, 2))
    found = nowcast_by(pd.concat([one, two]), "deprivation", seed=1)
    alone = nowcast(two.drop(columns="deprivation"), seed=1).table
    own = found[found["deprivation"] == "2"].drop(columns="deprivation").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_it_says_what_is_held_back_and_what_the_last_month_will_come_to():
    known, _ = triangle(np.random.default_rng(1))
    said = str(nowcast(known, seed=1))
    assert "held back as not complete" in said
    assert "prediction interval" in said
