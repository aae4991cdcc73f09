"""Many fits at once: jobs as values, whoever runs them, and what is kept of them."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "executors": ["Executor"],
        "job": ["Job", "cells_job", "series_job"],
        "memory": ["estimate_cells_memory", "estimate_series_memory"],
        "run_fits": ["FailedJob", "run_fits"],
    },
)
