from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.measures import headline_of
from equitymodel.estimands.route_records import total_measures
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped import power_scaling
from equitymodel.inference.grouped.power_scaling import PriorSensitivity, log_priors, power_scale
from equitymodel.inference.grouped.predict import NEED_ERROR
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from tests.fitted import fit_quickly

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def example():
    """The default model, which has every kind of prior."""
    return fit_quickly()


def scaled(fit):
    return power_scale(fit, {"gap": headline_of(gap_measures(fit)).draws})


def test_the_example_hangs_on_no_prior(example):
    found = scaled(example)
    assert len(found) == len(log_priors(example)) > 10
    assert not any(one.hangs for one in found)


@pytest.fixture(scope="module")
def narrow():
    """The same counts, with a prior of the national gradient that dominates."""
    cells, _ = simulate_cells(areas=8, procedures=2, seed=11)
    model = load_model().replace_prior("national_gradient", sd=0.05)
    return fit_model(model, cells, engine="laplace", seed=5)


def test_a_prior_that_was_made_to_dominate_is_flagged(narrow):
    first = scaled(narrow)[0]
    assert first.hangs
    assert first.prior == "national_gradient, Normal(0, 0.05)"
    assert first.number.startswith("gap, ")
    assert "on the prior of national_gradient, Normal(0, 0.05) (0." in str(first)


def test_densities_are_those_of_the_model_as_it_prints_itself(example):
    found, draws = log_priors(example), example.posterior
    by_hand = {
        "national_gradient, Normal(0, 0.5)": stats.norm(0, 0.5).logpdf(draws["national_gradient_effect"]),
        "the standard deviation of ics_gradient, HalfNormal(0.2)": stats.halfnorm(0, 0.2).logpdf(
            draws["ics_gradient_sd"]
        ),
        "the share of ics_gradient that lasts, Beta(5, 1)": stats.beta(5, 1).logpdf(draws["ics_gradient_share"]),
    }
    for words, density in by_hand.items():
        np.testing.assert_allclose(found[words].values, density, rtol=1e-10)


def test_several_values_of_one_prior_add_up(example):
    found = log_priors(example)["procedure_level, Normal(0, 0.5)"]
    levels = example.posterior["procedure_level_effect"]
    by_hand = xr.apply_ufunc(stats.norm(0, 0.5).logpdf, levels).sum("procedure")
    np.testing.assert_allclose(found.values, by_hand.transpose("chain", "draw").values, rtol=1e-10)


def test_extra_variation_has_one_prior_whether_a_share_of_it_lasts_or_not(example):
    named = [words for words in log_priors(example) if words.startswith("extra_variation")]
    assert named == ["extra_variation, HalfNormal(0.15)"]


def test_what_is_looked_at_has_the_number_that_moves_most(example, monkeypatch):
    """Each number measured alone gives the same largest, prior by prior; chance is left out, as there is less in one."""
    monkeypatch.setattr(power_scaling, "_by_chance", lambda *_: 0.0)
    gap = headline_of(gap_measures(example)).draws
    one_by_one = [
        power_scale(example, {"gap": gap.isel(ics=[i], procedure=[p])})
        for i in range(gap.sizes["ics"]) for p in range(gap.sizes["procedure"])
    ]  # fmt: skip
    for found in scaled(example):
        alone = max(one.sensitivity for each in one_by_one for one in each if one.prior == found.prior)
        assert found.sensitivity >= alone - 0.005


def test_numbers_that_never_vary_are_passed_over(example):
    gap = headline_of(gap_measures(example)).draws
    still = power_scale(example, {"still": 0.0 * gap, "gap": gap})
    assert still == scaled(example)


def test_numbers_of_nearly_one_value_are_passed_over(example):
    """A route that asks for nothing but in a few draws: how far these few move is chance."""
    gap = headline_of(gap_measures(example)).draws
    rare = xr.where(gap > gap.quantile(0.99, ["chain", "draw"]), gap, 1.0).drop_vars("quantile")
    assert power_scale(example, {"rare": rare, "gap": gap}) == scaled(example)


def test_chance_alone_flags_nothing(example, monkeypatch):
    """Densities of priors shuffled over draws go with no number; without the guard some seem to."""
    rng = np.random.default_rng(3)
    own = log_priors(example)
    shuffled = {
        words: one.copy(data=rng.permutation(one.values.ravel()).reshape(one.shape)) for words, one in own.items()
    }
    monkeypatch.setattr(power_scaling, "log_priors", lambda *_: shuffled)
    few = replace(example, draws=xr.DataTree.from_dict({"/posterior": example.posterior.isel(draw=slice(0, 100)),
                                                        "/sample_stats": example.draws["sample_stats"].to_dataset()}))  # fmt: skip
    for words in shuffled:
        shuffled[words] = shuffled[words].isel(draw=slice(0, 100))
    routes = {item.label: item.draws for item in total_measures(few)}
    assert not any(one.hangs for one in power_scale(few, routes))
    monkeypatch.setattr(power_scaling, "_by_chance", lambda *_: 0.0)
    assert any(one.hangs for one in power_scale(few, routes))


def test_every_quantity_that_hangs_is_named(narrow):
    gap, rng = headline_of(gap_measures(narrow)).draws, np.random.default_rng(1)
    noise = gap.copy(data=rng.permutation(gap.values.ravel()).reshape(gap.shape))
    first = power_scale(narrow, {"gap": gap, "twice": 2.0 * gap, "noise": noise})[0]
    assert first.hanging == ("gap", "twice")
    assert set(first.labels) == {"ics", "procedure"}


def test_draws_pooled_over_uncertain_need_are_not_reweighted(example):
    tree = example.draws.copy()
    tree["posterior"] = xr.DataTree(example.posterior.assign({NEED_ERROR: 0.0}))
    assert power_scale(replace(example, draws=tree), {"ratio": example.ratio}) == []


def test_the_limit_itself_is_said():
    assert PriorSensitivity("a", "b", {}, 0.05).hangs
    assert not PriorSensitivity("a", "b", {}, 0.0499).hangs
