import pytest

from equitymodel.report.wording.confidence import confidence, percent

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("likely", "words"),
    [(0.95, "high confidence"), (0.9499, "probable"), (0.80, "probable"), (0.7999, "not clear"), (0.5, "not clear")],
)
def test_thresholds_belong_to_the_surer_word(likely, words):
    assert confidence(likely) == words


@pytest.mark.parametrize(("value", "words"), [(0.995, "100 %"), (0.9951, "over 99 %"), (0.5, "50 %")])
def test_certainty_is_never_claimed_by_rounding(value, words):
    assert percent(value) == words
