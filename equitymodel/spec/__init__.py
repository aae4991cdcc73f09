"""Stage 2: what is assumed. Models as values, read from files with a closed vocabulary."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "arms": ["add_up_arms", "add_up_exposed", "cells_of_arms"],
        "covariate_effects": ["add_covariates"],
        "dates": ["read_day"],
        "effect": ["Effect"],
        "interim": ["interim_threshold"],
        "interruption": ["Interruption"],
        "kinds.effect_kind": ["EffectKind"],
        "kinds.registry": ["KINDS"],
        "library": [
            "choose_model",
            "choose_series_model",
            "load_model",
            "load_series_model",
            "model_names",
            "model_text",
        ],
        "lodged_plan": ["LodgedPlan", "read_lodged_plan"],
        "model_spec": ["ModelSpec"],
        "prior": ["Prior"],
        "read_series_model": ["read_series_model"],
        "read_spec": ["read_spec"],
        "series_model": ["Noise", "SeriesModel", "Term"],
        "terms": ["seasonal_harmonics", "segmented_terms"],
    },
)
