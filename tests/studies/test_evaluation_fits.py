"""Which fits of an evaluation may be published, and which are left out by name."""

from dataclasses import replace

import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.fit import STAMP
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.evaluation_fits import PARTS, EvaluationFits
from tests.evaluated import known_series_fit, unsound

pytestmark = pytest.mark.unit
LEVEL = Interruption("2018-01")
GAP = replace(LEVEL, outcome="gap")


@pytest.fixture
def fits(small_series):
    one = [known_series_fit(small_series, LEVEL, load_series_model()) for _ in PARTS]
    return EvaluationFits(*one)


def test_the_main_fit_is_that_of_the_groups_for_a_question_about_the_gap(fits):
    assert fits.main(LEVEL) is fits.total
    assert fits.main(GAP) is fits.groups
    assert EvaluationFits(fits.total).main(GAP) is fits.total, "without groups there is no other"


def test_fits_that_are_not_there_are_not_listed(fits):
    assert list(fits.all()) == list(PARTS)
    assert list(EvaluationFits(fits.total, parts=fits.parts).all()) == ["total", "parts"]


@pytest.mark.parametrize("name", PARTS)
def test_a_fit_that_failed_is_not_published_and_is_named_unless_it_is_the_main_one(fits, name):
    failed = replace(fits, **{name: unsound(getattr(fits, name))})
    assert failed.published(name) is None
    assert [other for other in PARTS if failed.published(other) is None] == [name]
    named = [item.part for item in failed.left_out(LEVEL)]
    assert named == ([] if name == "total" else [PARTS[name]])
    assert fits.left_out(LEVEL) == []


def test_only_the_main_fit_decides_at_the_gate_and_only_it_is_forced(fits):
    others = replace(fits, groups=unsound(fits.groups), placebo=unsound(fits.placebo))
    assert others.through_gate(LEVEL) == others
    with pytest.raises(DiagnosisError, match="made up"):
        others.through_gate(GAP)
    forced = others.through_gate(GAP, force=True)
    assert forced.published("groups") is forced.groups
    assert forced.stamp == forced.groups.stamp == STAMP
    assert forced.published("placebo") is None
    assert (fits.stamp, others.stamp) == ("", "")


def test_another_part_that_was_forced_by_hand_stamps_everything(fits):
    forced = replace(fits, placebo=unsound(fits.placebo).require_sound(force=True))
    assert forced.published("placebo") is forced.placebo
    assert forced.stamp == STAMP
