"""Panels of health: by group and without weights first; weights as a curve; nothing without its numbers."""

import numpy as np
import pytest

from equitymodel.decision.health_benefit import equity_impact, net_health_benefit
from equitymodel.decision.health_panels import curve_table, impact_table, switch_table, weights_table
from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.errors import OptionError
from tests.decision.judged import with_everything, with_little, with_routes
from tests.decision.test_judged_options import EXPECTED, FITTED
from tests.decision.test_options_file import EVERYTHING

pytestmark = pytest.mark.unit


def test_net_health_benefit_is_by_group_under_each_gradient_and_adds_up_to_the_total():
    judged = with_routes()
    table = impact_table(judged)
    assert set(table["lost_elsewhere"]) == {"flat", "moderate", "steep"}
    totals = table[table["option"] != "as now"].groupby("lost_elsewhere")["estimate"].sum()
    health = judged.moved_table().set_index(["option", "measure"]).loc[("level up by half", "health"), "estimate"]
    assert totals.to_numpy() == pytest.approx([health] * 3)


def test_without_numbers_panels_of_health_are_left_out():
    assert impact_table(with_little()) is None
    assert [make(with_routes()) for make in (weights_table, curve_table, switch_table)] == [None] * 3


def test_weights_fall_from_the_most_deprived_and_are_1_without_aversion():
    table = weights_table(with_everything())
    for _, own in table.groupby(["kind", "aversion"]):
        assert own["weight"].is_monotonic_decreasing
        assert own["weight"].iloc[-1] == 1
    assert (table.loc[table["aversion"] == 0, "weight"] == 1).all()


def test_the_curve_is_total_and_equity_together_at_every_aversion():
    table = curve_table(with_everything()).pivot_table(
        index=["option", "aversion"], columns="measure", values="estimate"
    )
    assert table["equivalent"].to_numpy() == pytest.approx((table["total"] + table["equity"]).to_numpy())
    assert table.xs(0.0, level="aversion")["equity"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-6)


def test_the_switch_is_where_means_of_the_curve_cross():
    cheap = EVERYTHING.replace("per_admission = 0.25", "per_admission = 1.0").replace("closure = 0.5", "closure = 0")
    effect = 0.02 * FITTED
    most = 0.05 * FITTED.isel(deprivation=[0]).reindex(deprivation=FITTED.deprivation, fill_value=0.0)
    judged = judge_options(read_options(cheap), FITTED, EXPECTED, effects={"reminders": effect, "both": most})
    switch = switch_table(judged)
    assert len(switch) >= 1
    at, people = float(switch["aversion"].iloc[0]), FITTED.deprivation * 0 + 1000.0
    health = people.copy(data=[63.2, 67.7, 70.0, 73.2, 75.1])
    each, fixed = judged.charges()
    benefit = net_health_benefit(judged.change, 1.0, each, threshold=15_000, shares=people / 5000) - fixed / 75_000
    worth = equity_impact(benefit, health, people, aversion=at)["equivalent"].mean(("chain", "draw"))
    one, two = (float(worth.sel(option=switch[side].iloc[0])) for side in ("from_option", "to_option"))
    assert one == pytest.approx(two, rel=1e-6)


def test_expectancy_of_other_groups_is_refused_by_name():
    text = EVERYTHING.replace("5 = 75.1", "6 = 75.1").replace("5 = 1000", "6 = 1000")
    effects = dict.fromkeys(("reminders", "both"), 0.01 * FITTED)
    with pytest.raises(OptionError, match="not of the groups of the results: 5, 6"):
        weights_table(judge_options(read_options(text), FITTED, EXPECTED, effects=effects))
