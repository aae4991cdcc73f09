"""Cells whose counts are hidden, for both engines."""

import numpy as np
import pytest
import xarray as xr


@pytest.fixture(scope="session")
def hide():
    """Hide small counts of cells, and round a third of the others, as publishers do."""

    def change(cells, below=10, base=5):
        counts = cells["admissions"]
        small, every_third = (counts >= 1) & (counts < below), np.arange(counts.size).reshape(counts.shape) % 3 == 0
        rounded = every_third & (counts >= below)
        middle = (counts / base).round() * base
        return cells.assign(
            admissions=counts.where(~small & ~rounded),
            admissions_low=xr.where(small, 1.0, xr.where(rounded, middle - base // 2, counts)),
            admissions_high=xr.where(small, below - 1.0, xr.where(rounded, middle + base // 2, counts)),
        )

    return change
