"""A small table of a series that keeps the contract."""

import pandas as pd
import pytest

from tests.data.series_changes import AREAS, MONTHS


@pytest.fixture(scope="session")
def table():
    """Two years of two ICSs and five groups, as text: exact counts, and a population that does not move."""
    rows = [(period, ics, group, 40 + 3 * group + month % 5, 1000 * group)
            for month, period in enumerate(MONTHS) for ics in AREAS for group in range(1, 6)]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "ics", "deprivation", "admissions", "population"]).astype(str)
