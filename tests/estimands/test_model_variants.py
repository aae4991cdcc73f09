"""Other models of a series: five that differ, each named by what it has."""

from dataclasses import replace

import pytest

from equitymodel.estimands.model_variants import other_models
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit
MODEL, PLAN = load_series_model(), Interruption("2023-04")


@pytest.mark.parametrize("model", [MODEL, MODEL.leaving_out("slope", "trend").including("variation").with_harmonics(1)])
def test_other_models_are_the_default_and_five_that_differ(model):
    tried = other_models(model, PLAN)
    assert len(set(tried.values())) == 6
    assert tried["default"] == model


def test_each_name_says_what_a_variant_has():
    tried = other_models(MODEL, PLAN)
    assert not tried["level only"].has("slope")
    assert tried["extra variation"].has("variation")
    assert not tried["no trend before"].has("trend")
    assert not tried["straight trend"].has("bend")
    assert "level only" not in other_models(MODEL, replace(PLAN, shape="step")), "it would be the model itself"
