"""Stage 6: is it working? Charts of measured series and the metrics charted; counts as reported, and what moved since.

A signal is for looking into. Evidence of an effect comes from an evaluation (`equitymodel.studies.evaluate`).
"""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "any_two_years": ("gap_between_all_years", "gap_between_years"),
    "area_funnel": ("AreaFunnel", "area_funnel", "fitted_funnel"),
    "chart_plan": ("ChartPlan",),
    "chart_rules": ("ChartRules", "chart_rules"),
    "chart_signals": ("find_signals",),
    "control_chart": ("ControlChart", "control_chart", "control_charts"),
    "control_limits": ("ControlLimits", "xmr_limits"),
    "count_limits": ("Charted", "chart_limits"),
    "cumulative_sums": ("cusum", "moving_average", "poisson_scores", "residuals", "running_sum", "yes_no_scores"),
    "false_alarms": ("FalseAlarms", "false_alarms"),
    "funnel_limits": ("Funnel", "funnel"),
    "compared_years": ("ComparedYears",),
    "memory_alarms": ("MemoryMonitored", "monitor_memory"),
    "memory_chart": ("MemoryChart", "MemoryPlan", "memory_chart"),
    "metric_series": ("metric_series",),
    "metric_set": ("Metric", "metric_named", "metric_text", "metric_words", "metrics"),
    "monitored": ("Monitored", "monitor"),
    "observed_expected": ("observed_expected",),
    "predictive_funnel": ("predictive_funnel",),
    "run_lengths": ("cusum_run_length", "decision_for", "ewma_run_length", "exact_decision"),
    "series_memory": ("SeriesMemory",),
    "several_metrics": ("SeveralMetrics",),
    "locked_limits": ("locked_days",),
    "causes": ("Cause", "causes_between"),
    "changes_since": ("changes_since",),
    "delay_until_seen": ("DelayUntilSeen", "delay_until_seen", "errors_of_waiting"),
    "monthly_look": ("monthly_look",),
    "nowcast": ("Nowcast", "nowcast", "nowcast_by"),
    "revisions": ("new_periods", "revision_triangle", "revisions"),
    "vintage_guards": ("refuse_shorter",),
    "vintages": ("Vintage", "Vintages", "vintage_rows"),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
