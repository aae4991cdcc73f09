"""Disclosure control of counts: what may leave, what is hidden, and what someone could still work out."""

from __future__ import annotations

import lazy_loader

_NAMES = {
    "attack": ["Reach", "attack"],
    "count_table": ["CountTable"],
    "disclosure_rules": ["DisclosureRules", "disclosure_rules"],
    "in_disguise": ["InDisguise", "counts_behind", "percentage_shown"],
    "protect": ["Release", "protect"],
    "releasable": ["releasable", "require_releasable"],
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_NAMES)
