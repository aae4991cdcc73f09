"""The page of worlds counts what it says, and a limit is missed only beyond two Monte Carlo errors."""

import numpy as np
import pandas as pd
import pytest
from guards_page import guards, power
from interruption_worlds_page import Limit, judged_limits, limits_of, page, stops, summary

from equitymodel.simulate.series_worlds import SERIES_WORLDS

pytestmark = pytest.mark.unit


def rows_of(replicates=200, *, real=0, refused=0, truth=0.0, estimate=0.01):
    """Lay out replicates: the first ones real, the next not assessable, the rest not found."""
    at = np.arange(replicates)
    found = at < real + refused
    estimates = np.where(found, max(truth, 0.2), estimate)
    return pd.DataFrame({
        "estimate": estimates, "lower": estimates - 0.1, "upper": estimates + 0.1, "truth": truth, "called": found,
        "matters": found, "early": False, "real": (at < real).astype(float), "not_assessable": (found & (at >= real)).astype(float), "failed": False,
        "stopped_recovery": np.where(found, at >= real, np.nan), "stopped_drift": np.where(found, 0.0, np.nan),
    }).astype({"stopped_recovery": object}).assign(
        stopped_recovery=lambda rows: rows["stopped_recovery"].map({1.0: True, 0.0: False}),
        stopped_drift=lambda rows: rows["stopped_drift"].map({1.0: True, 0.0: False}))  # fmt: skip


def test_a_limit_is_missed_only_beyond_two_standard_errors():
    assert not Limit("real", 5).missed_by(8.0, 200)
    assert Limit("real", 5).missed_by(8.5, 200)
    assert not Limit("real", 70, at_least=True).missed_by(64.0, 200)
    assert Limit("real", 70, at_least=True).missed_by(63.0, 200)
    assert not Limit("real", 5).missed_by(0.0, 200)


def test_limits_are_of_false_changes_and_of_what_is_found_in_recovery():
    assert [str(limit) for limit in limits_of(SERIES_WORLDS["lasting_loss"], "gap")] == ["real change at most 5"]
    found = [str(limit) for limit in limits_of(SERIES_WORLDS["lasting_loss_step_20"], "gap")]
    assert found == ["not assessable at most 25", "real change at least 45", "covered at least 92"]
    assert not limits_of(SERIES_WORLDS["nothing_step_20"], "level")
    assert len(limits_of(SERIES_WORLDS["recovery_25_10_step_20_as_step"], "level")) == 3


def test_shares_bias_and_width_are_those_of_the_replicates():
    found = summary(rows_of(real=20, refused=10))
    assert (found["called"].value, found["real"].value, found["not_assessable"].value) == (15.0, 10.0, 5.0)
    assert found["real"].error == pytest.approx(100 * np.sqrt(0.1 * 0.9 / 200))
    assert found["held"].value == 85.0
    assert found["bias"].value == pytest.approx(100 * (0.15 * 0.2 + 0.85 * 0.01))
    assert (found["width"].value, found["width"].error) == pytest.approx((10.0, 0.0))


def test_verdicts_that_were_not_asked_are_taken_from_those_that_were():
    rows = rows_of(real=20, refused=20)
    asked = rows.index % 2 == 0
    some = rows.assign(**{name: rows[name].where(asked) for name in ("real", "not_assessable")})
    found = summary(some)
    assert (found["real"].value, found["not_assessable"].value) == pytest.approx((10.0, 10.0))
    assert found["real"].error > summary(rows)["real"].error


def test_a_change_found_in_the_wrong_direction_is_not_power():
    assert summary(rows_of(real=20, truth=0.1))["real"].value == 10.0
    assert summary(rows_of(real=20).assign(truth=-0.1))["real"].value == 0.0


def test_the_page_names_what_is_missed_and_what_stopped_it():
    cells = {("recovery_25_10", "level"): rows_of(real=20, refused=10), ("nothing", "gap"): rows_of(real=4)}
    text = page(cells, "A remark.")
    assert "Limits: 2, missed: 1 - `recovery_25_10` (level: real change at most 5)." in text
    assert "real change at most 5: **missed**" in text
    assert "| recovery 10 |" in text
    assert "## The gap: nothing was done" in text
    assert "with a true effect" not in text
    assert stops(rows_of()) == "-"


def test_parts_of_the_rule_are_held_against_two_and_five_per_cent():
    cell = ("level", "step", "both", 0.1, (60, 36), 1000)
    table = guards(
        {cell: rows_of(real=180, refused=20, truth=0.2)}, {("straight_25", "level"): rows_of(real=1, refused=3)}
    )
    recovery = next(line for line in table if line.startswith("| recovery"))
    assert recovery.startswith("| recovery | 10.0 (2.1) **missed** | - |")
    assert "level: 3 of 4" in recovery
    assert next(line for line in table if line.startswith("| drift")).startswith("| drift | 0.0 (at most 1.9) met |")
    assert next(line for line in table if line.startswith("| all together")).startswith(
        "| all together | 10.0 (2.1) **missed**"
    )
    assert (
        "| level | step | both | +10 % | 60+36 | 1000 | 100.0 (at least 98.1) | 100.0 (at least 98.1) | 90.0 (2.1) |"
        in "\n".join(power({cell: rows_of(real=180, refused=20, truth=0.2)}))
    )


def test_none_or_all_seen_has_a_limit_and_not_an_error_of_none():
    none, every = summary(rows_of(60))["called"], summary(rows_of(60, real=60))["called"]
    assert (str(none), str(every)) == ("0.0 (at most 6.0)", "100.0 (at least 94.0)")
    assert str(summary(rows_of(60, real=3))["not_assessable"]) == "0.0 (at most 6.0)", "all found were evaluated"
    some = rows_of(60, real=6).assign(not_assessable=lambda rows: rows["not_assessable"].where(rows.index % 2 == 0))
    assert float(str(summary(some)["not_assessable"]).split()[-1][:-1]) > 6.0, "half of those found were evaluated"


def test_a_figure_beyond_its_limit_is_not_said_to_meet_it():
    limit = Limit("real", 70, at_least=True)
    found = {name: summary(rows_of(60, real=real, truth=0.2)) for name, real in (("below", 40), ("above", 45))}
    assert judged_limits(found["below"], [limit], 60) == "real change at least 70: not shown to be missed"
    assert judged_limits(found["above"], [limit], 60) == "real change at least 70: met"
