"""Which other models of a series are defensible: those that keep every term that the data before the start support."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.series_model import SeriesModel

CALLED_FOR = 0.90
"""The data before the start support a term when zero lies outside the credible region of this probability."""
VARIANTS = {
    "slope": ("level only", "level and slope"),
    "variation": ("no extra variation", "extra variation"),
    "trend": ("no trend before", "with a trend before"),
}
"""What a model is called without a term, and with it."""


def other_models(model: SeriesModel) -> dict[str, SeriesModel]:
    """Give the model of the verdict and others that may be defensible, by name; see `why_not_defensible`.

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


def share_nearer_than_zero(draws: np.ndarray) -> float:
    """Give the probability of the smallest credible region, around the centre of draws, that reaches zero.

    Parameters
    ----------
    draws
        Shape (draw, term); distances are those of Mahalanobis.

    Returns
    -------
    float
        The share of draws that lie nearer to their centre than zero does; near 1 = a term other than zero.

    Examples
    --------
    >>> round(share_nearer_than_zero(np.random.default_rng(1).normal(1.0, 0.5, size=(100_000, 1))), 2)
    0.95
    """
    centre, precision = draws.mean(axis=0), np.linalg.pinv(np.atleast_2d(np.cov(draws.T)), rcond=1e-8)
    away = draws - centre
    distance = np.einsum("di,ij,dj->d", away, precision, away)
    return float((distance < centre @ precision @ centre).mean())


def why_not_defensible(model: SeriesModel, other: SeriesModel, called_for: dict[str, float]) -> str:
    """Say why a model is not defensible: it leaves out terms that the data before the start support.

    Parameters
    ----------
    model, other
        The model of the verdict, and the other.
    called_for
        From `terms_called_for`.

    Returns
    -------
    str
        The reason; empty for a model that can be defended.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> model = load_series_model()
    >>> why_not_defensible(model, model.leaving_out("trend"), {"trend": 0.98})
    'the data before the start call for the trend that it leaves out (zero lies outside its 98 % region)'
    >>> why_not_defensible(model, model.leaving_out("trend"), {"trend": 0.6})
    ''
    """
    left_out = [f"wave {k}" for k in range(other.harmonics + 1, model.harmonics + 1)]
    left_out += ["trend"] if model.has("trend") and not other.has("trend") else []
    found = {term: called_for[term] for term in left_out if called_for.get(term, 0.0) > CALLED_FOR}
    if not found:
        return ""
    shares = ", ".join(f"{100 * share:.3g}" for share in found.values())
    return (
        f"the data before the start call for the {' and the '.join(found)} that it leaves out "
        f"(zero lies outside its {shares} % region)"
    )
