"""Stage 5, too: what a rule of a waiting list does to waits, to the gap and to the total; and formulas of planning."""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "compare_rules": ("RuleComparison", "compare_rules"),
    "conservation": ("only_waits_move", "slots_waited_for", "what_is_conserved"),
    "followed_heads": ("run_by_heads",),
    "group_scenario": ("split_by_group",),
    "last_year": ("LastYear", "check_last_year", "observed_measures"),
    "kept_rules": ("KeptRules", "open_rules"),
    "learn_flows": ("Observed", "learn_flows", "treatment_pattern"),
    "list_changes": ("combined", "more_slots", "prehabilitation", "reminders", "reserve"),
    "list_flows": ("list_flows",),
    "list_measures": ("gap_of", "list_measures", "pooled", "weeks_until_closed"),
    "list_rules": (
        "ListRule", "accumulating", "as_now", "clinical_priority", "first_come", "longest_first", "own_rule",
    ),
    "list_planning": (
        "PRIORITY_TARGET_DAYS", "list_is_too_large", "load", "mean_wait_weeks_of_share", "pressure",
        "relief_capacity_per_week", "share_beyond_target", "target_capacity_per_week", "target_list_size",
        "target_mean_wait_weeks",
    ),
    "list_year_ahead": ("predict_next_year",),
    "read_waiting": ("read_waiting",),
    "rule_effects": ("RuleEffects", "rule_effects"),
    "rule_options": ("rule_changes",),
    "rules_file": ("ListQuestion", "read_list_rules", "read_rules_file"),
    "stated_share": ("StatedShare",),
    "waits_by_week": ("ByWeek", "a_year_later", "by_week"),
    "weekly_course": ("run_rule",),
    "year_change": ("YearChange", "swings", "year_change"),
}  # fmt: skip
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
