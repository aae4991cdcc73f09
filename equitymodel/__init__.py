"""Equity targets for planned hospital care, with honest uncertainty.

The names here are those of the usual journeys, in the order in which data flows; everything else
lives in its stage, such as ``equitymodel.estimands.concentration_index``. Each loads when first used.
"""

from __future__ import annotations

import lazy_loader

from . import errors as errors  # light, and there at once for whoever catches them

_STAGES = (
    "data",
    "spec",
    "simulate",
    "inference",
    "comparison",
    "estimands",
    "studies",
    "decision",
    "monitoring",
    "waiting",
    "report",
)
_JOURNEYS = {
    # 1 what was observed
    "data": ("Deprivation", "Group", "Periods", "SmallNumbers", "data_log", "read_cells", "read_series"),
    # 2 what is assumed
    "spec": ("Interruption", "Prior", "load_model", "load_series_model", "read_lodged_plan"),
    # known truth
    "simulate": ("example_cells", "simulate_cells", "simulate_series"),
    # 3 how it is learned
    "inference": ("Fit", "Laplace", "NeedError", "check_prior", "fit_model", "load_fit", "run_fits", "save_fit"),
    # 4 what is asked
    "estimands": (
        "pooled_ratio", "rate_ratio", "rate_ratio_to_reference", "route_change", "shortfall", "slope_index",
        "summarise",
    ),
    "studies": ("Evaluation", "backlog", "evaluate", "lodge_plan", "multiverse", "time_to_know"),
    # 5 what could be done
    "decision": ("read_strategies", "strategy_effects"),
    # 6 what is said
    "report": (
        "make_results", "plot_adjustments", "plot_gap", "plot_gap_over_time", "plot_interruption",
        "plot_multiverse", "sentences", "write_evaluation", "write_report", "write_results",
    ),
    "errors": ("EquityModelError",),
}  # fmt: skip
__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=_STAGES, submod_attrs=_JOURNEYS)
