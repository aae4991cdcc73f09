"""Coefficients of covariates of areas, for one standard deviation and for one unit, as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.data.cells.area_covariates import CENTRE, COVARIATE, COVARIATES, SCALE, UNIT
from equitymodel.estimands.reading import RATIO
from equitymodel.estimands.summary import summarise
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.covariate_terms import covariate_coefficients
from equitymodel.vocabulary import ALL_PROCEDURES, PROCEDURE

LABELS = [COVARIATE, PROCEDURE, "per", "unit_of_covariate", "mean", "standard_deviation", "in_expected"]


def covariates_table(fit: CellFit) -> pd.DataFrame:
    """Lay out how use follows each covariate of areas, beside need and all else in the model.

    Parameters
    ----------
    fit
        A fit whose model has effects of the kind ``covariate``.

    Returns
    -------
    pandas.DataFrame
        Two rows a covariate and procedure: the ratio of use for one ``standard deviation`` and for one ``unit`` more
        of it, with the unit, its mean and standard deviation over people, and how it enters expected admissions:
        ``at its mean``, or ``as need``. No rows where the model has none.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, procedures=1, seed=1)
    >>> rows = {"ics": cells["ics"].values, "name": "distance", "value": [4.0, 7, 5, 12, 9, 3], "unit": "km"}
    >>> cells = em.data.with_covariates(cells, pd.DataFrame(rows), areas="any")
    >>> spec = em.spec.add_covariates(em.load_model("gap_by_procedure"), ["distance"])
    >>> fit = em.fit_model(spec, cells, engine="laplace", seed=1)
    >>> covariates_table(fit)[["per", "unit_of_covariate", "in_expected"]].values.tolist()
    [['standard deviation', 'km', 'at its mean'], ['unit', 'km', 'at its mean']]
    """
    found = covariate_coefficients(fit.require_sound().spec, fit.posterior, fit.cells)
    parts = []
    for name, coefficient in found.items():
        known = fit.cells[COVARIATES].sel({COVARIATE: name})
        each = coefficient if PROCEDURE in coefficient.dims else coefficient.expand_dims({PROCEDURE: [ALL_PROCEDURES]})
        said: dict[str, str | float] = {
            COVARIATE: name,
            "unit_of_covariate": str(known[UNIT].item()),
            "mean": float(known[CENTRE]),
            "standard_deviation": float(known[SCALE]),
            "in_expected": "as need" if name in fit.counted_covariates else "at its mean",
        }
        for per, size in (("standard deviation", 1.0), ("unit", float(known[SCALE]))):
            parts.append(summarise(np.exp(each / size), unit=RATIO).assign(per=per).assign(**said))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=LABELS)
    return table[[*LABELS, *(column for column in table if column not in LABELS)]]
