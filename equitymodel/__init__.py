"""Equity targets for planned hospital care, with honest uncertainty.

Names are grouped in the order in which data flows. Each loads when first used, so that
``import equitymodel`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_STAGES = {
    "equitymodel.data.tables.read_tables": ("read_admissions", "read_population", "read_need", "read_rates", "read_not_offered",),
    "equitymodel.data.cells.read_cells": ("read_cells", "make_cells", "data_log", "headline_expected",),
    "equitymodel.data.series.read_series": ("read_series", "series_frequency", "add_up_series",),
    "equitymodel.data.series.breaks": ("known_breaks",),
    "equitymodel.data.series.working_days": ("bank_holidays", "count_working_days",),
    "equitymodel.data.tables.suppression": ("SmallNumberRule", "small_number_rule", "count_bounds",),
    "equitymodel.data.cells.standardise": ("reference_rates", "reference_rates_within", "indirect_expected", "standardisation_difference", "standardised_ratio_limits", "directly_standardised_rate", "byar_limits", "exact_limits", "wilson_limits",),
    "equitymodel.data.tables.deprivation": ("ridit",),
    "equitymodel.data.tables.groups": ("Group", "group_of", "contrast_basis",),
    "equitymodel.data.cells.bands": ("by_band",),
    "equitymodel.data.cells.rate_error": ("RateError", "draw_reference_rates", "rate_error_share",),
    "equitymodel.data.tables.areas": ("icb_residents", "age_sex_profile",),
    "equitymodel.spec.library": ("load_model", "load_series_model", "model_names", "model_text",),
    "equitymodel.spec.model_spec": ("ModelSpec",),
    "equitymodel.spec.effect": ("Effect",),
    "equitymodel.spec.prior": ("Prior",),
    "equitymodel.spec.interruption": ("Interruption",),
    "equitymodel.spec.series_model": ("SeriesModel",),
    "equitymodel.spec.arms": ("add_up_arms",),
    "equitymodel.spec.interim": ("look_threshold",),
    "equitymodel.simulate.example": ("example_tables", "example_cells",),
    "equitymodel.simulate.simulated_series": ("simulate_series", "SeriesTruth",),
    "equitymodel.simulate.simulated_groups": ("group_tables", "GroupTables",),
    "equitymodel.simulate.simulated_cells": ("simulate_cells", "hide_small_numbers", "Truth", "Spreads",),
    "equitymodel.inference.grouped.prior_check": ("check_prior", "PriorCheck",),
    "equitymodel.inference.grouped.grouped_pymc": ("build_pymc",),
    "equitymodel.inference.grouped.nuts": ("Sampling",),
    "equitymodel.inference.laplace.sample_laplace": ("Laplace",),
    "equitymodel.inference.fit_model": ("fit_model",),
    "equitymodel.inference.fit": ("Fit", "save_fit", "load_fit",),
    "equitymodel.inference.grouped.need_error": ("NeedError", "draw_need_error",),
    "equitymodel.inference.grouped.age_bands": ("equalising_expected",),
    "equitymodel.inference.grouped.elasticity": ("fit_elasticity", "elasticity_over_need",),
    "equitymodel.comparison.glm": ("quasi_poisson_gap",),
    "equitymodel.comparison.segmented": ("segmented_models",),
    "equitymodel.inference.series.fit_interruption": ("fit_interruption",),
    "equitymodel.inference.series.interruption_fit": ("InterruptionFit",),
    "equitymodel.inference.series.series_pymc": ("build_interruption_pymc",),
    "equitymodel.estimands.power": ("minimum_detectable_effect",),
    "equitymodel.studies.explore_start": ("explore_start",),
    "equitymodel.studies.change_point": ("StartExplored",),
    "equitymodel.estimands.verdict": ("judge", "Evidence", "Verdict",),
    "equitymodel.inference.diagnosis": ("Diagnosis", "Check", "check_draws",),
    "equitymodel.estimands.rates": ("standardised_ratio", "reference_ratio", "expected_at_reference", "shortfall", "adjusted_rate",),
    "equitymodel.estimands.gaps": ("rate_ratio", "rate_difference", "pooled_ratio",),
    "equitymodel.estimands.gradients": ("slope_index", "relative_index", "relative_gradient_index",),
    "equitymodel.estimands.inequality": ("concentration_index", "horizontal_inequity", "share_to_move", "share_to_move_null", "null_counts",),
    "equitymodel.estimands.disparity": ("rate_ratio_to_reference", "rate_difference_to_reference", "theil_index", "theil_between", "theil_within", "index_of_disparity", "index_of_disparity_null",),
    "equitymodel.estimands.routes": ("route_change", "level_shortfall", "level_up_under_no_gap", "constant_budget", "growth_only",),
    "equitymodel.estimands.tipping": ("tipping_point", "allow_for_unmeasured_need", "probability_gap_persists", "allow_for_private_care", "e_value", "expected_without", "need_measured",),
    "equitymodel.estimands.nhp": ("nhp_multipliers", "corrected",),
    "equitymodel.estimands.benchmark": ("probability_worse", "rank_of_ics",),
    "equitymodel.estimands.interrupted_series": ("average_rate_ratio", "admissions_added", "cumulative_added", "predicted_added", "gap_change", "narrowing",),
    "equitymodel.estimands.false_discovery": ("largest_set",),
    "equitymodel.estimands.summary": ("summarise", "probability_above",),
    "equitymodel.report.tables": ("expected_table", "gap_measures", "gaps_table", "adjustments_table", "sensitivity_table", "targets_table", "total_measures", "totals_table",),
    "equitymodel.studies.multiverse": ("multiverse", "model_ladder",),
    "equitymodel.report.plots.multiverse_plot": ("plot_multiverse",),
    "equitymodel.report.plots.gap_plots": ("gap_data", "plot_gap", "plot_group_gaps", "adjustment_data", "plot_adjustments", "plot_tipping", "observed_expected_data", "plot_observed_expected",),
    "equitymodel.report.wording.statement": ("sentences", "limits",),
    "equitymodel.studies.compare": ("compare_engines", "compare_fits", "agreement",),
    "equitymodel.studies.truth": ("truth_coverage",),
    "equitymodel.studies.planning": ("time_to_know",),
    "equitymodel.studies.detectable_change": ("TimeToKnow",),
    "equitymodel.studies.forecasts": ("check_forecasts",),
    "equitymodel.report.checklist": ("reporting_checklist",),
    "equitymodel.studies.evaluate": ("evaluate",),
    "equitymodel.studies.evaluation": ("Evaluation",),
    "equitymodel.report.plots.interruption_plots": ("plot_interruption", "plot_cumulative", "plot_gap_over_time", "plot_specifications", "plot_start",),
    "equitymodel.estimands.parallel_trends": ("parallel_trends_data",),
    "equitymodel.studies.trend_difference": ("trend_difference",),
    "equitymodel.report.plots.parallel_trends_plot": ("plot_parallel_trends",),
    "equitymodel.report.evaluation_results": ("write_evaluation",),
    "equitymodel.report.results": ("make_results", "write_results", "Results",),
    "equitymodel.errors": ("EquityModelError", "EquityDataError", "SpecError", "DiagnosisError", "OutputError",),
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
