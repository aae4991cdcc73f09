"""A second change and covariates in the fit: their coefficients are those simulated, and sit on both sides."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.data.series.read_series import add_up_series
from equitymodel.errors import SpecError
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.inference.series.time_columns import months_since_breaks
from equitymodel.simulate.series_world import MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model

pytestmark = pytest.mark.unit

PLAN = Interruption("2013-05", ends="2016-01")


@pytest.fixture(scope="module")
def ended():
    """Ten years of five groups: +22 % from the start, back by 14 % at the end, and 3 % a standard deviation of warmth."""
    series, _ = simulate_series(
        Sizes(periods=120, before=40, groups=5), usual=Usual(1000), noise=MonthlyNoise(0.02), seed=1
    )
    warmth, design = np.random.default_rng(1).normal(10, 5, 120), PLAN.design(series)
    change = 0.2 * design["level"] - 0.15 * design["second_level"] + 0.03 * (warmth - 10) / 5
    known = series.assign(
        admissions=(series["admissions"] * np.exp(change)).round(), covariates=(("covariate", "period"), warmth[None])
    )
    about = {"covariate_centre": ("covariate", [10.0]), "covariate_scale": ("covariate", [5.0])}
    return known.assign_coords(covariate=["warmth"], **about)


@pytest.fixture(scope="module")
def fit(ended):
    return fit_interruption(add_up_series(ended), PLAN, seed=1, draws=400)


def test_both_changes_and_the_covariate_are_found(fit):
    mean = fit.posterior.mean(("chain", "draw"))
    assert float(mean["level"].squeeze()) == pytest.approx(0.2, abs=0.05)
    assert float(mean["second_level"].squeeze()) == pytest.approx(-0.15, abs=0.05)
    assert float(mean["covariate_effect"].sel(covariate="warmth")) == pytest.approx(0.03, abs=0.01)


def test_what_would_have_been_has_neither_change_and_the_same_warmth(fit):
    ratio = np.log(fit.fitted / fit.counterfactual).squeeze()
    level, second, slope, slower = (
        fit.posterior[name].squeeze() for name in ("level", "second_level", "slope", "second_slope")
    )
    design = PLAN.design(fit.series)
    told = (level * design["level"] + second * design["second_level"]
            + slope * design["slope"] + slower * design["second_slope"])  # fmt: skip
    np.testing.assert_allclose(ratio, told.transpose(*ratio.dims), atol=1e-9)


def test_groups_have_a_second_change_of_their_own(ended):
    layout = lay_out_series(ended, PLAN, load_series_model())
    assert layout.feature_names[: layout.own].count("second slope") == 1
    assert [layout.feature_names[at] for at in layout.effect] == ["slope", "second slope", "level", "second level"]
    assert {"second level", "second kappa", "second level 2"} <= set(layout.names)
    assert len(set(layout.names)) == len(layout.names)
    assert sum(name == "deprivation spread" for name in layout.hyper) == 1


def test_a_change_at_the_end_that_is_common_to_controls_is_no_effect():
    series, truth = simulate_series(Sizes(areas=2, exposed_areas=1), seed=1)
    plan = replace(truth.plan, ends="2019-01")
    names = lay_out_series(series, plan, load_series_model("controlled_interruption")).feature_names
    assert "common level 2019-01-01" in names
    assert f"common level {truth.plan.start}" in names


def test_without_an_end_or_covariates_there_are_no_further_columns(ended):
    plain = ended.drop_vars(["covariates", "covariate_centre", "covariate_scale", "covariate"])
    names = lay_out_series(plain, replace(PLAN, ends=None), load_series_model()).feature_names
    assert not [name for name in names if name.startswith(("second", "covariate"))]


def test_a_model_that_knows_no_covariate_says_so(ended):
    model = load_series_model()
    without = replace(model, terms=tuple(term for term in model.terms if term.name != "covariate"))
    with pytest.raises(SpecError, match="has no term 'covariate'; add it to the file"):
        lay_out_series(ended, PLAN, without)
    assert "covariate warmth" not in lay_out_series(ended, PLAN, model.leaving_out("covariate")).feature_names


def test_a_break_is_recovered_from_only_where_it_has_data_on_both_sides(ended):
    masked = ended.assign(masked=(ended["elapsed"] >= 20) & (ended["elapsed"] < 26))
    assert [months[[25, 26, 27]].tolist() for months in months_since_breaks(masked)] == [[-1.0, 0.0, 1.0]]
    assert months_since_breaks(ended.assign(masked=ended["elapsed"] >= 110)) == []
