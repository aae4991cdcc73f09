from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from equitymodel.report.disclosure.attack import attack
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
from equitymodel.report.disclosure.readers import Hidden, first_hidden, views, what_is_known
from equitymodel.report.disclosure.release_cells import release_cells, said
from equitymodel.report.disclosure.suppress import cheapest_cover, suppress

pytestmark = pytest.mark.unit
HES, ACRO = disclosure_rules("hes"), disclosure_rules("acro")
UP_TO_3 = replace(ACRO, hides=(0, 3), alone=False)
LINKED = pd.DataFrame({
    "area": list("ABIJKLMN"), "county": [1, 1, 1, 1, 2, 2, 2, 2], "n": [2, 2, 8, 8, 3, 3, 3, 7],
    "big": ["no", "no", "no", "no", "no", "yes", "yes", "no"],
})  # fmt: skip
COUNTIES, GROUPS = (("county",), ()), (("county",), ("big",), ())


def one_way(counts):
    frame = pd.DataFrame({"ics": [f"i{at}" for at in range(len(counts))], "n": counts})
    return release_cells([CountTable("t", frame, ("ics",), "n", margins="all")], {})


def random_cells(shape, mean, seed, *, count="n"):
    index = pd.MultiIndex.from_product([range(size) for size in shape], names=list("abc")[: len(shape)])
    rng = np.random.default_rng(seed)
    frame = index.to_frame(index=False).assign(n=rng.poisson(mean * rng.lognormal(0, 0.8, len(index))))
    return release_cells([CountTable("t", frame, tuple(index.names), count, margins="all")], {})


def linked(margins):
    return release_cells([CountTable("t", LINKED, ("area", "county", "big"), "n", margins=margins)], {})


def narrow(cells, hidden, rules):
    found = [(view, view.attack(rules)) for view in views(cells, hidden, rules)]
    return sum(int((~view.safe(reach, rules)).sum()) for view, reach in found)


@pytest.mark.parametrize(
    ("counts", "total", "expected"),
    [([12, 22, 1], 35, (1, 7)), ([12, 22, 6], 40, (4, 7)), ([12, 6], 20, (6, 7)), ([8, 2], 10, (1, 4))],
)
def test_the_rule_of_hes_alone_leaks(counts, total, expected):
    cells = one_way(counts)
    assert HES.rounded(cells.counts[-1:]).tolist() == [total]
    view = views(cells, first_hidden(cells, HES), HES)[0]
    found = attack(view.known, view.sums)
    assert (found.low[0], found.high[0]) == expected


def test_only_the_one_that_leaks_takes_a_further_cell():
    assert suppress(one_way([12, 6]), HES).further.sum() == 1
    for counts in ([12, 22, 1], [12, 22, 6], [8, 2]):
        assert suppress(one_way(counts), HES).further.sum() == 0


def plain(margins):
    """Attack the linked tables with what is 3 or less hidden, and nothing assumed of it."""
    cells = linked(margins)
    small = cells.counts <= 3
    hidden = Hidden(np.zeros_like(small), small)
    found = attack(what_is_known(cells, hidden, UP_TO_3), cells.matrix[np.flatnonzero(small)])
    return {said(cells.keys[place][1])[5]: (low, high)
            for place, low, high in zip(np.flatnonzero(small), found.low, found.high, strict=True)}  # fmt: skip


def test_linked_tables_before_and_after_the_group_is_published():
    assert plain(COUNTIES) == {"A": (0, 4), "B": (0, 4), "K": (0, 9), "L": (0, 9), "M": (0, 9)}
    assert plain(GROUPS) == {"A": (0, 4), "B": (0, 4), "K": (3, 3), "L": (0, 6), "M": (0, 6)}


@pytest.mark.parametrize("margins", [COUNTIES, GROUPS])
def test_linked_tables_give_nothing_away_once_protected(margins):
    cells = linked(margins)
    assert narrow(cells, first_hidden(cells, UP_TO_3), UP_TO_3) == 5
    assert narrow(cells, suppress(cells, UP_TO_3), UP_TO_3) == 0


