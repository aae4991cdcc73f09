"""The change point as a value: what it says of the declared start and of the window."""

import pandas as pd
import pytest

from equitymodel.spec.interruption import Interruption
from equitymodel.studies.change_point import ChangePoint

pytestmark = pytest.mark.unit
STARTS = ["2018-05-01", "2018-06-01", "2018-07-01", "2018-08-01"]


def explored(*probability, declared="2018-07-01"):
    table = pd.DataFrame({"start": STARTS, "probability": probability, "log_evidence": 0.0})
    return ChangePoint(Interruption(declared), table.assign(declared=table["start"] == declared))


def test_the_declared_start_has_its_own_probability():
    assert explored(0.1, 0.2, 0.6, 0.1).declared_probability == 0.6
    assert explored(0.1, 0.2, 0.6, 0.1, declared="2019-01-01").declared_probability == 0.0


def test_it_says_that_it_is_exploratory_where_the_start_lies_and_what_none_would_give():
    said = str(explored(0.1, 0.2, 0.6, 0.1))
    assert said.startswith("Exploratory, and no part of the verdict")
    assert "most probably did in 2018-07-01 (probability 0.60)" in said
    assert "with probability 0.9 in one of 3 periods between" in said
    assert "all 4 alike would have 0.25" in said


def test_one_period_that_holds_nine_tenths_is_named_alone():
    assert "with probability 0.9 in it alone" in str(explored(0.02, 0.03, 0.93, 0.02))
    assert "in it alone" not in str(explored(0.04, 0.03, 0.89, 0.04))
