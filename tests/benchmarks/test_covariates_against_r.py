"""Coefficients of covariates against glmmTMB, where R is there."""

import covariates_against_r as peer
import pytest

pytestmark = pytest.mark.unit


def test_coefficients_are_those_of_r_within_a_tenth_of_a_standard_deviation():
    found = peer.compared(peer.supplied_cells())
    if isinstance(found, str):
        pytest.skip(f"no R to compare with: {found}")
    fixed = found.drop(index=["ics sd", "extra variation"])
    assert len(fixed) == 6
    assert fixed["apart, sd"].abs().max() < 0.1
    assert (fixed["sd"] / fixed["its error"]).between(0.95, 1.05).all()


def test_without_r_it_says_why(monkeypatch):
    monkeypatch.setattr(peer.shutil, "which", lambda _: None)
    assert peer.compared(peer.supplied_cells()) == "Rscript is not installed"
