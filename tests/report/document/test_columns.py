import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.report.document.columns import COARSEST_UNIT, NOT_AVAILABLE, Column, decimals_of, estimate, written


def _rows(estimates: list[float], widths: list[float]) -> pd.DataFrame:
    return pd.DataFrame({
        "estimate": estimates,
        "lower": [e - w / 2 for e, w in zip(estimates, widths, strict=True)],
        "upper": [e + w / 2 for e, w in zip(estimates, widths, strict=True)],
    })  # fmt: skip


@given(st.floats(1e-3, 1e6))
def test_no_digit_is_finer_than_monte_carlo_error(width: float):
    (places,) = decimals_of([0.0], [width])
    assert places == 2 or 10.0**-places >= COARSEST_UNIT / 10 * width / 3.92 * (1 - 1e-9)
    assert 10.0**-places <= COARSEST_UNIT * width / 3.92 * (1 + 1e-9) or places == 2


def test_ratios_of_a_column_have_the_same_decimals_and_counts_their_own():
    assert estimate("ratio").texts(_rows([0.571, 0.8], [0.03, 0.1])) == ["0.57 (0.56 to 0.59)", "0.80 (0.75 to 0.85)"]
    assert estimate("admissions").texts(_rows([2584.85, 20.0], [2663.0, 30.0])) == ["2,600 (1,300 to 3,900)", "20 (5 to 35)"]  # fmt: skip


def test_what_is_not_known_and_what_is_hidden_are_said_by_shorthand():
    assert estimate("ratio").texts(_rows([math.nan, 0.5], [math.nan, 0.1])) == [NOT_AVAILABLE, "0.50 (0.45 to 0.55)"]
    assert Column("people", ("n",), "count").texts(pd.DataFrame({"n": ["[c]", 1204]})) == ["[c]", "1,204"]


def test_a_share_is_printed_in_per_cent():
    assert Column("probability", ("p",), "share").texts(pd.DataFrame({"p": [0.987]})) == ["99%"]


def test_a_probability_is_never_said_to_be_0_or_1():
    texts = Column("probability", ("p",), "probability").texts(pd.DataFrame({"p": [1.0, 0.5, 0.0]}))
    assert texts == ["over 99%", "50%", "under 1%"]


@pytest.mark.parametrize(("value", "places", "text"), [(-0.001, 2, "0.00"), (1e6, 0, "1,000,000"), (149.0, -2, "100")])
def test_numbers_are_written_in_full(value: float, places: int, text: str):
    assert written(value, places) == text


def test_a_field_may_give_each_row_its_own_decimals():
    rows = _rows([0.5712, 18.53], [0.03, 4.0]).assign(places=[3, 0])
    assert estimate("change", decimals="places").texts(rows) == ["0.571 (0.556 to 0.586)", "19 (17 to 21)"]


def test_a_text_in_place_of_an_end_is_printed_there_and_one_that_stands_for_all_alone():
    rows = pd.DataFrame({"estimate": ["over +900", "could be chance alone"], "lower": [200.0, "[z]"],
                         "upper": ["over +900", "[z]"]})  # fmt: skip
    assert estimate("change", decimals=0).texts(rows) == ["over +900 (200 to over +900)", "could be chance alone"]
