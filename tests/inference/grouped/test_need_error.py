import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import EquityModelError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.elasticity import Elasticity, fit_elasticity
from equitymodel.inference.grouped.need_error import NEED_ERROR, NeedError, draw_need_error, true_need
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.saved_fit import load_fit, save_fit
from equitymodel.report.results import make_results
from equitymodel.report.wording.statement import limits
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import SAMPLE_DIMS

pytestmark = pytest.mark.unit
QUICK = Laplace(draws=60, points=32, enough_points=1.0, cores=1)
SPREAD, NOISE = 0.15, 0.12


def with_need(areas=30, noise=NOISE, seed=1, procedures=1):
    """Cells with need recorded with classical error, and the true log need."""
    cells, truth = simulate_cells(areas=areas, procedures=procedures, expected=400.0, seed=seed)
    rng = np.random.default_rng(seed)
    shape = cells["admissions"]
    need = 0.4 * (0.5 - cells["position"]) + shape.copy(data=rng.normal(0, SPREAD, shape.shape))
    need = need.transpose(*shape.dims)
    recorded = np.exp(need + shape.copy(data=rng.normal(0, noise, shape.shape)))
    counts = shape.copy(data=rng.poisson(truth.fitted * np.exp(need)).astype(float))
    expected = cells["expected_admissions"].isel(adjustment=0, drop=True) * recorded
    plain = cells.drop_vars(["expected_admissions", "adjustment"])
    made = plain.assign(admissions=counts, need_ratio=recorded, need_ratio_se=recorded * noise,
                        expected_admissions=expected.expand_dims(adjustment=["need"]))  # fmt: skip
    return made, need, truth


@pytest.fixture(scope="module")
def made():
    return with_need()


def test_berkson_draws_lie_around_the_stated_need_as_wide_as_its_error(made):
    cells, _, _ = made
    away = draw_need_error(cells, NeedError("berkson", draws=400), seed=1)
    assert abs(float(away.mean())) < 0.002
    assert float(away.std()) == pytest.approx(NOISE, rel=0.02)


def test_classical_draws_are_calibrated_for_the_true_need(made):
    cells, need, _ = made
    log_true = np.log(cells["need_ratio"]) + draw_need_error(cells, NeedError("classical", draws=400), seed=1)
    lower, upper = (log_true.quantile(p, "draw") for p in (0.05, 0.95))
    assert float(((lower <= need) & (need <= upper)).mean()) == pytest.approx(0.9, abs=0.06)


def test_classical_error_is_shrunk_by_the_reliability(made):
    cells, need, _ = made
    reported, freed = np.log(cells["need_ratio"]), true_need(cells, NeedError("classical"), seed=1)
    assert float(((freed - need) ** 2).mean()) < float(((reported - need) ** 2).mean())
    within = (values - values.mean("ics") for values in (reported, freed))
    stated_spread, freed_spread = (float(values.std()) for values in within)
    reliability = SPREAD**2 / (SPREAD**2 + NOISE**2)
    assert freed_spread / stated_spread == pytest.approx(reliability, abs=0.08)


def test_without_error_classical_need_is_as_stated():
    cells, _, _ = with_need(noise=1e-6)
    away = draw_need_error(cells, NeedError("classical"), seed=1)
    assert float(abs(away).max()) < 1e-4


@pytest.mark.parametrize("kind", ["classical", "berkson"])
def test_under_recording_raises_need_at_the_most_deprived_end(made, kind):
    cells = made[0]
    plain = draw_need_error(cells, NeedError(kind), seed=1)
    more = draw_need_error(cells, NeedError(kind, under_recording=0.1), seed=1)
    tilt = 0.1 * (0.5 - cells["position"].values)[None, None, :, None]
    assert (more - plain).values == pytest.approx(np.broadcast_to(tilt, plain.shape))


def test_draws_of_need_repeat_with_the_seed_and_ignore_admissions(made):
    cells = made[0]
    again = draw_need_error(cells.assign(admissions=cells["admissions"] * 3), NeedError("classical"), seed=1)
    xr.testing.assert_identical(draw_need_error(cells, NeedError("classical"), seed=1), again)


def test_what_cannot_mean_anything_is_refused(made):
    cells = made[0]
    with pytest.raises(ValueError, match="Did you mean 'classical'"):
        NeedError("clasical")
    with pytest.raises(ValueError, match="at least 1"):
        NeedError("berkson", draws=0)
    with pytest.raises(EquityModelError, match="no need was given"):
        draw_need_error(cells.drop_vars(["need_ratio", "need_ratio_se"]), NeedError("berkson"), seed=1)
    with pytest.raises(EquityModelError, match="no standard errors"):
        draw_need_error(cells.drop_vars("need_ratio_se"), NeedError("berkson"), seed=1)


@pytest.fixture(scope="module")
def uncertain(made):
    return fit_model(load_model("gap_by_procedure"), made[0], engine="laplace", laplace=QUICK, seed=1,
                     need_error=NeedError("classical", draws=6))  # fmt: skip


