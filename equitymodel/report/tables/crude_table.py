"""The gap as counted beside the modelled one, ICS by ICS, and which ICSs are unlike the rest."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.estimands.crude_gap import UNLIKE, crude_gap, probability_like_others
from equitymodel.estimands.gaps import gap_of
from equitymodel.estimands.summary import summarise
from equitymodel.inference.grouped.another_ics import draw_another_ics
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.rows import label_of_groups
from equitymodel.studies.carried_fit import CarriedFit, as_counted
from equitymodel.vocabulary import GROUP, ICS, PROCEDURE, SAMPLE_DIMS, cell_dims


def crude_table(fit: CellFit) -> pd.DataFrame:
    """Lay out the crude gap beside the modelled one for each ICS and procedure, and flag an ICS unlike the rest.

    Parameters
    ----------
    fit
        A diagnosed fit; of several years, the last is taken.

    Returns
    -------
    pandas.DataFrame
        One row an ICS and procedure (and group, where groups have no order): ``crude`` rate ratio from counts alone,
        modelled ``estimate, lower, upper`` (the area as it is), ``probability_like_others`` (that an ICS like the
        others would show a crude gap at least as far from theirs) and ``unlike_the_rest`` (yes below 0.01; as many
        in a hundred rows are expected by chance). A crude gap needs counts that are known; of a fit that was carried
        over to other areas, rows are of those that stayed as they were counted.

    Notes
    -----
    The probability compares counts with a replicate ICS whose differences between groups are drawn anew. It says
    that an ICS is unlike the rest, not why: data, coding or a real difference. Its power is low where counts are
    small; the interval of the modelled gap is that of the area all the same.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=5, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
    >>> crude_table(fit)["unlike_the_rest"].tolist()
    ['no', 'no', 'no', 'no', 'no']
    """
    if isinstance(fit, CarriedFit):
        own = crude_table(as_counted(fit))
        return own[[fit.crosswalk.becomes(area) == (area,) for area in own[ICS]]].reset_index(drop=True)
    fit = year_of(fit)
    group = CellFacts.of(fit.cells).group
    low, high = count_bounds(fit.cells)
    counts = low.where(likelihood_cells(fit.cells) & (low == high)).transpose(*cell_dims(fit.cells.dims))
    expected = fit.expected_under().mean(SAMPLE_DIMS) if "chain" in fit.expected.dims else fit.expected
    crude = crude_gap(counts, expected, group)
    replicates = crude_gap(draw_another_ics(fit.spec, fit.posterior, fit.cells, seed=fit.seed), expected, group)
    beside = {"crude": crude, "probability_like_others": probability_like_others(replicates, crude)}
    counted = xr.Dataset({name: values.reset_coords(drop=True) for name, values in beside.items()}).to_dataframe()
    labels = [*label_of_groups(fit), PROCEDURE]
    table = summarise(gap_of(fit)).merge(counted.dropna().reset_index(), on=[ICS, *labels])
    names = dict(zip(fit.cells[ICS].values.tolist(), fit.cells["ics_name"].values.tolist(), strict=True))
    table["ics_name"] = table[ICS].map(names)
    table["unlike_the_rest"] = (table["probability_like_others"] < UNLIKE).map({True: "yes", False: "no"})
    columns = ["crude", "estimate", "lower", "upper", "probability_like_others", "unlike_the_rest"]
    laid_out: pd.DataFrame = table[[ICS, "ics_name", *labels, *columns]]
    return laid_out.rename(columns={GROUP: group.name})
