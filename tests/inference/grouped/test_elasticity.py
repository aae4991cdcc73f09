"""Elasticities by procedure and their curve: known truth, with need known and with classical error."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.elasticity import (
    Elasticity,
    elasticity_over_need,
    fit_elasticity,
    with_powers_of_need,
)
from equitymodel.inference.grouped.need_error import NEED_ERROR, NeedError
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.report.wording.statement import limits
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import SAMPLE_DIMS
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.unit
POWERS, CURVE, SPREAD, NOISE = [0.6, 1.0, 1.3], 0.4, 0.3, 0.2
QUICK = Laplace(draws=200, points=64, enough_points=1.0, cores=1)


def world(*, curve=CURVE, noise=0.0, seed=1):
    """Use that rises with need to powers that differ by procedure, along a line that bends."""
    cells, truth = simulate_cells(areas=42, procedures=len(POWERS), expected=1000.0, seed=seed)
    rng = np.random.default_rng(seed)
    shape = cells["admissions"]
    need = shape.copy(data=rng.normal(0, SPREAD, shape.shape))
    recorded = np.exp(need + shape.copy(data=rng.normal(0, noise, shape.shape)))
    power = xr.DataArray(POWERS, dims="procedure", coords={"procedure": cells["procedure"]})
    mean = (truth.fitted * np.exp(power * need + curve * need**2)).transpose(*shape.dims)
    expected = cells["expected_admissions"].isel(adjustment=0, drop=True) * recorded
    return cells.drop_vars(["expected_admissions", "adjustment"]).assign(
        admissions=shape.copy(data=rng.poisson(mean).astype(float)), need_ratio=recorded,
        need_ratio_se=recorded * noise, expected_admissions=expected.expand_dims(adjustment=["need"]),
    )  # fmt: skip


def found(cells, need_error=None, **more):
    elasticity = Elasticity(prior_sd=1.0, **more)
    fit = fit_elasticity(
        load_model("gap_by_procedure"), cells, elasticity, need_error=need_error, laplace=QUICK, seed=1
    )
    draws = fit.draws["posterior"].to_dataset()
    power, curve = draws["need_elasticity"], draws.get("need_curve", xr.zeros_like(draws["need_elasticity"]))
    return fit, power.mean(SAMPLE_DIMS).values, power.std(SAMPLE_DIMS).values, float(curve.mean()), float(curve.std())


@pytest.fixture(scope="module")
def known():
    return found(world(), by_procedure=True, curved=True)


def test_each_procedure_has_its_own_elasticity_and_the_line_bends_as_it_should(known):
    _, power, sd, curve, curve_sd = known
    assert (sd < 0.03).all()
    assert np.abs((power - POWERS) / np.hypot(sd, 0.02)).max() < 3
    assert curve == pytest.approx(CURVE, abs=3 * curve_sd)
    assert curve_sd < 0.04


def test_one_for_all_is_no_substitute(known):
    _, power, *_ = found(world(), curved=True)
    assert power.shape == ()
    assert min(POWERS) + 0.1 < power < max(POWERS) - 0.1


def test_a_straight_line_is_found_to_be_straight():
    *_, curve, curve_sd = found(world(curve=0.0, seed=2), by_procedure=True, curved=True)
    assert abs(curve) < 3 * curve_sd
    assert curve_sd < 0.04


def test_error_attenuates_both_and_calibration_frees_both():
    """Theory: a power falls by the reliability, 0.69; a bend by its square, 0.48."""
    cells = world(noise=NOISE)
    reliability = SPREAD**2 / (SPREAD**2 + NOISE**2)
    _, power, _, curve, _ = found(cells, by_procedure=True, curved=True)
    assert power / POWERS == pytest.approx(reliability, abs=0.08)
    assert curve / CURVE == pytest.approx(reliability**2, abs=0.2)
    _, power, sd, curve, curve_sd = found(cells, by_procedure=True, curved=True, need_error=NeedError("classical"))
    assert np.abs((power - POWERS) / sd).max() < 3
    assert curve == pytest.approx(CURVE, abs=2 * curve_sd)
    assert curve - curve_sd > CURVE * reliability**2


def test_the_expected_square_has_the_variance_in_it():
    cells = world(noise=NOISE)
    plain = with_powers_of_need(cells, None, seed=1)
    berkson = with_powers_of_need(cells, NeedError("berkson"), seed=1)
    gained = berkson["need_curve"] - (berkson["need_line"] - berkson["need_line"].mean(["ics", "deprivation"])) ** 2
    assert float(gained.mean()) == pytest.approx(NOISE**2, rel=0.02)
    log_need = np.log(cells["need_ratio"])
    xr.testing.assert_allclose(plain["need_line"], log_need)
    xr.testing.assert_allclose(plain["need_curve"], (log_need - log_need.mean(["ics", "deprivation"])) ** 2)


def test_elasticities_over_need_are_the_slopes_of_the_curve(known):
    fit, power, _, curve, _ = known
    over = elasticity_over_need(fit, [0.1, 0.9]).mean(SAMPLE_DIMS)
    need = fit.cells["need_line"]
    away = need.quantile([0.1, 0.9], ["ics", "deprivation"]) - need.mean(["ics", "deprivation"])
    expected = power[:, None] + 2 * curve * away.transpose("procedure", "quantile").values
    assert over.transpose("procedure", "quantile").values == pytest.approx(expected, abs=1e-9)


def test_expected_admissions_follow_the_curve_and_the_report_says_so(known):
    fit = known[0]
    draws, cells = fit.draws["posterior"].to_dataset(), fit.cells
    followed = draws["need_elasticity"] * cells["need_line"] + draws["need_curve"] * cells["need_curve"]
    xr.testing.assert_allclose(
        draws[NEED_ERROR] + np.log(cells["need_ratio"]), followed.transpose(*draws[NEED_ERROR].dims)
    )
    observed = cells["admissions"]
    assert float(fit.fitted.mean(SAMPLE_DIMS).sum() / observed.sum()) == pytest.approx(1.0, abs=0.01)
    assert any("estimated power" in line for line in limits(fit))


def test_an_elasticity_held_at_one_is_the_offset():
    cells = world(curve=0.0)
    spec = load_model("gap_by_procedure")
    held = fit_elasticity(spec, cells, laplace=QUICK, elasticity=Elasticity(prior_sd=1e-6), seed=1)
    offset = fit_model(spec, cells, engine="laplace", laplace=QUICK, seed=1)
    for name in ("procedure_gradient_effect", "extra_variation"):
        one, other = (fit.draws["posterior"][name] for fit in (held, offset))
        sd = other.std(SAMPLE_DIMS)
        assert float((abs(one.mean(SAMPLE_DIMS) - other.mean(SAMPLE_DIMS)) / sd).max()) < 0.15


def test_years_have_one_elasticity_over_the_needs_of_all():
    """The same need in both years: where need lies, and how steep use is there, is as in one of them."""
    cells = world(curve=0.0)
    years = over_years(cells, years=(2021.0, 2022.0)).assign(
        need_ratio=cells["need_ratio"].expand_dims(period=2, axis=-1)
    )
    powers = [with_powers_of_need(each, None, seed=1) for each in (cells, years)]
    np.testing.assert_allclose(powers[1]["need_curve"].isel(period=1), powers[0]["need_curve"])
    fit, power, sd, _, _ = found(years, curved=True)
    assert np.abs((power - np.mean(POWERS)) / np.hypot(sd, 0.15)).max() < 3
    assert elasticity_over_need(fit).dims == ("chain", "draw", "procedure", "quantile")
