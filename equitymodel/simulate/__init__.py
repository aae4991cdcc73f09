"""Known truth, in plain numpy, to try methods on. Never imports inference.

Names load when first used.
"""

from __future__ import annotations

import lazy_loader

_FILES = {
    "cell_worlds": ("WORLDS", "CellSizes", "Deviations", "Outlier", "World"),
    "example": ("ExampleTables", "example_cells", "example_tables"),
    "simulated_cells": ("LocalVariation", "Truth", "hide_small_numbers", "simulate_cells"),
    "simulated_crossed": ("CrossedWorld", "MainGroup", "crossed_tables"),
    "simulated_groups": ("GroupTables", "group_tables"),
    "simulated_records": ("MadeUpRecords", "made_up_records"),
    "simulated_series": ("SeriesTruth", "simulate_series"),
    "simulated_stages": ("StageWorld", "demo_stages", "example_stages", "simulate_stages"),
    "simulated_years": ("simulate_years",),
    "series_worlds": ("SERIES_WORLDS", "Layout", "SeriesWorld", "TrueEffect", "right_world"),
    "simulated_world": ("SeriesOfWorld", "TruthOfWorld", "simulate_world"),
    "series_world": ("Change", "MonthlyNoise", "Shock", "Sizes", "Usual"),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_FILES)
