import numpy as np
import pytest

from equitymodel.decision.effect_quantities import add_known, gap_of, sum_known, with_totals

pytestmark = pytest.mark.unit
RNG = np.random.default_rng(1)


def test_totals_stand_behind_the_parts():
    values = RNG.uniform(size=(3, 4, 5))
    whole = with_totals(values, 1, 2)
    assert whole.shape == (3, 5, 6)
    np.testing.assert_allclose(whole[:, -1, -1], values.sum(axis=(1, 2)))
    np.testing.assert_allclose(whole[:, 0, -1], values[:, 0].sum(axis=-1))


def test_what_is_missing_is_no_part_of_a_total_and_alone_gives_none():
    values = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(sum_known(values, 1), [3.0, np.nan])
    np.testing.assert_array_equal(add_known(values[0], values[1]), [1.0, np.nan, 2.0])
    assert add_known(None, values[0]) is not values[0]


def test_the_gap_of_all_ics_is_of_their_admissions_and_need_together():
    admissions, need = (
        np.array([[[10.0, 1.0, 30.0], [20.0, 1.0, 20.0]]]),
        np.array([[[100.0, 1.0, 100.0], [300.0, 1.0, 100.0]]]),
    )
    gap = gap_of(admissions, need)
    np.testing.assert_allclose(np.exp(gap.log_ratio[0]), [10 / 30, 20 / 300 / 0.2, (30 / 400) / (50 / 200)])
    np.testing.assert_allclose(gap.difference[0], [200.0, 1000 * (0.2 - 20 / 300), 1000 * (0.25 - 0.075)])


def test_an_ics_in_which_an_end_is_missing_has_no_gap_and_is_no_part_of_that_of_all():
    admissions, need = np.array([[[np.nan, 30.0], [20.0, 20.0]]]), np.array([[[100.0, 100.0], [300.0, 100.0]]])
    gap = gap_of(admissions, need)
    assert np.isnan(gap.log_ratio[0, 0])
    np.testing.assert_allclose(gap.log_ratio[0, 2], gap.log_ratio[0, 1])


def test_a_gap_narrows_where_its_ratio_is_nearer_to_1_whichever_way_it_points():
    need = np.full((2, 1, 2), 100.0)
    before = gap_of(np.array([[[10.0, 20.0]], [[20.0, 10.0]]]), need)
    assert gap_of(np.array([[[12.0, 20.0]], [[20.0, 12.0]]]), need).narrows(before).tolist() == [1.0, 1.0]
    assert gap_of(np.array([[[8.0, 20.0]], [[20.0, 12.0]]]), need).narrows(before)[0] == 0.5
    assert before.narrows(before).tolist() == [0.0, 0.0]
