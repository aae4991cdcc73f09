"""A small model of a series with controls, quick to fit."""

import pytest

from equitymodel.spec.library import load_series_model


@pytest.fixture(scope="session")
def plain_controlled():
    """No trend, no season: a level for each arm, one change for all and one for the exposed."""
    model = load_series_model("controlled_interruption").with_harmonics(0)
    return model.leaving_out("trend", "season", "slope", "common_slope")
