import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.jobs.result_kinds import KINDS, kind_named, kind_of

pytestmark = pytest.mark.unit
DATA = xr.Dataset({"a": ("x", [1.0, np.nan]), "w": ("x", ["p", "qq"])}, {"x": [1, 2]}, {"source": "s"})
VALUES = {"a": [1, 2.5, None, True], "b": ("x", (1,)), "c": {"d": float("inf"), "e": 0.1 + 0.2}, "f": np.float64(0.3)}
RESULTS = {
    "table": pd.DataFrame({"a": [1.0]}),
    "dataset": DATA,
    "array": DATA["a"],
    "tree": xr.DataTree.from_dict({"/g": DATA, "/h/i": DATA[["a"]]}),
    "numbers": np.arange(6.0).reshape(2, 3),
    "values": VALUES,
}


def written(result, path):
    kind_of(result).write(result, path)
    return path


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_comes_back_as_it_was(tmp_path, name):
    result = RESULTS[name]
    assert kind_of(result).name == name
    found = kind_named(name).read(written(result, tmp_path / "a"))
    same = {"table": pd.DataFrame.equals, "numbers": np.array_equal, "values": lambda one, other: one == other}
    assert same.get(name, lambda one, other: one.identical(other))(found, result)
    assert type(found) is type(result)


def test_an_array_without_a_name_has_none_afterwards(tmp_path):
    found = kind_named("array").read(written(DATA["a"].rename(None), tmp_path / "a"))
    assert found.name is None


def test_a_fit_comes_back_as_it_was(tmp_path, quick_fit):
    found = kind_named("fit").read(written(quick_fit, tmp_path / "a"))
    assert kind_of(quick_fit).name == "fit"
    xr.testing.assert_identical(found.draws["posterior"].to_dataset(), quick_fit.draws["posterior"].to_dataset())


def test_the_same_result_gives_the_same_bytes_on_another_second(tmp_path, quick_fit):
    """HDF5 can note when an object was made, and then no two files are alike."""
    results = {**RESULTS, "fit": quick_fit}
    assert set(results) == {kind.name for kind in KINDS}
    first = {name: written(result, tmp_path / name).read_bytes() for name, result in results.items()}
    time.sleep(1.1)
    for name, result in results.items():
        assert written(result, tmp_path / "again").read_bytes() == first[name], name
        (tmp_path / "again").unlink()


def test_a_result_read_and_written_again_has_the_same_bytes(tmp_path, quick_fit):
    for name, result in {**RESULTS, "fit": quick_fit}.items():
        one = written(result, tmp_path / "one")
        other = written(kind_named(name).read(one), tmp_path / "other")
        assert one.read_bytes() == other.read_bytes(), name
        one.unlink(), other.unlink()


def test_what_cannot_be_kept_is_refused(tmp_path):
    with pytest.raises(OptionError, match="object cannot be kept; a result is a fit, table"):
        kind_of(object())
    for value, words in (({1: 2}, "keys are text"), ([{"a": object()}], "object within")):
        with pytest.raises(OptionError, match=words):
            written(value, tmp_path / "a")
