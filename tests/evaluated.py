"""Small simulated series and a small model, for evaluations that tests share (see `conftest.py`)."""

import importlib
from contextlib import ExitStack
from dataclasses import replace
from unittest.mock import patch

import xarray as xr

from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.simulate.series_world import Change, MonthlyNoise, Shock, Sizes, Usual
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.library import load_series_model
from equitymodel.studies.evaluate import evaluate

NORMAL, HALF = '{ family = "normal", mean = 0.0, sd = 0.5 }', '{ family = "half_normal", sd = 0.2 }'
TERMS = {"start": NORMAL, "level": NORMAL, "kappa": NORMAL, "common_level": NORMAL, "common_kappa": NORMAL}
SMALL_MODEL = 'format = 1\nkind = "series"\nname = "small"\nquestion = "Quick?"\nharmonics = 0\n' + "".join(
    f'[[{"term" if name in TERMS else "noise"}]]\nname = "{name}"\nmeaning = "part"\nprior = {prior}\n'
    + ("correlation = [-0.2, 0.98]\n" if name == "own" else "")
    for name, prior in {**TERMS, "own": HALF}.items()
)
"""A model of a series with a change of level and nothing that takes long: no trend, no season, no slope."""


CONTROLLED = Sizes(areas=3, groups=2, exposed_areas=2, periods=38, before=26)


def known_series_fit(series, plan, model, posterior=None):
    """A fit whose draws are given, or that has none, for what looks at nothing else; it passed."""
    draws = xr.DataTree.from_dict({"/posterior": (posterior or xr.Dataset()).assign_attrs(engine="laplace")})
    return SeriesFit(series, plan, model, draws=draws, diagnosis=Diagnosis(()), seed=1)


def unsound(fit):
    """The same fit with a check that failed."""
    return replace(fit, diagnosis=fit.diagnosis.extended([Check("made up", 9, "FAIL", "0")]), forced=False)


def with_fits(evaluation, **fits):
    """The same evaluation with some fits of another kind."""
    return replace(evaluation, fits=replace(evaluation.fits, **fits))


def controlled_series(sizes=CONTROLLED, **world):
    """Three ICSs, of which the first two were exposed; 26 months before and 12 after, unless said otherwise."""
    return simulate_series(sizes, noise=MonthlyNoise(0.02), usual=Usual(1500, season=0.0), seed=2, **world)


def known_effect(change=Change(0.1), usual=Usual()):
    """A series of two ICSs and five groups, its plan, draws that are the truth itself, and the truth."""
    series, truth = simulate_series(Sizes(areas=2, groups=5), change=change, usual=usual, seed=2)
    pair = xr.Dataset({"fitted": truth.fitted, "counterfactual": truth.counterfactual})
    return series, truth.plan, pair.expand_dims(("chain", "draw")), truth


def evaluate_gap():
    sizes, usual = Sizes(groups=3, periods=42, before=28), Usual(500)
    series, truth = simulate_series(sizes, change=Change(gap=-0.4), usual=usual, noise=MonthlyNoise(0.03), seed=1)
    model = load_series_model("gap_interruption").leaving_out("slope", "common").with_harmonics(1)
    return evaluate(series, replace(truth.plan, outcome="gap"), seed=7, model=model)


def evaluate_controlled(model):
    series, truth = controlled_series(change=Change(gap=-0.3), shock=Shock(gap=0.4))
    return evaluate(series, replace(truth.plan, outcome="gap"), seed=3, model=model)


def evaluate_units(model):
    series, truth = controlled_series(replace(CONTROLLED, groups=1, procedures=2), change=Change(0.3))
    return evaluate(series, truth.plan, seed=3, model=model)


def evaluate_short(model):
    series, truth = controlled_series(replace(CONTROLLED, groups=1, periods=24, before=10))
    return evaluate(series, truth.plan, seed=1, model=model)


def evaluate_short_unsound(model, *, force):
    """As `evaluate_short`, with a fit of the total that failed."""
    series, truth = controlled_series(replace(CONTROLLED, groups=1, periods=24, before=10))
    with failing({"main_fit": lambda number, _: number == 0}):
        return evaluate(series, truth.plan, seed=1, model=model, force=force)


def evaluate_with_failures(model):
    """An evaluation of admissions in which one fit of every kind but the main one failed, or all of the kind."""
    series, truth = controlled_series(replace(CONTROLLED, periods=48, before=34), change=Change(0.2))
    failed = {
        "main_fit": lambda number, _: number > 0,
        "falsify": lambda number, _: number < 4,
        "other_models": lambda number, _: number == 0,
        "forecasts": lambda number, _: number == 0,
        "planning": lambda number, _: number == 1,
    }
    with failing(failed):
        return evaluate(series, truth.plan, seed=3, model=model, placebo=series)


def failing(which):
    """Let fits fail their diagnosis: by study, a function of the number of the fit and its plan."""
    stack = ExitStack()
    for study, fails in which.items():
        module = importlib.import_module(f"equitymodel.studies.{study}")
        if hasattr(module, "fit_interruption"):
            stack.enter_context(patch.object(module, "fit_interruption", _failing(fails)))
        if hasattr(module, "run_fits"):
            stack.enter_context(patch.object(module, "run_fits", _jobs_failing(fails)))
    return stack


def _jobs_failing(fails):
    def run(jobs, **options):
        found = enumerate(run_fits(jobs, **options))
        return [unsound(fit) if fails(number, fit.plan) else fit for number, fit in found]

    return run


def _failing(fails):
    made = []

    def fit(series, plan, *arguments, **options):
        made.append(plan)
        found = fit_interruption(series, plan, *arguments, **options)
        return unsound(found) if fails(len(made) - 1, plan) else found

    return fit
