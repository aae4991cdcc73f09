"""Equity targets for planned hospital care, with honest uncertainty.

Names are grouped in the order in which data flows. Each loads when first used, so that
``import equitymodel`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_STAGES = {
    # 1 what was observed
    "equitymodel.data.read": ("read_admissions", "read_population", "read_need", "read_rates", "read_not_offered"),
    "equitymodel.data.cells": ("read_cells", "make_cells", "data_log", "headline_expected"),
    "equitymodel.data.series": ("read_series", "series_frequency", "add_up_series"),
    "equitymodel.data.breaks": ("known_breaks",),
    "equitymodel.data.working_days": ("bank_holidays", "count_working_days"),
    "equitymodel.data.small_numbers": ("SmallNumberRule", "small_number_rule", "count_bounds"),
    "equitymodel.data.standardise": (
        "reference_rates", "reference_rates_within", "indirect_expected", "standardisation_difference",
        "standardised_ratio_limits",
        "directly_standardised_rate", "byar_limits", "exact_limits", "wilson_limits",
    ),
    "equitymodel.data.deprivation": ("ridit",),
    "equitymodel.data.groups": ("Group", "group_of", "contrast_basis"),
    "equitymodel.data.bands": ("by_band",),
    "equitymodel.data.rate_error": ("RateError", "draw_reference_rates", "rate_error_share"),
    "equitymodel.data.areas": ("icb_residents", "age_sex_profile"),
    # 2 what is assumed
    "equitymodel.spec.library": ("load_model", "load_series_model", "model_names", "model_text"),
    "equitymodel.spec.model_spec": ("ModelSpec",),
    "equitymodel.spec.effect": ("Effect",),
    "equitymodel.spec.prior": ("Prior",),
    "equitymodel.spec.interruption": ("Interruption",),
    "equitymodel.spec.series_model": ("SeriesModel",),
    "equitymodel.spec.arms": ("add_up_arms",),
    "equitymodel.spec.looks": ("look_threshold",),
    # known truth
    "equitymodel.simulate.example": ("example_tables", "example_cells"),
    "equitymodel.simulate.series": ("simulate_series", "SeriesTruth"),
    "equitymodel.simulate.groups": ("group_tables", "GroupTables"),
    "equitymodel.simulate.counts": ("simulate_cells", "hide_small_numbers", "Truth", "Spreads"),
    # 3 how it is learned
    "equitymodel.inference.prior_check": ("check_prior", "PriorCheck"),
    "equitymodel.inference.pymc_model": ("build_pymc",),
    "equitymodel.inference.nuts": ("Sampling",),
    "equitymodel.inference.laplace.engine": ("Laplace",),
    "equitymodel.inference.fit": ("fit_model", "Fit", "save_fit", "load_fit"),
    "equitymodel.inference.need_error": ("NeedError", "draw_need_error"),
    "equitymodel.inference.age_bands": ("equalising_expected",),
    "equitymodel.inference.elasticity": ("fit_elasticity", "elasticity_over_need"),
    "equitymodel.inference.glm": ("quasi_poisson_gap",),
    "equitymodel.inference.segmented": ("segmented_models",),
    "equitymodel.inference.interruption.fit": ("fit_interruption", "InterruptionFit"),
    "equitymodel.inference.interruption.pymc_model": ("build_interruption_pymc",),
    "equitymodel.inference.interruption.power": ("minimum_detectable_effect",),
    "equitymodel.inference.interruption.start": ("explore_start", "StartExplored"),
    "equitymodel.inference.interruption.verdict": ("judge", "Evidence", "Verdict"),
    "equitymodel.inference.diagnose": ("Diagnosis", "Check", "check_draws"),
    # 4 what is asked
    "equitymodel.estimands.rates": (
        "standardised_ratio", "reference_ratio", "expected_at_reference", "shortfall", "adjusted_rate",
    ),
    "equitymodel.estimands.gaps": ("rate_ratio", "rate_difference", "pooled_ratio"),
    "equitymodel.estimands.gradients": ("slope_index", "relative_index", "relative_gradient_index"),
    "equitymodel.estimands.inequality": (
        "concentration_index", "horizontal_inequity", "share_to_move", "share_to_move_null", "null_counts",
    ),
    "equitymodel.estimands.disparity": (
        "rate_ratio_to_reference", "rate_difference_to_reference", "theil_index", "theil_between", "theil_within",
        "index_of_disparity", "index_of_disparity_null",
    ),
    "equitymodel.estimands.routes": (
        "route_change", "level_shortfall", "level_up_under_no_gap", "constant_budget", "growth_only",
    ),
    "equitymodel.estimands.tipping": (
        "tipping_point", "allow_for_unmeasured_need", "probability_gap_persists", "allow_for_private_care", "e_value",
        "expected_without", "need_measured",
    ),
    "equitymodel.estimands.nhp": ("nhp_multipliers", "corrected"),
    "equitymodel.estimands.benchmark": ("probability_worse", "rank_of_ics"),
    "equitymodel.estimands.interruption": (
        "average_rate_ratio", "admissions_added", "cumulative_added", "predicted_added", "gap_change", "narrowing",
    ),
    "equitymodel.estimands.discoveries": ("largest_set",),
    "equitymodel.estimands.summary": ("summarise", "probability_above"),
    # 6 what is said
    "equitymodel.report.tables": (
        "expected_table", "gap_measures", "gaps_table", "adjustments_table", "sensitivity_table", "targets_table",
        "total_measures", "totals_table",
    ),
    "equitymodel.report.multiverse": ("multiverse", "model_ladder", "plot_multiverse"),
    "equitymodel.report.plots": (
        "gap_data", "plot_gap", "plot_group_gaps", "adjustment_data", "plot_adjustments", "plot_tipping",
        "observed_expected_data", "plot_observed_expected",
    ),
    "equitymodel.report.statement": ("sentences", "limits"),
    "equitymodel.report.compare": ("compare_engines", "compare_fits", "agreement"),
    "equitymodel.report.truth": ("truth_coverage",),
    "equitymodel.report.time_to_know": ("time_to_know", "TimeToKnow"),
    "equitymodel.report.forecasts": ("check_forecasts",),
    "equitymodel.report.checklist": ("reporting_checklist",),
    "equitymodel.report.evaluate": ("evaluate", "Evaluation"),
    "equitymodel.report.interruption_plots": (
        "plot_interruption", "plot_cumulative", "plot_gap_over_time", "plot_specifications", "plot_start",
    ),
    "equitymodel.report.parallel_trends": ("parallel_trends_data", "trend_difference", "plot_parallel_trends"),
    "equitymodel.report.interruption_results": ("write_evaluation",),
    "equitymodel.report.results": ("make_results", "write_results", "Results"),
    # errors
    "equitymodel.errors": ("EquityModelError", "EquityDataError", "SpecError", "DiagnosisError", "OutputError"),
}  # fmt: skip
_HOME = {name: module for module, names in _STAGES.items() for name in names}

__all__ = list(_HOME)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'equitymodel' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*_HOME, "__version__"])
