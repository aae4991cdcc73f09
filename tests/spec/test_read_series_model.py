"""Models of interrupted series, read from text: what means nothing is refused."""

import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.library import model_text
from equitymodel.spec.read_series_model import read_series_model

pytestmark = pytest.mark.unit
TEXT = model_text("interruption")


def test_a_model_is_read_with_its_text_terms_and_noises():
    model = read_series_model(TEXT)
    assert model.text == TEXT
    assert model.harmonics == 2
    assert [noise.name for noise in model.noises] == ["own", "common", "variation"]
    assert not model.has("variation")
    assert model.correlation("own") == (-0.2, 0.98)


@pytest.mark.parametrize(
    ("was", "becomes", "match"),
    [
        ('name = "slope"', 'name = "slop"', r"unknown term 'slop'\. Did you mean 'slope'\?"),
        ('name = "slope"', 'name = "trend"', "'trend' is given twice"),
        ('name = "own"', 'name = "shared"', "unknown noise 'shared'"),
        ("harmonics = 2", "harmonics = -1", "a whole number, 0 or more"),
        ("harmonics = 2", "harmonics = true", "a whole number, 0 or more"),
        ("included = false", "included = 0", "'included' is true or false"),
        ("[-0.2, 0.98]", "[0.98, -0.2]", "two numbers in order"),
        ("[-0.2, 0.98]", "0.5", "a pair of numbers"),
        ("correlation = [-0.2, 0.98]", "", "a correlation goes with own and common"),
        ('kind = "series"', 'kind = "serie"', "kind 'serie' is not known"),
        ("[[noise]]", "[[nois]]", "unknown word 'nois'"),
        ('meaning = "an effect that grows or fades"', "", "term 'slope' lacks 'meaning'"),
        (
            '{ family = "normal", mean = 0.0, sd = 0.5 }',
            '{ family = "normal", mean = 0.3, sd = 0.5 }',
            "normal around 0",
        ),
        (
            '{ family = "half_normal", sd = 0.2 }',
            '{ family = "normal", mean = 0, sd = 0.2 }',
            "its prior is half_normal",
        ),
    ],
)
def test_what_means_nothing_is_refused_with_a_way_out(was, becomes, match):
    with pytest.raises(SpecError, match=match):
        read_series_model(TEXT.replace(was, becomes, 1))
