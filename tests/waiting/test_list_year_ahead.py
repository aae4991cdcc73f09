import numpy as np
import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.list_year_ahead import _walk, predict_next_year
from equitymodel.waiting.waits_by_week import CHANGES, MARKS, a_year_later, by_week, in_marks
from equitymodel.waiting.year_change import year_change

pytestmark = pytest.mark.unit
STILL = pd.DataFrame(np.zeros((6, 5)), columns=CHANGES)


def lists(count, rng):
    people = rng.uniform(2000, 20_000, count)[:, None] * np.array([0.6, 0.35, 0.04, 0.01])
    return pd.DataFrame(people, columns=MARKS)


def moved(before, rng, spread=0.1):
    """The lists a year later, each with changes of its own and people at random."""
    change = rng.normal([0.05, 0.05, 0, 0.2, 0.2], spread, (len(before), 5))
    return pd.DataFrame(rng.poisson(in_marks(a_year_later(by_week(before), change))), before.index, before.columns)


@pytest.fixture(scope="module")
def world():
    """Two years that were seen, and a third that was not, of lists whose years differ by chance alone."""
    rng = np.random.default_rng(3)
    first = lists(150, rng)
    second = moved(first, rng)
    third = moved(second, rng)
    found = predict_next_year(second, [year_change(first, second)], STILL, draws=400)
    return found, third


def test_intervals_hold_what_they_say_where_years_are_as_the_model_says(world):
    found, third = world
    over = third.iloc[:, ::-1].cumsum(axis=1)
    for name, mark in (("on_list", 0), ("over_18", 18), ("over_52", 52)):
        low, high = np.quantile(found[name].transpose("list", "draw").values, [0.05, 0.95], axis=1)
        inside = ((low <= over[mark]) & (over[mark] <= high)).mean()
        assert 0.83 < inside < 0.97, name  # 0.9, and 0.025 is one standard error of 150 lists


def test_noise_of_the_country_widens_every_list(world):
    _, third = world
    rng = np.random.default_rng(4)
    year = year_change(third, moved(third, rng))
    steps = pd.DataFrame(rng.normal(0, 0.3, (8, 5)), columns=CHANGES)
    narrow, wide = (
        predict_next_year(third.iloc[:5], [year], one, draws=400)["over_18"].std("draw") for one in (STILL, steps)
    )
    assert (wide > 1.3 * narrow).all()


def test_a_step_has_the_spread_and_the_tails_that_few_steps_leave():
    steps = np.random.default_rng(5).normal(0, 0.2, (6, 5))
    drawn = _walk(steps, 200_000, np.random.default_rng(6))
    spread = (steps**2).mean(axis=0)
    np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=0.01)
    np.testing.assert_allclose(drawn.var(axis=0), spread * 6 / 4, rtol=0.1)  # t of 6: 6 / (6 - 2)


def test_counts_are_whole_and_nested(world):
    found, _ = world
    on_list, over_18, over_52, over_65 = (found[name].values for name in ("on_list", "over_18", "over_52", "over_65"))
    assert np.issubdtype(on_list.dtype, np.integer)
    assert ((on_list >= over_18) & (over_18 >= over_52) & (over_52 >= over_65)).all()
    assert (found["median"] < found["centile_92"]).all()


def test_few_years_are_refused_with_what_is_needed(world):
    _, third = world
    year = year_change(third, third)
    with pytest.raises(OptionError, match="5 steps of the country or more, not 1 and 2"):
        predict_next_year(third, [year], STILL.iloc[:2])
    with pytest.raises(OptionError, match="one year of lists or more"):
        predict_next_year(third, [], STILL)
    with pytest.raises(OptionError, match=r"have no additions, leaving_under_18.*as swings does"):
        predict_next_year(third, [year], STILL.set_axis(range(5), axis=1))
    with pytest.raises(OptionError, match="draws is 1 or more"):
        predict_next_year(third, [year], STILL, draws=0)
