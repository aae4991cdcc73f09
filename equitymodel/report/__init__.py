"""Stage 6: what is said. Tables, pictures and plain sentences; the only place that draws."""

from __future__ import annotations

import lazy_loader

_GAPS = {
    "tables.gaps_table": ["gaps_table"],
    "tables.adjustments_table": ["adjustments_table"],
    "tables.sensitivity_table": ["sensitivity_table"],
    "tables.expected_table": ["expected_table"],
    "tables.targets_table": ["targets_table", "totals_table"],
    "tables.years_table": ["years_table"],
    "tables.shares_table": ["shares_table"],
    "wording.year_sentences": ["share_sentences", "year_sentences"],
    "plots.year_plots": ["plot_gap_by_year", "plot_ics_by_year", "plot_shares_by_year", "years_alt_text", "years_data"],
    "wording.statement": ["limits"],
    "content.any_sentences": ["sentences"],
    "plots.gap_plots": ["gap_alt_text", "gap_data", "plot_gap", "plot_group_gaps"],
    "plots.adjustment_plots": ["adjustment_alt_text", "adjustment_data", "plot_adjustments"],
    "tables.covariates_table": ["covariates_table"],
    "plots.tipping_plot": ["plot_tipping", "tipping_alt_text", "tipping_data"],
    "plots.gradient_plot": ["gradient_alt_text", "gradient_data", "plot_gradient"],
    "plots.route_plot": ["plot_routes", "route_alt_text", "route_data"],
    "plots.hexagon_map": ["hexagon_alt_text", "hexagon_data", "plot_hexagons"],
    "peers": ["Peers", "find_peers"],
    "plots.observed_plot": ["observed_expected_data", "plot_observed_expected"],
    "plots.multiverse_plot": ["plot_multiverse"],
    "destination": ["check_destination"],
    "results": ["Results", "make_results", "write_results"],
    "content.any_published": ["open_results"],
    "content.published": ["open_published"],
    "write_report": ["write_report"],
    "effects_results": ["write_effects"],
    "content.published_effects": ["open_effects"],
    "stages_results": ["write_stages"],
    "counted_results": ["write_counted"],
    "pooled_results": ["write_pooled"],
    "plots.pooled_plot": ["plot_pooled"],
    "tables.stages_table": ["stage_attribution_table", "stage_changes_table", "stage_gaps_table"],
    "plots.stages_plot": ["plot_stages", "stages_alt_text", "stages_data"],
    "content.published_stages": ["open_stages"],
    "decision_results": ["write_decision"],
    "content.published_decision": ["open_decision"],
    "plots.frontier_plot": ["frontier_alt_text", "plot_frontier"],
    "plots.equity_curve_plot": ["plot_equity_curve"],
    "plots.equity_plane_plot": ["plane_alt_text", "plot_equity_plane"],
}
_EVALUATIONS = {
    "backlog_results": ["write_backlog"],
    "plots.backlog_plot": ["plot_backlog"],
    "checklist": ["reporting_checklist"],
    "earlier_results": ["open_earlier"],
    "refresh_results": ["write_refresh"],
    "evaluation_results": ["write_evaluation"],
    "wording.evaluation_sentences": ["board_statement", "evaluation_sentences"],
    "plots.change_point_plot": ["plot_change_point"],
    "plots.interruption_plots": ["plot_cumulative", "plot_gap_over_time", "plot_interruption"],
    "plots.specifications_plot": ["plot_specifications"],
    "plots.parallel_trends_plot": ["plot_parallel_trends"],
}  # fmt: skip
_RELEASES = {
    "disclosure.count_table": ["CountTable"],
    "disclosure.disclosure_rules": ["disclosure_rules"],
    "disclosure.in_disguise": ["InDisguise", "counts_behind"],
    "disclosure.protect": ["Release", "protect"],
    "disclosure.releasable": ["releasable", "require_releasable"],
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_GAPS | _EVALUATIONS | _RELEASES)
