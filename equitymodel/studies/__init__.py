"""Studies that fit more than one model: evaluations, falsification, forecasts, planning, comparisons. No pages."""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "backlog": ("backlog",),
    "carried_fit": ("CarriedFit", "carry_fit"),
    "change_point": ("ChangePoint",),
    "compare": ("agreement", "compare_engines", "compare_fits"),
    "detectable_change": ("TimeToKnow",),
    "evaluate": ("evaluate",),
    "evaluation": ("Evaluation", "outcome_draws"),
    "evaluation_fits": ("EvaluationFits",),
    "explore_change_point": ("explore_change_point",),
    "falsify": ("fit_placebo_dates", "fit_placebo_outcome"),
    "forecasts": ("check_forecasts", "forecast_origins"),
    "held_to_plan": ("HeldToPlan", "hold_to_plan"),
    "impact": ("gap_table", "impact_table"),
    "index_change": ("indices_side_by_side",),
    "left_out": ("LeftOut", "left_out_sentence"),
    "lodge_plan": ("lodge_plan",),
    "main_fit": ("MainFit", "fit_main"),
    "missed_admissions": ("Backlog",),
    "multiverse": ("model_ladder", "multiverse"),
    "other_models": ("fit_other_models", "models_table"),
    "planning": ("time_to_know",),
    "saved_evaluation": ("load_evaluation", "save_evaluation"),
    "trend_difference": ("trend_difference",),
    "truth": ("truth_coverage",),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
