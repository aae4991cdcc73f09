"""The stages of data and of simulated worlds list their names, and load them when first used."""

import subprocess
import sys

import pytest

from equitymodel import data, simulate

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("stage", [data, simulate], ids=["data", "simulate"])
def test_every_name_that_is_listed_is_there(stage):
    assert [name for name in dir(stage) if getattr(stage, name) is None] == []
    assert len(stage.__all__) == len(set(stage.__all__)) > 5


@pytest.mark.parametrize("stage", ["data", "simulate"])
def test_a_stage_loads_nothing_heavy_until_a_name_is_used(stage):
    asks = f"import sys, equitymodel.{stage}; print(sorted({{'xarray', 'pandas', 'scipy'}} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
