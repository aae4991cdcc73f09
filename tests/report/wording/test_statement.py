from dataclasses import replace

import pytest

from equitymodel.errors import OptionError
from equitymodel.report.content.any_sentences import sentences
from equitymodel.report.wording.statement import APPROXIMATE, limits

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def said(quick_results):
    tables = quick_results.tables
    return sentences(quick_results.fit, gaps=tables["gaps"], totals=tables["target_totals"]).set_index("procedure")[
        "text"
    ]


def test_sentences_quote_the_table(said, quick_results):
    gaps = quick_results.tables["gaps"]
    row = gaps[(gaps["ics"] == "All ICSs") & gaps["headline"]].set_index("procedure").loc["procedure 01"]
    assert f"{row['estimate']:.2f} times" in said["procedure 01"]
    assert f"{row['lower']:.2f} to {row['upper']:.2f}" in said["procedure 01"]


def test_the_signed_shortfall_leads_and_a_level_up_is_quoted_only_where_it_is_told_from_chance(said, quick_results):
    totals = quick_results.tables["target_totals"]
    own = totals[(totals["ics"] == "All ICSs") & (totals["scope"] == "ics") & (totals["quantity"] == "total_change")]
    up = own[own["route"] == "level_up"].set_index("procedure")["told_apart"]
    for name, text in said.items():
        assert text.index("groups were short of") < text.lower().index("levelling up" if up[name] == "no" else "bring")
        assert ("Bringing up" in text) == (up[name] == "yes")
        assert ("cannot be told from what chance alone would show" in text) or up[name] == "yes"


def test_the_most_deprived_fifth_has_one_sentence_beside_the_headline(said, quick_results):
    gaps = quick_results.tables["gaps"]
    row = gaps[(gaps["ics"] == "All ICSs") & (gaps["measure"] == "core20_ratio")].set_index("procedure")
    for name, text in said.items():
        assert text.count("Core20") == 1
        assert f"the most deprived fifth had {row.loc[name, 'estimate']:.2f} times" in text


def test_why_there_is_no_core20_is_among_the_limits(quick_fit, group_results):
    assert not any("Core20)" in line and "not set against" in line for line in limits(quick_fit))
    assert sum("Core20 is not set against all others: these groups are not" in line
               for line in limits(group_results.fit)) == 1  # fmt: skip


def test_equal_need_is_claimed_only_where_need_was_measured(said):
    assert said.str.startswith("Per head, with nothing adjusted for, ").all()
    assert not said.str.contains("equal need").any()


def test_a_fit_alone_is_enough_and_an_ics_may_be_named_in_any_case(quick_fit, quick_results):
    own = sentences(quick_fit, ics="AREA 03").set_index("procedure")["text"]
    gaps = quick_results.tables["gaps"]
    row = gaps[(gaps["ics"] == "area 03") & gaps["headline"]].set_index("procedure").loc["procedure 02"]
    assert f"{row['estimate']:.2f} times" in own["procedure 02"]
    assert sentences(quick_fit, ics="area 03")["text"].tolist() == own.tolist()


def test_an_ics_that_is_not_there_is_refused_with_the_nearest(quick_fit):
    with pytest.raises(OptionError, match="Did you mean 'area 0"):
        sentences(quick_fit, ics="area 33")


def test_where_nothing_can_be_compared_it_says_why(few_groups_fit):
    (text,) = sentences(few_groups_fit, ics="area 01")["text"]
    assert text.startswith("No comparison can be made: residents in fewer than three deprivation groups")
    assert "nan" not in text


def test_sentences_name_every_group_once_a_procedure(group_results):
    tables = group_results.tables
    said = sentences(group_results.fit, gaps=tables["gaps"], totals=tables["target_totals"])
    assert len(said) == 2
    for text in said["text"]:
        assert all(
            text.count(f"{name} 0.") + text.count(f"{name} 1.") == 1 for name in ("Asian", "Black", "Mixed", "Other")
        )
        assert "against those of White British" in text


def test_limits_fit_the_data(quick_fit):
    lines = limits(quick_fit)
    assert lines[0] == APPROXIMATE
    assert lines[1].startswith("Neither age, sex nor need")
    assert any("not a protected characteristic" in line for line in lines)
    assert not any("not known" in line for line in lines)


def test_counts_within_bounds_are_said(quick_fit, hide):
    lines = limits(replace(quick_fit, cells=hide(quick_fit.cells, below=60)))
    assert any("known only within bounds" in line for line in lines)


def test_what_was_assumed_of_need_is_said(quick_fit):
    assert any("do not carry errors in need" in line for line in limits(quick_fit))
    given = quick_fit.cells.assign(need_ratio_se=0.0 * quick_fit.cells["population"])
    assert any("takes need as known" in line for line in limits(replace(quick_fit, cells=given)))


def test_limits_of_groups_say_of_what_kind_they_are(group_results):
    fit = group_results.fit
    assert any("Equality Act characteristic (race)" in line for line in limits(fit))
    chosen = replace(fit, cells=fit.cells.assign_attrs(group="homeless", group_kind="other"))
    assert any("locally chosen group" in line and "not a characteristic" in line for line in limits(chosen))
    assert not any("Equality Act characteristic" in line for line in limits(chosen))
