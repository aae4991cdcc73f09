"""The engine for interrupted series against dense algebra: precision, marginal, draws, and the counterfactual."""

import numpy as np
import pytest
from scipy.special import gammaln, logit
from scipy.stats import halfnorm

from equitymodel.inference.series import series_integration, series_optimum
from equitymodel.inference.series.ar1 import ar1_precision, factorise
from equitymodel.inference.series.densities import batches, densities
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.hyperparameters import StandardDeviation, innovation_log_ratio
from equitymodel.inference.series.series_draw import draw_series
from equitymodel.inference.series.series_integration import IntegrationPoints, _grid, _importance
from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.inference.series.series_optimum import find_optimum
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit
GAP = np.array([1.0, 1, 13, 1, 2, 1])


def dense(matrix, point=0):
    off_diagonal = matrix.off_diagonal[point]
    return np.diag(matrix.diagonal[point]) + np.diag(off_diagonal, 1) + np.diag(off_diagonal, -1)


@pytest.mark.parametrize("rho", [-0.15, 0.0, 0.6, 0.97])
def test_the_precision_over_true_gaps_is_the_inverse_of_the_covariance(rho):
    found = ar1_precision(GAP, np.array([0.2]), np.array([rho]))
    at = np.concatenate([[0], np.cumsum(GAP)])
    covariance = 0.04 * rho ** np.abs(at[:, None] - at)
    np.testing.assert_allclose(dense(found) @ covariance, np.eye(7), atol=1e-10)
    np.testing.assert_allclose(found.log_determinant[0], -np.linalg.slogdet(covariance)[1])


@pytest.fixture(scope="module")
def factor():
    """Two points, three series, seven periods."""
    weight = np.random.default_rng(1).uniform(0, 90, size=(2, 3, 7))
    return factorise(ar1_precision(GAP, np.array([0.2, 0.1]), np.array([0.5, 0.9])), weight)


def inverse(point, series, factor):
    prior = ar1_precision(GAP, np.array([0.2, 0.1]), np.array([0.5, 0.9]))
    return np.linalg.inv(dense(prior, point) + np.diag(factor.weight[point, series]))


def test_one_pass_over_time_solves_what_dense_algebra_solves(factor):
    right = np.random.default_rng(2).normal(size=(2, 3, 7))
    gain = factor.solve(right)
    for point, series in np.ndindex(2, 3):
        covariance = inverse(point, series, factor)
        np.testing.assert_allclose(gain[point, series], covariance @ right[point, series])
        np.testing.assert_allclose(factor.log_determinant[point, series], -np.linalg.slogdet(covariance)[1])


def test_draws_of_the_noise_have_its_covariance(factor):
    drawn = factor.select(np.zeros(40_000, dtype=int)).sample(np.random.default_rng(4).normal(size=(40_000, 3, 7)))
    np.testing.assert_allclose(np.cov(drawn[:, 0].T), inverse(0, 0, factor), atol=1e-3)


@pytest.fixture(scope="module", params=["interruption", "controlled_interruption"])
def field(request):
    """Six series: alone, and with noise they share, half of them controls."""
    exposed = 1 if request.param == "controlled_interruption" else None
    series, truth = simulate_series(groups=3, areas=2, periods=30, before=18, effect=0.1, exposed_areas=exposed, seed=3)
    series["masked"] = series["masked"].copy(data=np.isin(np.arange(30), [5, 6, 7]))
    return SeriesLatent(lay_out_series(series, truth.plan, load_series_model(request.param).including("variation")))


def hyper_of(field, **values):
    given = {"sd": 0.1, "rho": 0.4, "variation": 0.05, "common rho": 0.7, **values}
    found = np.array([[logit((given[name] + 0.2) / 1.18) if "rho" in name else np.log(given.get(name, 0.2))
                       for name in field.layout.hyper]])  # fmt: skip
    return found + innovation_log_ratio(field.layout.hypers, found)


