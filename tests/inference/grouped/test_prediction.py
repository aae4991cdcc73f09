"""Predictions for other exposures, years and areas: against what was fitted, and against closed forms."""

import numpy as np
import pytest
import xarray as xr

import equitymodel as em
from equitymodel.errors import OptionError
from tests.inference.laplace.worlds import over_years

pytestmark = pytest.mark.unit
SAMPLES = ["chain", "draw"]


@pytest.fixture(scope="module")
def fit():
    cells, _ = em.simulate_cells(areas=10, procedures=2, expected=150.0, seed=5)
    return em.fit_model("need_adjusted", cells, engine="laplace", seed=1)


@pytest.fixture(scope="module")
def fit_of_years():
    cells, _ = em.simulate_cells(areas=8, procedures=2, expected=150.0, seed=5)
    years = over_years(cells, years=(2020.5, 2021.5, 2022.5))
    return em.fit_model("need_adjusted", years, engine="laplace", seed=1)


def elsewhere(fit, *names):
    """Expected admissions of new areas: those of the first ones, under other names."""
    return fit.expected.isel(ics=slice(0, len(names))).assign_coords(ics=list(names))


def test_the_last_year_again_has_the_means_that_were_fitted(fit, fit_of_years):
    again = fit.predict()
    np.testing.assert_allclose(again.mean, fit.fitted.transpose(*again.mean.dims), rtol=1e-10)
    assert again.mean["ics"].values.tolist() == fit.cells["ics"].values.tolist()
    last = fit_of_years.fitted.isel(period=-1)
    np.testing.assert_allclose(fit_of_years.predict().mean.values, last.transpose(*again.mean.dims).values, rtol=1e-10)


def test_means_grow_with_exposure_and_counts_with_means(fit):
    more = fit.predict(1.2 * fit.expected)
    np.testing.assert_allclose(more.mean, 1.2 * fit.fitted, rtol=1e-10)
    assert float(more.counts.sum() / more.mean.sum()) == pytest.approx(1.0, abs=0.01)
    assert (more.counts == more.counts.round()).all()


def test_labels_are_aligned_whatever_their_order(fit):
    turned = fit.expected.isel(ics=slice(None, None, -1), deprivation=slice(None, None, -1)).isel(procedure=[1])
    found = fit.predict(turned)
    assert found.mean["ics"].values.tolist() == turned["ics"].values.tolist()
    for area in fit.cells["ics"].values[:3]:
        at = {"ics": area, "procedure": turned["procedure"].values[0]}
        np.testing.assert_allclose(found.mean.sel(at), fit.fitted.sel(at), rtol=1e-10)


def test_next_year_is_that_of_the_fit(fit):
    """The same law by two paths, with other random numbers: means and spreads of counts."""
    ours, theirs = fit.predict(years_ahead=1).counts, fit.next_year()
    np.testing.assert_allclose(ours.mean(SAMPLES), theirs.mean(SAMPLES), rtol=0.1)
    assert float((ours.std(SAMPLES) / theirs.std(SAMPLES)).mean()) == pytest.approx(1.0, abs=0.03)


def test_further_years_are_less_sure_and_trends_go_on(fit_of_years):
    spreads = [np.log(fit_of_years.predict(years_ahead=years).mean).std(SAMPLES).mean() for years in (0, 1, 4)]
    assert spreads[0] < spreads[1] < spreads[2]
    posterior = fit_of_years.posterior
    trend = (
        -posterior["national_gradient_trend_effect"].isel(period=0) / 2.0
    )  # of one year: the first is two years back
    ahead = [np.log(fit_of_years.predict(years_ahead=years, seed=3).mean) for years in (0, 2)]
    gap = [one.isel(deprivation=0) - one.isel(deprivation=-1) for one in ahead]
    position = fit_of_years.cells["position"].values
    moved = float((gap[1] - gap[0]).mean()) / (position[0] - position[-1])
    own = posterior["procedure_gradient_trend_effect"].isel(period=0).mean() / -2.0
    own = own + posterior["ics_gradient_trend_effect"].isel(period=0).mean() / -2.0
    assert moved == pytest.approx(2.0 * float(trend.mean() + own), abs=0.01)


