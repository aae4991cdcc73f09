"""How anything gets onto a disk: whole or not at all, and what a process that was ended left is told from what lives.

Names load when first used.
"""

from __future__ import annotations

import lazy_loader

_FILES = {
    "owner": ("Owner",),
    "whole_file": ("reason", "write_new", "write_whole"),
    "folder_exchange": ("exchange",),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_FILES)