def whole(field, hyper, weight):
    """Everything at once: the map from noise, own and shared coefficients to lines, and their prior precision."""
    layout = field.layout
    periods, series = layout.offset.shape
    own, coefficients = len(layout.own), layout.shared.shape[2]
    rows = np.zeros((series * periods, series * (periods + own) + coefficients + layout.common * periods))
    prior = np.zeros((rows.shape[1], rows.shape[1]))
    initial = series * (periods + own)
    moments = initial + coefficients
    for s in range(series):
        at = slice(s * periods, (s + 1) * periods)
        rows[at, at] = np.eye(periods)
        prior[at, at] = dense(field.noise_precision(hyper))
        mine = series * periods + s * own
        rows[at, mine : mine + own] = layout.features[:, s, list(layout.own)]
        prior[mine : mine + own, mine : mine + own] = np.diag(1 / layout.own_sd**2)
        rows[at, initial:moments] = layout.features[:, s, list(layout.shared_features)] @ layout.shared[:, s]
        if layout.common:
            rows[at, moments:] = np.eye(periods)
    shared = field.shared_prior(hyper)
    prior[initial:moments, initial:moments] = np.diag(shared.diagonal[0])
    if layout.common:
        prior[moments:, moments:] = dense(shared.noise)
    return rows, prior, prior + rows.T @ (weight.ravel()[:, None] * rows)


