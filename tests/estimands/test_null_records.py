import numpy as np
import pytest

from equitymodel.estimands.null_records import WorldOfChance, null_measures
from equitymodel.vocabulary import ALL_ICS
from tests.estimands.strategies import made_fit

pytestmark = pytest.mark.unit


def nulls(fit, variation=0.0, seed=1):
    return list(null_measures(fit, WorldOfChance(variation, seed)))


def test_deprivation_has_one_null_and_other_groups_one_a_measure_over_all_groups():
    assert [item.key for item in nulls(made_fit())] == ["share_to_move_null"]
    keys = [(item.key, item.variant) for item in nulls(made_fit(group="ethnicity"))]
    assert keys == [
        ("share_to_move_null", "within_area"), ("theil_between_null", "between_groups"),
        ("index_of_disparity_null", "reference"), ("index_of_disparity_null", "mean"),
    ]  # fmt: skip


def test_chance_alone_shows_more_in_an_ics_than_in_all_together():
    (null,) = nulls(made_fit())
    assert not null.sampled
    assert bool((null.draws > 0).all())
    assert bool((null.draws.sel(ics=ALL_ICS) < null.draws.drop_sel(ics=ALL_ICS)).all())


def test_more_variation_shows_more_and_a_seed_repeats_itself():
    (poisson,), (again,), (more,) = nulls(made_fit()), nulls(made_fit()), nulls(made_fit(), 0.3)
    np.testing.assert_array_equal(poisson.draws, again.draws)
    assert bool((more.draws > poisson.draws).all())