def test_a_new_area_has_the_spread_of_those_fitted(fit):
    """Closed form: levels of new areas differ by the standard deviation of levels, in both directions alike."""
    found = fit.predict(elsewhere(fit, *(f"new {k}" for k in range(8))))
    assert found.new_areas == tuple(f"new {k}" for k in range(8))
    posterior = fit.posterior
    log_ratio = np.log(found.mean / elsewhere(fit, *found.new_areas)).mean("deprivation")
    level = log_ratio - posterior["procedure_level_effect"]
    expected = posterior["ics_by_procedure_level_sd"]
    assert float((level**2).mean()) == pytest.approx(float((expected**2).mean()), rel=0.15)
    assert float(level.mean()) == pytest.approx(0.0, abs=0.02)


def test_new_areas_stand_beside_those_fitted_and_are_less_sure(fit):
    both = fit.predict(xr.concat([fit.expected, elsewhere(fit, "new")], "ics"))
    np.testing.assert_allclose(both.mean.isel(ics=slice(0, 10)), fit.fitted, rtol=1e-10)
    spread = np.log(both.mean).std(SAMPLES)
    assert float(spread.sel(ics="new").mean()) > 2 * float(spread.isel(ics=0).mean())
    assert "Not fitted, and so drawn from ICSs like them: new." in str(both)


def test_a_new_area_can_be_predicted_in_later_years(fit_of_years):
    expected = fit_of_years.expected.isel(period=-1, drop=True)
    spread = [
        float(np.log(fit_of_years.predict(elsewhere_of(expected), years_ahead=years).mean).std(SAMPLES).mean())
        for years in (0, 4)
    ]
    assert spread[0] < spread[1]


def elsewhere_of(expected):
    return expected.isel(ics=[0]).assign_coords(ics=["new"])


def test_totals_are_added_up_draw_by_draw(fit):
    whole = fit.predict().total("ics", "deprivation")
    np.testing.assert_allclose(whole.mean, fit.fitted.sum(["ics", "deprivation"]), rtol=1e-10)
    rows = whole.frame()
    assert rows.index.tolist() == fit.cells["procedure"].values.tolist()
    np.testing.assert_allclose(rows["low"], np.quantile(whole.mean.values, 0.025, axis=(0, 1)))
    assert (rows["count_high"] - rows["count_low"] > rows["high"] - rows["low"]).all()
    assert rows["interval"].iloc[0] == "95% equal-tailed credible interval"
    with pytest.raises(OptionError, match=r"no dimension 'isc'\. Known words: procedure"):
        whole.total("isc")


def test_cells_without_expected_admissions_have_no_prediction(fit):
    gone = fit.expected.copy()
    gone[{"ics": 0, "procedure": 0}] = np.nan
    found = fit.predict(gone)
    assert bool(found.counts.isel(ics=0, procedure=0).isnull().all())
    assert len(found.frame()) == gone.size - gone.sizes["deprivation"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.isel(procedure=0, drop=True), "need the dimension 'procedure' with its labels"),
        (lambda e: e.drop_vars("ics"), "need the dimension 'ics' with its labels"),
        (lambda e: e.assign_coords(procedure=["a", "b"]), "procedure 'a' was not fitted"),
        (lambda e: e.assign_coords(ics=[e["ics"].values[0]] * 10), "ics '.*' twice"),
        (lambda e: e.isel(deprivation=slice(0, 4)), "need every deprivation that was fitted"),
        (lambda e: e * 0.0, "above 0 and finite"),
        (lambda e: e.expand_dims(period=["2030/31"]), "have the dimension 'period'; choose one"),
    ],
)
def test_other_labels_and_values_are_refused(fit, change, message):
    with pytest.raises(OptionError, match=message):
        fit.predict(change(fit.expected))


def test_years_before_and_periods_that_are_not_years_are_refused(fit):
    with pytest.raises(OptionError, match="years_ahead is 0"):
        fit.predict(years_ahead=-1)