def test_the_log_marginal_is_that_of_dense_algebra(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    assert modes.converged.all()
    model = field.count_model(hyper)
    score, weight = field.score_and_weight(model, modes.predictor)
    rows, prior, precision = whole(field, hyper, weight[0])
    latent = np.concatenate([modes.latent.noise[0].ravel(), modes.latent.own[0].ravel(), modes.latent.shared[0]])
    np.testing.assert_allclose(rows @ latent, modes.predictor[0].ravel(), atol=1e-6)
    np.testing.assert_allclose(rows.T @ score[0].ravel() - prior @ latent, 0, atol=1e-4)
    mean, size = np.exp(modes.predictor[0] + field.offset), 1 / 0.05**2
    y = field.layout.counts_low.T
    each = gammaln(y + size) - gammaln(size) + size * np.log(size / (size + mean)) + y * np.log(mean / (size + mean))
    expected = (
        each[field.layout.known.T].sum()
        - latent @ prior @ latent / 2
        + (np.linalg.slogdet(prior)[1] - np.linalg.slogdet(precision)[1]) / 2
        + field.log_prior(hyper)[0]
    )
    np.testing.assert_allclose(modes.density[0], expected, rtol=1e-8)


def test_variances_and_the_shift_of_means_are_those_of_dense_algebra(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.predictor)
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    np.testing.assert_allclose(modes.gaussian.variance()[0].ravel(), variance, rtol=1e-6)
    right = np.random.default_rng(1).normal(size=modes.predictor.shape)
    shift = rows @ np.linalg.solve(precision, rows.T @ right.ravel())
    np.testing.assert_allclose(field.design.predictor(modes.gaussian.solve(right))[0].ravel(), shift, atol=1e-6)


def test_points_do_not_touch_one_another(field):
    hyper = np.concatenate([hyper_of(field), hyper_of(field, sd=0.05, rho=0.7, **{"common sd": 0.05})])
    both = field.find_modes(hyper)
    right = np.random.default_rng(1).normal(size=both.predictor.shape)
    for point in range(2):
        one = field.find_modes(hyper[[point]])
        np.testing.assert_allclose(both.density[point], one.density[0])
        np.testing.assert_allclose(both.predictor[point], one.predictor[0], atol=1e-8)
        np.testing.assert_allclose(both.gaussian.variance()[point], one.gaussian.variance()[0], rtol=1e-6)
        np.testing.assert_allclose(field.design.predictor(both.gaussian.solve(right))[point],
                                   field.design.predictor(one.gaussian.solve(right[[point]]))[0], atol=1e-8)  # fmt: skip


def test_means_lie_as_far_from_modes_as_dense_algebra_says(field):
    hyper, step = hyper_of(field), 1e-4
    modes, model = field.find_modes(hyper), field.count_model(hyper)
    weight, above, below = (field.score_and_weight(model, modes.predictor + away)[1] for away in (0.0, step, -step))
    rows, _, precision = whole(field, hyper, weight[0])
    variance = np.diag(rows @ np.linalg.inv(precision) @ rows.T)
    third = ((above - below) / (2 * step))[0].ravel()
    shift = -0.5 * rows @ np.linalg.solve(precision, rows.T @ (third * variance))
    found = field.design.predictor(field.correction(hyper, modes))[0].ravel()
    np.testing.assert_allclose(found, shift, atol=1e-3 * np.abs(shift).max())


def test_the_prior_is_that_of_the_values_whatever_the_coordinates(field):
    hyper = np.concatenate(
        [hyper_of(field), hyper_of(field, sd=0.3, rho=0.9, **{"common rho": 0.1, "common sd": 0.02})]
    )
    assert field.values(hyper)["sd"] == pytest.approx([0.1, 0.3])
    assert field.values(hyper)["rho"] == pytest.approx([0.4, 0.9])
    expected = np.zeros(2)
    for each in field.layout.hypers:
        value = field.values(hyper)[each.name]
        if isinstance(each, StandardDeviation):
            expected += halfnorm.logpdf(value, scale=each.scale) + np.log(value)
        else:
            share = (value - each.low) / (each.high - each.low)
            expected += np.log(share) + np.log1p(-share)
    np.testing.assert_allclose(np.diff(field.log_prior(hyper)), np.diff(expected))


def test_draws_have_the_covariance_of_the_approximation(field):
    hyper = hyper_of(field)
    modes = field.find_modes(hyper)
    points = IntegrationPoints(hyper, np.ones(1), modes.predictor, True, "grid")
    drawn = draw_series(field, points, draws=20_000, seed=1, correct=False)
    predictor = np.log(drawn.fitted) - field.offset
    np.testing.assert_allclose(predictor.mean(axis=0), modes.predictor[0], atol=0.01)
    np.testing.assert_allclose(predictor.std(axis=0), np.sqrt(modes.gaussian.variance()[0]), rtol=0.05)
    _, weight = field.score_and_weight(field.count_model(hyper), modes.predictor)
    covariance = np.linalg.inv(whole(field, hyper, weight[0])[2])
    np.testing.assert_allclose(
        drawn.shared.std(axis=0), np.sqrt(np.diag(covariance))[-drawn.shared.shape[1] :], rtol=0.05
    )


def test_the_counterfactual_lacks_the_effect_and_nothing_else():
    series, truth = simulate_series(periods=40, before=28, seed=1)
    model = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    modes = model.find_modes(hyper_of(model))
    drawn = draw_series(
        model, IntegrationPoints(hyper_of(model), np.ones(1), modes.predictor, True, "grid"), draws=5, seed=1
    )
    ratio = np.log(drawn.fitted / drawn.counterfactual)
    level, slope = (model.layout.feature_names.index(name) for name in ("level", "slope"))
    expected = drawn.beta[:, 0, [level, slope]] @ model.layout.features[:, 0, [level, slope]].T
    np.testing.assert_allclose(ratio[:, 0], expected, atol=1e-9)
    np.testing.assert_allclose(ratio[:, 0, :28], 0, atol=1e-12)


def test_a_masked_block_is_time_that_passes():
    series, truth = simulate_series(seed=2)
    series["masked"] = series["masked"].copy(data=np.isin(np.arange(60), range(10, 23)))
    gone = series.isel(period=~series["masked"].values)
    pair = [lay_out_series(part, truth.plan, load_series_model()) for part in (series, gone)]
    assert pair[1].gap.max() == 14
    hyper = hyper_of(SeriesLatent(pair[0]))[:, :2]
    pair = [SeriesLatent(part) for part in pair]
    at = [part.find_modes(hyper) for part in pair]
    kept = ~series["masked"].values
    np.testing.assert_allclose(at[0].predictor[0, 0, kept] + pair[0].offset[0, kept],
                               at[1].predictor[0, 0] + pair[1].offset[0], atol=0.02)  # fmt: skip


def test_counts_known_within_bounds_widen_and_do_not_break():
    series, truth = simulate_series(expected=12, periods=40, before=28, seed=1)
    censored = series["admissions"] < 8
    low, high = series["admissions"].where(~censored, 1.0), series["admissions"].where(~censored, 7.0)
    bounded = series.assign(admissions=series["admissions"].where(~censored), admissions_low=low, admissions_high=high)
    assert censored.any()
    found = fit_interruption(bounded, truth.plan, load_series_model().leaving_out("slope"), seed=1, draws=400)
    exact = fit_interruption(series, truth.plan, load_series_model().leaving_out("slope"), seed=1, draws=400)
    assert found.sound
    assert abs(float(found.draws["level"].mean() - exact.draws["level"].mean())) < 0.15


def test_the_same_seed_gives_the_same_draws_and_a_pulse_has_no_slope():
    series, _ = simulate_series(seed=1)
    plan = Interruption("2018-01", "pulse", ramp_months=6)
    pair = [fit_interruption(series, plan, seed=4, draws=400).draws for _ in range(2)]
    assert pair[0].equals(pair[1])
    assert "slope" not in pair[0]


def test_counts_are_compared_by_the_days_that_were_asked_for():
    series, truth = simulate_series(seed=1)
    offset = {days: lay_out_series(series.assign_attrs(days=days), truth.plan, load_series_model()).offset[:, 0]
              for days in ("working", "calendar", "equal")}  # fmt: skip
    assert np.ptp(offset["equal"]) < 1e-9
    np.testing.assert_allclose(np.diff(offset["calendar"][:3]), np.log([28 / 31, 31 / 28]))
    assert np.diff(offset["working"][:2]) == pytest.approx(np.log(20 / 21))


def test_shared_terms_are_those_that_can_be_told_apart():
    one, truth = simulate_series(seed=1)
    assert lay_out_series(one, truth.plan, load_series_model()).hyper == ("sd", "rho")
    two, _ = simulate_series(groups=2, seed=1)
    assert lay_out_series(two, truth.plan, load_series_model()).hyper == ("sd", "rho", "common sd", "common rho")
    many, _ = simulate_series(areas=3, groups=5, procedures=2, seed=1)
    layout = lay_out_series(many, truth.plan, load_series_model())
    assert layout.hyper == (
        "sd",
        "rho",
        "deprivation spread",
        "ics spread",
        "ics by procedure spread",
        "common sd",
        "common rho",
    )
    assert layout.shared.shape == (5, 30, 8 + 2 + 5 + 3 + 6)


@pytest.mark.parametrize(("expected", "shared", "seed"), [(50, 0.0, 3), (3000, 0.9, 5)])
def test_the_optimum_is_flat_whatever_the_start_suggested(expected, shared, seed):
    series, truth = simulate_series(groups=5, expected=expected, shared=shared, periods=54, before=36, seed=seed)
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model("gap_interruption")))
    found = find_optimum(field)
    steps, size = 0.3 * np.concatenate([found.root_covariance, -found.root_covariance]), len(found.centre)
    around = densities(field, found.centre + steps, found.predictor).value
    assert np.abs(around[:size] - around[size:]).max() < 0.6 * 0.3, "no slope beyond a third of one sd"
    assert (around < found.log_density + 0.05).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_that_is_nearly_a_drift_gets_the_weight_that_a_grid_gives_it(seed):
    series, truth = simulate_series(periods=48, before=30, seed=seed, expected=300, autocorrelation=0.6)
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    exact, drawn = _grid(field), _importance(field, 1, points=128)
    share = [points.weight[field.values(points.hyper)["rho"] > 0.8].sum() for points in (exact, drawn)]
    spread = [points.weight @ field.values(points.hyper)["sd"] for points in (exact, drawn)]
    assert share[1] == pytest.approx(share[0], abs=0.03)
    assert spread[1] == pytest.approx(spread[0], rel=0.1)


