import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.prior import Prior
from equitymodel.spec.read_spec import read_spec
from equitymodel.spec.share import ShareThatLasts

pytestmark = pytest.mark.unit

TEXT = """
format = 1
name = "small"
question = "How large is the gap?"
likelihood = "negative_binomial"
extra_variation = { family = "half_normal", sd = 0.15 }

[[effect]]
name = "gap"
over = ["procedure"]
kind = "gradient"
meaning = "the gap of each procedure"
prior = { family = "normal", mean = 0, sd = 0.5 }

[[effect]]
name = "local_gap"
over = ["ics", "procedure"]
kind = "gradient"
meaning = "how each ICS differs"
spread = { family = "half_normal", sd = 0.2 }
spread_over = ["procedure"]
sum_to_zero = "ics"
"""


def test_a_specification_says_what_its_file_says():
    spec = read_spec(TEXT)
    assert (spec.name, spec.question, spec.likelihood) == ("small", "How large is the gap?", "negative_binomial")
    assert spec.overdispersion == Prior("half_normal", sd=0.15)
    assert spec.effect("gap").prior == Prior("normal", sd=0.5)
    local = spec.effect("local_gap")
    assert (local.over, local.spread_over, local.sum_to_zero) == (("ics", "procedure"), ("procedure",), "ics")


@pytest.mark.parametrize(
    ("line", "over"),
    [("", ("procedure",)), ('extra_variation_over = ["procedure"]', ("procedure",)), ("extra_variation_over = []", ())],
)
def test_extra_variation_is_one_each_procedure_unless_one_for_all_is_asked_for(line, over):
    assert read_spec(TEXT.replace("[[effect]]", f"{line}\n[[effect]]", 1)).overdispersion_over == over


