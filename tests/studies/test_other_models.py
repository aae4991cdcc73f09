"""The answer of other models, shown beside the verdict."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.comparison.segmented import segmented_models
from equitymodel.inference.progress import silent
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.spec.prior import Prior
from equitymodel.spec.series_model import Term
from equitymodel.studies.evaluation import MAIN_MODELS, question_in_words
from equitymodel.studies.falsify import answer_of
from equitymodel.studies.other_models import BESIDE, fit_other_models, models_table
from tests.evaluated import failing, known_series_fit

pytestmark = pytest.mark.unit
MODEL = load_series_model()


def test_models_of_the_verdict_come_first_as_ratios(gap_evaluation):
    own = gap_evaluation.models[gap_evaluation.models["kind"] == MAIN_MODELS]
    assert own["model"].iloc[0] == "default"
    assert len(own) == 6
    assert (own["estimate"] > 0).all()
    assert own["counted"].tolist() == [True] + 5 * [False], "other models are shown and have no vote"
    assert own["why_not_counted"].tolist() == ["", *5 * [BESIDE]]
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
    specifications = own[
        ["model", "about", "estimate", "lower", "upper", "probability", "rho", "counted", "why_not_counted"]
    ]
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


def test_every_model_answers_over_the_months_judged_and_says_of_what(gap_evaluation):
    total, plan = gap_evaluation.total, gap_evaluation.plan
    long = replace(plan, shape="both", outcome="level")
    specifications = gap_evaluation.models.iloc[:1][
        ["model", "about", "estimate", "lower", "upper", "probability", "rho", "counted", "why_not_counted"]
    ]
    table = models_table(specifications, replace(total, plan=long))
    own = {judged: segmented_models(total.series, long, harmonics=total.model.harmonics, judged=judged,
                                    slope=total.model.has("slope")) for judged in (True, False)}  # fmt: skip
    average = {judged: rows.query("quantity == 'average' and model == 'reml_ar1'") for judged, rows in own.items()}
    shown = table.query("quantity == 'average' and model == 'reml_ar1'")["estimate"].item()
    assert shown == pytest.approx(average[True]["estimate"].item())
    assert table["about"].tolist()[0] == "the gap (least over most deprived)"
    assert set(table["about"].iloc[1:]) == {"admissions"}


def test_answers_about_a_gap_are_turned_the_way_round_the_gap_is_said(gap_evaluation):
    main = gap_evaluation.main
    swapped = main.posterior.assign({name: main.posterior[name].copy(data=main.posterior[name].values[..., ::-1, :])
                                     for name in ("fitted", "counterfactual")
                                     if main.posterior[name].dims[-2:] == ("deprivation", "procedure")})  # fmt: skip
    turned = replace(main, draws=xr.DataTree.from_dict({"/posterior": swapped}))
    (what, sign), (other, back) = question_in_words(main), question_in_words(turned)
    assert (sign, back) == (1, -1)
    assert other == what.replace("least over most", "most over least")
    assert answer_of(turned, back)["estimate"] == pytest.approx(answer_of(main, sign)["estimate"], rel=0.05)
