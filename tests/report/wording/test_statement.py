import pytest

from equitymodel.report.tables import gap_measures, gaps_table, total_measures, totals_table
from equitymodel.report.wording.statement import limits, sentences

pytestmark = pytest.mark.mcmc


@pytest.fixture(scope="module")
def said(small_fit):
    fit = small_fit[0]
    gaps, totals = gaps_table(fit, list(gap_measures(fit))), totals_table(fit, list(total_measures(fit)))
    return sentences(fit, gaps, totals).set_index("procedure")["text"], gaps


def test_sentences_quote_the_table(said):
    text, gaps = said
    row = (
        gaps[(gaps["ics"] == "All ICSs") & (gaps["measure"] == "rate_ratio")].set_index("procedure").loc["procedure 01"]
    )
    assert f"{row['estimate']:.2f} times" in text["procedure 01"]
    assert f"{row['lower']:.2f} to {row['upper']:.2f}" in text["procedure 01"]


def test_a_level_up_total_is_never_quoted_without_what_chance_shows(said):
    assert said[0].str.contains("with no gap at all, uncertainty alone would show about").all()


def test_limits_fit_the_data(small_fit):
    fit = small_fit[0]
    told = limits(fit)
    assert told[0].startswith("Neither age, sex nor need")
    assert any("not a protected characteristic" in line for line in told)
    assert not any("not known" in line for line in told)


def test_equal_need_is_claimed_only_where_need_was_measured(small_fit, said):
    assert said[0].str.startswith("Per head, with nothing adjusted for, ").all()
    assert not said[0].str.contains("equal need").any()
