"""Where numbers from other software and real open data lie: beside the project, never inside it."""

import os
from pathlib import Path

import pandas as pd
import pytest

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def oracles():
    """The folder of numbers from other software."""
    return _folder("oracles")


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real open data."""
    return _folder("data")


@pytest.fixture(scope="session")
def numbers_from_r(oracles):
    """Numbers of models in R, for one dataset: by model, then by quantity."""

    def of(dataset):
        table = pd.read_csv(oracles / "r_models_expected.csv")
        parts = table[table["dataset"] == dataset].groupby("oracle")
        return {name: part.set_index("quantity")["value"] for name, part in parts}

    return of


def _folder(name):
    folder = SHARED / name
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail(f"no folder {folder}, which must be there when CI is set")
    pytest.skip(f"no folder {folder}")
