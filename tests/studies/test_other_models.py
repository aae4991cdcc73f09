"""The answer of other models: which terms the data before call for, and what is shown beside the verdict."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.estimands.defensible_models import CALLED_FOR, why_not_defensible
from equitymodel.inference.progress import silent
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.simulate.series_world import Change, MonthlyNoise, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.prior import Prior
from equitymodel.spec.series_model import Term
from equitymodel.studies.evaluation import MAIN_MODELS
from equitymodel.studies.other_models import fit_other_models, models_table, terms_called_for
from tests.evaluated import failing, known_series_fit

pytestmark = pytest.mark.unit
MODEL = load_series_model()


@pytest.mark.parametrize(("trend", "defensible"), [(0.0, True), (0.15, False)])
def test_a_model_without_a_trend_counts_only_where_the_data_before_show_none(trend, defensible):
    series, truth = simulate_series(
        usual=Usual(trend=trend, expected=1000), change=Change(level=0.3), noise=MonthlyNoise(sd=0.03), seed=1
    )
    called_for = terms_called_for(series, truth.plan, MODEL, seed=1)
    assert (why_not_defensible(MODEL, MODEL.leaving_out("trend"), called_for) == "") == defensible
    assert why_not_defensible(MODEL, MODEL.leaving_out("slope"), called_for) == "", "no data before can judge it"


def test_what_counts_is_decided_before_the_start():
    series, truth = simulate_series(Sizes(periods=48, before=36), usual=Usual(trend=0.05), seed=2)
    after = series["period"] >= np.datetime64(str(truth.plan.start))
    other = series.assign(admissions=series["admissions"].where(~after, 1.0))
    found = [terms_called_for(part, truth.plan, MODEL, seed=1) for part in (series, other)]
    assert found[0] == found[1]


def test_a_second_harmonic_that_the_data_show_is_called_for():
    series, truth = simulate_series(usual=Usual(expected=2000), noise=MonthlyNoise(sd=0.02), seed=3)
    days = 2 * np.pi * series["elapsed"] / 6
    wavy = series.assign(admissions=(series["admissions"] * np.exp(0.1 * np.sin(days))).round())
    for part, called in ((series, False), (wavy, True)):
        assert (terms_called_for(part, truth.plan, MODEL, seed=1)["wave 2"] > CALLED_FOR) == called


def test_models_of_the_verdict_come_first_as_ratios(gap_evaluation):
    own = gap_evaluation.models[gap_evaluation.models["kind"] == MAIN_MODELS]
    assert own["model"].iloc[0] == "default"
    assert len(own) == 6
    assert (own["estimate"] > 0).all()
    assert own.loc[own["counted"].astype(bool), "why_not_counted"].eq("").all()
    assert own.loc[~own["counted"].astype(bool), "why_not_counted"].str.contains("call for").all()
    assert own["label"].str.startswith("latent AR(1) counts: ").all()


def test_comparison_methods_are_shown_and_never_counted(gap_evaluation, controlled_evaluation):
    expected = (
        (gap_evaluation, {"all admissions": 6}),
        (controlled_evaluation, {"the exposed alone, without controls": 6, "the exposed beside controls": 4}),
    )
    for result, groups in expected:
        others = result.models[result.models["kind"] != MAIN_MODELS]
        found = others.groupby("kind", sort=False)["model"].nunique().to_dict()
        assert found == {f"companions in common use, of {whom}": number for whom, number in groups.items()}
        assert not others["counted"].any()


def test_comparison_methods_that_cannot_be_fitted_say_why(gap_evaluation):
    total = gap_evaluation.total
    own = gap_evaluation.models[gap_evaluation.models["kind"] == MAIN_MODELS].iloc[:1]
    specifications = own[["model", "estimate", "lower", "upper", "probability", "rho", "counted", "why_not_counted"]]
    staggered = replace(total, plan=replace(total.plan, starts={"All ICSs": "2018-01"}))
    short = known_series_fit(total.series.isel(period=slice(23, 32)), total.plan, MODEL, total.posterior)
    for fit, why in (
        (staggered, "not estimable: segmented models know one start only"),
        (short, "not estimable: 9 periods are too few"),
    ):
        row = models_table(specifications, fit).iloc[-1]
        assert row["note"].startswith(why)
        assert np.isnan(row["estimate"])


def test_a_model_whose_fit_failed_has_no_numbers_does_not_count_and_is_named(small_series, small_model):
    trend = Term("trend", "part", Prior("normal", sd=0.1))
    model = replace(small_model, terms=(*small_model.terms, trend))
    main = fit_interruption(small_series, Interruption("2018-01"), model, seed=1, draws=100)
    with failing({"other_models": lambda number, _: number == 0}):
        tried = fit_other_models(main, silent)
    default, other = tried.table.to_dict("records")
    assert default["counted"]
    assert [item.part for item in tried.left_out] == ["model: no trend before"]
    assert (other["model"], other["counted"]) == ("no trend before", False)
    assert other["why_not_counted"] == "its fit did not pass its diagnosis (made up: 9, limit 0)"
    assert all(np.isnan(other[name]) for name in ("estimate", "lower", "upper", "probability", "rho"))
