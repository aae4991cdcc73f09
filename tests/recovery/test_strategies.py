"""What a strategy does to a world whose truth is known is found again: in pathways, and in an interrupted series."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.strategy_effects import strategy_effects
from equitymodel.estimands.interrupted_series import average_rate_ratio, counted_periods
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.made_up_pathway import MadeUpPathway, made_up_pathway
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.mcmc


def test_a_known_effect_put_into_simulated_pathways_is_found_again():
    """Counts before, posterior draws of passages from them, and counts after under an effect that is known."""
    rng, draws, held, signed = np.random.default_rng(7), 400, [], []
    coords = {"ics": ["A"], "deprivation": ["1", "2", "3", "4", "5"], "procedure": ["hip"]}
    passage = np.linspace(0.35, 0.6, 5)[:, None] * [1.0, 0.9, 0.8]
    stages, prior = ["seen", "listed", "admitted"], EffectPrior(0.25, 0.05, 0.0, 0.0)
    wanted = np.exp(np.linspace(0.25, 0.05, 5))
    truth = passage * np.column_stack([np.ones(5), wanted, np.ones(5)])
    need, stated = np.full(5, 4000.0), StrategyEffect(6, "s", "listed", prior, "known", 1.0)
    for _ in range(200):
        arrived, drawn = need, np.empty((draws, 5, 3))
        for stage in range(3):
            passed = rng.binomial(arrived.astype(int), passage[:, stage])
            drawn[..., stage] = rng.beta(passed + 0.5, arrived - passed + 0.5, (draws, 5))
            arrived = passed
        world = MadeUpPathway(
            xr.DataArray(need[None, :, None], coords, tuple(coords)),
            xr.DataArray(np.log(drawn)[None, :, None, :, None, :], {**coords, "stage": stages}, ("chain", "draw", *coords, "stage")),
            xr.DataArray(np.full(3, True), {"stage": stages}, ("stage",)),
        )  # fmt: skip
        table = strategy_effects(world, EffectOptions((stated,))).table
        own = table[(table["quantity"] == "extra_admissions") & (table["ics"] == "A") & (table["procedure"] == "hip")]
        gained = need * (truth.prod(axis=1) - passage.prod(axis=1))
        own = own.set_index("deprivation").loc[coords["deprivation"]]
        held += list((own["lower"] <= gained) & (gained <= own["upper"]))
        signed += list((own["estimate"] - gained) / gained)
    assert 0.92 < np.mean(held) < 0.98
    assert abs(np.mean(signed)) < 0.005


def test_an_interrupted_series_shows_the_effect_that_a_strategy_has_in_its_pathway():
    """Admissions of each group change by what the pathway says; a series that does so is fitted, and says so too."""

    prior = EffectPrior(0.3, 0.1, 0.0, 0.0)
    pathway = made_up_pathway(ics=1, draws=40)
    stated = StrategyEffect(6, "s", "listed", prior, "known", 1.0)
    table = strategy_effects(pathway, EffectOptions((stated,))).table
    own = table[(table["ics"] == "area 01") & (table["procedure"] == "procedure 1")].set_index("deprivation")
    extra = own[own["quantity"] == "extra_admissions"]["estimate"].drop("All groups")
    predicted = 1 + extra / own[own["quantity"] == "admissions"]["estimate"].drop("All groups")

    sizes = Sizes(groups=5, periods=60, before=40)
    change = Change(by_group=tuple(np.log(predicted)), shape="step")
    held, apart = [], []
    for seed in range(1, 3):
        series, truth = simulate_series(sizes, change=change, noise=MonthlyNoise(0.02), usual=Usual(1500.0), seed=seed)
        np.testing.assert_allclose(np.exp(truth.effect), predicted, rtol=1e-6)
        model = load_series_model("gap_interruption")
        fit = fit_interruption(series, truth.plan, model, seed=seed, draws=400)
        ratio = average_rate_ratio(fit.posterior, counted_periods(series, truth.plan), by=("deprivation",))
        low, high = (ratio.quantile(at, ("chain", "draw")).values for at in (0.025, 0.975))
        held += list((low <= predicted) & (predicted <= high))
        apart += list(np.log(ratio.median(("chain", "draw")).values / predicted))
    assert np.mean(held) >= 0.8
    assert abs(np.mean(apart)) < 0.02
