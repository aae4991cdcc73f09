import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.release_cells import release_cells, said, true_cells

pytestmark = pytest.mark.unit
PLACES = pd.DataFrame({"ics": ["A", "A", "B", "B"], "group": [1, 2, 1, 2], "n": [3, 20, 8, 5]})
SEXES = pd.DataFrame({"ics": ["A", "A", "B", "B"], "sex": ["f", "m", "f", "m"], "n": [10, 13, 6, 7]})


def by_group(frame=PLACES, **changed):
    return CountTable(
        **{"name": "group", "frame": frame, "dims": ("ics", "group"), "count": "n", "margins": "all"} | changed
    )


def by_sex(frame=SEXES, **changed):
    return CountTable(
        **{"name": "sex", "frame": frame, "dims": ("ics", "sex"), "count": "n", "margins": "all"} | changed
    )


def test_cells_are_sums_of_unknowns_and_totals_add_up():
    cells = release_cells([by_group()], {})
    assert cells.matrix.shape == (9, 4)
    np.testing.assert_array_equal(cells.matrix @ PLACES["n"].to_numpy(), cells.counts)
    np.testing.assert_array_equal(cells.additions @ cells.counts, 0)
    assert cells.additions.shape[0] == 2 + 2 + 2


def test_a_cell_that_two_tables_publish_is_one_and_their_unknowns_are_linked():
    cells = release_cells([by_group(), by_sex()], {})
    assert len(cells.keys) == 9 + 9 - 3
    truth = np.concatenate([PLACES["n"], SEXES["n"]])
    np.testing.assert_array_equal(cells.links @ truth, 0)
    assert cells.links.shape == (2, 8)


def test_a_coarser_table_adds_no_unknowns():
    coarse = CountTable("ics", PLACES.groupby("ics", as_index=False)["n"].sum(), ("ics",), "n")
    assert release_cells([coarse, by_group()], {}).matrix.shape == (9, 4)


@pytest.mark.parametrize("count", [9, 10.0])
def test_tables_of_one_unit_must_agree(count):
    other = SEXES.assign(n=[count, 13, 6, 8])
    with pytest.raises(OptionError, match="give tables of other people another unit"):
        release_cells([by_group(), by_sex(other)], {})


def test_tables_without_common_cells_must_agree_too():
    other = SEXES.assign(n=[9, 13, 6, 7])
    with pytest.raises(OptionError, match="adds up to 22 for ics A, and 'group' to 23"):
        release_cells([by_group(margins=()), by_sex(other, margins=())], {})


def test_a_part_leaves_remainders_where_both_are_published():
    part = by_sex(SEXES.assign(n=[9, 13, 6, 7]), unit="known sex", part_of="admissions")
    cells = release_cells([by_group(), part], {})
    assert {said(key[1]) for key in cells.remainder_keys} == {"ics A", "ics B", "all together"}
    truth = np.concatenate([PLACES["n"], part.frame["n"]])
    assert sorted(cells.remainders @ truth) == [0, 1, 1]
    assert sorted(cells.differences @ truth) == [0, 1]
    assert not cells.links.shape[0]


def test_what_was_released_before_stays_as_it_was():
    before = pd.DataFrame({"ics": ["A", "B", "All"], "group": ["All"] * 3, "n": [20.0, np.nan, 30.0]})
    fine = pd.DataFrame({"ics": ["A", "A", "B", "B"], "group": ["1", "2", "1", "2"], "n": [np.nan, 20.0, 10.0, np.nan]})
    cells = release_cells([by_group()], {"group": pd.concat([fine, before])})
    assert cells.earlier.sum() == 7
    assert np.isnan(cells.counts[cells.earlier]).sum() == 3
    assert len(cells.remainder_keys) == 7
    assert cells.differences.shape == (4, 8)


def test_totals_by_a_column_that_follows_from_another():
    frame = PLACES.assign(region=["N", "N", "S", "S"])
    table = CountTable("t", frame, ("ics", "region", "group"), "n", margins=(("region",), ()))
    assert list(true_cells(table).values())[-3:] == [23.0, 13.0, 36.0]
    cells = release_cells([table], {})
    np.testing.assert_array_equal(cells.additions @ cells.counts, 0)
    assert cells.additions.shape[0] == 3
