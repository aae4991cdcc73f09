"""Effects of strategies on the admissions of a run: exact where nothing is uncertain, refused by name where none fits."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.options_file import read_options
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.strategy_changes import refuse_other_groups, strategy_changes
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.errors import OptionError
from equitymodel.simulate.made_up_pathway import made_up_pathway

pytestmark = pytest.mark.unit
QUESTION = """
format = 1
question = "Which?"
effects = "effects.toml"
criterion = [{ name = "total", better = "more" }]
option = [{ name = "as now" }, { name = "remind", strategy = "6" }, { name = "both", strategy = ["6", "1"] },
          { name = "up", route = "level_up", strategy = "6" }]
"""
REGISTER = read_strategies()
KNOWN = EffectPrior.alike(0.05, 0.0)
REMIND = StrategyEffect(6, "Reminders", "seen", KNOWN, "made up", reach=1.0)
FIND = StrategyEffect(
    1, "Case-finding", "referred", EffectPrior(0.1, 0.0, 0.0, 0.0), "made up", reach=(0.5, 0, 0, 0, 0)
)
STATED = EffectOptions((REMIND, FIND))


def run(ics=("area 02", "area 01"), draws=100, groups=range(1, 6), procedure="procedure 1"):
    """Admissions of a run in another order of ICSs, with groups as whole numbers."""
    names = {"ics": list(ics), "deprivation": list(groups), "procedure": [procedure]}
    noise = np.random.default_rng(1).gamma(100, 1, (2, draws, len(ics), len(list(groups)), 1))
    return xr.DataArray(noise, names, ("chain", "draw", *names))


def changes(fitted=None, stated=STATED, question=QUESTION, **pathway):
    made = made_up_pathway(draws=pathway.pop("draws", 50), **pathway)
    return strategy_changes(
        read_options(question), run() if fitted is None else fitted, made, stated, register=REGISTER
    )


def test_a_known_effect_multiplies_the_admissions_of_the_run_in_every_draw():
    fitted = run()
    made = changes(fitted)
    assert list(made) == ["remind", "both"]
    np.testing.assert_allclose(made["remind"], fitted * np.expm1(0.05))
    most = 1 - 0.5 + 0.5 * np.exp(0.1)
    np.testing.assert_allclose(made["both"].isel(deprivation=0), fitted.isel(deprivation=0) * (np.exp(0.05) * most - 1))
    np.testing.assert_allclose(made["both"].isel(deprivation=4), made["remind"].isel(deprivation=4))
    assert made["both"].dims == fitted.dims


def test_no_more_pass_than_all_can():
    huge = EffectOptions(
        (StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(3.0, 0.0), "made up", reach=1.0), FIND)
    )
    pathway = made_up_pathway(draws=200)
    made = strategy_changes(read_options(QUESTION), run(), pathway, huge, register=REGISTER)["remind"]
    room = np.exp(-pathway.log_passage.sel(stage="seen", ics=["area 02", "area 01"])).values - 1
    np.testing.assert_allclose((made / run()).values.reshape(200, 2, 5), room.reshape(200, 2, 5))


@pytest.mark.parametrize("draws", [3, 200, 5000])
def test_other_numbers_of_draws_are_brought_to_those_of_the_run_with_other_effects(draws):
    unsure = EffectOptions(
        (StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(0.05, 0.02), "made up", reach=1.0), FIND)
    )
    made = (
        (changes(stated=unsure, draws=draws)["remind"] / run()).isel(ics=0, deprivation=0, procedure=0).values.ravel()
    )
    assert len(np.unique(made.round(12))) == 200
    assert np.log1p(made).mean() == pytest.approx(0.05, abs=0.005)
    assert np.log1p(made).std() == pytest.approx(0.02, rel=0.2)


@pytest.mark.parametrize(("fitted", "says"), [
    ({"ics": ["area 01", "Devon"]}, "the pathway has no ics Devon, which the run has"),
    ({"procedure": "hip"}, "the pathway has no procedure hip, which the run has"),
    ({"groups": range(1, 11)}, "the pathway has no deprivation 6, 7, 8, 9, 10, which the run has"),
    ({"groups": range(1, 4)}, "the pathway has a group 4 that the run does not have"),
])  # fmt: skip
def test_places_groups_and_procedures_that_do_not_match_are_refused_by_name(fitted, says):
    with pytest.raises(OptionError, match=says):
        changes(run(**fitted))


@pytest.mark.parametrize(("stated", "says"), [
    ((FIND,), "option 'remind': no effect of strategy 6, .* is stated that has a reach"),
    ((StrategyEffect(6, "Reminders", "seen", KNOWN, "made up"), FIND), "is stated that has a reach"),
    ((StrategyEffect(6, "Reminders", "seen", KNOWN, "made up", reach=1.0, procedures=("procedure 2",)), FIND),
     "is stated that acts on procedure 1"),
])  # fmt: skip
def test_a_strategy_of_which_nothing_is_stated_is_refused_and_not_taken_to_do_nothing(stated, says):
    with pytest.raises(OptionError, match=says):
        changes(stated=EffectOptions(stated), procedures=2)


def test_a_pathway_that_is_not_known_somewhere_is_refused_and_what_has_no_admissions_stays_so():
    made = made_up_pathway(draws=50)
    holes = replace(
        made,
        log_passage=made.log_passage.where((made.log_passage.ics != "area 02") | (made.log_passage.deprivation != "3")),
    )
    with pytest.raises(OptionError, match="the pathway of area 02 is not known in some group"):
        strategy_changes(read_options(QUESTION), run(), holes, STATED, register=REGISTER)
    closed = run().where((run().ics != "area 02") | (run().deprivation != 3))
    found = strategy_changes(read_options(QUESTION), closed, holes, STATED, register=REGISTER)["remind"]
    assert found.isnull().equals(closed.isnull())


def test_several_procedures_have_to_be_chosen_from_first():
    two = xr.concat([run(), run(procedure="procedure 2")], "procedure")
    with pytest.raises(OptionError, match="pathway of one procedure: choose it first"):
        changes(two, procedures=2)


def test_groups_of_another_index_are_refused_and_unnamed_ones_are_not():
    refuse_other_groups(CellFacts(deprivation_index="IMD 2019"), CellFacts(deprivation_index="IMD 2019"))
    refuse_other_groups(CellFacts(), CellFacts(deprivation_index="IMD 2025"))
    with pytest.raises(OptionError, match="by IMD 2019, those of the pathway by IMD 2025"):
        refuse_other_groups(CellFacts(deprivation_index="IMD 2019"), CellFacts(deprivation_index="IMD 2025"))
