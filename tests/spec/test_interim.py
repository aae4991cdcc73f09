"""Thresholds of interim looks: those published, and those simulated."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.spec.interim import interim_threshold

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("looks", "threshold"), [(1, 0.975), (4, 0.986), (22, 0.9925)])
def test_thresholds_for_repeated_looks_are_those_published(looks, threshold):
    assert interim_threshold(looks) == threshold


def test_more_looks_ask_for_more():
    thresholds = [interim_threshold(looks, 24) for looks in (1, 2, 3, 4, 6, 8, 12, 22)]
    assert thresholds == sorted(thresholds)


def test_simulated_thresholds_are_near_those_published():
    assert interim_threshold(4, 25) == pytest.approx(0.986, abs=0.0015)
    assert interim_threshold(22, 25) == pytest.approx(0.9925, abs=0.0015)


def test_the_same_seed_gives_the_same_threshold():
    assert interim_threshold.__wrapped__(5, 30) == interim_threshold.__wrapped__(5, 30)


def test_looking_more_often_than_there_are_months_is_refused():
    with pytest.raises(OptionError, match="7 interim looks do not fit into 6 months: 1 to 6 do"):
        interim_threshold(7, 6)
