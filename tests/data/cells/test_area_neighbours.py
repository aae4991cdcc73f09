import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.area_neighbours import adjacency_of, read_neighbours, with_neighbours
from equitymodel.errors import OptionError
from tests.data.changes import as_is, bordering, read, rules_of

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def chained(tables):
    return read(bordering()(tables))


def test_pairs_are_neighbours_whichever_way_they_are_written(chained, tables):
    line = np.eye(4, k=1) + np.eye(4, k=-1)
    assert (adjacency_of(chained) == line).all()
    assert (adjacency_of(read(bordering(both_ways=False)(tables))) == line).all()


def test_a_selection_of_areas_keeps_those_among_them_that_are_neighbours(chained):
    assert adjacency_of(chained.isel(ics=[2, 1, 3])).tolist() == [[0, 1, 1], [1, 0, 0], [1, 0, 0]]


def test_islands_are_named_and_groups_counted(tables):
    assert {"B04"} == rules_of(read(bordering(first=2)(tables)))
    assert {"B05"} == rules_of(read(bordering(without=2)(tables)))


def test_an_area_is_not_its_own_neighbour():
    table = read_neighbours(pd.DataFrame({"area": ["a", "b"], "neighbour": ["a", "a"]}))
    assert table.frame.values.tolist() == [["b", "a"]]


def test_cells_that_do_not_know_say_how_they_would(tables):
    with pytest.raises(OptionError, match="give their table"):
        adjacency_of(read(as_is(tables)))
    assert "neighbours" in with_neighbours(read(as_is(tables)), bordering()(tables)["neighbours"])
