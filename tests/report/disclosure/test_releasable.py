import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.errors import OutputError
from equitymodel.report.disclosure.releasable import NOT_FOR_RELEASE, releasable, require_releasable

pytestmark = pytest.mark.unit
DRAWS = xr.DataArray(np.zeros((2, 3)), dims=("chain", "draw"), name="fitted")
POINTWISE = xr.Dataset({"log_likelihood": ("ics", np.zeros(3))})


@pytest.mark.parametrize("name", NOT_FOR_RELEASE)
def test_what_stays_with_the_data_is_refused_by_name(name):
    with pytest.raises(OutputError, match="not for release"):
        require_releasable(f"results/{name}")


@pytest.mark.parametrize(
    "what",
    [
        DRAWS,
        DRAWS.to_dataset(),
        POINTWISE,
        xr.DataTree.from_dict({"/posterior": DRAWS.to_dataset()}),
        xr.DataTree.from_dict({"/log_likelihood": xr.Dataset({"admissions": ("ics", np.zeros(3))})}),
        DRAWS.to_dataframe(),
        "fit.NC",
    ],
)
def test_draws_and_pointwise_likelihoods_are_refused(what):
    assert not releasable(what)
    with pytest.raises(OutputError, match="with the data"):
        require_releasable(what)


@pytest.mark.parametrize(
    "what", ["gaps.csv", "board.docx", pd.DataFrame({"ics": ["A"], "estimate": [0.9]}), DRAWS.mean()]
)
def test_tables_of_estimates_may_leave(what):
    assert releasable(what)
    require_releasable(what)
