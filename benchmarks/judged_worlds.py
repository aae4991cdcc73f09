"""Judge series of simulated worlds: by the interval of the main fit and, where it finds a change that matters, in full."""

from __future__ import annotations

import numpy as np
from kept_cells import Cell, interval, seed_of

import equitymodel as em
from equitymodel.errors import DiagnosisError
from equitymodel.estimands.interrupted_series import average_rate_ratio, judged_periods
from equitymodel.estimands.series_gap import gap_change
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.simulate.series_worlds import SERIES_WORLDS, SeriesWorld, TrueEffect, right_world
from equitymodel.simulate.series_worlds import Layout as SeriesLayout
from equitymodel.simulate.simulated_world import SeriesOfWorld, simulate_world
from equitymodel.spec.interruption import Outcome
from equitymodel.spec.library import choose_series_model
from equitymodel.studies.main_fit import fit_main

RELEVANT = 0.80
FOUND = ("interval", "matters")
PARTS = {
    "placebo": "placebo dates", "placebo_outcome": "placebo outcome", "forecasts": "forecasts", "drift": "drift",
    "one_month": "one month", "parallel_trends": "parallel trends", "recovery": "recovery",
}  # fmt: skip
"""Parts of the rule beside the interval and what matters, in words."""


def world_of_name(cell: Cell, replicate: int) -> dict[str, object]:
    """Judge a replicate of a world by its name, for the level or the gap; in full if it is among the first so many."""
    name, outcome, in_full = cell
    return judge(SERIES_WORLDS[name], outcome, seed_of("worlds", cell[:-1], replicate), in_full=replicate < in_full)


def right(cell: Cell, replicate: int) -> dict[str, object]:
    """Judge a replicate of a world that is the model's, with a true effect."""
    outcome, form, declared, size, (before, after), expected, in_full = cell
    world = right_world(TrueEffect(size, form), declared, SeriesLayout.before_pandemic(before, after), expected)
    return judge(world, outcome, seed_of("right", cell[:-1], replicate), in_full=replicate < in_full)


def judge(world: SeriesWorld, outcome: Outcome, seed: int, *, in_full: bool = True) -> dict[str, object]:
    """Judge one series: interval, truth, and the verdict where the interval finds a change that matters.

    Parameters
    ----------
    world, outcome, seed
        As for `simulate_world`.
    in_full
        Whether to go on to the verdict; if not, ``real`` and ``not_assessable`` are missing where a change is found.

    Returns
    -------
    dict
        ``estimate, lower, upper, truth`` (log ratios on the judged months), ``called, matters, real, not_assessable,
        failed, early`` (months before the start were left out), and ``stopped_`` with each part of the rule (missing
        where it was not asked).
    """
    made = simulate_world(world, outcome, seed=seed)
    fit, early = main_fit(made, seed)
    draws = judged_log_ratio(fit)
    lower, upper = interval(draws)
    called = lower > 0 or upper < 0
    matters = bool((np.abs(np.expm1(draws)) > made.plan.smallest_change).mean() >= RELEVANT)
    row = {"estimate": float(np.median(draws)), "lower": lower, "upper": upper, "truth": made.truth.judged,
           "called": called, "matters": matters, "early": early}  # fmt: skip
    if not (called and matters):
        return row | {"real": 0.0, "not_assessable": 0.0, "failed": not fit.sound}
    return row | (_verdict(made, seed) if in_full else {"real": None, "not_assessable": None, "failed": not fit.sound})


def main_fit(made: SeriesOfWorld, seed: int) -> tuple[SeriesFit, bool]:
    """Fit what `evaluate` rests its verdict on, and say whether months before the start were left out."""
    main = fit_main(made.series, made.plan, choose_series_model(made.plan), seed=seed)
    return main.fit, bool(main.months)


def judged_log_ratio(fit: SeriesFit) -> np.ndarray:
    """Give draws of the log ratio on the months on which the verdict rests: of admissions, or of the gap."""
    judged = judged_periods(fit.series, fit.plan)
    if fit.plan.outcome == "gap":
        return gap_change(fit.posterior, fit.series, fit.plan, judged)["log_relative_index"].values.ravel()
    return np.log(average_rate_ratio(fit.posterior, judged).values.ravel())


def _verdict(made: SeriesOfWorld, seed: int) -> dict[str, object]:
    try:
        found = em.evaluate(made.series, made.plan, seed=seed).verdict
    except DiagnosisError:
        return {"real": 0.0, "not_assessable": 0.0, "failed": True}
    stopped = {f"stopped_{part}": not held for part, held in found.checks.items() if part not in FOUND}
    return {"real": float(found.verdict == "real change"), "not_assessable": float(found.verdict == "not assessable"),
            "failed": False, **stopped}  # fmt: skip
