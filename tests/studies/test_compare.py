"""Two fits of the same cells, held against each other."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.nuts import Sampling
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model
from equitymodel.studies.compare import LIMITS, agreement, compare_engines, compare_fits

COLUMNS = ["mean", "sd", "lower", "upper"]
QUICK = Laplace(draws=150, chains=4, points=128, enough_points=1.0, cores=1)


@pytest.fixture(scope="module")
def fit():
    cells, _ = simulate_cells(areas=3, groups=3, procedures=2, expected=300.0, seed=1)
    return fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1, laplace=QUICK)


def changed(fit, **variables):
    """The same fit with other draws of some variables."""
    posterior = fit.draws["posterior"].to_dataset().assign(variables)
    groups = {"/posterior": posterior, "/sample_stats": fit.draws["sample_stats"].to_dataset()}
    return replace(fit, draws=xr.DataTree.from_dict(groups))


@pytest.mark.unit
def test_a_fit_held_against_itself_does_not_differ(fit):
    table = compare_fits(fit, fit)
    assert (table[COLUMNS].abs() < 1e-12).all(axis=None)
    assert set(table["group"]) == {"reported", "hyperparameter"}
    assert not table.duplicated(["group", "quantity", "item"]).any()


@pytest.mark.unit
def test_what_is_reported_and_every_hyperparameter_is_there_once(fit):
    table = compare_fits(fit, fit)
    own = table[table["group"] == "hyperparameter"].groupby("quantity").size()
    assert own.to_dict() == {"extra_variation": 2, "ics_by_procedure_level_sd": 2, "procedure_departure_sd": 1}
    reported = table[table["group"] == "reported"]
    assert reported["quantity"].str.startswith("rate_ratio").any()
    assert reported["quantity"].str.startswith("shortfall").any()


@pytest.mark.unit
def test_shifted_draws_show_as_their_shift_in_posterior_sd(fit):
    shift = -0.5
    spread = fit.draws["posterior"]["ics_by_procedure_level_sd"]
    moved = changed(fit, ics_by_procedure_level_sd=spread + shift * spread.std(["chain", "draw"]))
    table = compare_fits(moved, fit)
    rows = table["quantity"] == "ics_by_procedure_level_sd"
    np.testing.assert_allclose(table.loc[rows, ["mean", "lower", "upper"]], shift, rtol=1e-9)
    assert (table.loc[rows, "sd"].abs() < 1e-9).all()
    assert (table.loc[~rows, COLUMNS].abs() < 1e-9).all(axis=None)


@pytest.mark.unit
def test_wider_draws_show_as_a_ratio_of_standard_deviations(fit):
    variation = fit.draws["posterior"]["extra_variation"]
    middle = variation.mean(["chain", "draw"])
    wider = changed(fit, extra_variation=middle + 1.2 * (variation - middle))
    rows = compare_fits(wider, fit).query("quantity == 'extra_variation'")
    np.testing.assert_allclose(rows["sd"], 0.2, rtol=1e-9)
    np.testing.assert_allclose(rows["mean"], 0.0, atol=1e-9)
    assert (rows["lower"] < 0).all()
    assert (rows["upper"] > 0).all()


@pytest.mark.unit
def test_a_shift_of_effects_shows_in_what_is_reported(fit):
    gradient = fit.draws["posterior"]["procedure_gradient_effect"]
    moved = changed(fit, procedure_gradient_effect=gradient + 3.0 * gradient.std(["chain", "draw"]))
    table = compare_fits(moved, fit)
    ratios = table[table["quantity"].str.startswith("rate_ratio (") & table["item"].str.contains("All ICSs")]
    assert len(ratios) == 2
    assert (ratios["mean"].abs() > 1.5).all()
    assert np.sign(ratios["mean"]).nunique() == 1


@pytest.mark.unit
def test_the_reference_sets_the_unit(fit):
    spread = fit.draws["posterior"]["procedure_departure_sd"]
    wide = changed(fit, procedure_departure_sd=2.0 * spread)
    row = compare_fits(fit, wide).query("quantity == 'procedure_departure_sd'").iloc[0]
    assert row["sd"] == pytest.approx(-0.5)
    assert row["mean"] == pytest.approx(float(-spread.mean() / (2.0 * spread.std())))


@pytest.mark.unit
def test_agreement_counts_what_lies_within_each_limit():
    rng = np.random.default_rng(1)
    apart = pd.DataFrame({"group": np.repeat(["reported", "hyperparameter"], [30, 10])} | {
        name: rng.normal(0.0, 0.1, 40) for name in COLUMNS})  # fmt: skip
    summary = agreement(apart).set_index(["group", "what"])
    assert len(summary) == 2 * len(LIMITS)
    for (group, what), row in summary.iterrows():
        size = apart.loc[apart["group"] == group, what].abs()
        assert row["within"] == pytest.approx((size <= LIMITS[what]).mean())
        assert row["largest"] == size.max()
        assert row["quantities"] == len(size)
        assert row["limit"] == LIMITS[what]


@pytest.mark.unit
def test_the_largest_counts_whatever_its_sign():
    apart = pd.DataFrame({"group": ["reported"] * 2, "mean": [-0.4, 0.2], "sd": 0.0, "lower": 0.0, "upper": 0.0})
    row = agreement(apart).set_index("what").loc["mean"]
    assert (row["largest"], row["within"]) == (0.4, 0.0)


@pytest.mark.unit
def test_a_procedure_that_is_not_there_is_refused():
    cells, _ = simulate_cells(areas=3, procedures=2, seed=1)
    with pytest.raises(OptionError, match=r"no procedure 'procedure 09'. Did you mean"):
        compare_engines(load_model("gap_by_procedure"), cells, procedures=["procedure 09"], seed=1)


@pytest.fixture(scope="module")
def engines():
    cells, _ = simulate_cells(areas=5, groups=3, procedures=4, expected=200.0, seed=2)
    return compare_engines(
        load_model("gap_by_procedure"),
        cells,
        procedures=["procedure 02", "procedure 03"],
        seed=1,
        laplace=Laplace(draws=1000),
        sampling=Sampling(draws=1500, tune=700, retry_draws=1),
    )


@pytest.mark.mcmc
def test_both_engines_find_the_same_posterior(engines):
    """Two simulations of some 1,000 effective draws each differ by 0.045 sd in a mean, typically."""
    summary = agreement(engines).set_index(["group", "what"])
    assert summary.loc[("reported", "mean"), "largest"] < 0.25
    assert summary.loc[("reported", "mean"), "within"] > 0.8
    assert summary.loc[("hyperparameter", "mean"), "largest"] < 0.3
    assert engines["mean"].abs().mean() < 0.1
    assert engines["sd"].abs().mean() < 0.08


@pytest.mark.mcmc
def test_only_the_procedures_asked_for_are_compared(engines):
    items = " ".join(engines["item"])
    assert "procedure 02" in items
    assert "procedure 01" not in items
    assert "procedure 04" not in items


@pytest.mark.mcmc
def test_the_smallest_procedures_are_compared_unless_others_are_named():
    cells, _ = simulate_cells(areas=3, groups=3, procedures=4, expected=100.0, seed=2)
    small = cells["procedure"].values[cells["admissions"].sum(["ics", "deprivation"]).argsort().values]
    table = compare_engines(load_model("gap_by_procedure"), cells, seed=1, laplace=QUICK,
                            sampling=Sampling(draws=200, tune=300, retry_draws=1, retry_accept=0.0))  # fmt: skip
    items = " ".join(table["item"])
    assert [name in items for name in small] == [True, True, True, False]
