"""Models of interrupted series: read, changed, hashed, and refused where they mean nothing."""

import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.library import SERIES_MODELS, load_series_model, model_text
from equitymodel.spec.read_series_model import read_series_model

pytestmark = pytest.mark.unit
TEXT = model_text("interruption")


@pytest.mark.parametrize("name", SERIES_MODELS.values())
def test_a_model_says_every_prior_and_meaning(name):
    model = load_series_model(name)
    printed = str(model)
    for part in (*model.terms, *model.noises):
        assert part.meaning in printed
        assert str(part.prior) in printed
    assert printed.startswith(f"{name}: {model.question}")


def test_only_the_model_with_controls_has_changes_that_all_share():
    has = {name: load_series_model(name).has("common_level") for name in SERIES_MODELS.values()}
    assert has == {"interruption": False, "gap_interruption": False, "controlled_interruption": True}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('sd = 0.5', 'sd = 0.4'),
        ("harmonics = 2", "harmonics = 1"),
        ("correlation = [-0.2, 0.98]", "correlation = [0.0, 0.98]"),
        ("included = false", "included = true"),
    ],
)  # fmt: skip
def test_every_assumption_is_in_the_hash_and_the_layout_of_the_file_is_not(was, becomes):
    model = read_series_model(TEXT)
    assert read_series_model(TEXT.replace(was, becomes, 1)).sha256 != model.sha256
    assert read_series_model("# a remark\n" + TEXT).sha256 == model.sha256


def test_a_variant_takes_its_prior_from_the_file():
    model = load_series_model()
    assert model.including("variation").sd("variation") == 0.15
    assert model.including("variation").leaving_out("variation") == model
    assert not model.leaving_out("trend").has("trend")
    with pytest.raises(SpecError, match=r"no term or noise 'trnd'\. Did you mean 'trend'\?"):
        model.leaving_out("trnd")


def test_what_every_model_needs_is_asked_for():
    with pytest.raises(SpecError, match="'level' is not there"):
        load_series_model().leaving_out("level")
    with pytest.raises(SpecError, match="harmonics above 0 need the term 'season'"):
        load_series_model().leaving_out("season")
