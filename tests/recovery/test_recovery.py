"""Simulate, fit, and find the truth inside: small worlds, real sampling."""

import numpy as np
import pytest

from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.routes import route_change
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.grouped_pymc import build_pymc
from equitymodel.inference.grouped.nuts import Sampling, WarmStart, sample, start_from
from equitymodel.simulate import WORLDS, CellSizes, simulate_years
from equitymodel.simulate.simulated_cells import LocalVariation, simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.studies.truth import truth_coverage

pytestmark = pytest.mark.mcmc
SHORT = Sampling(draws=400, tune=500, retry_draws=1)


@pytest.fixture(scope="module")
def fits():
    """The model's own world: what lasts of deviations is a share drawn from its prior."""
    sizes = CellSizes(areas=12, groups=5, procedures=2, expected=100.0, years=1)
    worlds = [simulate_years(WORLDS["share that lasts from Beta(2, 1)"], sizes, seed=seed) for seed in range(8)]
    return [
        (fit_model(load_model(), cells, seed=1, sampling=SHORT), truth.assign(ratio=truth["fitted"] / truth["need"]))
        for cells, truth in worlds
    ]


def test_intervals_hold_the_truth_at_about_their_level(fits):
    """Eight worlds with 12 ICSs and 2 procedures: 192 gaps, 960 cells; coverage of a 90 % interval.

    Mean coverage over worlds has a standard error near 0.02, so these limits are three of them.
    """
    shares = {}
    for fit, truth in fits:
        for row in truth_coverage(fit, truth, probability=0.9).itertuples():
            shares.setdefault(row.quantity, []).append(row.share)
    assert 0.84 < np.mean(shares["rate ratio by ICS and procedure"]) < 0.96
    assert 0.84 < np.mean(shares["fitted admissions of a cell"]) < 0.96
    assert 0.84 < np.mean(shares["zero_sum change of a cell, within its ICS"]) < 0.96


def test_gaps_are_not_biased(fits):
    away = []
    for fit, truth in fits:
        draws = np.log(rate_ratio(pooled_ratio(fit.fitted, fit.expected)))
        true = np.log(rate_ratio(pooled_ratio(truth.fitted, truth.need)))
        z = (draws.mean(["chain", "draw"]) - true) / draws.std(["chain", "draw"])
        away.extend(z.values.tolist())
    assert abs(np.mean(away)) < 3 / np.sqrt(len(away))


def test_zero_sum_sums_to_zero_in_every_draw(fits):
    for fit, _ in fits[:2]:
        change = route_change(fit.fitted, fit.expected, route="zero_sum", scope="ics")
        assert float(abs(change.sum("deprivation")).max()) < 1e-9 * float(fit.fitted.sum(["ics", "deprivation"]).max())


def test_no_gap_is_seldom_called_a_gap():
    """Six worlds without a gap, 12 national gaps, fast engine: more than three called at 5 % has probability 0.002."""
    even = LocalVariation(ics_gradient=0.0, ics_by_procedure_gradient=0.0)
    called = 0
    for seed in range(6):
        cells, _ = simulate_cells(areas=12, procedures=2, gradient=0.0, variation=even, seed=seed)
        fit = fit_model(load_model(), cells, engine="laplace", seed=1)
        fewer = (rate_ratio(pooled_ratio(fit.fitted, fit.expected)) < 1).mean(["chain", "draw"])
        called += int(((fewer > 0.975) | (fewer < 0.025)).sum())
    assert called <= 3


def test_unknown_counts_are_filled_with_more_doubt_not_with_zero():
    cells, truth = simulate_cells(areas=12, procedures=2, seed=5)
    hidden = cells.copy(deep=True)
    hidden["admissions"][0, 0, 0] = np.nan
    known, unknown = (fit_model(load_model(), each, seed=1, sampling=SHORT) for each in (cells, hidden))
    place = {"ics": 0, "deprivation": 0, "procedure": 0}
    spread = [float(fit.fitted.isel(place).std()) for fit in (known, unknown)]
    assert spread[1] > 1.1 * spread[0]
    low, high = unknown.fitted.isel(place).quantile([0.005, 0.995])
    assert low < truth.fitted.isel(place) < high


def test_a_procedure_not_offered_does_not_move_the_others():
    cells, _ = simulate_cells(areas=12, procedures=2, seed=6)
    shut = cells.copy(deep=True)
    for name in ("offered", "admissions"):
        shut[name][0, :, 0] = False if name == "offered" else np.nan
    shut["expected_admissions"][:, 0, :, 0] = np.nan
    fit = fit_model(load_model(), shut, seed=1, sampling=SHORT)
    assert bool(fit.fitted.isel(ics=0, procedure=0).isnull().all())
    change = route_change(fit.fitted, fit.expected, route="zero_sum", scope="england")
    assert float(abs(change.sum(["ics", "deprivation"])).max()) < 1e-6


def test_the_same_seed_gives_the_same_draws():
    cells, _ = simulate_cells(areas=4, procedures=1, seed=7)
    short = Sampling(draws=100, tune=200, retry_draws=1, retry_accept=0.0)
    one, two = (fit_model(load_model(), cells, seed=9, sampling=short) for _ in range(2))
    assert bool((one.fitted == two.fitted).all())


def test_where_chains_begin_and_in_which_units_does_not_change_the_posterior():
    """A start that is off by half a width and 30 % too wide costs time, not correctness."""
    cells, _ = simulate_cells(areas=6, procedures=2, seed=8)
    layout = lay_out_cells(load_model("gap_by_procedure"), cells)
    sampling = Sampling(draws=3000, tune=800)
    plain = sample(layout, sampling=sampling, seed=1)["posterior"].to_dataset()
    good = start_from(layout, plain)
    off = WarmStart(good.centre + 0.5 * good.width, 1.3 * good.width)
    moved = sample(layout, sampling=sampling, seed=2, start=off)["posterior"].to_dataset()
    for name in ("procedure_gradient_effect", "ics_by_procedure_level_effect", "extra_variation"):
        a, b = moved[name], plain[name]
        gap = abs(a.mean(["chain", "draw"]) - b.mean(["chain", "draw"])) / b.std(["chain", "draw"])
        assert float(gap.max()) < 0.1, name
        assert float(abs(np.log(a.std(["chain", "draw"]) / b.std(["chain", "draw"]))).max()) < 0.08, name


def test_pymc_and_the_compiled_density_agree_when_sampled():
    """Two engines, one posterior: means within simulation error."""
    cells, _ = simulate_cells(areas=4, procedures=2, seed=8)
    spec = load_model("gap_by_procedure")
    ours = fit_model(spec, cells, seed=1, sampling=Sampling(draws=1200, retry_draws=1)).draws["posterior"]
    theirs = sample(build_pymc(spec, cells), sampling=Sampling(draws=1200, retry_draws=1), seed=2)["posterior"]
    for name in ("procedure_gradient_effect", "ics_by_procedure_level_sd", "extra_variation"):
        a, b = ours[name], theirs[name]
        gap = abs(a.mean(["chain", "draw"]) - b.mean(["chain", "draw"])) / a.std(["chain", "draw"])
        assert float(gap.max()) < 0.12, name
        assert float(abs(np.log(a.std(["chain", "draw"]) / b.std(["chain", "draw"]))).max()) < 0.12, name