def test_a_fit_over_need_has_the_draws_of_one_fit_and_follows_its_need(made, uncertain):
    posterior = uncertain.draws["posterior"]
    assert posterior.sizes["chain"] * posterior.sizes["draw"] == QUICK.draws * QUICK.chains
    assert uncertain.expected.dims == (*SAMPLE_DIMS, "ics", "deprivation", "procedure")
    reported = made[0]["expected_admissions"].isel(adjustment=-1, drop=True)
    xr.testing.assert_allclose(
        uncertain.expected, (reported * np.exp(posterior[NEED_ERROR])).transpose(*uncertain.expected.dims)
    )


def test_gaps_are_wider_where_need_is_uncertain(made, uncertain):
    known = fit_model(load_model("gap_by_procedure"), made[0], engine="laplace", laplace=QUICK, seed=1)
    sd = [np.log(rate_ratio(fit.fitted / fit.expected)).std(SAMPLE_DIMS) for fit in (uncertain, known)]
    assert float(np.log(rate_ratio(pooled_ratio(uncertain.fitted, uncertain.expected))).std()) > 0
    assert float(sd[0].mean()) > 0.8 * float(sd[1].mean())


def test_a_fit_over_need_is_saved_and_reported_with_what_was_assumed(uncertain, tmp_path):
    save_fit(uncertain, tmp_path / "fit.nc")
    again = load_fit(tmp_path / "fit.nc")
    xr.testing.assert_allclose(again.expected, uncertain.expected)
    assert any("classical" in line for line in limits(again))
    tables = make_results(again, force=True).tables
    assert tables["gaps"]["estimate"].notna().any()


def test_standard_errors_that_are_not_used_are_said_to_be_left_out(made):
    fit = fit_model(load_model("gap_by_procedure"), made[0], engine="laplace", laplace=QUICK, seed=1)
    assert any("takes need as known" in line for line in limits(fit))


def test_an_elasticity_is_attenuated_by_error_and_recovered_by_calibration():
    cells, _, _ = with_need(areas=42, seed=3)
    spec = load_model("gap_by_procedure")
    found = {
        error: float(fit_elasticity(spec, cells, need_error=error, laplace=QUICK, elasticity=Elasticity(prior_sd=1.0), seed=1)
                     .draws["posterior"]["need_elasticity"].mean())
        for error in (None, NeedError("classical"))
    }  # fmt: skip
    reliability = SPREAD**2 / (SPREAD**2 + NOISE**2)
    assert found[None] == pytest.approx(reliability, abs=0.12)
    assert found[NeedError("classical")] == pytest.approx(1.0, abs=0.15)


def test_an_elasticity_needs_need():
    cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    with pytest.raises(EquityModelError, match="no need was given"):
        fit_elasticity(load_model("gap_by_procedure"), cells, seed=1)


def test_classical_draws_have_the_moments_that_integration_gives():
    """Three groups of seven places: the same posterior by brute force over the spread and the group means."""
    cells, _, _ = with_need(areas=7, seed=4)
    cells = cells.isel(deprivation=[0, 2, 4])
    drawn = draw_need_error(cells, NeedError("classical", draws=20_000), seed=2).isel(procedure=0, drop=True)
    reported = np.log(cells["need_ratio"]).isel(procedure=0).transpose("deprivation", "ics").values
    moments = np.zeros((2, *reported.shape))
    total = 0.0
    for spread in np.arange(0.0005, 1.0, 0.001):
        wide = np.hypot(spread, NOISE)
        means = reported.mean(axis=1, keepdims=True)
        away = ((reported - means) ** 2).sum() / wide**2
        places = reported.shape[1]
        weight = np.exp(-0.5 * away - 0.5 * (spread / 0.3) ** 2) * wide ** -(reported.size - len(reported))
        kept = spread**2 / wide**2
        mean = (1 - kept) * (means - reported)
        variance = kept * NOISE**2 + (1 - kept) ** 2 * wide**2 / places
        moments += weight * np.array([mean, variance + mean**2])
        total += weight
    mean, square = moments / total
    sd = np.sqrt(square - mean**2)
    found = drawn.transpose("draw", "deprivation", "ics")
    assert np.abs(found.mean("draw").values - mean).max() < 5 * sd.max() / np.sqrt(20_000)
    assert found.std("draw").values == pytest.approx(sd, rel=0.03)


@pytest.mark.parametrize("power", [0.6, 1.0])
def test_a_known_elasticity_is_found_to_a_few_per_cent(power):
    cells, truth = simulate_cells(areas=20, procedures=1, expected=3000.0, seed=6)
    rng = np.random.default_rng(6)
    shape = cells["admissions"]
    need = shape.copy(data=rng.normal(0, 0.3, shape.shape))
    counts = shape.copy(data=rng.poisson(truth.fitted * np.exp(power * need)).astype(float))
    expected = (cells["expected_admissions"].isel(adjustment=0, drop=True) * np.exp(need)).expand_dims(
        adjustment=["need"]
    )
    plain = cells.drop_vars(["expected_admissions", "adjustment"])
    made = plain.assign(admissions=counts, need_ratio=np.exp(need), expected_admissions=expected)
    fit = fit_elasticity(
        load_model("gap_by_procedure"), made, laplace=QUICK, elasticity=Elasticity(prior_sd=1.0), seed=1
    )
    found = fit.draws["posterior"]["need_elasticity"]
    assert float(found.std()) < 0.04
    assert float(found.mean()) == pytest.approx(power, abs=0.05)
