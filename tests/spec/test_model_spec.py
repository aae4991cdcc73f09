from dataclasses import replace

import numpy as np
import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import SERIES_MODELS, load_model, model_names, model_text
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.read_spec import read_spec
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit

LEVEL = Effect("level", (), "level", "the level", prior=Prior("normal", sd=0.5))
GAP = Effect("gap", ("procedure",), "gradient", "the gap", prior=Prior("normal", sd=0.5))
SPEC = ModelSpec("small", "How large is the gap?", "poisson", (LEVEL, GAP))
EXTRA = Prior("half_normal", sd=0.15)


@pytest.fixture(params=sorted(set(model_names()) - set(SERIES_MODELS.values())))
def shipped(request):
    return load_model(request.param)


def names(spec):
    return [effect.name for effect in spec.effects]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"likelihood": "poison"}, "unknown likelihood 'poison'. Did you mean 'poisson'?"),
        ({"likelihood": "negative_binomial"}, "extra_variation goes with the negative_binomial likelihood"),
        ({"overdispersion": EXTRA}, "extra_variation goes with the negative_binomial likelihood, and only with it"),
        (
            {"likelihood": "negative_binomial", "overdispersion": Prior("normal", sd=1)},
            "use a prior of the families half_n",
        ),
        ({"effects": (LEVEL, GAP, LEVEL)}, "effect 'level' is given twice"),
        ({"effects": ()}, "a model needs at least one effect"),
        ({"overdispersion_over": ("ics",)}, r"extra_variation_over is \[\] or \['procedure'\], not \['ics'\]"),
    ],
)
def test_a_model_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        ModelSpec(**{**vars(SPEC), **change})


def test_an_effect_is_found_by_its_name_and_the_nearest_is_named():
    assert SPEC.effect("gap") is GAP
    with pytest.raises(SpecError, match=r"no effect 'gpa'\. Did you mean 'gap'\?"):
        SPEC.effect("gpa")


def test_replacing_a_prior_gives_a_copy_and_leaves_the_original_alone():
    before = str(SPEC)
    wider = SPEC.replace_prior("gap", sd=1.0)
    assert str(wider.effect("gap").prior) == "Normal(0, 1)"
    assert wider.effect("level") is LEVEL
    assert str(SPEC) == before


def test_the_mean_of_a_prior_stays_unless_another_is_given():
    moved = SPEC.replace_prior("gap", sd=0.4, mean=-0.2)
    assert str(moved.effect("gap").prior) == "Normal(-0.2, 0.4)"
    assert str(moved.replace_prior("gap", sd=0.1).effect("gap").prior) == "Normal(-0.2, 0.1)"


def test_the_spread_of_a_pooled_effect_and_extra_variation_can_be_replaced_too():
    spec = load_model("need_adjusted")
    wider = spec.replace_prior("ics_gradient", sd=0.9).replace_prior("extra_variation", sd=0.8)
    assert str(wider.effect("ics_gradient").spread) == "HalfNormal(0.9)"
    assert str(wider.overdispersion) == "HalfNormal(0.8)"
    assert str(spec.overdispersion) == "HalfNormal(0.15)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "ics_gradeint", "sd": 1}, "Did you mean 'ics_gradient'?"),
        ({"name": "ics_gradient", "sd": 0}, "sd must be above 0"),
        ({"name": "ics_gradient", "sd": 1, "mean": 0.5}, "'mean' has no meaning for half_normal"),
        ({"name": "ics_gradient", "family": "normal", "sd": 1, "mean": 0.5}, "use a prior of the families half_normal"),
    ],
)
def test_a_prior_cannot_be_replaced_by_what_has_no_meaning(change, message):
    with pytest.raises(SpecError, match=message):
        load_model("need_adjusted").replace_prior(**change)


def test_a_prior_of_another_family_is_said_in_words_with_what_it_implies():
    spec = load_model("need_adjusted").replace_prior("ics_gradient", family="pc", upper=0.3, chance=0.05)
    lines = str(spec).splitlines()
    at = lines.index("ics_gradient ~ Normal(0, sd), sd ~ PC(0.05 above 0.3)")
    implied = next(line for line in lines[at:] if "two sd from the average" in line)
    usual, most = np.exp(2 * 0.3 * np.log([0.5, 0.025]) / np.log(0.05))
    assert f"x{usual:.2f} at the median sd, x{most:.2f} at its 97.5th percentile" in implied


