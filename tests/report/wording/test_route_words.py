import pandas as pd
import pytest

from equitymodel.report.tables.targets_table import totals_table
from equitymodel.report.wording.quotable import quotable_of
from equitymodel.report.wording.route_words import (
    NOT_TOLD_APART,
    level_up_words,
    levelled_words,
    number_words,
    route_sentences,
    short_words,
    with_interval,
)

pytestmark = pytest.mark.unit
APART = pd.Series({"estimate": 900.0, "lower": 700.0, "upper": 1210.0, "no_gap_low": 20.0, "no_gap_high": 110.0,
                   "told_apart": "yes"})  # fmt: skip
ALIKE = pd.Series({**APART, "told_apart": "no"})


def test_what_chance_alone_would_show_is_never_quoted():
    for up, moved in ((ALIKE, ALIKE), (ALIKE, APART), (APART, ALIKE)):
        said = levelled_words(up, moved, 5000.0)
        assert NOT_TOLD_APART in said
        assert said.count("900") == 2 - (up is ALIKE) - (moved is ALIKE)
        assert said.count("20 to 110") == 2
    assert "900" not in level_up_words(ALIKE)


def test_what_is_told_apart_stands_beside_what_no_gap_would_show():
    said = levelled_words(APART, APART, 5000.0)
    assert said == (
        "Bringing up every group that falls short would take 900 (700 to 1,210) more, where no gap would show 20 to 110; "
        "keeping the total as it is, 900 (700 to 1,210) of 5,000 would move between groups (no gap: 20 to 110)."
    )
    assert NOT_TOLD_APART not in said


def test_the_signed_shortfall_says_what_a_negative_number_means_where_there_is_one():
    less = short_words(pd.Series({"estimate": 80.0, "lower": -5.0, "upper": 160.0}), "the rate")
    assert "80 admissions on balance (-5 to 160; below 0 = they had more)" in less
    assert "below 0" not in short_words(APART, "the rate")


def test_numbers_have_a_precision_that_suits_their_size():
    assert [number_words(value) for value in (0.4, -0.4, 999.6, 1234.5, 98765.0)] == [
        "0", "0", "1,000", "1,230", "98,800",
    ]  # fmt: skip
    assert with_interval(APART) == "900 (700 to 1,210)"


def test_sentences_quote_the_table_of_totals(quick_fit):
    totals = totals_table(quick_fit)
    for area in ("All ICSs", "area 03"):
        own = totals[(totals["ics"] == area) & (totals["scope"] == "ics")].set_index("procedure")
        said = route_sentences(quotable_of(quick_fit, totals=totals), area)
        assert list(said) == ["procedure 01", "procedure 02"]
        for name, text in said.items():
            rows = own.loc[name].set_index(["quantity", "route"])
            short = rows.loc[("total_shortfall", "level_up")]
            assert text.startswith("Against the rate of the least deprived of its own ICS, groups were short of "
                                   f"{number_words(short['estimate'])} admissions")  # fmt: skip
            assert levelled_words(
                rows.loc[("total_change", "level_up")], rows.loc[("admissions_to_move", "zero_sum")],
                float(quick_fit.fitted.mean(["chain", "draw"]).sel(procedure=name).sum(
                    "deprivation" if area != "All ICSs" else ["ics", "deprivation"]).pipe(
                        lambda sums, area=area: sums if area == "All ICSs" else sums.sel(ics=area))),
            ) in text  # fmt: skip


def test_groups_without_order_aim_at_the_reference_group(group_results):
    said = route_sentences(quotable_of(group_results.fit, totals=group_results.tables["target_totals"]), "All ICSs")
    assert all("the reference group (White British) of its own ICS" in text for text in said.values())


def test_counts_are_for_the_period_that_is_named():
    assert short_words(APART, "the rate").endswith("over the period of the tables.")
    assert short_words(APART, "the rate", "a year, in 2023/24").endswith("(700 to 1,210), a year, in 2023/24.")
