"""The same model fitted by the fast engine and by long sampling."""

from equitymodel.inference.grouped.grouped_layout import lay_out_cells
from equitymodel.inference.grouped.nuts import Sampling, sample, start_from
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.vocabulary import SAMPLE_DIMS

WELL = Laplace(draws=4000, points=1024)
"""With so many points that widths of spreads are known to 3 %."""


def fit_both(spec, cells, *, draws=6000):
    """Draws of the fast engine, and of sampling that begins from them."""
    quick = sample_laplace(spec, cells, settings=WELL, seed=1)["posterior"].to_dataset()
    layout, long = lay_out_cells(spec, cells), Sampling(draws=draws, tune=1000, target_accept=0.9)
    exact = sample(layout, sampling=long, seed=1, start=start_from(layout, quick))
    return quick, exact["posterior"].to_dataset()


def apart_and_width(ours, theirs):
    """How many standard deviations means are apart, and standard deviations of ours over theirs."""
    sd = theirs.std(SAMPLE_DIMS)
    return abs(ours.mean(SAMPLE_DIMS) - theirs.mean(SAMPLE_DIMS)) / sd, ours.std(SAMPLE_DIMS) / sd