def test_effects_are_added_and_dropped_and_the_name_of_the_model_says_so_once():
    spec = load_model("need_adjusted")
    fewer = spec.drop_effect("ics_deviation")
    assert names(fewer) == [name for name in names(spec) if name != "ics_deviation"]
    again = fewer.add_effect(spec.effect("ics_deviation")).replace_prior("ics_gradient", sd=0.4)
    assert names(again) == [*names(fewer), "ics_deviation"]
    assert fewer.name == again.name == "need_adjusted, changed"
    assert str(again).startswith("need_adjusted, changed: ")
    assert spec.replace_prior("ics_gradient", sd=spec.effect("ics_gradient").belief.sd) is spec
    assert fewer.sha256 != spec.sha256


def test_effects_that_are_not_there_or_there_already_are_refused():
    with pytest.raises(SpecError, match=r"no effect 'gpa'\. Did you mean 'gap'"):
        SPEC.drop_effect("gpa")
    with pytest.raises(SpecError, match="effect 'gap' is given twice"):
        SPEC.add_effect(GAP)
    with pytest.raises(SpecError, match="a model needs at least one effect"):
        SPEC.drop_effect("gap").drop_effect("level")


def test_a_poisson_model_has_no_extra_variation_to_replace():
    with pytest.raises(SpecError, match="no effect 'extra_variation'"):
        SPEC.replace_prior("extra_variation", sd=0.3)


ONE_YEAR = ["procedure_level", "ics_by_procedure_level", "national_gradient", "procedure_gradient", "ics_gradient",
            "ics_by_procedure_gradient", "procedure_departure", "ics_deviation", "ics_by_procedure_deviation"]  # fmt: skip
BETWEEN_YEARS = ["procedure_level_walk", "ics_level_walk", "ics_by_procedure_level_walk", "national_gradient_trend",
                 "procedure_gradient_trend", "ics_gradient_trend"]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ({"ics": 42, "procedure": 8, "deprivation": 5}, ONE_YEAR),
        ({"ics": 42, "procedure": 8, "deprivation": 5, "period": 1}, ONE_YEAR),
        ({"ics": 42, "procedure": 8, "deprivation": 5, "period": 2}, ONE_YEAR + BETWEEN_YEARS),
        (
            {"ics": 42, "procedure": 1, "deprivation": 5},
            ["procedure_level", "ics_by_procedure_level", "national_gradient", "ics_gradient", "procedure_departure",
             "ics_by_procedure_deviation"],
        ),
        (
            {"ics": 42, "procedure": 1, "deprivation": 5, "period": 3},
            ["procedure_level", "ics_by_procedure_level", "national_gradient", "ics_gradient", "procedure_departure",
             "ics_by_procedure_deviation", "procedure_level_walk", "ics_level_walk", "national_gradient_trend",
             "ics_gradient_trend"],
        ),
        (
            {"ics": 1, "procedure": 8, "deprivation": 5},
            ["procedure_level", "national_gradient", "procedure_gradient", "ics_by_procedure_deviation"],
        ),
        (
            {"ics": 1, "procedure": 1, "deprivation": 5},
            ["procedure_level", "national_gradient", "ics_by_procedure_deviation"],
        ),
        (
            {"ics": 1, "procedure": 1, "deprivation": 2},
            ["procedure_level", "national_gradient", "ics_by_procedure_deviation"],
        ),
    ],
)  # fmt: skip
def test_only_effects_that_mean_something_at_these_sizes_are_kept(sizes, kept):
    assert names(load_model("need_adjusted").for_sizes(sizes)) == kept


def test_the_default_model_of_before_has_nothing_of_years_or_tails():
    before = load_model("straight_gradients")
    assert names(before) == ONE_YEAR[:-2]
    for effect in before.effects:
        assert effect.change.constant
        assert effect.share_that_lasts is None
        assert not effect.heavy_tails


def test_what_lasts_of_extra_variation_has_its_prior_and_no_other():
    spec = load_model("need_adjusted").replace_prior("extra_variation", sd=0.3)
    assert spec.effect("ics_by_procedure_deviation").spread == spec.overdispersion == Prior("half_normal", sd=0.3)
    with pytest.raises(SpecError, match="is that of extra_variation; give extra_variation another prior"):
        spec.replace_prior("ics_by_procedure_deviation", sd=0.2)


def test_a_model_says_what_lasts_how_it_changes_over_years_and_how_heavy_its_tails_are():
    text = str(load_model("need_adjusted"))
    assert "share of sd^2 that lasts ~ Beta(2, 1): 95 % between 0.16 and 0.99; the rest is new every year" in text
    assert "share of extra_variation^2, which then is the total, that lasts ~ Beta(2, 1)" in text
    assert "fades slowly from year to year (correlation 0.95 from one year to the next)" in text
    assert "ics_by_procedure_gradient ~ StudentT(2, 0, sd)" in text
    assert text.count("over years: ") == 7


def test_keeping_what_means_something_twice_keeps_the_same(shipped):
    sizes = {"ics": 1, "procedure": 1, "deprivation": 5}
    assert shipped.for_sizes(sizes).for_sizes(sizes) == shipped.for_sizes(sizes)


