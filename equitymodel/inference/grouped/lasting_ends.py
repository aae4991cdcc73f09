"""The two ends of what one year leaves open: that nothing lasts of what is new to it, or that all of it does."""

from __future__ import annotations

import xarray as xr

from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.share import ShareThatLasts
from equitymodel.vocabulary import PERIOD

NEARLY = 1000.0
"""A Beta prior with this many variances on one side and one on the other is nearly an end."""
NOTHING_LASTS, ALL_LASTS = ShareThatLasts(1.0, NEARLY), ShareThatLasts(NEARLY, 1.0)
ENDS_DRAWS = Laplace(draws=500)
"""Enough for the 95 % interval of an end, which stands beside the headline."""


def fit_lasting_ends(
    spec: ModelSpec, cells: xr.Dataset, *, seed: int, progress: Progress | None = None
) -> tuple[xr.DataArray, xr.DataArray] | None:
    """Fit cells of one year with the share that lasts held near 0 and near 1, by the fast engine.

    Parameters
    ----------
    spec, cells
        The model, and the cells of one year.
    seed
        Seed of the random numbers.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    tuple of xarray.DataArray
        Draws of fitted admissions if nothing lasts, and if everything does; none where several years tell the share,
        and where the model has none. Need is taken as reported.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=5, seed=1)
    >>> none, every = fit_lasting_ends(em.load_model(), cells, seed=1)
    >>> none.dims
    ('chain', 'draw', 'ics', 'deprivation', 'procedure')
    """
    if PERIOD in cells.dims or not spec.for_sizes(cells.sizes).shares_in_words():
        return None

    def fitted(share: ShareThatLasts) -> xr.DataArray:
        model = spec.with_share(share)
        tree = sample_laplace(model, cells, settings=ENDS_DRAWS, seed=seed, progress=progress)
        draws = tree["posterior"].to_dataset()
        return draw_fitted(draw_ratios(model, draws, cells), draw_expected(cells, draws))

    return fitted(NOTHING_LASTS), fitted(ALL_LASTS)
