"""Nested Laplace from cells to draws: names, seeds, settings, and a posterior integrated by brute force."""

import json

import numpy as np
import pytest
from scipy import special, stats

from equitymodel.inference.grouped import grouped_mode
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace import target
from equitymodel.inference.laplace.laplace_checks import check_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import LocalVariation, simulate_cells
from equitymodel.spec.effect import Effect
from tests.inference.laplace.worlds import BELIEF, MODELS, fixed, make_world, model, pooled

QUICK = Laplace(draws=60, chains=2, points=64, enough_points=1.0, cores=1)
SMALL = {"areas": 4, "groups": 4, "procedures": 2}


@pytest.fixture(scope="module")
def tree():
    return sample_laplace(MODELS["gap_by_procedure"], make_world(**SMALL, holes=False), settings=QUICK, seed=1)


@pytest.mark.unit
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("holes", [False, True])
def test_draws_have_the_names_dimensions_and_labels_that_nuts_gives(name, holes):
    cells = make_world(**SMALL, holes=holes)
    posterior = sample_laplace(MODELS[name], cells, settings=QUICK, seed=1)["posterior"].to_dataset()
    dims = lay_out_cells(MODELS[name], cells).dims()
    assert {str(name): array.dims for name, array in posterior.data_vars.items()} == {
        name: ("chain", "draw", *own) for name, own in dims.items()
    }
    assert dict(posterior.sizes) == {"chain": 2, "draw": 60} | {
        dim: cells.sizes[dim] for dim in {dim for own in dims.values() for dim in own}
    }
    for dim in set(posterior.dims) - {"chain", "draw"}:
        assert posterior[dim].values.tolist() == cells[dim].values.tolist()
    for array in posterior.data_vars.values():
        assert np.isfinite(array.values).all()
    for effect in MODELS[name].for_sizes(cells.sizes).effects:
        if effect.sum_to_zero:
            assert float(abs(posterior[effect.variable].sum(effect.sum_to_zero)).max()) < 1e-10
        if effect.pooled:
            assert bool((posterior[effect.spread_variable] > 0).all())


@pytest.mark.unit
def test_the_same_seed_gives_the_same_draws_and_another_seed_others(tree):
    cells = make_world(**SMALL, holes=False)
    again, other = (
        sample_laplace(MODELS["gap_by_procedure"], cells, settings=QUICK, seed=seed)["posterior"].to_dataset()
        for seed in (1, 2)
    )
    first = tree["posterior"].to_dataset()
    assert again.identical(first)
    assert not any(np.array_equal(other[name], first[name]) for name in first.data_vars)


@pytest.mark.unit
def test_modes_that_were_not_kept_are_found_again(monkeypatch):
    """Where there is no room to keep them, the draws are the same, to rounding."""
    monkeypatch.setattr(grouped_mode, "NEWTON_TOLERANCE", 1e-16)
    cells = make_world(**SMALL, holes=False)
    posteriors = []
    for room in (target.KEPT_VALUES, 0):
        monkeypatch.setattr(target, "KEPT_VALUES", room)
        posteriors.append(sample_laplace(MODELS["need_adjusted"], cells, settings=QUICK, seed=1)["posterior"])
    for name, array in posteriors[0].data_vars.items():
        np.testing.assert_allclose(posteriors[1][name], array, rtol=1e-6, atol=1e-7, err_msg=str(name))


@pytest.mark.unit
def test_it_says_which_engine_it_was_and_how_it_was_set(tree):
    assert tree["posterior"].attrs["engine"] == "laplace"
    assert json.loads(tree["posterior"].attrs["settings"]) == QUICK.published()


@pytest.mark.unit
def test_what_it_measured_is_there_to_be_checked(tree):
    stats_found = tree["sample_stats"].to_dataset()
    assert stats_found.attrs["integration"] == "importance"
    assert 0 < float(stats_found["effective_points"]) <= 64
    assert len(check_laplace(stats_found)) == 6
    labels = stats_found[["pair_ics", "pair_procedure"]].to_dataframe()
    assert len(labels.drop_duplicates()) == 8


