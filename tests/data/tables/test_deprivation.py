"""Deprivation labels, their place on the national scale, and shapes off the straight line."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.deprivation import Deprivation, parse_deprivation, ridit
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit

people = st.lists(st.floats(1, 1e6), min_size=2, max_size=10)
FIFTHS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])


def parsed(*labels, most_deprived=1):
    log = DataLog()
    column = pd.Series(labels, index=[f"row {n}" for n in range(2, len(labels) + 2)])
    numbers = parse_deprivation(column, log, most_deprived=most_deprived)
    return numbers.tolist(), [finding.rule for finding in log.findings]


@pytest.mark.parametrize(
    "labels",
    [(1, 2, 3), (1.0, 2.0, 3.0), ("1", "2", "3"), ("Q1", "Q2", "Q3"), ("d1", "d2", "d3"),
     ("Quintile 1", "quintile 2", "QUINTILE 3"), ("Decile 1", "Decile 2", "Decile 3"),
     ("1 - most deprived", "2", "3 - least deprived"), ("1 (most deprived)", "2", "3 (least deprived)"),
     ("1: most", "2", "3: least"), ("1 - most deprived 20%", "2", "3 - least deprived 20%")],
    ids=lambda labels: str(labels[0]),
)  # fmt: skip
def test_labels_in_many_spellings(labels):
    assert parsed(*labels) == ([1, 2, 3], [])


def test_groups_are_renumbered_from_the_other_end_when_asked():
    assert parsed("1", "4", "5", most_deprived=5) == ([5, 2, 1], ["D05"])


@pytest.mark.parametrize(
    ("labels", "most_deprived", "rule"),
    [(("1 - most deprived", "5 - least deprived"), 5, "D01"), (("5 - most deprived", "1 - least deprived"), 1, "D01"),
     (("1", "2 - least deprived", "3"), 1, "D01"), (("1", "5"), 10, "D01"), (("1", "5"), 3, "D01"),
     (("0", "1", "9"), 1, "D02"), (("Q1", "D2"), 1, "D03"), (("quintile 1", "decile 2"), 1, "D03"),
     (("1", "poorest"), 1, "D07"), (("1", "2.5"), 1, "D07"), (("1", "-1"), 1, "D07")],
)  # fmt: skip
def test_labels_that_are_not_plain_are_refused(labels, most_deprived, rule):
    assert rule in parsed(*labels, most_deprived=most_deprived)[1]


def test_labels_that_cannot_be_read_are_left_as_they_are():
    assert parsed("1", "poorest") == (["1", "poorest"], ["D07"])


@given(people)
def test_the_mean_ridit_is_one_half(numbers):
    weights = xr.DataArray(numbers, dims="deprivation")
    place = ridit(weights)
    np.testing.assert_allclose((place * weights).sum() / weights.sum(), 0.5)
    assert (place.diff("deprivation") > 0).all()
    assert ((place > 0) & (place < 1)).all()


@given(people, st.floats(0.01, 100))
def test_ridits_do_not_depend_on_the_unit_of_population(numbers, unit):
    weights = xr.DataArray(numbers, dims="deprivation")
    np.testing.assert_allclose(ridit(weights * unit), ridit(weights))


@given(people)
def test_ridits_mirror_when_the_order_of_groups_does(numbers):
    weights = xr.DataArray(numbers, dims="deprivation")
    np.testing.assert_allclose(ridit(weights[::-1])[::-1], 1 - ridit(weights), atol=1e-12)


def test_equal_fifths_lie_at_their_middles():
    np.testing.assert_allclose(ridit(xr.DataArray(np.ones(5), dims="deprivation")), FIFTHS)


def test_each_area_has_its_own_scale():
    table = xr.DataArray([[1.0, 1.0], [3.0, 1.0]], dims=("ics", "deprivation"))
    np.testing.assert_allclose(ridit(table), [[0.25, 0.75], [0.375, 0.875]])


def test_a_group_without_people_takes_no_room():
    np.testing.assert_allclose(ridit(xr.DataArray([0.0, 1.0, 1.0], dims="deprivation")), [0, 0.25, 0.75])


def test_ridits_need_deprivation_groups():
    with pytest.raises(OptionError, match="needs a 'deprivation' dimension"):
        ridit(xr.DataArray([1.0, 2.0], dims="ics"))


@pytest.mark.parametrize("label", [0, -1, 1.5, True])
def test_the_label_of_the_most_deprived_is_a_whole_number_from_1(label):
    with pytest.raises(OptionError, match="most_deprived"):
        Deprivation(most_deprived=label)


def test_an_index_that_is_not_named_is_noted_and_kept_as_such():
    log = DataLog()
    Deprivation("IMD 2019").note_index(log)
    assert log.findings == []
    Deprivation().note_index(log)
    assert [finding.rule for finding in log.findings] == ["D04"]
    assert (Deprivation().index_name, Deprivation("IMD 2019").index_name) == ("not named", "IMD 2019")
