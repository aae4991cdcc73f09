"""A comparison method: the gap by quasi-Poisson regression, to compare the main model with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
import xarray as xr

from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.cells.read_cells import headline_expected
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PROCEDURE, cell_dims


def quasi_poisson_gap(cells: xr.Dataset, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Estimate the gap of each procedure, all ICSs sharing it, by quasi-Poisson regression.

    .. math:: \log \mu_{iq} = \log E_{iq} + a_i + d_q

    Parameters
    ----------
    cells
        From `read_cells`.
    confidence
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row a procedure: ``procedure, estimate, lower, upper, dispersion``. The estimate is
        the rate ratio of the most to the least deprived group within ICSs, with a confidence
        interval whose width allows for over-dispersion.

    Raises
    ------
    OptionError
        When the level is not between 0 and 1, or some counts are known only within bounds.

    Notes
    -----
    Weights ICSs by their admissions and borrows nothing between procedures, so it differs from
    the main model where gaps differ between ICSs. A large difference is a finding.

    References
    ----------
    McCullagh P, Nelder JA (1989) Generalized linear models. Chapman and Hall, ch 6.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> quasi_poisson_gap(simulate_cells(seed=1)[0]).columns.tolist()
    ['procedure', 'estimate', 'lower', 'upper', 'dispersion']
    """
    if not 0 < confidence < 1:
        raise OptionError(f"a confidence level lies between 0 and 1, not {confidence}")
    low, high = count_bounds(cells)
    if bool((low < high).any()):
        raise OptionError("quasi_poisson_gap needs exact counts; some of these are known only within bounds")
    rows = [_one_procedure(cells.sel({PROCEDURE: [name]}), confidence) for name in cells[PROCEDURE].values]
    return pd.DataFrame(rows)


def _one_procedure(cells: xr.Dataset, confidence: float) -> dict[str, object]:
    used = likelihood_cells(cells).values.ravel()
    sizes = [cells.sizes[dim] for dim in cell_dims(cells.dims)]
    ics, group = (index.ravel()[used] for index in np.indices(sizes)[:2])
    places = pd.get_dummies(pd.Categorical(ics), dtype=float)
    steps = pd.get_dummies(pd.Categorical(group), dtype=float).iloc[:, :-1]
    design = pd.concat([places.add_prefix("a"), steps.add_prefix("d")], axis=1)
    expected = headline_expected(cells).transpose(*cell_dims(cells.dims)).values.ravel()[used]
    counts = cells["admissions"].transpose(*cell_dims(cells.dims)).values.ravel()[used]
    result = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(expected)).fit(scale="X2")
    lower, upper = result.conf_int(1 - confidence).loc["d0"]
    return {
        PROCEDURE: cells[PROCEDURE].item(),
        "estimate": float(np.exp(result.params["d0"])),
        "lower": float(np.exp(lower)),
        "upper": float(np.exp(upper)),
        "dispersion": float(result.scale),
    }