@pytest.mark.unit
def test_progress_is_told_in_words_and_shares():
    told = []
    sample_laplace(MODELS["only_areas"], make_world(**SMALL, holes=False), settings=QUICK, seed=1,
                   progress=lambda what, share: told.append((what, share)))  # fmt: skip
    assert all(isinstance(what, str) and 0 <= share <= 1 for what, share in told)
    assert told[-1][1] == 1.0


@pytest.mark.unit
def test_no_known_count_at_all_is_an_error():
    cells = make_world(**SMALL)
    with pytest.raises(ValueError, match="no cell has a known count"):
        sample_laplace(MODELS["need_adjusted"], cells.assign(admissions=cells["admissions"] * np.nan), seed=1)


@pytest.mark.unit
@pytest.mark.parametrize("poisson", [True, False])
def test_a_model_without_pooled_effects_is_drawn_too(poisson):
    """The Poisson one has no hyperparameters at all: nothing to explore, nothing to integrate."""
    spec = model("plain", fixed("p", ("procedure",), "level"), fixed("p_gradient", ("procedure",), "gradient"),
                 poisson=poisson)  # fmt: skip
    posterior = sample_laplace(spec, make_world(**SMALL, holes=False), settings=QUICK, seed=1)["posterior"]
    assert ("extra_variation" in posterior) is not poisson
    assert posterior["p_effect"].shape == (2, 60, 2)
    assert 0 < float(posterior["p_effect"].std(["chain", "draw"]).max()) < 0.5


@pytest.mark.unit
def test_counts_of_almost_nothing_are_drawn_and_flagged():
    few = make_world(**SMALL, expected=0.6, holes=False)
    found = sample_laplace(MODELS["gap_by_procedure"], few, settings=QUICK, seed=1)
    assert all(np.isfinite(array.values).all() for array in found["posterior"].data_vars.values())
    stats_found = found["sample_stats"].to_dataset()
    assert float(stats_found["small_cells"]) > 0.75
    assert "FAIL" in {check.verdict for check in check_laplace(stats_found)}


@pytest.mark.unit
@pytest.mark.parametrize("expected", [3_000.0, 100_000.0])
def test_many_counts_with_no_extra_variation_are_integrated_as_well_as_few(expected):
    """The smaller the extra variation may be, the closer to Poisson: nothing jumps on the way there."""
    even = LocalVariation(0.1, 0.05, 0.0, extra_variation=0.0)
    cells, _ = simulate_cells(areas=8, procedures=2, expected=expected, variation=even, seed=1)
    settings = Laplace(draws=100, chains=2, points=128, enough_points=1.0, cores=1)
    found = sample_laplace(MODELS["need_adjusted"], cells, settings=settings, seed=1)
    assert bool(found["sample_stats"]["optimum_found"])
    assert float(found["sample_stats"]["effective_points"]) > 50


@pytest.mark.unit
@pytest.mark.parametrize(("above", "skew_corrected"), [(0.0, True), (100.0, False)])
def test_draws_are_skew_corrected_where_mean_and_mode_lie_far_apart(above, skew_corrected):
    settings = Laplace(draws=60, chains=2, points=64, enough_points=1.0, cores=1, correct_skew_above=above)
    found = sample_laplace(MODELS["only_areas"], make_world(**SMALL, holes=False), settings=settings, seed=1)
    assert bool(found["sample_stats"]["skew_corrected"]) is skew_corrected