def test_a_model_introduces_itself_with_its_question_formula_and_every_meaning(shipped):
    text = str(shipped)
    assert shipped.question in text
    assert shipped.formula() in text
    for effect in shipped.effects:
        assert f"{effect.name} ~ " in text
        assert effect.meaning in text
        assert str(effect.belief) in text


def test_a_model_says_what_each_prior_implies():
    text = str(load_model("need_adjusted"))
    assert (
        "95 % range of the least against most deprived, end to end of the scale: 0.38 to 2.66" in text
    )  # exp(-+ 1.96 x 0.5)
    assert (
        "end to end of the scale x1.31 at the median sd, x2.45 at its 97.5th percentile" in text
    )  # exp(2 x 0.2 x 0.674), x 2.24
    assert (
        "ratio to expected x1.50 at the median sd, x3.84 at its 97.5th percentile" in text
    )  # exp(2 x 0.3 x 0.674), x 2.24
    assert "(before what is straight is taken out) x1.14 at the median sd, x1.57 at its 97.5th percentile" in text
    assert "95 % below a coefficient of variation of 0.34" in text  # 0.15 x 2.24


def test_every_effect_is_followed_by_what_it_implies(shipped):
    implied = [line for line in str(shipped).splitlines() if " at the median sd, " in line or "95 % range" in line]
    assert len(implied) == len(shipped.effects)


def test_a_model_says_whether_extra_variation_is_one_each_procedure_or_one_for_all():
    each, shared = (
        ModelSpec("small", "A question?", "negative_binomial", (LEVEL,), EXTRA, over) for over in (("procedure",), ())
    )
    assert "extra_variation[procedure] ~ HalfNormal(0.15)" in str(each)
    assert "extra_variation ~ HalfNormal(0.15)" in str(shared)
    assert each.sha256 != shared.sha256
    assert shared.for_sizes({"ics": 3, "procedure": 1, "deprivation": 5}).overdispersion_over == ()


def test_the_formula_writes_every_effect_with_what_it_varies_over_and_multiplies():
    assert SPEC.formula() == "log(fitted) = log(expected_admissions) + level + gap[procedure] x position"
    assert "procedure_departure[procedure] x shape" in load_model("need_adjusted").formula()


def test_the_fingerprint_does_not_change_with_comments_or_layout():
    text = model_text("need_adjusted")
    spread_out = "# a copy\n" + text.replace(" = ", "   =   ").replace("\n\n", "\n\n\n# next\n")
    assert read_spec(spread_out).sha256 == read_spec(text).sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sd = 0.15", "sd = 0.16"),
        ("mean = 0.0, sd = 0.5", "mean = 0.1, sd = 0.5"),
        ("sd = 0.2 }", "sd = 0.25 }"),
        ('sum_to_zero = "procedure"\n', ""),
        ('spread_over = ["procedure"]\n', ""),
        ("equal need look like", "equal need be"),
    ],
)
def test_the_fingerprint_changes_with_every_assumption(old, new):
    text = model_text("need_adjusted")
    assert old in text
    assert read_spec(text.replace(old, new, 1)).sha256 != read_spec(text).sha256


TOGETHER = Effect("level", ("ics", "procedure"), "level", "procedures alike", spread=Prior("half_normal", sd=0.3),
                  share_of_procedures=ShareThatLasts(1.0, 1.0))  # fmt: skip


def test_a_model_says_what_procedures_have_in_common():
    text = str(load_model("gap_by_procedure").drop_effect("ics_by_procedure_level").add_effect(TOGETHER))
    assert "that the procedures of an ICS have in common, the correlation of two of them ~ Beta(1, 1)" in text


@pytest.mark.parametrize("sizes", [{"ics": 9, "procedure": 1}, {"ics": 1, "procedure": 4}])
def test_with_one_procedure_or_one_ics_there_is_nothing_in_common(sizes):
    spec = ModelSpec("own", "Which?", "poisson", (TOGETHER,))
    kept = spec.for_sizes({**sizes, "deprivation": 5}).effects
    assert [effect.share_of_procedures for effect in kept] == [None]
    assert spec.for_sizes({"ics": 9, "procedure": 4, "deprivation": 5}).effects == (TOGETHER,)


def test_what_procedures_have_in_common_is_said_once():
    own = Effect("area", ("ics",), "level", "of an ICS", spread=Prior("half_normal", sd=0.3))
    with pytest.raises(
        SpecError, match="is in 'area' and in the share of procedures of 'level'; leave one of them out"
    ):
        ModelSpec("own", "Which?", "poisson", (own, TOGETHER))
    other = replace(own, kind="gradient")
    assert ModelSpec("own", "Which?", "poisson", (other, TOGETHER)).effects[0] == other
