"""The layouts there are: every file of this folder that holds a `LAYOUT`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from equitymodel.data.tables.layouts.table_layout import TableLayout

READERS = {Path(__file__).stem, "apply_layout", "table_layout"}
"""Files of this folder that are no layout."""


def _find_files() -> dict[str, TableLayout]:
    """Read the layout of each file of this folder."""
    names = [file.name for file in iter_modules([str(Path(__file__).parent)]) if file.name not in READERS]
    found = [import_module(f"{__package__}.{name}").LAYOUT for name in names]
    return {layout.name: layout for layout in found}


LAYOUTS_SENT = _find_files()
"""Every layout by its name."""