@pytest.mark.unit
@pytest.mark.parametrize("expected", [5.0, 500.0])
def test_the_posterior_is_that_of_brute_force_integration(expected):
    """Two ICSs whose levels sum to zero: one free value, in units of its spread, and that spread, on a grid.

    Means and standard deviations of both within what 4,000 draws at 1,024 points can tell.
    """
    spec = model("tiny", pooled("i", ("ics",), "level", "ics"), poisson=True)
    cells = make_world(areas=2, groups=2, procedures=1, expected=expected, seed=3, holes=False)
    standard, log_spread = np.meshgrid(np.linspace(-6.0, 6.0, 601), np.linspace(-12.0, 0.8, 801), indexing="ij")
    value = standard * np.exp(log_spread) / np.sqrt(2.0)
    observed = cells["admissions"].sum(["deprivation", "procedure"]).values
    mean = cells["expected_admissions"].isel(adjustment=-1).sum(["deprivation", "procedure"]).values
    signs = np.array([1.0, -1.0])[:, None, None]
    log_density = (observed[:, None, None] * signs * value - mean[:, None, None] * np.exp(signs * value)).sum(axis=0)
    log_density += -0.5 * standard**2 + log_spread - 0.5 * (np.exp(log_spread) / 0.3) ** 2
    weight = special.softmax(log_density)
    found = sample_laplace(spec, cells, settings=Laplace(points=1024, cores=1), seed=1)["posterior"]
    drawn = {"value": found["i_effect"].isel(ics=0), "log_spread": np.log(found["i_sd"])}
    for name, grid in (("value", value), ("log_spread", log_spread)):
        exact = (weight * grid).sum()
        sd = np.sqrt((weight * (grid - exact) ** 2).sum())
        assert abs(float(drawn[name].mean()) - exact) < 0.08 * sd, name
        assert float(drawn[name].std()) == pytest.approx(sd, rel=0.08), name


@pytest.mark.unit
def test_one_gamma_distributed_rate_is_known_in_closed_form():
    """Poisson counts with a wide normal prior on the log rate: nearly a gamma posterior of the rate."""
    wide = Effect("p", ("procedure",), "level", "the rate", prior=BELIEF.__class__("normal", sd=50.0))
    spec = model("rate", wide, pooled("i", ("ics",), "level", "ics"), poisson=True)
    cells = make_world(areas=3, groups=3, procedures=2, expected=6.0, holes=False)
    settings = Laplace(points=256, draws=2000, cores=1)
    tight = sample_laplace(spec.replace_prior("i", sd=1e-3), cells, settings=settings, seed=1)["posterior"]
    observed = cells["admissions"].sum(["ics", "deprivation"]).values
    expected = cells["expected_admissions"].isel(adjustment=-1).sum(["ics", "deprivation"]).values
    for p in range(2):
        rate = np.exp(tight["p_effect"].isel(procedure=p)).values.ravel()
        exact = stats.gamma(observed[p], scale=1 / expected[p])
        for share in (0.05, 0.5, 0.95):
            assert exact.cdf(np.quantile(rate, share)) == pytest.approx(share, abs=0.02)


@pytest.fixture(scope="module")
def both_routes():
    cells = make_world(**SMALL, holes=False)
    settings = {"draws": 1000, "chains": 4, "points": 1024, "cores": 2}
    return [
        sample_laplace(MODELS["gap_by_procedure"], cells, settings=Laplace(**settings, **more), seed=1)
        for more in ({}, {"enough_points": 1e9, "moving_chains": 12, "moves": 60})
    ]


@pytest.mark.mcmc
def test_chains_and_importance_points_agree(both_routes):
    """Means of the log spreads within four Monte Carlo errors, spreads of them within a fifth."""
    chains = both_routes[1]
    assert [tree["sample_stats"].attrs["integration"] for tree in both_routes] == ["importance", "chains"]
    assert float(chains["sample_stats"]["points_agreement"]) < 1.1
    points = [float(tree["sample_stats"]["effective_points"]) for tree in both_routes]
    error = np.sqrt(sum(1 / min(count, 720) for count in points))
    for name in ("ics_by_procedure_level_sd", "procedure_departure_sd", "extra_variation"):
        one, other = (np.log(tree["posterior"][name]) for tree in both_routes)
        sd = one.std(["chain", "draw"])
        assert float((abs(one.mean(["chain", "draw"]) - other.mean(["chain", "draw"])) / sd).max()) < 4 * error, name
        assert float(abs(other.std(["chain", "draw"]) / sd - 1).max()) < 0.2, name


@pytest.mark.mcmc
def test_chains_fill_every_draw(both_routes):
    """Where a chain stayed, its place is drawn again."""
    posterior = both_routes[1]["posterior"].to_dataset()
    for name, array in posterior.data_vars.items():
        assert np.isfinite(array.values).all(), name
    root_covariance = np.log(posterior["ics_by_procedure_level_sd"])
    assert float(abs(root_covariance).max()) < 50
