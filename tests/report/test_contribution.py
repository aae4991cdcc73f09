import pandas as pd
import pytest

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.sensitivity_records import WORTH
from equitymodel.report.contribution import scale_of_adjustments
from equitymodel.report.tables.sensitivity_table import sensitivity_table

pytestmark = pytest.mark.unit


def rows(*estimates, left_out="need", ics="All ICSs"):
    return pd.DataFrame(
        [{"ics": ics, "question": WORTH, "left_out": left_out, "estimate": value, "lower": value - 0.1, "upper": value + 0.1}
         for value in estimates]
    )  # fmt: skip


def test_one_procedure_has_its_interval_and_several_the_widest():
    assert "need was worth a relative need of 1.20 (95 % interval 1.10 to 1.30)" in scale_of_adjustments(rows(1.2))
    said = scale_of_adjustments(rows(1.2, 1.4))
    assert "1.20 to 1.40 (95 % intervals within 1.10 to 1.50)" in said


def test_only_all_icss_together_are_quoted():
    table = pd.concat([rows(1.2), rows(9.0, ics="E54000055")])
    assert "9.0" not in scale_of_adjustments(table)


def test_groups_without_an_order_are_set_against_their_reference():
    assert scale_of_adjustments(rows(1.2), Group("ethnicity", "White")).endswith("in a group against White")


def test_the_report_says_what_each_was_worth_with_its_interval(need_fit):
    said = scale_of_adjustments(sensitivity_table(need_fit))
    assert said.startswith("age and sex was worth a relative need of 0.")
    assert "and need was worth a relative need of 1." in said
    assert said.count("95 % intervals within") == 2
    assert said.endswith("in the most against the least deprived")


def test_where_nothing_was_adjusted_for_it_says_so(quick_results):
    assert "nothing was adjusted for" in scale_of_adjustments(quick_results.tables["sensitivity"])