def test_the_text_of_the_file_is_kept_for_the_record():
    assert read_spec(TEXT).text == TEXT


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = ", "the specification is not valid TOML"),
        ("format = 1", "format = 2", "format 2 is not known; this version reads format 1"),
        ("format = 1\n", "", "the model lacks 'format'"),
        ('question = "How large is the gap?"\n', "", "the model lacks 'question'"),
        ('name = "small"', 'nmae = "small"', "unknown word 'nmae' in the model. Did you mean 'name'?"),
        ('name = "small"', "name = 3", "'name' must be text, not 3"),
        ('name = "small"', 'name = " "', "'name' must be text, not ' '"),
        ('"negative_binomial"', '"negative_binomal"', "Did you mean 'negative_binomial'?"),
        ('{ family = "half_normal", sd = 0.15 }', "0.15", "extra_variation: a prior is a table such as"),
        ('{ family = "half_normal", sd = 0.15 }', '{ family = "normal", mean = 0, sd = 1 }', "use a prior of the families half_normal"),
        ('kind = "gradient"\nmeaning = "the gap', 'knd = "gradient"\nmeaning = "the gap',
         "unknown word 'knd' in effect 'gap'. Did you mean 'kind'?"),
        ('kind = "gradient"\nmeaning = "the gap', 'meaning = "the gap', "effect 'gap' lacks 'kind'"),
        ('kind = "gradient"', 'kind = "gradent"', "Did you mean 'gradient'?"),
        ('over = ["procedure"]', 'over = "procedure"', "effect 'gap': 'over' must be a list of words"),
        ('over = ["procedure"]', "over = [1]", "effect 'gap': 'over' must be a list of words"),
        ('over = ["procedure"]', 'over = ["proceduer"]', "Did you mean 'procedure'?"),
        ("mean = 0, sd = 0.5", "mean = 0, sdd = 0.5", "'sdd' has no meaning for normal. Did you mean 'sd'?"),
        ("mean = 0, sd = 0.5", "mean = 0, sd = nan", "sd must be above 0 and finite"),
        ('sum_to_zero = "ics"', 'sum_to_zero = ["ics"]', "'sum_to_zero' must be text"),
        ('name = "local_gap"', 'name = "gap"', "effect 'gap' is given twice"),
        ("[[effect]]", 'extra_variation_over = ["ics"]\n[[effect]]', r"extra_variation_over is \[\] or \['procedure'\]"),
        ("[[effect]]", 'extra_variation_over = ["ics", "procedure"]\n[[effect]]', "extra_variation_over is"),
        ("[[effect]]", 'extra_variation_over = "procedure"\n[[effect]]', "the model: 'extra_variation_over' must be a list"),
        ("[[effect]]", "extra_variation_ovr = []\n[[effect]]", "Did you mean 'extra_variation_over'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_in_words(old, new, message):
    assert old in TEXT
    with pytest.raises(SpecError, match=message):
        read_spec(TEXT.replace(old, new, 1))


@pytest.mark.parametrize("effects", ["effect = 'gap'", "effect = ['gap']", "effect = { name = 'gap' }"])
def test_effects_belong_under_a_heading_of_their_own(effects):
    opening = TEXT.split("[[effect]]")[0]
    with pytest.raises(SpecError, match=r"write each effect under a \[\[effect\]\] heading"):
        read_spec(opening + effects)


def test_a_model_without_effects_is_refused():
    with pytest.raises(SpecError, match="at least one effect"):
        read_spec(TEXT.split("[[effect]]")[0] + "effect = []")


def test_an_effect_without_a_name_is_still_pointed_at():
    with pytest.raises(SpecError, match="lacks 'name'"):
        read_spec(TEXT.replace('name = "gap"\n', "", 1))


DEVIATION = """
[[effect]]
name = "deviation"
over = ["ics", "procedure"]
kind = "deviation"
meaning = "groups unlike the gradient"
spread = "extra_variation"
share_that_lasts = { family = "beta", a = 4, b = 1 }
"""
FADING = """
[[effect]]
name = "fading_level"
over = ["ics"]
kind = "level"
meaning = "a level that fades"
spread = { family = "half_normal", sd = 0.1 }
over_years = "fading"
correlation = 0.9
"""


def test_what_lasts_of_extra_variation_has_its_prior_and_its_grouping():
    spec = read_spec(TEXT + DEVIATION)
    effect = spec.effect("deviation")
    assert (effect.part_of_extra_variation, effect.spread) == (True, spec.overdispersion)
    assert effect.spread_over == ("procedure",)
    assert effect.share_that_lasts == ShareThatLasts(4.0, 1.0)
    shared = read_spec(TEXT.replace("[[effect]]", "extra_variation_over = []\n[[effect]]", 1) + DEVIATION)
    assert shared.effect("deviation").spread_over == ()


def test_a_change_over_years_and_its_correlation_are_read():
    effect = read_spec(TEXT + FADING).effect("fading_level")
    assert (effect.over_years, effect.correlation, effect.heavy_tails) == ("fading", 0.9, False)


def test_heavy_tails_are_read():
    heavy = TEXT.replace('spread_over = ["procedure"]\nsum_to_zero = "ics"', "heavy_tails = true")
    assert read_spec(heavy).effect("local_gap").heavy_tails


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'spread = "extra_variation"',
            'spread = "extra_variation"\nspread_over = ["ics"]',
            "which says what it varies over",
        ),
        ("a = 4, b = 1", "a = 4", "effect 'deviation': a share that lasts has a beta prior"),
        ("share_that_lasts", "share", "unknown word 'share' in effect 'deviation'"),
        (
            "correlation = 0.9",
            "correlation = '0.9'",
            "effect 'fading_level': 'correlation' must be a number, not '0.9'",
        ),
        ("correlation = 0.9", "correlation = true", "'correlation' must be a number, not True"),
        ("correlation = 0.9\n", "", "needs a correlation between 0 and 1"),
        ('over_years = "fading"', 'over_years = "fadin"', "Did you mean 'fading'?"),
        ("correlation = 0.9", 'correlation = 0.9\nheavy_tails = "yes"', "'heavy_tails' is true or false, not 'yes'"),
    ],
)
def test_a_mistake_about_what_lasts_is_refused_in_words(old, new, message):
    with pytest.raises(SpecError, match=message):
        read_spec((TEXT + DEVIATION + FADING).replace(old, new, 1))


def test_a_model_of_poisson_counts_has_no_extra_variation_to_last():
    poisson = TEXT.replace("negative_binomial", "poisson").replace(
        'extra_variation = { family = "half_normal", sd = 0.15 }\n', ""
    )
    with pytest.raises(SpecError, match="a spread of extra_variation is that of the model"):
        read_spec(poisson + DEVIATION)


ALIKE = """
[[effect]]
name = "alike"
over = ["ics", "procedure"]
kind = "level"
meaning = "procedures of an ICS are alike"
spread = { family = "half_normal", sd = 0.3 }
share_of_procedures = { family = "beta", a = 1, b = 2 }
"""


def test_a_share_of_procedures_is_read():
    effect = read_spec(TEXT + ALIKE).effect("alike")
    assert effect.share_of_procedures == ShareThatLasts(1.0, 2.0)
    assert effect.share_that_lasts is effect.share_of_neighbours is None
    with pytest.raises(SpecError, match="effect 'alike': a share of procedures has a beta prior"):
        read_spec(TEXT + ALIKE.replace("a = 1, b = 2", "a = 1"))