def test_microdata1_of_sdctable_takes_three_further_cells():
    """One primary cell, A x female: the published optimum hides A and C for both sexes (cells 5, 6, 11, 12)."""
    frame = pd.DataFrame({"region": list("AABBCCDD"), "sex": ["m", "f"] * 4, "n": [18, 2, 14, 19, 12, 10, 11, 14]})
    cells = release_cells([CountTable("t", frame, ("region", "sex"), "n", margins="all")], {})
    hidden = suppress(cells, replace(UP_TO_3, hides=(0, 2), width=2))
    assert {said(cells.keys[place][1]) for place in np.flatnonzero(hidden.either)} == {
        "region A, sex f", "region A, sex m", "region C, sex f", "region C, sex m",
    }  # fmt: skip


def test_pytauargus_table_takes_two_further_cells():
    counts = [2, 20, 15, 30, 12, 9, 14, 25, 3, 11, 40, 22]
    frame = pd.DataFrame({"a": list("AAABBBCCCDDD"), "b": list("xyz") * 4, "n": counts})
    cells = release_cells([CountTable("t", frame, ("a", "b"), "n", margins="all")], {})
    hidden = suppress(cells, replace(UP_TO_3, hides=(0, 7)))
    assert {said(cells.keys[place][1]) for place in np.flatnonzero(hidden.further)} == {"a A, b z", "a C, b x"}


def any_narrow(cells, hidden, rules):
    """Look no further than the first."""
    for view in views(cells, hidden, rules):
        if not view.safe(view.attack(rules, barred=np.ones(view.sums.shape[0], dtype=bool)), rules).all():
            return True
    return False


def fewest(cells, rules, most):
    """Try every set of further cells, the smallest first."""
    first = first_hidden(cells, rules)
    free = np.flatnonzero(~first.either & (cells.counts > rules.last))
    for size in range(most + 1):
        for chosen in combinations(free, size):
            further = np.isin(np.arange(len(cells.keys)), chosen)
            if not any_narrow(cells, replace(first, further=further), rules):
                return size
    return None


@pytest.mark.parametrize("seed", [1, 2])
def test_few_more_cells_are_hidden_than_the_fewest_that_do(seed):
    rules = replace(UP_TO_3, hides=(1, 7))
    cells = random_cells((2, 3), 15, seed)
    ours = int(suppress(cells, rules).further.sum())
    best = fewest(cells, rules, 3)
    assert best is not None
    assert ours <= 1.5 * best


@pytest.mark.parametrize("rules", [HES, ACRO], ids=lambda rules: rules.name)
def test_random_three_way_tables_have_no_hidden_cell_that_is_narrow(rules):
    cells = random_cells((3, 3, 2), 12, seed=5)
    hidden = suppress(cells, rules)
    assert hidden.small.any()
    assert narrow(cells, hidden, rules) == 0


def worked_out_exactly(rows, targets):
    """Say which sums are combinations of others, by elimination in fractions."""
    basis: list[tuple[int, list[Fraction]]] = []

    def reduced(row):
        left = [Fraction(int(value)) for value in row]
        for pivot, known in basis:
            if left[pivot]:
                factor = left[pivot] / known[pivot]
                left = [a - factor * b for a, b in zip(left, known, strict=True)]
        return left

    for row in rows:
        left = reduced(row)
        pivot = next((at for at, value in enumerate(left) if value), None)
        if pivot is not None:
            basis.append((pivot, left))
    return np.array([not any(reduced(row)) for row in targets])


def test_no_hidden_count_is_a_combination_of_exact_ones():
    cells = random_cells((3, 3, 2), 12, seed=8)
    every = cells.matrix.toarray()
    small = first_hidden(cells, ACRO).either
    assert worked_out_exactly(every[~small], every[small]).any()
    hidden = suppress(cells, ACRO).either
    assert not worked_out_exactly(every[~hidden], every[hidden]).any()


def test_rules_that_hide_nothing_hide_nothing():
    assert not suppress(one_way([1, 2, 3]), disclosure_rules("none")).either.any()


def test_a_cover_takes_the_cheapest_for_what_it_serves():
    sets = [np.array([0, 1]), np.array([0, 2]), np.array([3])]
    assert sorted(cheapest_cover(sets, np.array([1.5, 1.0, 1.0, 9.0]))) == [0, 3]
    assert sorted(cheapest_cover(sets, np.array([3.0, 1.0, 1.0, 9.0]))) == [1, 2, 3]
    assert cheapest_cover([], np.ones(3)) == []
