import pandas as pd
import pytest

from equitymodel.report.tables.adjustments_table import adjustments_table, gaps_of
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_adjustments_stand_side_by_side_from_the_least_to_the_most(need_fit):
    gaps = gaps_table(need_fit)
    table = adjustments_table(gaps)
    kinds = ["population", "age_sex", "need"]
    ends = [f"{kind}{end}" for kind in kinds for end in ("", "_lower", "_upper")]
    assert table.columns.tolist() == ["ics", "ics_name", "region", "procedure", *ends]
    assert table["ics"].iloc[:2].tolist() == [ALL_ICS] * 2
    rows = gaps[(gaps["ics"] == "area 02") & (gaps["procedure"] == "procedure 01")].set_index("measure")
    own = table[(table["ics"] == "area 02") & (table["procedure"] == "procedure 01")].iloc[0]
    for kind, measure in zip(kinds, ("rate_ratio_population_only", "rate_ratio_age_sex", "rate_ratio"), strict=True):
        assert own[kind] == rows.loc[measure, "estimate"]
        assert own[f"{kind}_upper"] == rows.loc[measure, "upper"]


def test_a_fit_gives_the_same_table_as_its_gaps(quick_fit, quick_results):
    table = adjustments_table(quick_fit)
    pd.testing.assert_frame_equal(table, quick_results.tables["adjustments"][table.columns.tolist()])
    assert gaps_of(quick_results.tables["gaps"]) is quick_results.tables["gaps"]


def test_every_group_has_a_row(group_results):
    table = group_results.tables["adjustments"]
    assert {"population", "age_sex"} <= set(table.columns)
    assert len(table) == (6 + 1) * 2 * 4


def test_groups_of_sex_are_adjusted_for_age_alone(sex_results):
    assert {"population", "age"} <= set(sex_results.tables["adjustments"].columns)
    assert "rate_ratio_population_only" in set(sex_results.tables["gaps"]["measure"])
    variants = sex_results.tables["gaps"].query("headline")["variant"]
    assert set(variants) == {"against F, adjusted for age"}
