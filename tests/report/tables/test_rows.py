import numpy as np
import pandas as pd
import pytest

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.gaps import rate_ratio
from equitymodel.estimands.measures import measured
from equitymodel.report.tables.rows import (
    NUMBERS,
    column_of_groups,
    groups_of_gaps,
    label_of_groups,
    lay_out,
    rows_of,
    side_by_side,
)
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS

pytestmark = pytest.mark.unit


def test_draws_become_an_estimate_with_its_interval_and_probability(quick_fit):
    record = measured(rate_ratio(quick_fit), "rate_ratio")
    rows = rows_of(record)
    assert len(rows) == 8 * 2
    assert set(NUMBERS) <= set(rows.columns)
    np.testing.assert_allclose(rows["estimate"], record.draws.median(["chain", "draw"]).values.ravel())
    np.testing.assert_allclose(rows["probability"], record.probability.values.ravel())


def test_numbers_without_draws_keep_their_missing_rows(quick_fit):
    means = rate_ratio(quick_fit).mean(["chain", "draw"]).where(lambda values: values["ics"] != "area 01")
    rows = rows_of(measured(means, "mean"))
    assert len(rows) == 8 * 2
    assert rows["estimate"].isna().sum() == 2
    assert "lower" not in rows


def test_rows_get_names_regions_and_an_order_of_columns(quick_fit):
    rows = pd.DataFrame({"ics": ["area 01", ALL_ICS], "deprivation": [1, np.nan], "procedure": "p", "estimate": 1.0})
    table = lay_out(quick_fit, rows, ["group", "procedure"])
    assert table.columns.tolist() == ["ics", "ics_name", "region", "deprivation", "procedure", *NUMBERS]
    assert table["ics_name"].tolist() == ["area 01", ALL_ICS]
    assert table["deprivation"].tolist() == [1, ALL_GROUPS]
    assert "probability_of" in lay_out(quick_fit, rows.assign(probability_of="more"), ["procedure"])


def test_the_column_of_the_groups_has_their_name(group_results):
    gaps = group_results.tables["gaps"]
    assert column_of_groups(gaps) == ["ethnicity"]
    assert label_of_groups(group_results.fit) == ["group"]
    assert groups_of_gaps(gaps) == Group("ethnicity", "White British")


def test_deprivation_is_not_a_column_of_gaps(quick_results):
    gaps = quick_results.tables["gaps"]
    assert column_of_groups(gaps) == []
    assert label_of_groups(quick_results.fit) == []
    assert groups_of_gaps(gaps) == Group()


def test_measures_stand_beside_one_another_by_their_label_whatever_the_order_of_rows():
    rows = [
        ["b", "gap", 0.7, 0.6, 0.8],
        ["a", "total", 9.0, 8.0, 10.0],
        ["a", "gap", 0.9, 0.8, 1.0],
        ["b", "x", 1, 1, 1],
    ]
    long = pd.DataFrame(rows, columns=["at", "measure", "estimate", "lower", "upper"])
    wide = side_by_side(long, "at", ["total", "gap"])
    assert wide.columns.tolist() == [
        f"{name}_{end}" for name in ("total", "gap") for end in ("estimate", "lower", "upper")
    ]
    assert wide["gap_estimate"].to_dict() == {"a": 0.9, "b": 0.7}
    assert wide["total_lower"].dropna().to_dict() == {"a": 8.0}
