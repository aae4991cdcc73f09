import numpy as np
import pytest

from equitymodel.estimands.three_quantities import INTERVAL_FOR, ThreeQuantities, interval_for
from equitymodel.report.tables.rows import rows_of
from tests.estimands.strategies import CELLS, SAMPLE, label

pytestmark = pytest.mark.unit


def cells(values):
    return label(np.reshape(values, (1, -1, 1, 1, 1))[:, :, :, :, [0, 0]], (*SAMPLE, *CELLS))


def test_each_quantity_is_a_mean_with_its_own_interval():
    fitted, this, following = (cells(values) for values in ([10.0, 12.0], [9.0, 15.0], [2.0, 30.0]))
    found = {item.key: rows_of(item).iloc[0] for item in ThreeQuantities(fitted, this, following).measures()}
    assert [found[key]["estimate"] for key in INTERVAL_FOR] == [11.0, 12.0, 16.0]
    widths = [found[key]["upper"] - found[key]["lower"] for key in INTERVAL_FOR]
    assert widths == sorted(widths)
    assert {row["unit"] for row in found.values()} == {"admissions"}


def test_a_cell_that_is_not_there_has_no_count_either():
    fitted = cells([10.0, 12.0])
    gone = fitted.where(fitted["procedure"] == "hip")
    counts = next(
        item for item in ThreeQuantities(gone, next_year=fitted.round()).measures() if item.key == "next_year"
    )
    assert rows_of(counts)["procedure"].tolist() == ["hip"]


def test_what_is_not_worked_out_is_left_out():
    assert [item.key for item in ThreeQuantities(cells([1.0])).measures()] == ["fitted"]


def test_intervals_say_what_they_are_for():
    assert interval_for("fitted") == interval_for("standardised_ratio") == "the area as it is"
    assert interval_for("this_year").startswith("this year's count")
