"""Progress of long computations."""

import pytest

from equitymodel.inference.progress import silent

pytestmark = pytest.mark.unit


def test_silence_says_nothing(capsys):
    assert silent("drawing", 0.5) is None
    assert capsys.readouterr() == ("", "")
