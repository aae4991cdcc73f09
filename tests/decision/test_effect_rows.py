import numpy as np
import pytest

from equitymodel.decision.effect_rows import Quantity, effect_table, summary_columns

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("draws", [1, 2, 7, 400])
def test_quantiles_are_those_of_numpy(draws):
    values = np.random.default_rng(1).standard_normal((draws, 3))
    made = summary_columns(values, Quantity("x", "x", "median", "x"))
    expected = np.quantile(values, [0.5, 0.025, 0.975], axis=0)
    np.testing.assert_allclose([made["estimate"], made["lower"], made["upper"]], expected)
    np.testing.assert_allclose(made["probability"], (values > 0).mean(axis=0))


def test_means_are_means_and_no_probability_is_given_where_none_is_named():
    values = np.array([[0.0, np.nan], [3.0, np.nan]])
    made = summary_columns(values, Quantity("x", "x"))
    np.testing.assert_array_equal(made["estimate"], [1.5, np.nan])
    assert np.isnan(made["probability"]).all()


def test_a_table_of_nothing_has_its_columns():
    assert "at_bound" in effect_table([]).columns
