"""A series as arrays: offsets, identified terms, controls and subsets."""

from dataclasses import replace

import numpy as np
import pytest

from equitymodel.inference.series.series_latent import SeriesLatent
from equitymodel.inference.series.series_layout import lay_out_series
from equitymodel.simulate.series_world import Sizes
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.arms import add_up_arms
from equitymodel.spec.library import load_series_model
from tests.inference.series.dense_series import hyper_of, modes_at

pytestmark = pytest.mark.unit

CHANGES = ("common level", "common slope")


def test_counts_are_compared_by_the_days_that_were_asked_for():
    series, truth = simulate_series(seed=1)
    offset = {days: lay_out_series(series.assign_attrs(days=days), truth.plan, load_series_model()).offset[:, 0]
              for days in ("working", "calendar", "equal")}  # fmt: skip
    assert np.ptp(offset["equal"]) < 1e-9
    np.testing.assert_allclose(np.diff(offset["calendar"][:3]), np.log([28 / 31, 31 / 28]))
    assert np.diff(offset["working"][:2]) == pytest.approx(np.log(20 / 21))


def test_shared_terms_are_those_that_are_identified():
    one, truth = simulate_series(seed=1)
    assert lay_out_series(one, truth.plan, load_series_model()).hyper == ("sd", "rho", "bend sd")
    two, _ = simulate_series(Sizes(groups=2), seed=1)
    assert lay_out_series(two, truth.plan, load_series_model()).hyper == (
        "sd",
        "rho",
        "bend sd",
        "common sd",
        "common rho",
    )
    many, _ = simulate_series(Sizes(areas=3, groups=5, procedures=2), seed=1)
    layout = lay_out_series(many, truth.plan, load_series_model())
    assert layout.hyper == (
        "sd",
        "rho",
        "bend sd",
        "deprivation spread",
        "ics spread",
        "ics by procedure spread",
        "common sd",
        "common rho",
    )
    assert layout.map.dense.shape == (6, 30, 2 + 8 + 2 + 5 + 3 + 6)


def test_some_series_of_many_have_the_same_hyperparameters_and_shared_coefficients():
    series, truth = simulate_series(Sizes(areas=3, groups=5, periods=30, before=18), seed=3)
    layout = lay_out_series(series, truth.plan, load_series_model())
    some = layout.subset(np.array([0, 7]))
    assert some.hyper == layout.hyper
    assert some.names == layout.names
    np.testing.assert_array_equal(some.counts.low, layout.counts.low[:, [0, 7]])
    field = SeriesLatent(some)
    assert np.isfinite(modes_at(field, hyper_of(field)).log_marginal).all()


def test_features_of_the_effect_are_zero_in_controls_and_common_ones_are_not(staggered):
    series, plan = staggered
    layout = lay_out_series(series, plan, load_series_model("controlled_interruption"))
    names = layout.feature_names
    assert [name for name in names if name.startswith(CHANGES)] == [
        "common level 2019-03-01", "common slope 2019-03-01", "common level 2019-05-01", "common slope 2019-05-01",
    ]  # fmt: skip
    assert [names[k] for k in layout.effect] == ["slope", "level"]
    late, control = (np.flatnonzero(layout.cells["ics"] == area) for area in ("area 02", "area 03"))
    level = layout.features[..., names.index("level")]
    assert level[:, late].sum(axis=0).tolist() == [8.0] * 5
    assert not level[:, control].any()
    assert layout.features[:, control, names.index("common level 2019-03-01")].sum() == 5 * 10
    assert "level area 03" not in layout.names
    assert {"level area 01", "kappa", "common kappa 2019-05-01"} <= set(layout.names)
    waves = [name for name in layout.names if name.startswith("sin 1")]
    assert len(waves) == 2  # the exposed and their controls have seasons of their own
    assert layout.hyper[-2:] == ("common sd", "common rho")


def test_a_model_without_controls_has_nothing_that_all_share_at_the_start(staggered):
    series, plan = staggered
    free = lay_out_series(
        series, replace(plan, exposed=None, starts=None), load_series_model("controlled_interruption")
    )
    assert not any(name.startswith(CHANGES) for name in free.feature_names)


def test_a_single_series_shares_no_noise_and_groups_do():
    series, truth = simulate_series(Sizes(groups=2), seed=1)
    model = load_series_model("gap_interruption")
    assert lay_out_series(series, truth.plan, model).common
    assert not lay_out_series(*add_up_arms(series, truth.plan), model).common
