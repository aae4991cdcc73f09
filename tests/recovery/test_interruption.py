"""The engine for interrupted series against full sampling of the same model."""

import numpy as np
import pymc as pm
import pytest

from equitymodel.estimands.series_gap import gap_change, narrowing
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_pymc import build_interruption_pymc
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.mcmc


def sample(series, plan, model, *, draws):
    with build_interruption_pymc(series, plan, model):
        trace = pm.sample(draws, tune=1000, chains=2, cores=1, target_accept=0.97, random_seed=1, progressbar=False,
                          nuts_sampler="nutpie")  # fmt: skip
    return trace["posterior"]


def assert_alike(pairs, *, within):
    """Hold medians and central 90 % intervals against one another; tails beyond, which sway a mean, are too rare in either."""
    for name, (fast, full) in pairs.items():
        apart = abs(float(fast.median()) - float(full.median())) / float(full.std())
        wide = [np.diff(np.quantile(part, [0.05, 0.95]))[0] for part in (fast, full)]
        print(name, round(apart, 3), round(wide[0] / wide[1], 3))
        assert apart < within, name
        assert np.isclose(*wide, rtol=within), name


def test_the_fast_engine_agrees_with_sampling():
    series, truth = simulate_series(Sizes(periods=48, before=30), change=Change(0.1), usual=Usual(200), seed=11)
    draws = fit_interruption(series, truth.plan, seed=1).posterior
    sampled = sample(series, truth.plan, load_series_model(), draws=16000)
    assert_alike({
        "level": (draws["level"], sampled["shared_effect"].sel(shared="level")),
        "slope": (draws["slope"], sampled["own_effect"].sel(series=0, own="slope")),
        "sd": (draws["sd"], sampled["sd"]),
        "rho": (draws["rho"], sampled["rho"]),
    }, within=0.1)  # fmt: skip


def test_the_fast_engine_agrees_with_sampling_where_there_are_controls_and_shared_noise():
    series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, periods=36, before=24), change=Change(0.1),
                                    noise=MonthlyNoise(autocorrelation=0.5, shared=0.5), usual=Usual(300),
                                    shock=Shock(0.1), seed=5)  # fmt: skip
    arms, plan = add_up_arms(series, truth.plan)
    model = load_series_model("controlled_interruption").leaving_out("slope", "common_slope")
    draws = fit_interruption(arms, plan, model, seed=1).posterior
    sampled = sample(arms, plan, model, draws=6000)
    noise = {name: (draws[name], sampled[name]) for name in ("sd", "rho", "common_sd", "common_rho")}
    level = draws["level"].isel(ics=0)  # the exposed come first; controls have none
    assert_alike(noise | {"level": (level, sampled["shared_effect"].sel(shared="level"))}, within=0.15)
    drift = [float((part > 0.8).mean()) for part in noise["common_rho"]]
    assert abs(drift[0] - drift[1]) < 0.06, "shared noise that is nearly a drift has the weight that sampling gives it"


def gap_of(seed, change):
    usual = Usual(200, gradient=0.6)  # so that a gap that narrows by 0.3 does not open the other way
    series, truth = simulate_series(Sizes(groups=5, periods=60, before=40), change=change,
                                    noise=MonthlyNoise(autocorrelation=0.4), usual=usual, seed=seed)  # fmt: skip
    fit = fit_interruption(
        series, truth.plan, load_series_model().leaving_out("slope", "common"), seed=seed, draws=1000
    )
    return gap_change(fit.posterior, series, truth.plan)


def test_a_change_alike_for_all_is_rarely_called_a_change_of_the_gap():
    tails = [float((gap_of(seed, Change(0.15))["log_relative_index"] > 0).mean()) for seed in range(24)]
    called = sum(tail < 0.025 or tail > 0.975 for tail in tails)
    assert called <= 4


def test_a_known_change_of_the_gap_is_found_as_a_narrowing_and_held():
    held = found = 0
    for seed in range(16):
        change = gap_of(100 + seed, Change(gap=-0.3))
        lower, upper = np.quantile(change["log_relative_index"], [0.025, 0.975])
        held += lower <= -0.3 <= upper
        found += float((narrowing(change) > 0).mean()) > 0.975
    assert held >= 13
    assert found >= 13


def test_many_series_are_fitted_in_seconds():
    series, truth = simulate_series(Sizes(areas=20, groups=5), change=Change(0.1, gap=-0.15), seed=5)
    fit = fit_interruption(series, truth.plan, load_series_model().leaving_out("common"), seed=1)
    assert fit.sound
    assert fit.draws["sample_stats"].attrs["integration"] == "importance"
    rho, sd = float(fit.posterior["rho"].mean()), float(fit.posterior["sd"].mean())
    assert abs(rho - 0.3) < 0.2
    assert abs(sd - 0.05) < 0.015


def test_a_shock_to_all_is_rarely_called_an_effect_of_the_exposed_and_an_effect_is_held():
    model = load_series_model("controlled_interruption").leaving_out("slope", "common_slope").with_harmonics(1)
    held = called = 0
    for seed in range(10):
        effect = 0.15 * (seed % 2)
        series, truth = simulate_series(Sizes(areas=4, exposed_areas=2, periods=48, before=32), change=Change(effect), noise=MonthlyNoise(0.03, shared=0.5), usual=Usual(500), shock=Shock(0.15), seed=seed)  # fmt: skip
        fit = fit_interruption(*add_up_arms(series, truth.plan), model, seed=seed, draws=800)
        lower, upper = np.quantile(fit.posterior["level"].sel(ics="exposed"), [0.025, 0.975])
        held += lower <= effect <= upper
        called += not effect and not lower < 0 < upper
    assert held >= 8
    assert called <= 1
