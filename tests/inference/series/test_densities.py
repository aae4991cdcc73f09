"""Laplace densities of many hyperparameters, in batches."""

import numpy as np
import pytest

from equitymodel.inference.series.densities import batches, densities
from tests.inference.series.dense_series import hyper_of

pytestmark = pytest.mark.unit


def test_batches_cover_every_point_once_on_any_machine(monkeypatch, field):
    parts = batches(field, 257)
    assert np.concatenate([np.arange(257)[part] for part in parts]).tolist() == list(range(257))
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert batches(field, 257) == parts


def test_densities_are_those_of_each_point_by_itself(field):
    hyper = np.concatenate([hyper_of(field), hyper_of(field, sd=0.05)])
    found = densities(field, hyper)
    alone = [field.find_modes(one[None]).density[0] for one in hyper]
    np.testing.assert_allclose(found.value, alone)
    assert found.converged.all()
    np.testing.assert_array_equal(found.best[0], found.predictor[int(np.argmax(alone))])


def test_a_point_without_a_mode_has_no_density(field):
    found = densities(field, np.concatenate([hyper_of(field), np.full_like(hyper_of(field), np.nan)]))
    assert found.value[1] == -np.inf
    assert np.isfinite(found.value[0])
