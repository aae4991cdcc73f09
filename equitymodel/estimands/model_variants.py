"""Other models of a series, each with one term more or less than that of the verdict."""

from __future__ import annotations

from equitymodel.spec.interruption import Interruption
from equitymodel.spec.series_model import SeriesModel

VARIANTS = {
    "slope": ("level only", "level and slope"),
    "variation": ("no extra variation", "extra variation"),
    "trend": ("no trend before", "with a trend before"),
    "bend": ("straight trend", "a trend that bends"),
}
"""What a model is called without a term, and with it."""


def other_models(model: SeriesModel, plan: Interruption) -> dict[str, SeriesModel]:
    """Give the model of the verdict and others to show beside it, by name.

    Each variant has one term more or less, with the priors of the file; a term the file does not know is not tried.

    Parameters
    ----------
    model
        That of the verdict.
    plan
        What was declared: where level and trend may not both change, no model has a change of trend more or less.

    Returns
    -------
    dict
        Models by name; ``default`` is the one that was given.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> list(other_models(load_series_model(), Interruption("2023-04")))[:3]
    ['default', '1 harmonic', 'level only']
    """
    waves, wave_words = (1, "1 harmonic") if model.harmonics != 1 else (2, "2 harmonics")
    found = {"default": model}
    if model.knows("season"):
        found[wave_words] = model.including("season").with_harmonics(waves)
    for term, (without, with_it) in VARIANTS.items():
        if model.knows(term) and (term != "slope" or (plan.may_step and plan.may_slope)):
            had = model.has(term)
            found[without if had else with_it] = model.leaving_out(term) if had else model.including(term)
    return found
