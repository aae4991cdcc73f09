"""Models and interventions as records: by way of JSON they come back as they were."""

import json

import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.as_record import model_record, plan_from, plan_record, series_model_from, spec_from
from equitymodel.spec.effect import Effect
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_model, load_series_model, model_names
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit
SERIES = [name for name in model_names() if "interruption" in name]
CELLS = [name for name in model_names() if name not in SERIES]


def through_json(record):
    return json.loads(json.dumps(record))


@pytest.mark.parametrize("name", CELLS)
def test_models_of_cells_come_back(name):
    spec = load_model(name)
    again = spec_from(through_json(model_record(spec)))
    assert again == spec
    assert again.text == spec.text != ""


@pytest.mark.parametrize("name", SERIES)
def test_models_of_series_come_back_with_what_they_leave_out(name):
    model = load_series_model(name).leaving_out("slope").with_harmonics(1)
    again = series_model_from(through_json(model_record(model)))
    assert again == model
    assert (again.has("slope"), again.knows("slope"), again.sha256) == (False, True, model.sha256)


def test_what_lasts_over_years_and_tails_come_back():
    again = spec_from(through_json(model_record(load_model("need_adjusted"))))
    fading, part = again.effect("ics_deviation"), again.effect("ics_by_procedure_deviation")
    assert (fading.over_years, fading.correlation, fading.share_that_lasts) == (
        "fading",
        0.95,
        ShareThatLasts(2.0, 1.0),
    )
    assert (part.part_of_extra_variation, part.spread) == (True, again.overdispersion)
    assert again.effect("ics_by_procedure_gradient").heavy_tails


@pytest.mark.parametrize("word", ["share_of_procedures", "share_of_neighbours"])
def test_shares_of_procedures_and_of_neighbours_come_back(word):
    over = ("ics", "procedure") if word == "share_of_procedures" else ("ics",)
    share = {word: ShareThatLasts(1.0, 2.0)}
    alike = Effect("alike", over, "level", "alike", spread=Prior("half_normal", sd=0.3), **share)
    spec = ModelSpec("own", "Which?", "poisson", (alike,))
    assert spec_from(through_json(model_record(spec))) == spec


def test_effects_that_no_file_can_hold_come_back():
    need = Effect("need", (), "need_line", "a power of need", prior=Prior("normal", sd=0.5, mean=1.0))
    spec = ModelSpec("own", "Which?", "poisson", (need,))
    assert spec_from(through_json(model_record(spec))) == spec


@pytest.mark.parametrize(
    "plan",
    [
        Interruption("2023-04"),
        Interruption("2023-04-17", "ramp", lag=1, washout=2.5, ramp_months=3, outcome="gap", smallest_change=0.1),
        Interruption("2023-04", looks=4, planned_months=24, exposed={"ics": ("QE1", "QOP"), "procedure": ("hip",)}),
        Interruption("2023-04", exposed={"ics": ("QE1", "QOP")}, starts={"QOP": "2023-07"}),
    ],
)
def test_interventions_come_back_with_their_hash_and_when_they_were_declared(plan):
    again = plan_from(through_json(plan_record(plan)))
    assert again == plan
    assert (again.sha256, again.declared, again.exposed) == (plan.sha256, plan.declared, plan.exposed)


def test_a_record_without_meaning_is_refused():
    with pytest.raises(SpecError, match="unknown shape"):
        plan_from(plan_record(Interruption("2023-04")) | {"shape": "leap"})
