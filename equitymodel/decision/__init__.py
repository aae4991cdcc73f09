"""Stage 5: what could be done. The register of strategies, and what each would move in a pathway."""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "effect_prior": ("EffectPrior",),
    "read_effects": ("read_effect_options",),
    "read_register": ("read_strategies", "register_text"),
    "register_words": ("strategy_words",),
    "strategy_effect": ("Capacity", "EffectOptions", "PerAdmission", "StrategyEffect"),
    "strategy_effects": ("StrategyEffects", "strategy_effects"),
    "strategy_record": ("Register", "Strategy"),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
