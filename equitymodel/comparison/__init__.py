"""Comparison methods: what others would have fitted, to compare the main models with."""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "autoregression": ("LineFit", "autoregressive", "neighbour_correlation", "newey_west", "prais_winsten",
                       "satterthwaite"),
    "glm": ("quasi_poisson_gap",),
    "segmented": ("segmented_models",),
    "segmented_data": ("SegmentedData", "against_controls", "beside_controls", "segmented_data"),
    "segmented_fits": ("SegmentedFit", "fit_negative_binomial"),
}  # fmt: skip
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
