"""Stage 4: what is asked. Rules on a fit or on labelled draws; they never see how either was made."""

from __future__ import annotations

import lazy_loader

_MEASURES = {
    "fitted": ["FitOrDraws", "Fitted"],
    "reading": ["Reading"],
    "rates": ["REFERENCES", "adjusted_rate", "expected_at_reference", "reference_ratio", "shortfall",
              "standardised_ratio"],
    "gaps": ["pooled_ratio", "rate_difference", "rate_ratio"],
    "gradients": ["relative_gradient_index", "relative_index", "slope_index"],
    "inequality": ["concentration_index", "horizontal_inequity", "null_counts", "share_to_move",
                   "share_to_move_null"],
    "crossed_gaps": ["crossed_shortfall", "gap_between", "gap_within", "standardised_margins", "with_margins"],
    "disparity": ["index_of_disparity", "index_of_disparity_null", "rate_difference_to_reference",
                  "rate_ratio_to_reference", "theil_between", "theil_index", "theil_within"],
    "routes": ["constant_budget", "growth_only", "level_shortfall", "route_change"],
    "no_gap": ["WithoutGap", "change_without_gap", "level_up_under_no_gap"],
    "core20": ["core20_change", "core20_difference", "core20_ratio", "core20_shortfall"],
    "between_years": ["difference_change", "gap_narrowing", "ratio_change", "trend_a_year", "year_pairs"],
    "need_shares": ["group_shares", "share_change", "share_less_need"],
    "three_quantities": ["ThreeQuantities"],
    "yearly_admissions": ["YearlyAdmissions"],
    "pathway": ["cumulative_gaps", "probability_contributes_most", "stage_changes", "stage_gaps", "through"],
    "stage_attribution": ["attribute_to_stages", "largest_part"],
    "tipping": ["allow_for_private_care", "allow_for_unmeasured_need", "e_value", "expected_without", "need_measured",
                "probability_gap_persists", "tipping_point"],
    "benchmark": ["probability_worse", "rank_of_ics"],
    "nhp": ["corrected", "nhp_multipliers"],
    "summary": ["probability_above", "share_of_draws", "summarise"],
}  # fmt: skip
_RECORDS = {
    "measures": ["Measure", "headline_of"],
    "gap_records": ["gap_measures", "side_measures"],
    "crossed_records": ["crossed_measures"],
    "null_records": ["WorldOfChance", "null_measures"],
    "carried_draws": ["CarriedDraws", "carry_by", "carry_draws", "draw_shares"],
    "cell_records": ["cell_measures"],
    "year_records": ["year_measures"],
    "share_records": ["share_measures"],
    "lasting_share": ["lasting_share_measures"],
    "route_records": ["target_measures", "total_measures"],
    "sensitivity_records": ["sensitivity_measures"],
}
_SERIES = {
    "interrupted_series": ["admissions_added", "average_rate_ratio", "cumulative_added", "predicted_added"],
    "series_gap": ["WayRound", "gap_change", "narrowing", "way_round"],
    "exaggeration": ["Exaggeration", "exaggeration"],
    "effect_measure": ["EffectMeasure"],
    "parallel_trends": ["parallel_trends_data"],
    "power": ["AutocorrelatedNoise", "StudyDesign", "minimum_detectable_effect"],
    "verdict": ["Assessment", "Evidence", "assess"],
    "guards": ["Guard", "MonthOutOfLine", "Recovery", "rule_settings"],
    "beyond_line": ["recovery_evidence"],
    "false_discovery": ["found_at_false_discovery_rate"],
}  # fmt: skip
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_MEASURES | _RECORDS | _SERIES)
