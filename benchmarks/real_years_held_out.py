"""One hold-out for `real_years.py`: fit to the years seen, predict the year that follows, and say what was held."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from real_years_tables import PLACE, SOURCES, HoldOut, RealYears, summed

import equitymodel as em
from equitymodel.inference.grouped.next_year import draw_next_mean
from equitymodel.inference.grouped.predict import draw_predicted
from equitymodel.spec.library import text_of_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.read_spec import read_spec
from equitymodel.vocabulary import SAMPLE_DIMS

BEFORE = "straight_gradients"
"""The default model of before, which knows nothing of years: they are added up; other models see them apart."""
SETTINGS = em.Laplace(draws=500, cores=1)
LEVELS = {"50": (0.25, 0.75), "90": (0.05, 0.95), "95": (0.025, 0.975)}
SHARE = re.compile(r"^share_that_lasts = \{.*\}$", flags=re.MULTILINE)
SMALL = 0.5
"""Stands for no admissions where a log is taken."""


def load(model: str, share: tuple[float, float] | None) -> ModelSpec:
    """Load a model; with another prior on each share that lasts, if asked."""
    if share is None or model == BEFORE:
        return em.load_model(model)
    prior = f'share_that_lasts = {{ family = "beta", a = {share[0]}, b = {share[1]} }}'
    text, replaced = SHARE.subn(prior, text_of_model(model))
    if not replaced:
        raise em.errors.OptionError(
            f"'{model}' has no prior on the share that lasts, so that --share cannot replace it"
        )
    return read_spec(text)


def fit(model: str, share: tuple[float, float] | None, cells: xr.Dataset, seed: int) -> em.inference.CellFit:
    """Fit a model to the years seen."""
    single = cells.sizes["period"] == 1 and float(cells["period_years"][0]) == 1.0
    years = summed(cells) if model == BEFORE or single else cells
    return em.fit_model(load(model, share), years, engine="laplace", laplace=SETTINGS, seed=seed)


def predictions(
    fitted: em.inference.CellFit, following: xr.DataArray, seed: int
) -> tuple[xr.DataArray, dict[str, xr.DataArray]]:
    """Draw ratios as the area is, and next year's counts: predictive, and with nothing but Poisson noise around them."""
    ratio, expected = _last(fitted.ratio), _last(fitted.expected)
    if "period_years" in fitted.cells.coords:
        expected = expected / float(fitted.cells["period_years"][-1])
    given = (fitted.spec, fitted.posterior, fitted.cells, fitted.fitted)
    predictive = draw_predicted(draw_next_mean(*given, seed=seed) / expected * following, fitted.posterior, seed=seed)
    poisson = draw_predicted(ratio * following, xr.Dataset(), seed=seed + 1)
    return ratio, {"next_year": predictive, "fitted with count noise": poisson}


def _last(array: xr.DataArray) -> xr.DataArray:
    return array.isel(period=-1, drop=True) if "period" in array.dims else array


def quantities(
    counts: xr.DataArray, expected: xr.DataArray, scored: xr.DataArray, position: xr.DataArray
) -> dict[str, xr.DataArray]:
    """Work out what is predicted from counts, observed or drawn: counts, shares, zero-sum changes and crude gaps."""
    counts, expected = counts.where(scored), expected.where(scored)
    several = scored.sum("deprivation") > 1
    total, as_expected = counts.sum("deprivation"), expected.sum("deprivation")
    log_ratio = np.log(counts.clip(min=SMALL) / expected)
    from_middle = position - (position * expected).sum("deprivation") / as_expected
    slope = (expected * from_middle * log_ratio).sum("deprivation") / (expected * from_middle**2).sum("deprivation")
    return {
        "counts": counts,
        "within area": (counts / total).where(several),
        "zero_sum": (total / as_expected * expected - counts).where(several),
        "gap": log_ratio.isel(deprivation=0, drop=True) - log_ratio.isel(deprivation=-1, drop=True),
        "slope": slope.where(scored.sum("deprivation") > 2),
    }


def held(draws: xr.DataArray, true: xr.DataArray) -> pd.DataFrame:
    """Say for each place whether intervals hold what came, on which side they miss it, and how wide they are."""
    places = [dim for dim in PLACE if dim in true.dims]
    true = true.stack(place=places).dropna("place")
    draws = draws.stack(place=places).sel(place=true["place"])
    ends = draws.quantile(sorted({p for pair in LEVELS.values() for p in pair}), SAMPLE_DIMS)
    found = {"true": true.values}
    for name, (low, high) in LEVELS.items():
        lower, upper = (ends.sel(quantile=p).values for p in (low, high))
        found[f"inside {name}"] = ((lower <= true.values) & (true.values <= upper)).astype(float)
        found[f"below {name}"] = (true.values < lower).astype(float)
        found[f"width {name}"] = upper - lower
    labels = true["place"].to_index()
    named = [", ".join(map(str, label)) for label in labels]
    return pd.DataFrame(found).assign(place=named, area=[str(label[places.index("ics")]) for label in labels])


