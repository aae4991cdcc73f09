"""Worlds of series say what they are, and lie when and where they say."""

import numpy as np
import pytest

from equitymodel.simulate.course import Timeline
from equitymodel.simulate.series_worlds import SERIES_WORLDS, Layout, TrueEffect, right_world

pytestmark = pytest.mark.unit


def test_every_world_has_its_own_words():
    words = [world.words for world in SERIES_WORLDS.values()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("name", "falls"), [("recovery_25_10", 0.25), ("recovery_10_18", 0.10), ("lasting_loss", 0.10),
                                             ("straight_25", 0.25), ("stalled", 0.25)])  # fmt: skip
def test_a_world_falls_by_what_its_name_says(name, falls):
    world = SERIES_WORLDS[name]
    time = Timeline(world.layout.periods, world.layout.before, world.layout.reentry)
    assert 1 - np.exp(world.course(time)[world.layout.reentry]) == pytest.approx(falls)
    assert world.recovers
    assert not world.effect.size


def test_starts_lie_as_many_months_after_re_entry_as_they_say():
    for since in (6, 12, 36):
        layout = SERIES_WORLDS[f"recovery_25_10_start_{since}"].layout
        assert (layout.before - layout.reentry, layout.periods) == (since, 84)


def test_worlds_without_a_break_end_before_the_pandemic():
    assert Layout.before_pandemic(48, 24) == Layout("2014-01", 72, 48)
    assert not SERIES_WORLDS["trend_ends_no_break"].recovers


def test_effects_keep_the_world_and_say_what_they_are():
    null, effect = SERIES_WORLDS["recovery_25_10"], SERIES_WORLDS["recovery_25_10_slope_15_as_slope"]
    assert effect.course is null.course
    assert (effect.effect, effect.declared) == (TrueEffect(0.15, "slope"), "slope")
    assert effect.words == f"{null.words}; a slope of +15 %, declared a slope"
    assert right_world(TrueEffect(0.1), expected=100).words == "nothing else; a step of +10 %"
