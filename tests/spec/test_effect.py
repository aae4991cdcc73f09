import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.over_years import OVER_YEARS
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit

NORMAL, SPREAD = Prior("normal", sd=0.5), Prior("half_normal", sd=0.3)
PLAIN = {"name": "gap", "over": ("procedure",), "kind": "gradient", "meaning": "a gap", "prior": NORMAL}
POOLED = {**PLAIN, "over": ("ics", "procedure"), "prior": None, "spread": SPREAD, "sum_to_zero": "ics"}
LASTS = ShareThatLasts(2.0, 1.0)


def test_an_effect_with_a_prior_is_not_pooled_and_believes_it():
    effect = Effect(**PLAIN)
    assert (effect.pooled, effect.belief) == (False, NORMAL)


def test_an_effect_with_a_spread_is_pooled_and_believes_that():
    effect = Effect(**POOLED, spread_over=("procedure",))
    assert (effect.pooled, effect.belief) == (True, SPREAD)


def test_draws_of_an_effect_are_not_named_like_a_dimension():
    assert (Effect(**PLAIN).variable, Effect(**PLAIN).spread_variable) == ("gap_effect", "gap_sd")


def test_the_share_that_lasts_has_a_name_among_the_draws():
    assert Effect(**POOLED, share_that_lasts=LASTS).share_variable == "gap_share"


def test_an_effect_is_constant_over_years_unless_said_otherwise():
    assert Effect(**PLAIN).change.constant
    assert Effect(**PLAIN, over_years="walk").change is OVER_YEARS["walk"]


@pytest.mark.parametrize(
    ("change", "about"),
    [({}, "lasts"), ({"over_years": "fading", "correlation": 0.9}, "lasts"),
     ({"over_years": "walk"}, "walk"), ({"over_years": "trend"}, "trend")],
)  # fmt: skip
def test_a_change_between_years_does_not_repeat_what_lasts(change, about):
    assert Effect(**PLAIN, **change).key == ("gradient", about)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "two words"}, "a name is one word"),
        ({"name": "ics"}, "not that of a dimension"),
        ({"name": "deprivation"}, "not that of a dimension"),
        ({"kind": "gradiant"}, "effect 'gap': unknown kind 'gradiant'. Did you mean 'gradient'?"),
        ({"over": ("icb",)}, "cannot vary over 'icb'. Did you mean 'ics'?"),
        ({"over": ("deprivation",)}, "cannot vary over 'deprivation'. Known words: ics, procedure."),
        ({"over": ("procedure", "procedure")}, "over names the same grouping twice"),
        ({"spread_over": ("procedures",)}, "cannot vary over 'procedures'. Did you mean 'procedure'?"),
        ({"prior": None}, "either a prior .* or a spread .*, not both"),
        ({"spread": SPREAD}, "either a prior .* or a spread .*, not both"),
        ({"prior": SPREAD}, "values may be above or below 0; use a normal prior"),
        ({"sum_to_zero": "ics"}, "sum_to_zero must be one of \\['procedure'\\]"),
        ({"spread_over": ("procedure",)}, "spread_over is the rest of over"),
    ],
)
def test_an_effect_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**PLAIN, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spread": NORMAL}, "a spread is a standard deviation; use a prior of the families half_normal"),
        ({"over": (), "sum_to_zero": None}, "a pooled effect needs something to vary over"),
        ({"spread_over": ("ics",)}, "spread_over is the rest of over, beside sum_to_zero"),
        ({"spread_over": ("procedure",), "sum_to_zero": None}, "spread_over is the rest of over, beside sum_to_zero"),
        ({"kind": "departure"}, "a departure takes no sum_to_zero"),
        ({"kind": "departure", "sum_to_zero": None, "spread_over": ("ics",)}, "a departure takes no spread_over"),
    ],
)
def test_a_pooled_effect_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**POOLED, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"over_years": "wlak"}, "unknown over_years 'wlak'. Did you mean 'walk'?"),
        ({"over_years": "yearly"}, "unknown over_years 'yearly'"),
        ({"over_years": "fading"}, "needs a correlation between 0 and 1, from one year to the next"),
        ({"over_years": "fading", "correlation": 1.0}, "needs a correlation between 0 and 1"),
        ({"over_years": "walk", "correlation": 0.9}, "a correlation has no meaning for over_years = walk"),
        ({"correlation": 0.9}, "a correlation has no meaning for over_years = constant"),
        ({"over_years": "walk", "share_that_lasts": LASTS}, "goes with over_years = constant or fading"),
        ({"spread_over": ("procedure",), "share_that_lasts": LASTS}, "and with one standard deviation"),
        ({"prior": NORMAL, "spread": None, "share_that_lasts": LASTS}, "so the effect needs a spread"),
        ({"part_of_extra_variation": True}, "what lasts of extra_variation has a share_that_lasts"),
        ({"part_of_extra_variation": True, "share_that_lasts": LASTS, "over": ("ics",)}, "and varies over"),
    ],
)
def test_a_change_over_years_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**POOLED, **change})


def test_heavy_tails_are_for_values_of_pairs_of_ics_and_procedure():
    assert Effect(**{**POOLED, "sum_to_zero": None, "heavy_tails": True}).heavy_tails


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sum_to_zero": "ics"}, "no sum or share"),
        ({"share_that_lasts": LASTS}, "no sum or share"),
        ({"kind": "deviation"}, "heavy tails are for pooled effects of one value"),
        ({"prior": NORMAL, "spread": None}, "heavy tails are for pooled effects"),
        ({"over_years": "walk"}, "heavy tails are for constant effects"),
        ({"over": ("ics",)}, r"that vary over \['ics', 'procedure'\]"),
    ],
)
def test_heavy_tails_without_meaning_are_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**POOLED, "sum_to_zero": None, "heavy_tails": True, **change})


PAIRS = {**POOLED, "sum_to_zero": None}


def test_a_share_of_procedures_is_the_share_of_the_effect():
    effect = Effect(**PAIRS, share_of_procedures=LASTS)
    assert (effect.share, effect.share_variable) == (LASTS, "gap_share")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"over": ("ics",)}, "for a pooled effect of the kind level or gradient"),
        ({"kind": "deviation"}, "for a pooled effect of the kind level or gradient"),
        ({"prior": NORMAL, "spread": None}, "for a pooled effect of the kind level or gradient"),
        ({"sum_to_zero": "procedure"}, "with a sum of zero over ICSs or none"),
        ({"sum_to_zero": "ics", "spread_over": ("procedure",)}, "with one standard deviation"),
        ({"heavy_tails": True}, "with normal effects"),
        ({"over_years": "walk"}, "the same in every year"),
        ({"share_that_lasts": LASTS}, "no other share"),
    ],
)
def test_a_share_of_procedures_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**PAIRS, "share_of_procedures": LASTS, **change})
