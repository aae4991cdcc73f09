from dataclasses import replace

import pytest

from equitymodel.estimands.lasting_share import lasting_share_measures
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.wording.lasting_words import lasting_ends, lasting_limits, one_procedure_limits
from equitymodel.report.wording.statement import limits
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit


def test_every_report_says_what_lasting_is_not(quick_fit, group_results, yearly_results):
    for fit in (quick_fit, group_results.fit, yearly_results.fit):
        said = [
            text for text in limits(fit) if text.startswith("What lasts is not thereby inequity: it includes lasting")
        ]
        assert len(said) == 1
        assert "errors of population, coding and need" in said[0]


def test_the_assumption_of_one_year_names_its_prior():
    _, assumed = lasting_limits(1, "Beta(2, 1)")
    assert assumed.startswith("These tables hold one year.")
    assert "(prior: Beta(2, 1))" in assumed
    assert len(lasting_limits(2, "Beta(2, 1)")) == len(lasting_limits(1)) == 1


def test_both_ends_are_said_for_each_procedure(quick_fit):
    expected = quick_fit.expected
    table = sensitivity_table(
        quick_fit, lasting=lasting_share_measures(quick_fit.fitted, 2 * quick_fit.fitted, expected)
    )
    said = lasting_ends(table)
    assert said["procedure"].tolist() == ["procedure 01", "procedure 02"]
    rows = table[(table["ics"] == "All ICSs") & (table["question"] == "rate_ratio_at_share_that_lasts")]
    first = rows[rows["procedure"] == "procedure 01"].set_index("assumption").loc[0.0]
    numbers = f"{first['estimate']:.2f} ({first['lower']:.2f} to {first['upper']:.2f})"
    assert f"lasted, the rate ratio would be {numbers}; if all of them did, {numbers}" in said["text"].iloc[0]


def test_nothing_is_said_where_the_ends_were_not_worked_out(quick_results):
    assert lasting_ends(quick_results.tables["sensitivity"]).empty


@pytest.mark.parametrize(
    ("sizes", "said"),
    [({"procedure": 1}, ["heavy tail"]), ({"procedure": 1, "period": 3}, ["heavy tail", "does not fade"]),
     ({"period": 3}, []), ({"procedure": 1, "ics": 1}, [])],
)  # fmt: skip
def test_what_a_model_leaves_out_with_one_procedure_is_said(sizes, said):
    found = one_procedure_limits(load_model(), {"ics": 12, "deprivation": 5, "procedure": 2} | sizes)
    assert len(found) == len(said)
    assert all(words in text for words, text in zip(said, found, strict=True))


def test_a_model_without_tails_leaves_none_out():
    assert one_procedure_limits(load_model("straight_gradients"), {"ics": 12, "deprivation": 5, "procedure": 1}) == []


def test_limits_have_what_one_procedure_leaves_out(quick_fit):
    alone = replace(quick_fit, cells=quick_fit.cells.isel(procedure=[0]))
    assert sum("heavy tail" in text for text in limits(alone)) == 1
    assert not any("heavy tail" in text for text in limits(quick_fit))
