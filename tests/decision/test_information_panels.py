"""Panels of information: never more than knowing everything; a pilot never more than knowing its effect."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.decision.information_panels import (
    information_table,
    pilot_table,
    too_few_draws,
    unknowns_of,
)
from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.estimands.power import AutocorrelatedNoise, StudyDesign
from tests.decision.judged import with_everything, with_little, with_routes
from tests.decision.test_judged_options import EXPECTED, FITTED, SHORT

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("judged", [with_routes, with_everything])
def test_information_is_worth_no_more_than_knowing_everything(judged):
    table = information_table(judged())
    assert table["unknown"].iloc[0] == "everything"
    assert (table["value"] <= table["value"].iloc[0] + 1e-12).all()
    assert (table["value"] >= -1e-12).all()


def test_effects_of_single_strategies_are_unknowns_and_those_of_sets_are_not_counted_again():
    names = set(unknowns_of(with_everything()))
    assert names == {"gap now", "admissions now", "effect of reminders on the most deprived, %",
                     "effect of reminders on all, %"}  # fmt: skip


def test_a_pilot_is_worth_no_more_than_knowing_its_effect_and_names_its_option():
    table = pilot_table(with_everything())
    assert table["option"].tolist() == ["reminders"] * 2
    assert (table["value"] <= table["if_known"] + 1e-9).all()
    assert pilot_table(with_routes()) is None


def test_a_pilot_is_judged_by_the_series_of_one_group_and_more_months_never_tell_less():
    errors = pilot_table(with_everything())["standard_error"]
    design = StudyDesign(36, 12).terms()
    one = design.standard_error(12, admissions=300, noise=AutocorrelatedNoise(sd=0.02))
    assert errors[0] == pytest.approx(one)
    assert errors[1] <= errors[0]


def test_a_pilot_without_a_series_before_it_tells_nothing():
    judged = with_everything()
    bare = replace(judged.question, pilot=replace(judged.question.pilot, before=1))
    table = pilot_table(replace(judged, question=bare))
    assert np.isinf(table["standard_error"]).all()
    assert (table["value"] == 0).all()


def test_with_few_draws_all_but_single_unknowns_is_said():
    few = judge_options(read_options(SHORT), FITTED.isel(draw=slice(28)), EXPECTED)
    assert "56 draws, and it takes 60" in too_few_draws(few)
    assert information_table(few)[["unknown", "chosen_now"]].values.tolist() == [["everything", "move"]]
    assert not too_few_draws(with_little())
