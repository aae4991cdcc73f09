import json

import pytest

from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.declaration import Asked, data_hash, declaration, plain

pytestmark = pytest.mark.unit


def test_only_data_before_the_start_are_hashed():
    series, truth = simulate_series(seed=1)
    asked = Asked(truth.plan, load_series_model(), 1)
    first = declaration(series, asked)
    later, earlier = series.copy(deep=True), series.copy(deep=True)
    later["admissions"][-1] += 1
    earlier["admissions"][0] += 1
    assert declaration(later, asked) == first
    assert declaration(earlier, asked)["data_before"]["sha256"] != first["data_before"]["sha256"]
    assert data_hash(later) != data_hash(series)
    assert json.loads(json.dumps(first, allow_nan=False)) == first


def test_numbers_that_are_none_are_empty():
    assert plain({"a": float("nan"), "b": (1,)}) == {"a": None, "b": [1]}
