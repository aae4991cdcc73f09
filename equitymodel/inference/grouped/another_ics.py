"""Counts of another ICS in place of each: what would be seen where an ICS were like the others."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equitymodel.inference.grouped.effect_parts import parts_of
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.inference.grouped.new_values import draw_new_values, sd_of_part
from equitymodel.inference.grouped.predict import COUNTED_AS_NEED, draw_expected, draw_predicted
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ICS, PERIOD, SAMPLE_DIMS, cell_dims


def draw_another_ics(spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, *, seed: int) -> xr.DataArray:
    """Predict the counts of an ICS like the others in place of each, with the same population and level.

    Parameters
    ----------
    spec, draws, cells
        A model, its draws, and cells of one year; of several years, the last with its draws.
    seed
        Seed of the random numbers.

    Returns
    -------
    xarray.DataArray
        Whole numbers of admissions; dims ``chain, draw, ics, deprivation, procedure``. Levels of each ICS are kept:
        it is differences between groups that are drawn anew.

    Notes
    -----
    Standard deviations are those of a fit to all ICSs, the one that is replaced among them, which makes the comparison
    a little too kind to it; with ten ICSs or more the difference is small.

    References
    ----------
    Marshall EC, Spiegelhalter DJ (2007) Identifying outliers in Bayesian hierarchical models: a simulation-based
    approach. Bayesian Analysis 2:409. doi:10.1214/07-BA218

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, seed=1)
    >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
    >>> draw_another_ics(fit.spec, fit.posterior, cells, seed=1).dims
    ('chain', 'draw', 'ics', 'deprivation', 'procedure')
    """
    rng = np.random.default_rng([seed, 31])
    terms = []
    for effect in spec.for_sizes(cells.sizes).effects:
        anew = (
            ICS in effect.over
            and effect.pooled
            and (effect.form.ordered or effect.shaped)
            and not effect.change.between_years
        )
        for part in parts_of(effect):
            if anew:
                values = draw_new_values(part, sd_of_part(part, draws, rng), draws, cells, rng)
            else:
                values = draws[part.variable]
                values = values.isel({PERIOD: -1}, drop=True) if PERIOD in values.dims else values
            terms.append(values if effect.shaped else values * weight_in_cells(effect.form, cells))
    expected = draw_expected(cells, draws)
    log_ratio = sum(terms[1:], terms[0]) - draws.get(COUNTED_AS_NEED, 0.0)
    mean = (np.exp(log_ratio) * expected).where(cells["offered"])
    return draw_predicted(mean.transpose(*SAMPLE_DIMS, *cell_dims(cells.dims)), draws, seed=seed).where(mean.notnull())
