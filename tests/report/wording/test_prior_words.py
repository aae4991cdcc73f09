"""What is said of numbers that hang on a prior, or of none."""

import pandas as pd
import pytest

from equitymodel.report.tables.priors_table import MOVED
from equitymodel.report.wording.prior_words import (
    ADVICE,
    NOT_KEPT,
    NOT_MEASURED,
    SHOWN,
    hanging_words,
    measures_hanging,
    prior_limits,
)

pytestmark = pytest.mark.unit


def rows(*sensitivities):
    return pd.DataFrame(
        [(f"effect {at}, Normal(0, 1)", "rate_ratio (by need)", "E1", "Devon", "hip", "", far, 0.05, far >= 0.05, "")
         for at, far in enumerate(sensitivities)], columns=["prior", "measure", "ics", "ics_name", "procedure", "period", *MOVED])  # fmt: skip


def test_that_none_hangs_is_said_with_the_one_that_moves_most():
    said = hanging_words(rows(0.031, 0.002))
    assert said == (
        "No published number hangs on a prior: the one that moves most is rate_ratio (by need) of Devon, hip, with the "
        "prior of effect 0, Normal(0, 1) (sensitivity 0.031), limit 0.05."
    )
    assert prior_limits(rows(0.031, 0.002)) == []


def test_each_prior_that_numbers_hang_on_is_named_and_is_a_limit():
    said = hanging_words(rows(0.3, 0.05, 0.04))
    assert said.startswith("Published numbers hang on 2 of 3 priors, not on the counts alone.")
    assert "prior of effect 0" in said
    assert "prior of effect 1" in said
    assert "effect 2" not in said
    assert prior_limits(rows(0.3, 0.05, 0.04)) == [f"{said} {ADVICE}"]


def test_of_many_the_first_are_named():
    said = hanging_words(rows(*[0.5] * 5))
    assert said.count("with the prior of") == SHOWN
    assert "5 of 5 priors (3 are named here)" in said


def test_what_was_not_measured_is_not_called_sound():
    assert hanging_words(None) == NOT_KEPT
    assert hanging_words(rows()) == NOT_MEASURED
    assert prior_limits(rows()) == []


def test_measures_are_named_and_none_as_none():
    table = rows(0.1).assign(hanging_measures="gap; shortfall")
    assert measures_hanging(table.iloc[0]) == "gap; shortfall"
    assert measures_hanging(rows(0.1).iloc[0]) == "none"
