"""Need and admissions in one model: against integration by brute force, the cut, and known truth."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from equitymodel.errors import EquityModelError, SpecError
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.elasticity import fit_elasticity
from equitymodel.inference.grouped.need_error import NEED_ERROR, NeedError, draw_need_error
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.report.wording.statement import limits
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.read_spec import read_spec
from equitymodel.vocabulary import SAMPLE_DIMS
from tests.inference.grouped.test_need_error import NOISE, with_need

pytestmark = pytest.mark.unit
DRAWS = Laplace(draws=2000, points=64, enough_points=1.0, cores=1)
QUICK = Laplace(draws=200, points=64, enough_points=1.0, cores=1)
KNOWN_USE = ModelSpec(
    "known_use", "Use that follows need exactly?", "poisson",
    (Effect("level", (), "level", "none to speak of", prior=Prior("normal", sd=1e-5)),),
)  # fmt: skip


def joint(kind, **more):
    return NeedError(kind, feedback=True, **more)


def fit_known_use(cells, error):
    fit = fit_model(KNOWN_USE, cells, engine="laplace", laplace=DRAWS, need_error=error, seed=1)
    return fit.draws["posterior"][NEED_ERROR]


def two_groups(counts, reported, error, areas=1):
    """Two groups in some ICSs, of which 40 admissions each are expected at a need of 1."""
    cells, _ = simulate_cells(areas=areas, groups=2, procedures=1, seed=1)
    shape = cells["admissions"]
    need = shape.copy(data=np.exp(np.broadcast_to(reported, shape.shape)))
    expected = (40.0 * need).expand_dims(adjustment=["need"])
    return cells.drop_vars(["expected_admissions", "adjustment"]).assign(
        admissions=shape.copy(data=np.broadcast_to(counts, shape.shape).astype(float)),
        expected_admissions=expected, need_ratio=need, need_ratio_se=need * error,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "count"), [("berkson", 15), ("berkson", 40), ("berkson", 90), ("classical", 15)])
def test_low_use_is_read_as_low_need_as_far_as_integration_says(kind, count):
    """Use known to follow need: a normal prior times a Poisson likelihood, summed over a grid.

    In a single ICS, whose groups have means that nothing else tells, classical error is the same.
    """
    reported, error = 0.2, 0.15
    away = fit_known_use(two_groups(count, reported, error), joint(kind))
    log_need = np.linspace(-1.5, 1.5, 6001)
    weight = stats.norm.pdf(log_need, reported, error) * stats.poisson.pmf(count, 40 * np.exp(log_need))
    weight /= weight.sum()
    mean = (weight * log_need).sum()
    sd = np.sqrt((weight * (log_need - mean) ** 2).sum())
    assert (away.mean(SAMPLE_DIMS).values + reported).ravel() == pytest.approx(mean, abs=0.008)
    assert away.std(SAMPLE_DIMS).values.ravel() == pytest.approx(sd, rel=0.04)


def test_classical_error_is_integrated_over_the_means_and_the_spread_as_brute_force_says():
    """Three ICSs, two groups: for each spread the rest is normal, if a count gives log use with a variance of 1 / count."""
    rng = np.random.default_rng(5)
    reported, error = rng.normal(0, 0.3, (3, 2, 1)), 0.2
    counts = np.round(40.0 * np.exp(reported + 0.1 * np.array([1, -1, 2])[:, None, None]))
    away = fit_known_use(two_groups(counts, reported, error, areas=3), joint("classical"))
    told, heard = reported[..., 0].T, np.log(counts[..., 0].T / 40.0)
    moments, total = np.zeros((2, *told.shape)), 0.0
    noise = 1.0 / counts[..., 0].T
    for spread in np.arange(0.005, 1.2, 0.005):
        log_weight, parts = -0.5 * (spread / 0.3) ** 2, []
        for own, use, variance in zip(told, heard, noise, strict=True):
            prior = spread**2 * np.eye(3) + 900.0
            seen = np.concatenate([own, use])
            design = np.vstack([np.eye(3), np.eye(3)])
            wide = design @ prior @ design.T + np.diag([error**2] * 3 + list(variance))
            gain = prior @ design.T @ np.linalg.inv(wide)
            parts.append((gain @ seen, np.diag(prior - gain @ design @ prior)))
            log_weight += stats.multivariate_normal.logpdf(seen, np.zeros(6), wide)
        weight = np.exp(log_weight)
        mean, variance = (np.array([part[k] for part in parts]) for k in (0, 1))
        moments += weight * np.array([mean, variance + mean**2])
        total += weight
    mean, square = moments / total
    found = (away + xr.DataArray(reported, dims=("ics", "deprivation", "procedure"))).isel(procedure=0)
    assert found.mean(SAMPLE_DIMS).transpose("deprivation", "ics").values == pytest.approx(mean, abs=0.02)
    sd = found.std(SAMPLE_DIMS).transpose("deprivation", "ics").values
    assert sd == pytest.approx(np.sqrt(square - mean**2), rel=0.06)


@pytest.mark.parametrize("kind", ["classical", "berkson"])
def test_where_counts_say_next_to_nothing_need_is_as_the_cut_draws_it(kind):
    cells, _, _ = with_need(areas=8, seed=2)
    cells = cells.assign(admissions=cells["admissions"] * 0, expected_admissions=cells["expected_admissions"] * 1e-7)
    away = fit_known_use(cells, joint(kind))
    cut = draw_need_error(cells, NeedError(kind, draws=8000), seed=1)
    sd = cut.std("draw").transpose(*away.dims[2:])
    assert np.abs((away.mean(SAMPLE_DIMS) - cut.mean("draw")) / sd).max() < 0.1
    assert (away.std(SAMPLE_DIMS) / sd).values == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("kind", ["classical", "berkson"])
def test_without_error_need_is_as_stated_and_gaps_are_those_of_known_need(kind):
    cells, _, _ = with_need(areas=10, noise=1e-6)
    spec = load_model("gap_by_procedure")
    fits = [fit_model(spec, cells, engine="laplace", laplace=QUICK, seed=1, need_error=error)
            for error in (None, joint(kind))]  # fmt: skip
    assert float(abs(fits[1].draws["posterior"][NEED_ERROR]).max()) < 1e-3
    gaps = [np.log(rate_ratio(fit.ratio)) for fit in fits]
    sd = gaps[0].std(SAMPLE_DIMS)
    assert float((abs(gaps[0].mean(SAMPLE_DIMS) - gaps[1].mean(SAMPLE_DIMS)) / sd).max()) < 0.15
    assert (gaps[1].std(SAMPLE_DIMS) / sd).values == pytest.approx(1.0, abs=0.1)


def test_with_feedback_error_is_counted_once_and_need_is_known_better():
    cells, need, _ = with_need(areas=20)
    spec = load_model("straight_gradients")  # what lasts of a cell and an error of its need look alike in one year
    cut, both = (fit_model(spec, cells, engine="laplace", laplace=QUICK, seed=1, need_error=error)
                 for error in (NeedError("classical", draws=4), joint("classical")))  # fmt: skip
    extra = [float(fit.draws["posterior"]["extra_variation"].mean()) for fit in (cut, both)]
    assert extra[0] > 0.08  # the error of need, taken for variation of counts, which have none
    assert extra[1] < 0.06
    log_true = np.log(cells["need_ratio"]) + both.draws["posterior"][NEED_ERROR]
    lower, upper = (log_true.quantile(p, SAMPLE_DIMS) for p in (0.05, 0.95))
    assert float(((lower <= need) & (need <= upper)).mean()) == pytest.approx(0.9, abs=0.08)
    assert float(((log_true.mean(SAMPLE_DIMS) - need) ** 2).mean() ** 0.5) < 0.75 * NOISE


def test_under_recording_is_never_updated():
    """Stated exactly, it tilts need by just as much; uncertain, each draw has a fit of its own."""
    cells, _, _ = with_need(areas=6)
    spec = load_model("gap_by_procedure")
    assert (joint("classical").fits, joint("classical", under_recording_sd=0.1, draws=7).fits) == (1, 7)
    plain, tilted, spread = (
        fit_model(spec, cells, engine="laplace", laplace=QUICK, seed=1, need_error=error).draws["posterior"][NEED_ERROR]
        for error in (joint("classical"), joint("classical", under_recording=0.1),
                      joint("classical", under_recording_sd=0.3, draws=3))
    )  # fmt: skip
    tilt = 0.1 * (0.5 - cells["position"])
    moved = (tilted - plain).mean([*SAMPLE_DIMS, "ics", "procedure"])
    assert moved.values == pytest.approx(tilt.values, abs=0.01)
    ends = spread.mean(["ics", "procedure"]).isel(deprivation=[0, -1])
    ends = (ends.isel(deprivation=0) - ends.isel(deprivation=1)).stack(all=SAMPLE_DIMS).values
    assert ends.std() > 0.1
    assert spread.sizes["draw"] == plain.sizes["draw"] + 1  # 200 draws shared by three, rounded up


def test_it_says_that_need_was_updated_by_admissions():
    cells, _, _ = with_need(areas=6)
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", laplace=QUICK, seed=1,
                    need_error=joint("classical"))  # fmt: skip
    assert any("updated by admissions" in line and "not updated" not in line for line in limits(fit))


def test_what_it_cannot_hold_is_refused():
    cells, _, _ = with_need(areas=4)
    spec = load_model("gap_by_procedure")
    with pytest.raises(EquityModelError, match="no standard errors"):
        fit_model(spec, cells.drop_vars("need_ratio_se"), engine="laplace", need_error=joint("berkson"), seed=1)
    with pytest.raises(EquityModelError, match="leave feedback out"):
        fit_elasticity(spec, cells, need_error=joint("classical"), seed=1)
    text = spec.text.replace('kind = "level"', 'kind = "true_need"', 1)
    with pytest.raises(SpecError, match="is not written into a model"):
        read_spec(text)
