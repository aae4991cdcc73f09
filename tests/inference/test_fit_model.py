"""A fit by nested Laplace goes the way of any fit: diagnosed, saved, loaded, reported."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.saved_fit import load_fit
from equitymodel.report.provenance import provenance
from equitymodel.report.results import make_results, write_results
from tests.inference.laplace.worlds import MODELS, fixed, make_world, model

QUICK = Laplace(draws=100, chains=4, points=128, enough_points=1.0, cores=1)
ENGINE_CHECKS = ("optimum", "effective points", "R-hat of the points", "mean and mode", "ICS and procedure", "below 1")


@pytest.fixture(scope="module")
def cells():
    return make_world(areas=4, groups=3, procedures=2, expected=300.0, holes=False)


@pytest.fixture(scope="module")
def fit(cells):
    return fit_model(MODELS["gap_by_procedure"], cells, engine="laplace", seed=7, laplace=QUICK)


@pytest.mark.unit
def test_a_fit_says_which_engine_made_it(fit):
    assert fit.engine == "laplace"
    assert "by laplace, seed 7" in repr(fit)


@pytest.mark.unit
def test_its_diagnosis_holds_the_checks_of_the_engine_and_those_of_every_fit(fit):
    names = [check.name for check in fit.diagnosis.checks]
    for words in ENGINE_CHECKS:
        assert sum(words in name for name in names) == 1, words
    assert any("leave one cell out" in name for name in names)
    assert any("predicted against observed" in name for name in names)
    assert not any("divergences" in name for name in names)


@pytest.mark.unit
def test_fitted_admissions_are_near_what_was_observed(fit, cells):
    total = fit.fitted.sum(["ics", "deprivation"])
    observed = cells["admissions"].sum(["ics", "deprivation"])
    assert float(abs(total.mean(["chain", "draw"]) / observed - 1).max()) < 0.05
    assert fit.fitted.sizes["chain"] == 4


@pytest.mark.unit
def test_provenance_says_the_engine_and_its_settings(fit):
    made = provenance(fit, question={"force": True})
    assert made["engine"] == "laplace"
    assert made["settings"] == QUICK.published()
    assert "sampling" not in made


@pytest.mark.mcmc
def test_results_are_made_and_written(fit, tmp_path):
    """Nothing is sampled, but tables and plots take longer than a unit test may."""
    results = make_results(fit, force=True)
    assert not results.tables["gaps"].empty
    out = write_results(results, tmp_path / "out")
    kept = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert (kept["engine"], kept["settings"]) == ("laplace", QUICK.published())
    assert load_fit(out / "posterior.nc").engine == "laplace"
    assert len(pd.read_csv(out / "gaps.csv")) == len(results.tables["gaps"])


@pytest.mark.unit
def test_a_failed_approximation_publishes_nothing_unless_forced(fit):
    bad = replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, "FAIL", "0")]))
    with pytest.raises(DiagnosisError, match="made up"):
        make_results(bad)


@pytest.mark.unit
def test_a_poisson_model_is_fitted_too(cells):
    fit = fit_model(MODELS["no_pairs"], cells, engine="laplace", seed=1, laplace=QUICK)
    assert "extra_variation" not in fit.draws["posterior"]
    assert np.isfinite(fit.fitted.values).all()


@pytest.mark.unit
def test_a_procedure_that_is_not_offered_stays_missing(cells):
    shut = make_world(areas=4, groups=3, procedures=2, expected=300.0)
    fit = fit_model(MODELS["need_adjusted"], shut, engine="laplace", seed=1, laplace=QUICK)
    assert bool(fit.fitted.isel(ics=1, procedure=-1).isnull().all())
    assert bool(fit.fitted.isel(ics=0).notnull().all())
    assert int(fit.fitted.isel(chain=0, draw=0).isnull().sum()) == 3


@pytest.mark.unit
@pytest.mark.parametrize(("engine", "hint"), [("laplce", "Did you mean 'laplace'"), ("nutz", "Did you mean 'nuts'")])
def test_an_unknown_engine_names_the_nearest(cells, engine, hint):
    with pytest.raises(ValueError, match=hint):
        fit_model(MODELS["no_pairs"], cells, engine=engine, seed=1)


@pytest.mark.unit
def test_absurd_priors_stop_this_engine_too(cells):
    wild = MODELS["need_adjusted"].replace_prior("procedure_level", sd=5.0)
    with pytest.raises(DiagnosisError, match="make the priors of the specification narrower"):
        fit_model(wild, cells, engine="laplace", seed=1, laplace=QUICK)


@pytest.mark.mcmc
@pytest.mark.parametrize("poisson", [True, False])
def test_nuts_fits_models_without_a_spread_to_explore(cells, poisson):
    """NUTS may begin where this engine ends, but must not depend on it."""
    spec = model("plain", fixed("n", (), "level"), fixed("n_gradient", (), "gradient"), poisson=poisson)
    short = Sampling(draws=200, tune=200, chains=2, retry_draws=1, retry_accept=0.0)
    fit = fit_model(spec, cells, engine="nuts", seed=1, sampling=short)
    assert fit.engine == "nuts"
    assert np.isfinite(fit.fitted.values).all()


@pytest.mark.unit
def test_what_does_not_pass_names_the_way_out():
    """Less than one admission a cell: the approximation says so, and names NUTS."""
    few = make_world(areas=4, groups=3, procedures=2, expected=0.5, holes=False)
    fit = fit_model(MODELS["gap_by_procedure"], few, engine="laplace", seed=1, laplace=QUICK)
    doubtful = [check for check in fit.diagnosis.checks if check.verdict != "PASS"]
    own = [check for check in doubtful if any(words in check.name for words in ENGINE_CHECKS)]
    assert own
    assert all("engine='nuts'" in check.detail for check in own)
    assert fit.diagnosis.verdict == "FAIL"
