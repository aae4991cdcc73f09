"""Options judged on a small made-up posterior, for tests of panels and of what publishes them."""

from __future__ import annotations

from functools import cache

import numpy as np
import xarray as xr

from equitymodel.decision.judged_options import JudgedOptions, judge_options
from equitymodel.decision.options_file import read_options
from tests.decision.test_judged_options import EXPECTED, FITTED, SHORT
from tests.decision.test_options_file import EVERYTHING, WHOLE

SMALL = ("total = 3090", "total = 950")


def effect_of(most: float, sd: float, seed: int, scale: float = 0.1) -> xr.DataArray:
    """Give draws of admissions added, the more the more deprived."""
    draws = np.random.default_rng(seed).normal(most, sd, (2, 200))
    steps = xr.DataArray([1.0, 0.8, 0.6, 0.4, 0.2], {"deprivation": range(1, 6)}, "deprivation")
    return FITTED * xr.DataArray(draws, dims=("chain", "draw")) * steps * scale


@cache
def with_routes() -> JudgedOptions:
    """Judge a route against none, with all but equity weights, growth and a pilot."""
    return judge_options(read_options(WHOLE.replace(*SMALL)), FITTED, EXPECTED, area="Devon")


@cache
def with_everything() -> JudgedOptions:
    """Judge routes and strategies, with every panel."""
    effects = {"reminders": effect_of(0.4, 0.3, 1), "both": effect_of(0.6, 0.4, 2)}
    return judge_options(read_options(EVERYTHING.replace(*SMALL)), FITTED, EXPECTED, area="Devon", effects=effects)


@cache
def with_little() -> JudgedOptions:
    """Judge a route against none, with no number beside."""
    return judge_options(read_options(SHORT), FITTED, EXPECTED)
