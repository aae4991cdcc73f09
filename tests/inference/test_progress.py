"""Progress of long computations."""

import pytest

from equitymodel.inference.progress import part_of, silent

pytestmark = pytest.mark.unit


def test_silence_says_nothing(capsys):
    assert silent("drawing", 0.5) is None
    assert capsys.readouterr() == ("", "")


def test_a_part_lies_within_its_shares_of_the_whole():
    told = []
    part = part_of(lambda what, share: told.append((what, share)), 0.2, 0.6)
    for share in (0.0, 0.5, 1.0):
        part("half", share)
    assert told == [("half", 0.2), ("half", pytest.approx(0.4)), ("half", pytest.approx(0.6))]
