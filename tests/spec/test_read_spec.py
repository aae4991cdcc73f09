import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.prior import Prior
from equitymodel.spec.read_spec import read_spec

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
        ('{ family = "half_normal", sd = 0.15 }', '{ family = "normal", mean = 0, sd = 1 }', "use a half_normal prior"),
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
