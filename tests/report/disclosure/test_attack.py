import numpy as np
import pytest
from scipy import sparse

from equitymodel.errors import ComputationError
from equitymodel.report.disclosure.attack import Known, attack

pytestmark = pytest.mark.unit


def table(hidden, counts):
    """Every cell of a two-way table as an unknown, those shown fixed, rows and columns published."""
    rows, columns = counts.shape
    of_row = np.kron(np.eye(rows), np.ones(columns))
    of_column = np.kron(np.ones(rows), np.eye(columns))
    totals = np.concatenate([counts.sum(1), counts.sum(0)]).astype(float)
    free = hidden.ravel()
    least, most = np.where(free, 0.0, counts.ravel()), np.where(free, np.inf, counts.ravel())
    return Known(sparse.csr_array(np.vstack([of_row, of_column])), totals, totals, least, most)


def test_pytauargus_bounds_of_its_own_pattern():
    """Counts and pattern of pytauargus 0.6.0, FREQ(8,30), OPT(1): the plain bounds that it was attacked with."""
    counts = np.array([[2, 20, 15], [30, 12, 9], [14, 25, 3], [11, 40, 22]])
    hidden = np.zeros(counts.shape, dtype=bool)
    hidden[[0, 0, 2, 2], [0, 2, 0, 2]] = True
    found = attack(table(hidden, counts), sparse.csr_array(np.eye(12)[hidden.ravel()]))
    assert found.low.tolist() == [0, 1, 0, 1]
    assert found.high.tolist() == [16, 17, 16, 17]
    assert found.proven.all()


def test_intervals_hold_the_truth_and_every_whole_table_that_fits():
    rng = np.random.default_rng(3)
    for _ in range(5):
        counts = rng.integers(0, 4, (2, 3))
        found = attack(table(np.ones((2, 3), dtype=bool), counts), sparse.csr_array(np.eye(6)))
        grid = np.stack(np.meshgrid(*[np.arange(7)] * 2, indexing="ij"), -1).reshape(-1, 2)
        first = np.column_stack([grid, counts[0].sum() - grid.sum(1)])
        tables = np.column_stack([first, counts.sum(0) - first])
        fits = tables[(tables >= 0).all(1)]
        np.testing.assert_array_equal(found.low, fits.min(0))
        np.testing.assert_array_equal(found.high, fits.max(0))


def test_what_rests_on_nothing_but_its_row_says_so():
    known = Known(sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1]])), np.array([9.0, 12]), np.array([9.0, 12]),
                  np.array([0.0, 5, 7]), np.array([np.inf, 5, 7]))  # fmt: skip
    found = attack(known, sparse.csr_array(np.array([[1.0, 0, 0]])), settled=lambda low, high: high - low >= 3)
    assert (found.low[0], found.high[0]) == (4, 4)
    rows, unknowns = found.leans[0]
    assert rows.tolist() == [0]
    assert unknowns.tolist() == [1]


def test_blocks_that_nothing_ties_are_apart():
    ties = sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]]))
    known = Known(ties, np.array([5.0, 6]), np.array([5.0, 6]), np.zeros(4), np.full(4, np.inf))
    assert known.blocks[0] == known.blocks[1] != known.blocks[2] == known.blocks[3]
    found = attack(known, sparse.csr_array(np.eye(4)))
    assert found.high.tolist() == [5, 5, 6, 6]


def test_what_contradicts_itself_is_said():
    known = Known(sparse.csr_array(np.ones((1, 2))), np.array([9.0]), np.array([9.0]), np.zeros(2), np.full(2, 3.0))
    with pytest.raises(ComputationError, match="no counts fit"):
        attack(known, sparse.csr_array(np.eye(2)))
