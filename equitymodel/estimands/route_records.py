"""Every change that routes to equity take, cell by cell and in all, as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypedDict

import xarray as xr

from equitymodel.estimands.core20 import core20_admissions, why_no_core20
from equitymodel.estimands.fitted import FitOrDraws, Fitted
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.no_gap import WithoutGap, change_and_without_gap, level_up_under_no_gap, total_of
from equitymodel.estimands.reading import read_like
from equitymodel.estimands.routes import Scope, level_shortfall, route_change
from equitymodel.estimands.summary import Centre
from equitymodel.vocabulary import DEPRIVATION, Route, group_dim


class Way(TypedDict):
    """A route, and the scope within which rates are made equal."""

    route: Route
    scope: Scope


CENTRES: dict[Route, Centre] = {"level_up": "median", "level_down": "median", "zero_sum": "mean"}
"""Moves that add up to nothing are given as means; levelling, which is cut off at 0, as medians."""


def target_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the additional or fewer admissions that each route takes, cell by cell.

    Parameters
    ----------
    fit
        A fit, with the region of each ICS.

    Returns
    -------
    iterator of Measure
        ``change`` by route and scope; leaving admissions as they are comes first. Levelling, which noise alone makes
        large, comes with what no gap would show.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [(measure.route, measure.scope) for measure in target_measures(fit)][:3]
    [('no_change', 'ics'), ('level_up', 'ics'), ('level_up', 'england')]
    """
    nothing = measured(route_change(fit, route="no_change"), "change")
    yield replace(nothing, route="no_change", scope="ics", centre="mean", probability=None)
    for way, change, without in _each_way(fit, fit):
        cut = None if way["route"] == "zero_sum" else without
        yield replace(measured(change, "change"), **way, centre=CENTRES[way["route"]], without_gap=cut)


def total_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the totals of each route, by ICS and for all ICSs together.

    Parameters
    ----------
    fit
        As for `target_measures`.

    Returns
    -------
    iterator of Measure
        ``total_change`` of levelling, and ``admissions_to_move`` of ``zero_sum``: half of all changes. Each comes
        with what no gap would show.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [(measure.key, measure.scope) for measure in total_measures(fit)][-2:]
    [('admissions_to_move', 'ics'), ('admissions_to_move', 'england')]
    """
    for way, change, without in _each_way(fit, fit):
        halved = way["route"] == "zero_sum"
        key = "admissions_to_move" if halved else "total_change"
        total, none = total_of(change, halved=halved), without.each(partial(total_of, halved=halved))
        yield Measure(key, key, with_all(total).drop_attrs(), **way, unit="admissions", without_gap=none.each(with_all))


def shortfall_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the signed shortfalls behind levelling, added up over groups; noise cancels in them.

    Parameters
    ----------
    fit
        As for `target_measures`.

    Returns
    -------
    iterator of Measure
        ``total_shortfall``, one a scope, as means, which add up; positive = fewer admissions than at the rate that
        levelling aims at.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_cells
    >>> import equitymodel as em
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [(measure.key, measure.scope) for measure in shortfall_measures(fit)]
    [('total_shortfall', 'ics'), ('total_shortfall', 'england')]
    """
    for scope in scopes(fit):
        short = level_shortfall(fit, scope=scope)
        total = read_like(with_all(total_of(short)), short)
        yield replace(measured(total, "total_shortfall"), route="level_up", scope=scope, centre="mean")


def core20_totals(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the shortfall of the most deprived fifth against all others, and of what would close it.

    Parameters
    ----------
    fit
        As for `target_measures`.

    Returns
    -------
    iterator of Measure
        ``core20_shortfall``, signed, and ``core20_change`` by route and scope; none where the groups hold no exact
        fifth, see `why_no_core20`.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [(measure.key, measure.route) for measure in core20_totals(fit) if measure.scope == "ics"][:2]
    [('core20_shortfall', 'level_up'), ('core20_change', 'level_up')]
    """
    if why_no_core20(fit.cells):
        return
    pair = core20_admissions(fit)
    for scope in scopes(fit):
        short = _of_fifth(level_shortfall(*pair, scope=scope))
        yield replace(measured(short, "core20_shortfall"), route="level_up", scope=scope, centre="mean")
    for way, change, without in _each_way(fit, *pair):
        cut = None if way["route"] == "zero_sum" else without.each(_of_fifth)
        record = measured(_of_fifth(change), "core20_change")
        yield replace(record, **way, centre=CENTRES[way["route"]], without_gap=cut)


def _each_way(fit: Fitted, *given: FitOrDraws) -> Iterator[tuple[Way, xr.DataArray, WithoutGap]]:
    """Work every route out in every scope: the change of each cell, and what no gap would show."""
    for route in CENTRES:
        for scope in scopes(fit):
            change, without = change_and_without_gap(*given, route=route, scope=scope)
            yield {"route": route, "scope": scope}, change, without


def _of_fifth(values: xr.DataArray) -> xr.DataArray:
    """Take the most deprived fifth of the two groups, with all ICSs together."""
    return read_like(with_all(values.isel({DEPRIVATION: 0}, drop=True)), values)


def null_totals(fit: Fitted) -> Iterator[Measure]:
    """Give what uncertainty alone would show of levelling up if there were no gap.

    Parameters
    ----------
    fit
        As for `target_measures`; its draws say how large uncertainty is.

    Returns
    -------
    iterator of Measure
        ``total_change_under_no_gap``, one a scope.
    """
    key = "total_change_under_no_gap"
    for scope in scopes(fit):
        none = level_up_under_no_gap(fit, scope=scope)
        null = read_like(with_all(none.sum(group_dim(none.dims))), none)
        yield replace(measured(null, key, quantity="total_change"), route="level_up", scope=scope)


def scopes(fit: Fitted) -> list[Scope]:
    """List the scopes that mean something for these areas: regions only where they are known."""
    known = len(set(fit.cells["region"].values)) > 1
    return ["ics", "region", "england"] if known else ["ics", "england"]
