"""What fits of every kind have in common: the gate before publishing, provenance, and how they introduce themselves."""

import subprocess
import sys
from dataclasses import replace

import pytest

from equitymodel.errors import DiagnosisError
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.fit import STAMP, package_versions
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from tests.evaluated import known_series_fit

pytestmark = pytest.mark.unit


@pytest.fixture(params=["cells", "series"])
def fit(request, quick_fit, small_series):
    """A fit of each kind."""
    if request.param == "cells":
        return quick_fit
    return known_series_fit(small_series, Interruption("2018-01"), load_series_model())


def graded(fit, verdict):
    return replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, verdict, "0")]))


def test_a_sound_fit_passes_the_gate_without_a_stamp(fit):
    assert fit.sound
    assert fit.require_sound() is fit
    assert fit.require_sound(force=True) is fit
    assert fit.stamp == ""


def test_a_warning_is_no_failure(fit):
    warned = graded(fit, "WARN")
    assert warned.verdict == "WARN"
    assert warned.require_sound().stamp == ""


def test_a_failed_fit_passes_only_when_forced_and_then_for_good_and_stamped(fit):
    failed = graded(fit, "FAIL")
    with pytest.raises(DiagnosisError, match=r"(?s)nothing is published.*made up: 9.*Way out: .*--force"):
        failed.require_sound()
    forced = failed.require_sound(force=True)
    assert (forced.sound, forced.publishable, forced.stamp) == (False, True, STAMP)
    assert forced.require_sound() is forced
    assert not failed.publishable


def test_provenance_says_what_made_the_draws(fit):
    record = fit.provenance
    assert record["engine"] == fit.engine == "laplace"
    assert record["seed"] == fit.seed
    assert record["model_sha256"] == fit.assumed.sha256
    assert record["versions"] == package_versions()


def test_a_fit_says_what_was_fitted_to_what(fit):
    assert repr(fit).startswith(f"<Fit of {fit.assumed.name} to ")
    assert repr(fit).endswith(f", by laplace, seed {fit.seed}: {fit.verdict}>")


def test_versions_are_those_of_the_packages_that_decide_a_result():
    assert {"equitymodel", "numpy", "xarray"} <= set(package_versions())


def test_neither_a_fit_nor_a_file_of_one_loads_a_sampler_or_a_compiler():
    program = (
        "import sys, equitymodel.inference.saved_fit; "
        "print([name for name in ('numba', 'pymc', 'pytensor', 'nutpie', 'arviz_stats') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_checks_that_are_added_keep_what_was_worked_out(quick_fit):
    ratio = quick_fit.ratio
    more = quick_fit.with_checks([Check("made up", 9, "FAIL", "0")])
    assert more.ratio is ratio
    assert more.verdict == "FAIL" != quick_fit.verdict
