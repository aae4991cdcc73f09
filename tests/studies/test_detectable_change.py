"""What a series could find, as a value: one sentence a measure and model."""

import numpy as np
import pandas as pd
import pytest

from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.detectable_change import TimeToKnow

pytestmark = pytest.mark.unit


@pytest.fixture
def known():
    noise = pd.DataFrame(
        [{"measure": "admissions", "months_before": 36.0, "admissions": 1234.5, "sd": 0.05, "rho": 0.3}]
    )
    months = [12, 18, 24]
    table = pd.DataFrame({
        "measure": "admissions", "model": ["level and slope"] * 3 + ["level only"] * 3, "months_after": months * 2,
        "minimum_detectable_effect": [0.3, 0.25, 0.2, 0.15, 0.12, 0.1],
    })  # fmt: skip
    needed = pd.DataFrame({
        "measure": "admissions", "model": ["level and slope", "level only"], "declared": [True, False],
        "months_needed": [np.nan, 20.0], "within": 24,
    })  # fmt: skip
    return TimeToKnow(Interruption("2019-01"), load_series_model(), noise, table, needed)


def test_the_heading_says_what_it_rests_on(known):
    assert "the 36 months before 2019-01-01 (about 1,234 admissions a month" in known.heading
    assert "standard deviation of 5.0 % and a correlation of 0.30" in known.heading


def test_a_line_gives_sizes_at_round_numbers_of_months_and_how_long_to_wait(known):
    declared, other = known.lines
    assert declared == (
        "admissions, level and slope (as declared): found in 80% of cases is a change of 30% with 12 months after, "
        "20% with 24 months after. A change of 5 %: never within 24 months."
    )
    assert "level only (not declared, for comparison)" in other
    assert other.endswith("A change of 5 %: first with 20 months after.")


def test_it_prints_a_line_each(known):
    assert str(known).splitlines() == [known.heading, *(f"- {line}" for line in known.lines)]
