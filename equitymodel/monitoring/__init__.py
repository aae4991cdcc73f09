"""Stage 6: is it working? Counts as each month reported them, what was revised, what moved since the last report."""

from __future__ import annotations

import lazy_loader

_NAMES = {
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
