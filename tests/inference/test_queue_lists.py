import numpy as np
import pytest

from equitymodel.inference.queue_lists import KEPT, LANES, SUMS, QueueRecord

pytestmark = pytest.mark.unit


def test_what_is_kept_of_a_week_lies_in_its_order_lane_by_lane():
    sums = np.zeros(2, SUMS)
    sums["treated"][1] = np.arange(LANES)
    plain = sums.view(np.float64).reshape(2, len(KEPT), LANES)
    assert plain[1, KEPT.index("treated")].tolist() == list(range(LANES))
    assert plain.sum() == plain[1, KEPT.index("treated")].sum()


def test_a_record_names_its_arrays():
    assert QueueRecord(np.zeros(1), np.ones(1))._fields == ("weekly", "waits")
