"""What a folder keeps of the draws: said, small, and as good as 32 bits or three digits allow."""

import numpy as np
import pytest

from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.inference.fewer_draws import KEPT, as_doubles, fewer_draws
from equitymodel.inference.saved_fit import load_fit, save_fit

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module", params=[None, 20], ids=["all", "some"])
def pair(request, quick_fit, tmp_path_factory):
    """A fit, and the same from a folder that keeps all draws, or some."""
    file = tmp_path_factory.mktemp("kept") / "posterior.nc"
    save_fit(fewer_draws(quick_fit, request.param), file)
    return quick_fit, load_fit(file), file, request.param


def chosen(fit, keep):
    return np.linspace(0, fit.posterior.sizes["draw"] - 1, keep).round().astype(int)


def test_contrasts_are_those_of_the_same_draws(pair):
    fit, again, _, keep = pair
    own = rate_ratio(pooled_ratio(fit))
    found = rate_ratio(pooled_ratio(again))
    if keep:
        own = own.isel(draw=chosen(fit, keep))
    np.testing.assert_allclose(found.values, own.values, rtol=2e-3 if keep else 1e-6)
    assert found.dtype == np.float64


def test_a_file_says_which_draws_it_keeps(pair):
    fit, again, _, keep = pair
    said = f"{keep} of {fit.posterior.sizes['draw']} draws a chain" if keep else ""
    assert again.posterior.attrs.get(KEPT, "") == said
    assert (f", {said}>" in repr(again)) == bool(keep)
    assert again.posterior["draw"].size == (keep or fit.posterior.sizes["draw"])


def test_each_draw_that_is_kept_is_as_near_as_said(pair):
    fit, again, _, keep = pair
    for name, draws in fit.posterior.items():
        own = draws.isel(draw=chosen(fit, keep)) if keep else draws
        np.testing.assert_allclose(again.posterior[name], own, rtol=1e-3 if keep else 1e-7, err_msg=str(name))


def test_what_is_not_of_draws_stays(pair):
    fit, again, _, _ = pair
    assert again.data.identical(fit.data)
    assert (again.diagnosis, again.seed, again.spec) == (fit.diagnosis, fit.seed, fit.spec)


def test_a_number_takes_less_than_half_of_its_room(quick_fit, tmp_path):
    def size(keep):
        save_fit(fewer_draws(quick_fit, keep), tmp_path / "a.nc")
        return (tmp_path / "a.nc").stat().st_size

    values = sum(draws.isel(draw=0).size for draws in quick_fit.posterior.values())
    assert (size(120) - size(40)) / (80 * values) < 0.5 * np.dtype(float).itemsize


def test_doubles_leave_other_kinds_alone(quick_fit):
    single = quick_fit.posterior.astype(np.float32).assign(number=3)
    again = as_doubles(single)
    assert again["number"].dtype == single["number"].dtype
    assert {again[name].dtype for name in quick_fit.posterior} == {np.dtype(np.float64)}
