"""Numbers as a reader writes them: never in powers of ten, never a change of many thousand per cent."""

import numpy as np
import pytest

from equitymodel.estimands.written_numbers import change_in_per_cent, number, size_in_per_cent

pytestmark = pytest.mark.unit


def test_large_numbers_have_thousands_apart_and_small_ones_three_figures():
    values = (99.96, 100, 1234.5, -0.012345, 2060.0, 0.0000124, 0)
    assert [number(value) for value in values] == ["100", "100", "1,234", "-0.0123", "2,060", "0.0000124", "0"]
    assert number(np.nan) == "not known"


def test_no_number_is_written_in_powers_of_ten():
    assert not any("e" in number(sign * 10.0**power) for power in range(-12, 13) for sign in (1, -1))


def test_changes_have_a_sign_and_end_at_tenfold():
    said = [change_in_per_cent(np.log(ratio)) for ratio in (1.185, 0.82, 1, 9.9, 187.91)]
    assert said == ["+18.5", "-18.0", "+0.0", "+890.0", "over +900"]
    assert [size_in_per_cent(share) for share in (0.04, 1.5, 186.91)] == ["4%", "150%", "over 900%"]
