"""Admissions missed since a day: a known loss is found, masks do not matter, and reversed groups are mirrored."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.studies.backlog import backlog
from equitymodel.studies.missed_admissions import ALL, LESS

pytestmark = pytest.mark.unit
DAY = "2018-01"


@pytest.fixture(scope="module")
def series():
    made, _ = simulate_series(
        Sizes(groups=3, periods=48, before=36), usual=Usual(800), noise=MonthlyNoise(0.03), seed=3
    )
    return made


@pytest.fixture(scope="module")
def lost(series):
    """Half of what the most deprived had is lost for six months, and nothing of what others had."""
    gone = (series["elapsed"] >= 36) & (series["elapsed"] < 42) & (series["deprivation"] == 1)
    return series.assign(admissions=(series["admissions"] * (1 - 0.5 * gone)).round())


@pytest.fixture(scope="module")
def found(lost):
    return backlog(lost, DAY, seed=1)


def test_a_known_loss_lies_in_the_interval(series, lost, found):
    true = float((series["admissions"] - lost["admissions"]).sum())
    rows = found.table.set_index(["group", "quantity"])
    for group in ("1", ALL):
        row = rows.loc[(group, "missed_at_deepest")]
        assert row["lower"] < true < row["upper"]
    assert rows.loc[("1", "missed_at_last"), "probability_above_0"] > 0.85
    assert rows.loc[("3", "missed_at_last"), "lower"] < 0 < rows.loc[("3", "missed_at_last"), "upper"]
    assert rows.loc[(LESS, "per_100_expected_admissions"), "probability_above_0"] > 0.8


def test_all_is_the_sum_of_the_groups_and_the_last_month_is_the_table(found):
    months = found.by_month
    last = months[months["period"] == months["period"].max()].set_index("group")["estimate"]
    rows = found.table[found.table["quantity"] == "missed_at_last"].set_index("group")["estimate"]
    np.testing.assert_allclose(last[rows.index], rows)
    assert last[ALL] == pytest.approx(last.drop(ALL).sum(), rel=0.2)


def test_a_mask_after_the_day_hides_nothing(lost, found):
    masked = lost.assign(masked=(lost["elapsed"] >= 36) & (lost["elapsed"] < 40))
    again = backlog(masked, DAY, seed=1)
    np.testing.assert_allclose(again.table["estimate"], found.table["estimate"], rtol=1e-9)


def test_reversed_groups_are_mirrored(lost, found):
    turned = lost.isel(deprivation=slice(None, None, -1))
    turned = turned.assign_coords(deprivation=[1, 2, 3], position=("deprivation", 1 - turned["position"].values))
    apart = backlog(turned, DAY, seed=1).table.set_index("group").loc[LESS, "estimate"]
    assert apart == pytest.approx(-found.table.set_index("group").loc[LESS, "estimate"], rel=0.02), (
        "but for the counts that are drawn"
    )


@pytest.mark.parametrize(("since", "by", "said"), [
    ("2016-01", "deprivation", "needs 18"), ("2030-01", "deprivation", "ends before"), (DAY, "region", "by is one of"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(series, since, by, said):
    with pytest.raises(OptionError, match=said):
        backlog(series, since, seed=1, by=by)


def test_a_day_inside_a_period_is_the_first_of_that_period(lost, found):
    inside = backlog(lost, "2018-01-17", seed=1)
    assert inside.since == found.since == "2018-01-01"
    np.testing.assert_allclose(inside.table["estimate"], found.table["estimate"])


def test_counts_that_are_not_known_are_no_sign_that_nothing_was_missed(lost):
    few = lost.assign(admissions=lost["admissions"].where((lost["elapsed"] != 40) | (lost["deprivation"] != 1)))
    said = backlog(few, DAY, seed=1)
    assert said.unknown == 1
    assert 500 < said.unknown_expected < 1200
    many = lost.assign(admissions=lost["admissions"].where((lost["elapsed"] < 36) | (lost["deprivation"] != 1)))
    with pytest.raises(OptionError, match="small_numbers"):
        backlog(many, DAY, seed=1)
