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


def test_a_gap_is_best_at_equal_rates_and_past_them_no_better():
    gap = SHORT.replace('name = "most_deprived"\nbetter = "more"', 'name = "gap"\nbetter = "less"')
    text = gap.replace("format = 1", 'format = 1\neffects = "effects.toml"').replace(
        'route = "zero_sum"', 'strategy = 6\n[[option]]\nname = "past"\nstrategy = 1'
    )
    rate = FITTED / EXPECTED
    goal = rate.isel(deprivation=-1, drop=True) * EXPECTED.isel(deprivation=[0])
    equal, past = (goal * ratio - FITTED.isel(deprivation=[0]) for ratio in (1.0, 3.0))
    effects = {name: each.reindex(deprivation=FITTED.deprivation, fill_value=0.0)
               for name, each in (("move", equal), ("past", past))}  # fmt: skip
    table = judge_options(read_options(text), FITTED, EXPECTED, area="Kent", effects=effects).rank_table()
    assert table.set_index("option")[["rank_1", "rank_3"]].values.tolist() == [[0, 0], [1, 0], [0, 1]]


@pytest.mark.parametrize("worst", [0.5, 2.0])
def test_ends_of_a_gap_are_ratios_of_either_side(worst):
    ends = f'better = "less"\nworst = {worst}\nbest = 1'
    text = SHORT.replace('name = "most_deprived"\nbetter = "more"', f'name = "gap"\n{ends}')
    values = judge_options(read_options(text), FITTED, EXPECTED, area="Kent").values.mean(("chain", "draw"))
    assert values.sel(option="move").item() == pytest.approx(1, abs=1e-6)
    assert values.sel(option="as now").item() == pytest.approx(1 - np.log(1.1 / 0.7) / np.log(2), abs=0.02)


def test_ranks_are_shares_that_add_up(judged):
    table = judged.rank_table().set_index("option")
    assert table[["rank_1", "rank_2"]].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert table["rank_1"].sum() == pytest.approx(1)
    assert {"confidence", "holistic", "central_weight_most_deprived", "central_weight_cost"} <= {*table.columns}


def test_without_costs_what_needs_them_is_left_out():
    judged = judge_options(read_options(SHORT), FITTED, EXPECTED)
    assert judged.charges() is None
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


def test_options_that_do_nothing_are_refused_with_a_way_out_that_works():
    idle = SHORT.replace('route = "zero_sum"', "closure = 1.0")
    with pytest.raises(OptionError, match=r"same by every criterion.*with a worst and a best of each criterion"):
        judge_options(read_options(idle), FITTED, EXPECTED).rank_table()
    ends = idle.replace('better = "more"', 'better = "more"\nworst = 0\nbest = 100')
    assert "as close as chance makes them" in judge_options(read_options(ends), FITTED, EXPECTED).not_separated
    two = idle.replace("[[option]]", '[[criterion]]\nname = "cost"\nbetter = "less"\n[[option]]', 1).replace(
        "format = 1", 'format = 1\ncurrency = "GBP"'
    )
    for name, cost in (("as now", 0), ("move", 5)):
        two = two.replace(f'name = "{name}"', f'name = "{name}"\ncost_per_admission = 1\nfixed_cost = {cost}')
    with pytest.raises(OptionError, match=r"for most_deprived, where all .* Leave it out, or give it a worst"):
        judge_options(read_options(two), FITTED, EXPECTED).rank_table()


@pytest.mark.parametrize(("change", "says"), [
    ({"area": "Dorset"}, "no ics is called 'Dorset'; the results have Devon, Kent"),
    ({"area": "Kent", "fitted": FITTED.where((FITTED.ics != "Kent") | (FITTED.deprivation > 1))}, "of Kent has no residents"),
    ({"procedure": "eye"}, "no procedure is called 'eye'"),
    ({"fitted": FITTED.rename(deprivation="group"), "expected": EXPECTED.rename(deprivation="group")}, "by deprivation"),
])  # fmt: skip
def test_a_scope_that_is_not_there_is_refused(change, says):
    with pytest.raises(OptionError, match=says):
        judge_options(**{"question": read_options(SHORT), "fitted": FITTED, "expected": EXPECTED, **change})


def test_an_option_that_nothing_moves_is_refused_and_not_taken_to_do_nothing():
    stated = SHORT.replace("format = 1", 'format = 1\neffects = "effects.toml"').replace(
        'route = "zero_sum"', "strategy = 6"
    )
    with pytest.raises(OptionError, match="option 'move' is moved by its strategies: give the folder of their pathway"):
        judge_options(read_options(stated), FITTED, EXPECTED)


def test_the_choice_changes_when_an_effect_that_is_stated_does():
    stated = SHORT.replace("format = 1", 'format = 1\neffects = "effects.toml"').replace(
        'route = "zero_sum"', "strategy = 6"
    )
    for effect, first in ((0.1, "move"), (-0.1, "as now")):
        table = judge_options(read_options(stated), FITTED, EXPECTED, effects={"move": effect * FITTED}).rank_table()
        assert table.loc[table["rank_1"] == 1, "option"].tolist() == [first]


def test_pairs_say_what_dominates_and_what_ranks_above(judged):
    table = judged.dominance_table().set_index(["option", "other_option"])
    assert len(table) == 2
    assert table["ranks_above"].sum() == pytest.approx(1)
    assert table["dominates"].max() == 0  # one moves more, the other costs less
