import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.report.tables.years_table import years_table
from equitymodel.report.wording.year_sentences import (
    OF_THE_AREA,
    moved_words,
    narrowing_words,
    share_sentences,
    told_groups,
    year_sentences,
)
from equitymodel.vocabulary import ALL_PROCEDURES
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit


def said_of(results, make, name, **given):
    facts = CellFacts.of(results.fit.cells)
    return make(facts, results.tables[name], **given).set_index("procedure")["text"]


def test_the_change_comes_first_with_both_years_and_an_interval(yearly_results):
    text = said_of(yearly_results, year_sentences, "years")[ALL_PROCEDURES]
    assert text.startswith(
        "Between 2019/20 and 2022/23, per head, with nothing adjusted for, the gap narrowed (over 99 %"
    )
    assert "a change by a factor of 1.25 (1.25 to 1.25)" in text
    assert "The probability that the most deprived group gained is over 99 %" in text
    assert text.endswith(OF_THE_AREA)
    years = yearly_results.tables["years"]
    row = years[(years["ics"] == "All ICSs") & (years["procedure"] == ALL_PROCEDURES) & (years["period"] == "2022/23")]
    row = row[row["measure"] == "rate_ratio"].iloc[0]
    assert f"to {row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f}) times" in text


def test_a_gap_that_widens_is_said_to_widen(quick_fit):
    fit = with_years(quick_fit, gains=(1.0, 0.8))
    (text, *_) = year_sentences(CellFacts.of(fit.cells), years_table(fit))["text"]
    assert "the gap widened" in text
    assert "The probability that the most deprived group lost is over 99 %" in text


def test_one_ics_may_be_asked_for_and_one_that_is_not_there_is_refused(yearly_results):
    own = said_of(yearly_results, year_sentences, "years", ics="AREA 03")
    whole = said_of(yearly_results, year_sentences, "years")
    assert own.index.tolist() == whole.index.tolist()
    assert own[ALL_PROCEDURES] != whole[ALL_PROCEDURES]
    with pytest.raises(OptionError, match="Did you mean 'area 0"):
        said_of(yearly_results, share_sentences, "shares", ics="area 33")


def test_shares_say_whom_they_moved_to_and_what_stands_for_need(yearly_results):
    text = said_of(yearly_results, share_sentences, "shares")[ALL_PROCEDURES]
    assert text.startswith("From 2019/20 to 2022/23 the share of admissions that the least deprived group received")
    assert "against its share of the population, fell by" in text
    assert (
        "the most deprived group received, against its share of the population, rose by 3.3 percentage points" in text
    )
    assert text.count("the share of spending that") == 2
    assert "share of need" not in text


def test_spending_is_not_spoken_of_without_costs(yearly_results):
    facts = CellFacts.of(yearly_results.fit.cells)
    assert not share_sentences(facts, shares_table(yearly_results.fit))["text"].str.contains("spending").any()


def test_every_group_without_order_is_spoken_of(group_years):
    facts = CellFacts.of(group_years.cells)
    (gap, *_), (share, *_) = (
        year_sentences(facts, years_table(group_years))["text"],
        share_sentences(facts, shares_table(group_years))["text"],
    )
    others = [name for name in group_years.cells["group"].values if name != "White British"]
    assert all(f"{name} went from" in gap for name in others)
    assert "White British went" not in gap
    assert all(f"that {name} received" in share for name in [*others, "White British"])


def test_doubt_is_said():
    assert narrowing_words(0.79) == "it is not clear whether the gap narrowed (79 %)"
    assert narrowing_words(0.8) == "the gap narrowed (80 %, probable)"
    assert narrowing_words(0.02) == "the gap widened (98 %, high confidence)"
    unsure = {"estimate": -0.001, "lower": -0.01, "upper": 0.01, "probability": 0.4}
    assert moved_words(unsure).startswith("did not clearly move: -0.1 percentage points (-1.0 to +1.0; probability")


def test_sentences_are_about_the_ends_of_deprivation(yearly_results):
    told = told_groups(CellFacts.of(yearly_results.fit.cells), yearly_results.tables["shares"])
    assert told == {5: "the least deprived group", 1: "the most deprived group"}
