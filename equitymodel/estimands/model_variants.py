"""Other models of a series, each with one term more or less than that of the verdict."""

from __future__ import annotations

from equitymodel.spec.series_model import SeriesModel

VARIANTS = {
    "slope": ("level only", "level and slope"),
    "variation": ("no extra variation", "extra variation"),
    "trend": ("no trend before", "with a trend before"),
}
"""What a model is called without a term, and with it."""


def other_models(model: SeriesModel) -> dict[str, SeriesModel]:
    """Give the model of the verdict and others to show beside it, by name.

    Each variant has one term more or less, with the priors of the file; a term the file does not know is not tried.

    Parameters
    ----------
    model
        That of the verdict.

    Returns
    -------
    dict
        Models by name; ``default`` is the one that was given.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> list(other_models(load_series_model()))[:3]
    ['default', '1 harmonic', 'level only']
    """
    waves, wave_words = (1, "1 harmonic") if model.harmonics != 1 else (2, "2 harmonics")
    found = {"default": model}
    if model.knows("season"):
        found[wave_words] = model.including("season").with_harmonics(waves)
    for term, (without, with_it) in VARIANTS.items():
        if model.knows(term):
            had = model.has(term)
            found[without if had else with_it] = model.leaving_out(term) if had else model.including(term)
    if model.knows("season") and model.knows("slope"):
        words = VARIANTS["slope"][0 if model.has("slope") else 1]
        found[f"{wave_words}, {words}"] = found[words].including("season").with_harmonics(waves)
    return found