def residuals(ratio: xr.DataArray, counts: xr.DataArray, expected: xr.DataArray) -> xr.DataArray:
    """Give log(observed / fitted), fitted being the posterior mean."""
    return np.log(counts.clip(min=SMALL) / (ratio.mean(SAMPLE_DIMS) * expected))


def held_out(
    data: str, source: str, number: int, model: str, share: tuple[float, float] | None, seed: int
) -> pd.DataFrame:
    """Fit, predict and score one hold-out of a source by one model; a row a place and quantity."""
    years = SOURCES[source].read(Path(data))
    hold_out = years.hold_outs[number]
    bounds = SOURCES[source].bounds
    cells, scored = years.cells(hold_out, bounds=bounds), years.scored(hold_out, bounds=bounds)
    following = years.expected(hold_out.following, scored)
    came = years.middle.sel(period=hold_out.following, drop=True)
    fitted = fit(model, share, cells, seed)
    ratio, drawn = predictions(fitted, following, seed)
    true = quantities(came, following, scored, cells["position"])
    rows = []
    for predictive, draws in drawn.items():
        found = quantities(draws, following, scored, cells["position"])
        rows += [held(found[name], true[name]).assign(quantity=name, predictive=predictive) for name in true]
    told = _told(years, hold_out, ratio, scored, cells["position"])
    if len(hold_out.seen) == 1:
        told = told.merge(_own_residuals(years, hold_out, (model, share, bounds), seed), how="left")
    table = pd.concat(rows, ignore_index=True).merge(told, on=["quantity", "place"], how="left")
    seen = " + ".join(hold_out.seen)
    return table.assign(source=source, seen=seen, following=hold_out.following, kind=hold_out.kind,
                              model=model, verdict=fitted.verdict)  # fmt: skip


def _told(
    years: RealYears, hold_out: HoldOut, ratio: xr.DataArray, scored: xr.DataArray, position: xr.DataArray
) -> pd.DataFrame:
    """Give residuals of the last year seen and of the year that follows, and gaps as counted and as fitted."""
    last, following = (years.expected(period, scored) for period in (hold_out.seen[-1], hold_out.following))
    counts = years.middle.sel(period=hold_out.seen[-1], drop=True).where(scored)
    came = years.middle.sel(period=hold_out.following, drop=True).where(scored)
    cells = {"before": residuals(ratio, counts, last), "after": residuals(ratio, came, following)}
    gaps = {
        "before": quantities(counts, last, scored, position)["gap"],
        "after": quantities(came, following, scored, position)["gap"],
        "fitted gap": np.log(em.rate_ratio(ratio.where(ratio > 0))).mean(SAMPLE_DIMS),
    }
    return pd.concat([_frame(cells, "counts"), _frame(gaps, "gap")], ignore_index=True)


def _own_residuals(
    years: RealYears, hold_out: HoldOut, how: tuple[str, tuple[float, float] | None, bool], seed: int
) -> pd.DataFrame:
    """Give residuals of the year that follows against a fit of its own."""
    model, share, bounds = how
    scored = years.scored(hold_out, bounds=bounds)
    own = HoldOut((hold_out.following,), hold_out.following, hold_out.kind)
    expected = years.expected(hold_out.following, scored)
    cells = years.cells(own, bounds=bounds)
    if not bounds:
        cells["admissions"] = cells["admissions"].where(scored)
    counts = years.middle.sel(period=hold_out.following, drop=True).where(scored)
    ratio = _last(fit(model, share, cells, seed).ratio)
    return _frame({"after, own fit": residuals(ratio, counts, expected)}, "counts")


def _frame(arrays: dict[str, xr.DataArray], quantity: str) -> pd.DataFrame:
    places = [dim for dim in PLACE if dim in next(iter(arrays.values())).dims]
    table = xr.Dataset(arrays).transpose(*places).to_dataframe()[list(arrays)].dropna(how="all").reset_index()
    table["place"] = table[places].astype(str).agg(", ".join, axis=1)
    return table.drop(columns=places).assign(quantity=quantity)