def test_some_series_of_many_have_the_same_hyperparameters_and_shared_coefficients():
    series, truth = simulate_series(areas=3, groups=5, periods=30, before=18, seed=3)
    layout = lay_out_series(series, truth.plan, load_series_model())
    some = layout.subset(np.array([0, 7]))
    assert some.hyper == layout.hyper
    assert some.names == layout.names
    np.testing.assert_array_equal(some.counts_low, layout.counts_low[:, [0, 7]])
    assert np.isfinite(SeriesLatent(some).find_modes(hyper_of(SeriesLatent(some))).density).all()


def test_a_search_that_begins_with_some_series_ends_where_the_whole_search_does(monkeypatch):
    series, truth = simulate_series(areas=8, groups=5, expected=200, shared=0.5, periods=36, before=22, seed=2)
    field = SeriesLatent(lay_out_series(series, truth.plan, load_series_model()))
    whole = find_optimum(field)
    monkeypatch.setattr(series_optimum, "SUBSET_SERIES", 15)
    some = find_optimum(field)
    away = np.linalg.solve(whole.root_covariance.T, some.centre - whole.centre)
    assert np.abs(away).max() < 0.5, "within half a standard deviation"
    assert some.log_density > whole.log_density - 0.2
    sizes = [np.sqrt((each.root_covariance**2).sum(axis=0)) for each in (some, whole)]
    np.testing.assert_allclose(*sizes, rtol=0.5)
    monkeypatch.setattr(series_integration, "SUBSET_SERIES", 15)
    points = series_integration.integrate(field, seed=1)
    assert len(points.weight) == series_integration.FEWER_POINTS
    assert points.effective > 25


def test_batches_cover_every_point_once_and_do_not_hang_on_the_machine(monkeypatch, field):
    parts = batches(field, 257)
    assert np.concatenate([np.arange(257)[part] for part in parts]).tolist() == list(range(257))
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert batches(field, 257) == parts
