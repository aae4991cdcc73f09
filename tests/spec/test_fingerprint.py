"""The fingerprint of a model."""

from dataclasses import dataclass

import pytest

from equitymodel.spec.fingerprint import Fingerprinted

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Assumption(Fingerprinted):
    text: str
    remark: str = ""

    def __str__(self):
        return self.text


def test_only_what_is_assumed_counts():
    assert Assumption("a trend").sha256 == Assumption("a trend", "a remark").sha256
    assert Assumption("a trend").sha256 != Assumption("no trend").sha256


def test_it_is_the_sha256_of_the_text():
    assert Assumption("abc").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
