"""The science: what is put in is found again, nothing is invented, and nothing is counted twice."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import Capacity, EffectOptions, PerAdmission, StrategyEffect
from equitymodel.decision.strategy_effects import strategy_effects
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.simulate.made_up_pathway import made_up_pathway
from tests.saved_pathways import profile_of

pytestmark = pytest.mark.unit
ALL = {"ics": "All ICSs", "procedure": "All procedures", "deprivation": "All groups"}


def effect(number=6, prior=None, stage="seen", reach=1.0, **options):
    return StrategyEffect(
        number, f"strategy {number}", stage, prior or EffectPrior.alike(0.05, 0.02), "known", reach, **options
    )


def found(pathway, *effects, **options):
    return strategy_effects(pathway, EffectOptions(effects, **options)).table


def rows(table, quantity, **labels):
    chosen = table[table["quantity"] == quantity]
    for column, label in labels.items():
        chosen = chosen[chosen[column] == label]
    return chosen


def one(table, quantity, **labels):
    (value,) = rows(table, quantity, **{**ALL, **labels})["estimate"]
    return value


@pytest.fixture(scope="module")
def pathway():
    return made_up_pathway(ics=3, groups=5, procedures=2, draws=400)


def test_an_effect_alike_for_all_leaves_ratios_as_they_are_in_every_draw(pathway):
    table = found(pathway, effect(prior=EffectPrior.alike(0.05, 0.0)))
    change = rows(table, "gap_ratio_change")
    np.testing.assert_allclose(change[["estimate", "lower", "upper"]], 1.0, rtol=1e-12)
    assert (change["probability"] == 0).all()
    assert (rows(table, "extra_admissions")["estimate"] > 0).all()


def reversed_groups(pathway):
    turned = pathway.log_passage.isel(deprivation=slice(None, None, -1))
    return replace(pathway, log_passage=turned.assign_coords(deprivation=pathway.log_passage["deprivation"]))


@pytest.mark.parametrize("reach", [1.0, 0.3])
def test_a_difference_with_mean_0_moves_the_gap_in_neither_direction(pathway, reach):
    wide = replace(pathway, linked=pathway.linked & False)
    prior = EffectPrior.alike(0.1, 0.2)
    for world in (wide, reversed_groups(wide)):
        change = rows(found(world, effect(prior=prior, reach=reach)), "gap_ratio_change")
        np.testing.assert_allclose(np.log(change["estimate"]), 0, atol=0.01)
        between_two_draws = 1e-4
        np.testing.assert_allclose(np.log(change["lower"]), -np.log(change["upper"]), rtol=between_two_draws)


def test_the_mean_move_of_the_log_ratio_is_0_but_for_rounding(pathway):
    from equitymodel.decision.effect_quantities import gap_of
    from equitymodel.decision.through_pathway import change_pathway, procedure_pathway

    own = procedure_pathway(replace(pathway, linked=pathway.linked & False), "procedure 1")
    changed = change_pathway(own, [effect(prior=EffectPrior.alike(0.1, 0.3), reach=0.4)], ics=list("abc"), seed=1)
    after = gap_of(own.admissions + changed.added(own.admissions), own.need)
    moved = after.log_ratio - gap_of(own.admissions, own.need).log_ratio
    assert moved.std() > 0.02
    np.testing.assert_allclose(moved.mean(axis=0), 0, atol=1e-12)


def test_an_effect_that_differs_moves_the_gap_by_what_was_stated(pathway):
    prior = EffectPrior(0.10, 0.02, 0.0, 0.0)
    unlinked = replace(pathway, linked=pathway.linked & False)
    change = rows(found(unlinked, effect(prior=prior)), "gap_ratio_change")
    np.testing.assert_allclose(change["estimate"], np.exp(0.08), rtol=1e-9)
    turned = rows(found(unlinked, effect(prior=EffectPrior(0.02, 0.10, 0.0, 0.0))), "gap_ratio_change")
    np.testing.assert_allclose(turned["estimate"], np.exp(-0.08), rtol=1e-9)
    assert (change["probability"] == 1).all()
    assert (turned["probability"] == 0).all()


def test_admissions_add_up_over_groups_ics_and_procedures(pathway):
    table = found(pathway, effect(reach=(0.1, 0.2, 0.3, 0.4, 0.5)))
    extra = rows(table, "extra_admissions").set_index(["ics", "procedure", "deprivation"])["estimate"]
    parts = extra.drop("All ICSs", level=0).drop("All procedures", level=1).drop("All groups", level=2)
    assert len(parts) == 30
    assert extra["All ICSs", "All procedures", "All groups"] == pytest.approx(parts.sum(), rel=1e-12)
    assert extra["area 01", "All procedures", "3"] == pytest.approx(parts["area 01", :, "3"].sum(), rel=1e-12)


def test_what_acts_on_one_passage_is_not_counted_twice(pathway):
    alone = [effect(6, EffectPrior.alike(0.3, 0.0)), effect(7, EffectPrior.alike(0.3, 0.0))]
    table = found(pathway, *alone)
    joint = one(table, "extra_admissions", strategy="All together")
    singles = [one(table, "extra_admissions", strategy=name) for name in ("strategy 6", "strategy 7")]
    less = rows(table, "sum_less_joint", ics="All ICSs")["estimate"].sum()
    assert singles[0] <= joint < sum(singles)
    assert sum(singles) - joint == pytest.approx(less)
    assert rows(table, "extra_admissions", strategy="All together")["at_bound"].max() == 1.0


def test_the_order_in_which_strategies_are_stated_does_not_matter(pathway):
    effects = [effect(number, stage=stage) for number, stage in ((9, "listed"), (6, "seen"), (8, "seen"))]
    first, second = (found(pathway, *order) for order in (effects, effects[::-1]))
    assert first.equals(second)


def test_a_single_strategy_is_the_same_whatever_stands_beside_it(pathway):
    alone = found(pathway, effect(6))
    beside = found(pathway, effect(6), effect(8))
    own = rows(beside, "extra_admissions", strategy="strategy 6")["estimate"].to_numpy()
    np.testing.assert_array_equal(own, rows(alone, "extra_admissions", strategy="strategy 6")["estimate"])


def test_costs_capacity_and_health_are_there_only_where_they_were_stated(pathway):
    bare = found(pathway, effect())
    assert set(bare["quantity"]) == {"admissions", "gap_ratio", "gap_difference", "extra_admissions", "gap_ratio_change",
                                     "gap_difference_change"}  # fmt: skip
    each = {f"procedure {n}": float(n) for n in (1, 2)}
    whole = found(pathway, effect(fixed_cost=100.0, cost_per_person_reached=1.0, months_to_effect=6),
                  per_admission=PerAdmission(each, each, each), capacity=Capacity("hours", 5.0, 2.0), health_unit="QALYs",
                  months_counted=12, horizon_months=24)  # fmt: skip
    extra = one(whole, "extra_admissions")
    by_procedure = [one(whole, "extra_admissions", procedure=name) for name in each]
    weighted = by_procedure[0] + 2 * by_procedure[1]
    assert one(whole, "cost_of_admissions") == pytest.approx(weighted)
    assert one(whole, "health_gain") == pytest.approx(weighted)
    assert one(whole, "capacity_needed") == pytest.approx(weighted)
    assert one(whole, "extra_admissions_within_horizon") == pytest.approx(1.5 * extra)
    arrived = float(np.exp(pathway.log_passage.sel(stage="referred")).mean(("chain", "draw")).sum()) * 1000
    assert one(whole, "programme_cost") == pytest.approx(300 + arrived)
    assert one(whole, "cost") == pytest.approx(one(whole, "programme_cost") + weighted)
    assert one(whole, "net_admissions") == pytest.approx(extra - one(whole, "admissions_given_up"))
    assert one(whole, "capacity_beyond_spare") == pytest.approx(weighted - 15.0, rel=0.02)


def test_without_a_strategy_there_is_what_is_now_and_everything_is_left_out(pathway):
    made = strategy_effects(pathway, EffectOptions(()))
    assert set(made.table["strategy"]) == {"As now"}
    assert "No strategy has an effect with a reach." in str(made)
    assert (made.left_out["left_out"] == "everything").sum() == 18


def test_made_up_numbers_are_said_to_be_made_up(pathway):
    made = strategy_effects(pathway, EffectOptions((effect(),), made_up=True))
    assert str(made).startswith("Made up, to show how it works.\nstrategy 6: +")


def test_an_ics_in_which_a_procedure_is_missing_has_no_rows_and_totals_are_of_the_others(pathway):
    passage = pathway.log_passage.copy()
    passage.loc[{"ics": "area 02", "procedure": "procedure 1"}] = np.nan
    table = found(replace(pathway, log_passage=passage), effect())
    assert rows(table, "extra_admissions", ics="area 02", procedure="procedure 1").empty
    whole = rows(table, "extra_admissions", procedure="procedure 1", deprivation="All groups").set_index("ics")[
        "estimate"
    ]
    assert whole["All ICSs"] == pytest.approx(whole["area 01"] + whole["area 03"])
    both = rows(table, "extra_admissions", procedure="All procedures", deprivation="All groups").set_index("ics")[
        "estimate"
    ]
    assert both["area 02"] > 0


def test_a_file_of_options_is_read(pathway, tmp_path):
    (tmp_path / "options.toml").write_text('format = 1\n[[effect]]\nstrategy = 6\nstage = "seen"\nsource = "made up"\n'
                                           "all_groups = { log_effect = 0.05, sd = 0.02 }\nreach = 1.0\n")  # fmt: skip
    named = strategy_effects(pathway, tmp_path / "options.toml").table
    assert set(named["strategy"]) == {"As now", "Outpatient appointment and treatment reminder systems"}


def test_what_is_no_pathway_is_refused():
    with pytest.raises(OptionError, match="pathway is"):
        strategy_effects(3, EffectOptions(()))


def test_a_pathway_that_failed_its_diagnosis_is_not_worked_with_unless_it_was_forced(pathway):
    with pytest.raises(DiagnosisError, match="Way out"):
        found(profile_of(pathway, verdict="FAIL"), effect())
    assert len(found(profile_of(pathway, verdict="FAIL", forced=True), effect()))
