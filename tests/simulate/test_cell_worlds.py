"""Worlds of cells: what cannot be is refused, and the named ones are what their names say."""

import pytest

from equitymodel.errors import OptionError
from equitymodel.simulate.cell_worlds import WORLDS, CellSizes, Deviations, Outlier, World

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("none", [{"areas": 0}, {"procedures": 0}, {"years": 0}, {"groups": 1}, {"expected": 0.0}])
def test_there_is_something_of_everything(none):
    with pytest.raises(OptionError):
        CellSizes(**none)
    assert CellSizes(areas=1, groups=2, procedures=1).years == 1


@pytest.mark.parametrize(
    "wrong", [{"sd": -0.1}, {"common": 1.1}, {"lasts": -0.1}, {"lasts": 1.1}, {"correlation": 1.5}]
)
def test_deviations_that_cannot_be_are_refused(wrong):
    with pytest.raises(OptionError, match="between 0 and 1"):
        Deviations(**{"sd": 0.08, **wrong})


def test_a_share_may_come_from_a_beta_distribution():
    assert Deviations(0.08, lasts=(2.0, 1.0)).lasts == (2.0, 1.0)


def test_procedures_take_their_extra_variation_in_turn():
    assert World().extra_variation(3) == [0.05] * 3
    assert World(overdispersion=(0.0, 0.05, 0.15)).extra_variation(4) == [0.0, 0.05, 0.15, 0.0]


def test_nothing_deviates_in_the_world_of_the_model():
    assert WORLDS["model true"] == World()
    assert not World().deviations
    assert World().outlier is None


def test_named_worlds_are_what_their_names_say():
    assert [WORLDS[f"lasting deviations {sd} %"].deviations for sd in (4, 8, 15)] == [
        (Deviations(sd / 100),) for sd in (4, 8, 15)
    ]
    assert WORLDS["shock of a year 8 %"].deviations == (Deviations(0.08, common=1.0, lasts=0.0),)
    assert WORLDS["outlier in one procedure"].outlier == Outlier(0.23)
    assert WORLDS["outlier in all procedures"].outlier == Outlier(0.23, everywhere=True)
    assert WORLDS["share that lasts 1"] == WORLDS["lasting deviations 8 %"]
    assert WORLDS["lasting deviations 8 % that fade"].deviations == (Deviations(0.08, correlation=0.95),)
    assert WORLDS["levels that walk 5 %"] == World(level_walk=0.05)
    assert WORLDS["no gap anywhere"].gradient == 0
