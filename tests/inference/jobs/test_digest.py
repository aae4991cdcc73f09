import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import equitymodel as em
from equitymodel.errors import OptionError
from equitymodel.inference.jobs.digest import digest

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Setting:
    draws: int = 1


DATA = xr.Dataset({"a": ("x", [1.0, 2.0])}, {"x": ["p", "q"]}, {"source": "s"})
TABLE = pd.DataFrame({"n": [1, 2], "w": ["a", None]})
DIFFERENT = [
    (1, 1.0), (1, True), ("1", 1), (b"a", "a"), (None, 0), ((1, 2), [1, 2]), ([1, [2]], [[1], 2]), (["ab"], ["a", "b"]),
    (Setting(1), Setting(2)), ({"a": 1}, {"a": 2}), (np.array([1.0]), np.array([1])), (np.zeros((2, 1)), np.zeros((1, 2))),
    (np.array(["a"]), np.array(["b"])), (DATA, DATA.assign(a=("x", [1.0, 2.1]))), (DATA, DATA.assign_attrs(source="t")),
    (DATA, DATA.assign_coords(x=["p", "r"])), (DATA["a"], DATA["a"].rename("b")), (DATA["a"], DATA["a"].variable.values),
    (TABLE, TABLE.rename(columns={"n": "m"})), (TABLE, TABLE.assign(w=["a", "b"])), (TABLE, TABLE.set_axis([5, 6])),
    (xr.DataTree.from_dict({"/g": DATA}), xr.DataTree.from_dict({"/h": DATA})), (len, max), ({1, 2}, {1, 3}),
    (pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02")), (range(3), range(4)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values_have_different_digests(one, other):
    assert digest(one) != digest(other)


@pytest.mark.parametrize("value", [pair[0] for pair in DIFFERENT])
def test_a_digest_is_64_digits_and_stays(value):
    assert len(digest(value)) == 64
    assert digest(value) == digest(value)


def test_order_counts_in_sequences_and_not_in_mappings():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert digest(DATA.assign(b=1)) == digest(DATA[["a"]].assign(b=1))


def test_specifications_and_cells_say_what_they_hold():
    cells, _ = em.simulate_cells(areas=3, procedures=1, seed=1)
    again, _ = em.simulate_cells(areas=3, procedures=1, seed=1)
    assert digest([em.load_model(), cells]) == digest([em.load_model(), again])
    assert digest(em.load_model()) != digest(em.load_model("gap_by_procedure"))


def test_a_digest_is_the_same_in_another_process():
    code = "from equitymodel.inference.jobs.digest import digest; print(digest({'a': {'x', 'y', 'z'}, 'b': 0.1}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == digest({"a": {"x", "y", "z"}, "b": 0.1})


def test_what_does_not_describe_itself_is_refused():
    for value in (lambda: 1, object()):
        with pytest.raises(OptionError, match="does not say what it holds"):
            digest([value])
