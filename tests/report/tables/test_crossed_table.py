import numpy as np
import pytest

from equitymodel.estimands.crossed_gaps import crossed_shortfall, gap_within
from equitymodel.report.tables.crossed_table import crossed_table
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, SAMPLE_DIMS

pytestmark = pytest.mark.unit
LABELS = ["ics", "procedure", "quantity", "ethnicity", "deprivation"]


@pytest.fixture(scope="module")
def table(crossed_fit):
    return crossed_table(crossed_fit.require_sound(force=True))


def test_each_row_is_named_by_the_columns_of_the_tables_and_says_what_it_is_compared_with(table):
    assert table.columns[:8].tolist() == [
        "ics", "ics_name", "region", "ethnicity", "deprivation", "procedure", "quantity", "reference",
    ]  # fmt: skip
    assert not table.duplicated(LABELS).any()
    assert not table["probability_of"].isna().any()
    between = table[table["quantity"] == "rate_ratio_between"]
    assert between["reference"].unique().tolist() == ["White British"]
    assert between["probability_of"].unique().tolist() == [
        "ratio below 1: fewer than the reference group of the same deprivation"
    ]


def test_numbers_are_those_of_the_draws(crossed_fit, table):
    rows = table.set_index(LABELS)["estimate"]
    at = {"ics": "area 02", "procedure": "procedure 01"}
    gap = gap_within(crossed_fit).median(SAMPLE_DIMS).sel(at).sel(main_group="Black", deprivation_group=2)
    assert rows[("area 02", "procedure 01", "rate_ratio_within", "Black", 2)] == pytest.approx(gap.item())
    short = crossed_shortfall(crossed_fit).mean(SAMPLE_DIMS).sel(at).sel(part="total", main_group="Black").sum()
    assert rows[("area 02", "procedure 01", "shortfall_total", "Black", ALL_GROUPS)] == pytest.approx(float(short))


def test_published_means_of_shortfalls_add_up_from_cells_to_margins_to_all(table):
    short = table[table["quantity"].str.startswith("shortfall")].set_index(LABELS)["estimate"].unstack("deprivation")
    cells = short.drop(columns=ALL_GROUPS)
    np.testing.assert_allclose(cells.sum(axis=1), short[ALL_GROUPS], rtol=1e-9, atol=1e-9)
    by_main = short[ALL_GROUPS].unstack("ethnicity")
    np.testing.assert_allclose(by_main.drop(columns=ALL_GROUPS).sum(axis=1), by_main[ALL_GROUPS], rtol=1e-9, atol=1e-9)
    by_ics = short[ALL_GROUPS].unstack("ics")
    np.testing.assert_allclose(by_ics.drop(columns=ALL_ICS).sum(axis=1), by_ics[ALL_ICS], rtol=1e-9, atol=1e-9)
    parts = short[ALL_GROUPS].unstack("quantity")
    np.testing.assert_allclose(
        parts["shortfall_within"] + parts["shortfall_between"], parts["shortfall_total"], rtol=1e-9
    )
