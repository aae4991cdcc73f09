import numpy as np
import pytest

from equitymodel.inference.queue_heads import BEYOND, ON_LIST, REMOVED, TREATED, WEEKS_SO_FAR, WEEKS_TO_TREATMENT
from equitymodel.inference.queue_lists import KEPT, QueueRecord

pytestmark = pytest.mark.unit


def test_what_is_kept_is_where_the_engine_puts_it():
    names = ("on_list", "weeks_so_far", "beyond", "removed", "treated", "weeks_to_treatment")
    places = (ON_LIST, WEEKS_SO_FAR, BEYOND, REMOVED, TREATED, WEEKS_TO_TREATMENT)
    assert tuple(KEPT[place] for place in places) == names


def test_a_record_names_its_arrays():
    assert QueueRecord(np.zeros(1), np.ones(1))._fields == ("weekly", "waits")
