from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
from equitymodel.report.disclosure.readers import (
    ALONE,
    EVERYONE,
    Hidden,
    first_hidden,
    singles,
    views,
    what_is_known,
)
from equitymodel.report.disclosure.release_cells import release_cells

pytestmark = pytest.mark.unit
RULES = replace(disclosure_rules("acro"), hides=(1, 3), width=2)
FRAME = pd.DataFrame({"ics": list("AABB"), "sex": list("fmfm"), "n": [1, 3, 40, 50]})


def laid_out(frame=FRAME, before=None, **changed):
    table = CountTable(
        **{"name": "t", "frame": frame, "dims": ("ics", "sex"), "count": "n", "margins": (("ics",),)} | changed
    )
    return release_cells([table], before or {})


def test_people_alone_in_a_cell_know_that_count():
    cells = laid_out()
    found = {view.who: view for view in views(cells, first_hidden(cells, RULES), RULES)}
    assert list(found) == [EVERYONE, ALONE]
    reach = found[ALONE].attack(RULES)
    assert (reach.low[0], reach.high[0]) == (3, 3)
    assert len(views(cells, first_hidden(cells, RULES), replace(RULES, alone=False))) == 1


def test_nobody_alone_is_no_reader():
    cells = laid_out(FRAME.assign(n=[2, 3, 40, 50]))
    assert [view.who for view in views(cells, first_hidden(cells, RULES), RULES)] == [EVERYONE]


def test_the_truth_fits_what_is_known():
    cells = laid_out()
    rules = disclosure_rules("hes")
    hidden = Hidden(first_hidden(cells, rules).small, cells.counts == 40)
    known = what_is_known(cells, hidden, rules)
    truth = FRAME["n"].to_numpy()
    assert (known.low <= known.rows @ truth).all()
    assert (known.rows @ truth <= known.high).all()
    assert (known.least <= truth).all()
    assert (truth <= known.most).all()
    assert np.isinf(known.most[2])
    assert known.most[3] == 52


def test_a_cell_of_one_unknown_is_found():
    places, unknowns = singles(laid_out())
    assert places.tolist() == [0, 1, 2, 3]
    assert unknowns.tolist() == [0, 1, 2, 3]


def test_an_interval_of_a_remainder_without_small_counts_is_safe():
    before = pd.DataFrame({"ics": list("AABB"), "sex": list("fmfm"), "n": [np.nan, np.nan, 40, 30]})
    cells = laid_out(before={"t": before})
    hidden = first_hidden(cells, RULES)
    view = views(cells, hidden, RULES)[0]
    reach = view.attack(RULES)
    remainders = slice(len(view.cells), None)
    assert reach.low[remainders][2:].tolist() == [0, 20]
    assert view.safe(reach, RULES)[remainders][2:].all()


def test_without_leaves_out_what_is_safe():
    cells = laid_out()
    view = views(cells, first_hidden(cells, RULES), RULES)[0]
    left = view.without(np.array([True, *[False] * (view.sums.shape[0] - 1)]))
    assert left.sums.shape[0] == view.sums.shape[0] - 1
    assert left.cells.tolist() == view.cells.tolist()[1:]
