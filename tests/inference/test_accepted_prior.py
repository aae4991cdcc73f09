"""Priors accepted on purpose: the reason is kept, stamped, and refused where it says nothing."""

import pytest

from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.inference.accepted_prior import AcceptedPrior, says_something, stated_reason
from equitymodel.inference.fewer_draws import fewer_draws
from equitymodel.inference.fit import STAMP
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.prior_check import check_prior
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.inference.saved_fit import load_fit, save_fit
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.fitted import QUICK
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit
CELLS, _ = simulate_cells(areas=5, procedures=2, seed=1)
WILD = load_model("gap_by_procedure").replace_prior("procedure_level", sd=5.0)
REASON = "rates of 1990, as in Smith 2020"


def fit(model, **given):
    return fit_model(model, CELLS, engine="laplace", seed=1, laplace=QUICK, **given)


@pytest.fixture(scope="module")
def opened():
    return fit(WILD, accept_prior=f"  {REASON}.\n")


def test_without_a_reason_the_message_says_how_to_give_one():
    with pytest.raises(DiagnosisError, match=r"--accept-prior REASON \(in Python accept_prior=REASON\)"):
        fit(WILD)


def test_with_a_reason_it_is_fitted_and_stamped_with_what_was_found(opened):
    accepted = opened.accepted_prior
    assert accepted.needed
    assert accepted.reason == f"{REASON}."
    assert accepted.found == check_prior(WILD, CELLS, seed=1).found
    assert "of cells with a ratio outside 1/20 to 20 (limit 1%)" in accepted.found
    assert opened.stamp == f"PRIORS ALLOW ABSURD ADMISSIONS and were accepted on purpose: {REASON}."
    assert opened.sound


def test_a_reason_that_was_not_needed_is_kept_and_stamps_nothing():
    tame = fit("gap_by_procedure", accept_prior=REASON)
    assert tame.accepted_prior.reason == REASON
    assert not tame.accepted_prior.needed
    assert tame.stamp == ""
    assert fit("gap_by_procedure").accepted_prior is None


@pytest.mark.parametrize("reason", ["", "  ", "-", "...", "ok"])
def test_a_reason_that_says_nothing_is_refused_whether_it_was_needed_or_not(reason):
    assert not says_something(reason)
    for model in (WILD, "gap_by_procedure"):
        with pytest.raises(OptionError, match="takes a reason in words"):
            fit(model, accept_prior=reason)


def test_it_stays_with_a_fit_that_is_saved_forced_thinned_or_taken_by_year(opened, tmp_path):
    save_fit(opened, tmp_path / "posterior.nc")
    kept = load_fit(tmp_path / "posterior.nc")
    assert kept.accepted_prior == opened.accepted_prior
    assert kept.stamp == opened.stamp
    for other in (fewer_draws(kept, 20), kept.require_sound(force=True), year_of(with_years(kept))):
        assert other.accepted_prior == opened.accepted_prior
    assert opened.predict().stamp == opened.stamp


def test_a_failed_fit_has_both_stamps(opened):
    from dataclasses import replace

    from equitymodel.inference.diagnosis import Check, Diagnosis

    failed = replace(opened, diagnosis=Diagnosis((Check("made up", 9.0, "FAIL", "0"),)))
    assert failed.stamp == f"{STAMP} {opened.stamp}"


def test_reason_on_one_line_and_as_text():
    assert stated_reason("as in\n  Smith") == "as in Smith"
    accepted = AcceptedPrior("as in Smith", needed=True, found="5% of cells")
    assert AcceptedPrior.from_text(accepted.to_text()) == accepted
    assert AcceptedPrior.from_text("") is None
