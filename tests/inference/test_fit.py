"""A fit as a value: what it computes from its draws, and how it is saved and loaded."""

import subprocess
import sys

import numpy as np
import pytest

from equitymodel.inference.fit import load_fit, package_versions, save_fit

pytestmark = pytest.mark.unit


@pytest.fixture
def fit(quick_fit):
    return quick_fit


def test_fitted_is_ratio_times_expected(fit):
    np.testing.assert_allclose(fit.fitted, fit.ratio * fit.expected)
    assert fit.expected.dims == ("ics", "deprivation", "procedure")
    assert "by laplace, seed 7" in repr(fit)


def test_a_fit_comes_back_from_netcdf_as_it_was(fit, tmp_path):
    save_fit(fit, tmp_path / "fit.nc")
    again = load_fit(tmp_path / "fit.nc")
    assert again.engine == "laplace"
    assert again.spec == fit.spec or again.spec.sha256 == fit.spec.sha256
    assert again.diagnosis == fit.diagnosis
    assert again.seed == fit.seed
    assert bool((again.fitted == fit.fitted).all())
    assert again.draws["sample_stats"].attrs == fit.draws["sample_stats"].attrs
    posterior, before = (one.draws["posterior"].to_dataset() for one in (again, fit))
    assert posterior.attrs == before.attrs
    assert posterior.identical(before)


def test_versions_are_those_of_the_packages_that_decide_a_result():
    assert {"equitymodel", "numpy", "xarray"} <= set(package_versions())


def test_neither_a_fit_nor_a_report_loads_a_sampler_or_a_compiler():
    program = (
        "import sys, equitymodel.inference.fit, equitymodel.inference.series.interruption_fit; "
        "print([name for name in ('numba', 'pymc', 'pytensor', 'nutpie', 'arviz_stats') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
