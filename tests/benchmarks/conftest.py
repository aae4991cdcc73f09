"""Open data for tests of benchmarks; skipped where it is missing, except in CI."""

import os
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def open_data():
    if DATA.is_dir():
        return DATA
    if os.environ.get("CI"):
        pytest.fail(f"no folder {DATA}, which must be there when CI is set")
    pytest.skip(f"no folder {DATA}")
