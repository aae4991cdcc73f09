"""Leave-one-out from one fit, against fits without the cell."""

import arviz_stats as az
import numpy as np
import pytest

import equitymodel as em
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.vocabulary import SAMPLE_DIMS

pytestmark = pytest.mark.mcmc
MODEL = "gap_by_procedure"


def exact(cells, cell):
    """Give the log predictive probability of a count, from a fit that does not know it."""
    counts = cells["admissions"]
    there = counts.notnull()
    there.loc[cell] = False
    without = em.fit_model(em.load_model(MODEL), cells.assign(admissions=counts.where(there)), engine="laplace", seed=1)
    mean = draw_fitted(
        draw_ratios(without.spec, without.posterior, cells, this_year=True), draw_expected(cells, without.posterior)
    )
    at = log_likelihood(mean, without.posterior, counts).sel(cell)
    return float(np.log(np.exp(at).mean(SAMPLE_DIMS)))


def test_leave_one_out_is_that_of_fits_without_the_cell():
    cells, _ = em.simulate_cells(areas=8, procedures=2, expected=60.0, seed=3)
    whole = em.inference.with_arviz_groups(em.fit_model(em.load_model(MODEL), cells, engine="laplace", seed=1))
    each = az.loo(whole.draws, pointwise=True).elpd_i
    seen = whole.draws["observed_data"]["admissions"]
    places = np.random.default_rng(1).choice(seen.size, 20, replace=False)
    labels = [{dim: seen[dim].values[place] for dim in cells["admissions"].dims} for place in places]
    apart = np.array([float(each[place]) - exact(cells, label) for place, label in zip(places, labels, strict=True)])
    assert abs(apart.sum()) < 2 * apart.std(ddof=1) * np.sqrt(len(apart)) + 0.05
    assert np.abs(apart).max() < 0.15
