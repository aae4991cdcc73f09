"""What ArviZ takes from a fit: comparisons and checks of counts, cell by cell."""

from dataclasses import replace

import arviz_plots
import arviz_stats as az
import numpy as np
import pytest

from equitymodel.inference.grouped.arviz_groups import with_arviz_groups
from equitymodel.inference.grouped.predict import draw_fitted, draw_ratios

pytestmark = pytest.mark.unit
GROUPS = {"log_likelihood", "observed_data", "posterior_predictive", "prior_predictive", "prior"}


@pytest.fixture(scope="module")
def whole(quick_fit):
    return with_arviz_groups(quick_fit)


def test_the_posterior_is_as_it_was_and_the_groups_are_beside_it(whole, quick_fit):
    assert set(whole.draws.children) == {"posterior", "sample_stats"} | GROUPS
    assert whole.posterior.identical(quick_fit.posterior)


def test_each_cell_is_that_of_the_table(whole, quick_fit):
    seen = whole.draws["observed_data"]["admissions"]
    for at in (0, 7, -1):
        cell = {dim: seen[dim].values[at] for dim in quick_fit.cells["admissions"].dims}
        assert seen.values[at] == quick_fit.cells["admissions"].sel(cell)
    names = [tuple(whole.draws[group]["ics"].values) for group in ("log_likelihood", "posterior_predictive")]
    assert names[0] == names[1] == tuple(seen["ics"].values)


def test_predictions_have_the_noise_of_counts(whole):
    predicted = whole.draws["posterior_predictive"]["admissions"]
    held = (predicted.quantile(0.025, ["chain", "draw"]) <= whole.draws["observed_data"]["admissions"]).mean()
    assert held > 0.85
    assert (predicted == predicted.round()).all()


def test_arviz_leaves_out_and_compares(whole):
    loo = az.loo(whole.draws, pointwise=True)
    assert np.isfinite(loo.elpd)
    assert loo.n_data_points == whole.draws["observed_data"].sizes["cell"]
    table = az.compare({"one": whole.draws, "same": whole.draws})
    assert table["elpd_diff"].abs().max() == 0


def test_counts_known_within_bounds_have_no_one_value_and_are_left_out(quick_fit, hide):
    hidden = hide(quick_fit.cells)
    exact = int((hidden["admissions_low"] == hidden["admissions_high"]).sum())
    seen = with_arviz_groups(replace(quick_fit, cells=hidden)).draws["observed_data"]["admissions"]
    assert 0 < exact < quick_fit.cells["admissions"].size
    assert seen.size == exact
    assert not seen.isnull().any()


def test_the_same_fit_gives_the_same_predictions(whole, quick_fit):
    again = with_arviz_groups(quick_fit).draws["posterior_predictive"]
    assert again.to_dataset().identical(whole.draws["posterior_predictive"].to_dataset())


def test_predictions_are_centred_on_what_the_model_fits(whole, quick_fit):
    ratio = draw_ratios(quick_fit.spec, quick_fit.posterior, quick_fit.cells, this_year=True)
    fitted = float(draw_fitted(ratio, quick_fit.expected).sum() / quick_fit.posterior.sizes["chain"])
    predicted = whole.draws["posterior_predictive"]["admissions"]
    assert float(predicted.sum() / predicted.sizes["chain"]) == pytest.approx(fitted, rel=0.01)


def test_what_the_priors_predict_is_centred_on_their_means(whole, quick_fit):
    prior = whole.draws["prior"].to_dataset()
    means = draw_fitted(draw_ratios(quick_fit.spec, prior, quick_fit.cells, this_year=True), quick_fit.expected_under())
    predicted = whole.draws["prior_predictive"]["admissions"]
    assert float(predicted.median()) == pytest.approx(float(means.median()), rel=0.03)


@pytest.mark.parametrize("plot", [arviz_plots.plot_ppc_dist, arviz_plots.plot_loo_pit])
def test_arviz_draws_what_was_predicted_beside_what_was_counted(whole, plot):
    pytest.importorskip("matplotlib").use("Agg")
    drawn = plot(whole.draws, backend="matplotlib")
    [axes] = drawn.viz["figure"].item().axes
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) > 10]
    assert lines
    assert all(np.isfinite(line.get_ydata()).all() for line in lines)


def test_prior_predictions_are_drawn_too(whole):
    drawn = arviz_plots.plot_ppc_dist(whole.draws, group="prior_predictive", backend="matplotlib")
    assert drawn.viz["figure"].item().axes


def test_the_names_that_statisticians_know_are_these_functions():
    import arviz

    for name in ("loo", "compare"):
        assert getattr(arviz, name) is getattr(az, name)
    for name in ("plot_ppc_dist", "plot_loo_pit"):
        assert getattr(arviz, name) is getattr(arviz_plots, name)
