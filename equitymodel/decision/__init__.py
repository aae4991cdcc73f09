"""Stage 5: what could be done. Strategies, what each would move in a pathway, and options judged on one posterior."""

from __future__ import annotations

import lazy_loader

_STRATEGIES = {
    "effect_prior": ("EffectPrior",),
    "read_effects": ("made_up_choice", "made_up_effects", "read_effect_options"),
    "read_register": ("read_strategies", "register_text"),
    "register_words": ("strategy_words",),
    "strategy_effect": ("Capacity", "EffectOptions", "PerAdmission", "StrategyEffect"),
    "strategy_effects": ("StrategyEffects", "strategy_effects"),
    "strategy_record": ("Register", "Strategy"),
}
_CHOICES = {
    "options_file": ("read_options", "read_options_file"),
    "decision_question": ("DecisionQuestion",),
    "strategy_changes": ("strategy_changes",),
    "judged_options": ("JudgedOptions", "judge_options"),
    "health_panels": ("curve_table", "impact_table", "switch_table", "weights_table"),
    "capacity_panels": ("frontier_table", "growth_table", "price_sentence"),
    "information_panels": ("information_table", "pilot_table"),
    "decision_log": ("Choice", "read_log", "record_decision"),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_STRATEGIES | _CHOICES)
