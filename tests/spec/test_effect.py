import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.prior import Prior

pytestmark = pytest.mark.unit

NORMAL, SPREAD = Prior("normal", sd=0.5), Prior("half_normal", sd=0.3)
PLAIN = {"name": "gap", "over": ("procedure",), "kind": "gradient", "meaning": "a gap", "prior": NORMAL}
POOLED = {**PLAIN, "over": ("ics", "procedure"), "prior": None, "spread": SPREAD, "sum_to_zero": "ics"}


def test_an_effect_with_a_prior_is_not_pooled_and_believes_it():
    effect = Effect(**PLAIN)
    assert (effect.pooled, effect.belief) == (False, NORMAL)


def test_an_effect_with_a_spread_is_pooled_and_believes_that():
    effect = Effect(**POOLED, spread_over=("procedure",))
    assert (effect.pooled, effect.belief) == (True, SPREAD)


def test_draws_of_an_effect_are_not_named_like_a_dimension():
    assert (Effect(**PLAIN).variable, Effect(**PLAIN).spread_variable) == ("gap_effect", "gap_sd")


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
        ({"spread": NORMAL}, "a spread is a standard deviation; use a half_normal prior"),
        ({"over": (), "sum_to_zero": None}, "a pooled effect needs something to vary over"),
        ({"spread_over": ("ics",)}, "spread_over is the rest of over, beside sum_to_zero"),
        ({"spread_over": ("procedure",), "sum_to_zero": None}, "spread_over is the rest of over, beside sum_to_zero"),
        ({"kind": "departure"}, "a departure takes neither sum_to_zero nor spread_over"),
        ({"kind": "departure", "sum_to_zero": None, "spread_over": ("ics",)}, "a departure takes neither"),
    ],
)
def test_a_pooled_effect_without_meaning_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        Effect(**{**POOLED, **change})
