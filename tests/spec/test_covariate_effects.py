import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.covariate_effects import add_covariates
from equitymodel.spec.library import load_model
from equitymodel.spec.read_spec import read_spec

pytestmark = pytest.mark.unit
NAMED = """
[[effect]]
name = "supply"
over = ["procedure"]
kind = "covariate"
covariate = "theatre sessions"
neutralise = false
meaning = "more theatre sessions, more admissions"
prior = { family = "normal", mean = 0.0, sd = 0.1 }
"""


@pytest.fixture(scope="module")
def plain():
    return load_model("gap_by_procedure")


def test_covariates_that_are_not_named_are_added_and_the_model_says_so(plain):
    spec = add_covariates(plain, ["beds", "share of independents"])
    assert [effect.covariate for effect in spec.effects[-2:]] == ["beds", "share of independents"]
    assert spec.name == "gap_by_procedure_with_covariates"
    assert "covariate_share_of_independents x covariate" in spec.formula()
    assert add_covariates(spec, ["beds"]) is spec
    assert spec.sha256 != plain.sha256


def test_a_file_may_say_more_of_them(plain):
    spec = read_spec(plain.text + NAMED)
    effect = spec.effect("supply")
    assert (effect.covariate, effect.neutralise, effect.form.name) == ("theatre sessions", False, "covariate")
    assert "covariate 'theatre sessions', counted as need is" in str(spec)
    assert add_covariates(spec, ["theatre sessions"]) is spec


def test_with_one_procedure_two_covariates_stay_and_a_coefficient_by_procedure_repeats_that_of_all(plain):
    spec = add_covariates(read_spec(plain.text + NAMED.replace("theatre sessions", "beds")), ["distance"])
    spec = add_covariates(spec, ["waits"])
    one = spec.for_sizes({"ics": 5, "procedure": 1, "deprivation": 5})
    assert [effect.covariate for effect in one.effects if effect.covariate] == ["beds", "distance", "waits"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "covariate"', 'kind = "level"', "a covariate goes with the kind covariate"),
        ('covariate = "theatre sessions"', "", "that kind names one"),
        ('over = ["procedure"]', 'over = ["ics"]', "a level of it under another name"),
        ("neutralise = false", 'over_years = "trend"', "the same in every year"),
        ("neutralise = false", "neutralise = 0", "'neutralise' is true or false"),
    ],
)
def test_what_has_no_meaning_is_refused(plain, old, new, message):
    with pytest.raises(SpecError, match=message):
        read_spec(plain.text + NAMED.replace(old, new))


def test_neutralise_is_for_covariates_alone(plain):
    with pytest.raises(SpecError, match="neutralise is for effects of the kind covariate"):
        read_spec(plain.text.replace('kind = "gradient"', 'kind = "gradient"\nneutralise = false', 1))


def test_a_covariate_is_held_or_counts_as_need_and_not_both(plain):
    held = NAMED.replace('"supply"', '"supply_of_all"').replace('["procedure"]', "[]")
    assert len(read_spec(plain.text + NAMED + held).effects) == len(plain.effects) + 2
    with pytest.raises(SpecError, match="'theatre sessions' is held at its mean in one effect and counts as need"):
        read_spec(plain.text + NAMED + held.replace("neutralise = false", ""))
