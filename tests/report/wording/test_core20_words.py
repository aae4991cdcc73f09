import pandas as pd
import pytest

from equitymodel.report.wording.core20_words import core20_limits, core20_sentence
from tests.estimands.strategies import made_fit

pytestmark = pytest.mark.unit
ROW = pd.Series({"estimate": 0.912, "lower": 0.85, "upper": 0.979, "probability": 0.991})


def test_one_sentence_says_the_ratio_its_interval_and_how_likely_it_is():
    assert core20_sentence(ROW) == (
        "Core20: the most deprived fifth had 0.91 times the admissions of all others "
        "(0.85 to 0.98; fewer: 99 %, high confidence)."
    )
    more = pd.Series({**ROW, "estimate": 1.1, "probability": 0.1})
    assert "more: 90 %, probable" in core20_sentence(more)


def test_a_reason_is_given_only_where_there_is_no_comparison():
    assert core20_limits(made_fit().cells) == []
    (four,) = core20_limits(made_fit().cells.isel(deprivation=slice(0, 4)))
    assert "deprivation groups is 4" in four
    (other,) = core20_limits(made_fit(group="ethnicity").cells)
    assert "these groups are not those that it is made of" in other
    assert "depriv" not in other
