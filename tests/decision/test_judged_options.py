"""Options of a file on one posterior: what each moves, how they rank, and what is left out without numbers."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.errors import OptionError
from tests.decision.test_options_file import WHOLE

pytestmark = pytest.mark.unit
SHORT = """
format = 1
question = "Which?"
[[criterion]]
name = "most_deprived"
better = "more"
[[option]]
name = "as now"
[[option]]
name = "move"
route = "zero_sum"
"""
NAMES = {"ics": ["Devon", "Kent"], "deprivation": range(1, 6), "procedure": ["hip"]}
NOISE = np.exp(np.random.default_rng(1).normal(0, 0.03, (2, 200, 2, 5, 1)))
EXPECTED = xr.DataArray(np.full((2, 5, 1), 200.0), NAMES)
FITTED = (
    EXPECTED
    * xr.DataArray([0.7, 0.8, 0.9, 1.0, 1.1], dims="deprivation")
    * xr.DataArray(NOISE, NAMES, ("chain", "draw", *NAMES))
)


@pytest.fixture(scope="module")
def judged():
    text = WHOLE.replace("total = 3090", "total = 950").replace("best = 200\n", "best = 100\n")
    return judge_options(read_options(text), FITTED, EXPECTED, area="Devon")


def test_what_an_option_moves_is_its_route_as_far_as_it_goes(judged):
    moved = judged.moved_table().set_index(["option", "measure"])
    assert (moved.loc["as now", ["estimate", "lower", "upper"]].drop("gap") == 0).all().all()
    assert moved.loc[("level up by half", "most_deprived"), "estimate"] == pytest.approx(40, abs=1)
    total = moved.loc[("level up by half", "total"), "estimate"]
    assert moved.loc[("level up by half", "cost"), "estimate"] == pytest.approx(20_000 + 6500 * total)
    assert moved.loc[("level up by half", "gap"), "estimate"] == pytest.approx(0.9 / 1.1, abs=0.01)


def test_ranks_are_shares_that_add_up(judged):
    table = judged.rank_table().set_index("option")
    assert table[["rank_1", "rank_2"]].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert table["rank_1"].sum() == pytest.approx(1)
    assert {"confidence", "holistic", "central_weight_most_deprived", "central_weight_cost"} <= {*table.columns}


def test_net_health_benefit_is_by_group_under_each_gradient_and_adds_up_to_the_total(judged):
    table = judged.impact_table()
    assert set(table["lost_elsewhere"]) == {"flat", "moderate", "steep"}
    totals = table[table["option"] != "as now"].groupby("lost_elsewhere")["estimate"].sum()
    health = judged.moved_table().set_index(["option", "measure"]).loc[("level up by half", "health"), "estimate"]
    assert totals.to_numpy() == pytest.approx([health] * 3)


def test_the_frontier_has_bands_today_and_every_option_on_it(judged):
    table = judged.frontier_table()
    total = table[(table["kind"] == "frontier") & (table["measure"] == "total")]
    assert (total["lower"] <= total["upper"]).all()
    assert total["estimate"].is_monotonic_decreasing
    inside = table[table["measure"] == "inside"].set_index("at")["estimate"]
    assert [*inside.index] == ["today", "as now", "level up by half"]
    assert inside["today"] == inside["as now"] > inside["level up by half"]
    assert "equal rates would take" in judged.price_sentence().lower()


def test_a_capacity_that_today_exceeds_is_questioned(judged):
    assert "Today takes more" not in judged.price_sentence()
    small = judge_options(read_options(WHOLE.replace("total = 3090", "total = 300")), FITTED, EXPECTED, area="Devon")
    assert "Today takes more than that capacity" in small.price_sentence()


def test_information_is_worth_no_more_than_knowing_everything(judged):
    table = judged.information_table()
    assert table["unknown"].iloc[0] == "everything"
    assert (table["value"] <= table["value"].iloc[0] + 1e-12).all()


def test_with_few_draws_all_but_single_unknowns_is_said():
    few = judge_options(read_options(SHORT), FITTED.isel(draw=slice(48)), EXPECTED)
    assert "96 draws, and it takes 140" in few.too_few_draws
    assert few.information_table()[["unknown", "chosen_now"]].values.tolist() == [["everything", "move"]]
    assert not judge_options(read_options(SHORT), FITTED, EXPECTED).too_few_draws


def test_without_numbers_panels_are_left_out():
    judged = judge_options(read_options(SHORT), FITTED, EXPECTED)
    assert (judged.impact_table(), judged.frontier_table(), judged.price_sentence()) == (None, None, "")
    assert set(judged.moved_table()["measure"]) == {"most_deprived", "total", "gap"}
    assert judged.not_separated == ""
    moved = judged.moved_table().set_index(["option", "measure"])
    assert moved.loc[("move", "total"), ["lower", "upper"]].to_numpy() == pytest.approx([0, 0], abs=1e-9)


def test_effects_of_a_strategy_stand_in_place_of_a_route():
    effect = 0.1 * FITTED.isel(deprivation=[0]).reindex(deprivation=FITTED.deprivation, fill_value=0.0)
    judged = judge_options(read_options(SHORT), FITTED, EXPECTED, area="Kent", effects={"move": effect})
    moved = judged.moved_table().set_index(["option", "measure"])["estimate"]
    assert moved[("move", "total")] == pytest.approx(14, abs=0.2)
    assert moved[("move", "most_deprived")] == pytest.approx(moved[("move", "total")])


def test_options_that_do_the_same_are_not_separated():
    same = SHORT.replace('name = "as now"', 'name = "also"\nroute = "zero_sum"')
    judged = judge_options(read_options(same), FITTED, EXPECTED)
    assert judged.not_separated.endswith("are as close as chance makes them.")


@pytest.mark.parametrize(("change", "says"), [
    ({"area": "Dorset"}, "no ics is called 'Dorset'; the results have Devon, Kent"),
    ({"area": "Kent", "fitted": FITTED.where((FITTED.ics != "Kent") | (FITTED.deprivation > 1))}, "of Kent has no residents"),
    ({"procedure": "eye"}, "no procedure is called 'eye'"),
    ({"fitted": FITTED.rename(deprivation="group"), "expected": EXPECTED.rename(deprivation="group")}, "by deprivation"),
])  # fmt: skip
def test_a_scope_that_is_not_there_is_refused(change, says):
    with pytest.raises(OptionError, match=says):
        judge_options(**{"question": read_options(SHORT), "fitted": FITTED, "expected": EXPECTED, **change})


def test_a_group_of_the_capacity_that_is_not_there_is_refused():
    judged = judge_options(read_options(WHOLE.replace("{ 1 = 1.06 }", "{ 9 = 1.06 }")), FITTED, EXPECTED)
    with pytest.raises(OptionError, match="names group 9; the results have 1, 2, 3, 4, 5"):
        judged.frontier_table()
