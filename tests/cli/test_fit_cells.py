from importlib import import_module
from types import SimpleNamespace

import pytest
import xarray as xr

from equitymodel.cli.choices import Choices
from equitymodel.cli.fit_cells import load_asked_model, make_results_as_asked, model_for, need_error_of
from equitymodel.errors import SpecError
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.simulate.simulated_cells import simulate_cells

pytestmark = pytest.mark.unit


def test_the_model_goes_with_the_groups_unless_one_is_named():
    assert model_for(xr.Dataset(), Choices("run", {})) == "need_adjusted"
    assert model_for(xr.Dataset(attrs={"group": "ethnicity"}), Choices("run", {})) == "group_by_procedure"
    assert (
        model_for(xr.Dataset(attrs={"group": "ethnicity"}), Choices("run", {"model": "need_adjusted"}))
        == "need_adjusted"
    )


def test_a_model_that_was_named_is_loaded_at_once(tmp_path):
    load_asked_model(Choices("run", {}))
    load_asked_model(Choices("run", {"model": "need_adjusted"}))
    (tmp_path / "mine.toml").write_text("format = 2")
    with pytest.raises(SpecError):
        load_asked_model(Choices("run", {"model": tmp_path / "mine.toml"}))


def test_error_of_need_is_as_chosen():
    assert need_error_of(Choices("run", {})) is None
    chosen = {"need_error": "berkson", "under_recording_sd": 0.1, "need_feedback": False}
    assert need_error_of(Choices("run", chosen)) == NeedError("berkson", under_recording_sd=0.1)


def test_unit_costs_are_handed_on_to_what_works_the_results_out(monkeypatch, tmp_path):
    cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    fitting, results = map(import_module, ("equitymodel.inference.fit_model", "equitymodel.report.results"))
    monkeypatch.setattr(fitting, "fit_model", lambda *_given, **_options: SimpleNamespace(publishable=False))
    monkeypatch.setattr(results, "make_results", lambda _fit, **options: options["unit_costs"])
    chosen = Choices("run", {"engine": "laplace", "out": tmp_path})
    costs = {"procedure 01": 9.0}
    assert make_results_as_asked(cells, "need_adjusted", chosen, lambda *_: None, unit_costs=costs) == costs
