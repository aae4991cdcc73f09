"""Every change that routes to equity take, cell by cell and in all, as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equitymodel.estimands.fitted import Fitted
from equitymodel.estimands.measures import Measure, measured, with_all
from equitymodel.estimands.reading import read_like
from equitymodel.estimands.routes import Scope, level_up_under_no_gap, route_change
from equitymodel.estimands.summary import Centre
from equitymodel.vocabulary import Route, group_dim

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
        ``change`` by route and scope; leaving admissions as they are comes first.

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
    for route, centre in CENTRES.items():
        for scope in scopes(fit):
            change = measured(route_change(fit, route=route, scope=scope), "change")
            yield replace(change, route=route, scope=scope, centre=centre)


def total_measures(fit: Fitted) -> Iterator[Measure]:
    """Give draws of the totals of each route, by ICS and for all ICSs together.

    Parameters
    ----------
    fit
        As for `target_measures`.

    Returns
    -------
    iterator of Measure
        ``total_change`` of levelling, and ``admissions_to_move`` of ``zero_sum``: half of all changes.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [(measure.key, measure.scope) for measure in total_measures(fit)][-2:]
    [('admissions_to_move', 'ics'), ('admissions_to_move', 'england')]
    """
    for route in CENTRES:
        for scope in scopes(fit):
            change = route_change(fit, route=route, scope=scope)
            groups = group_dim(change.dims)
            there = change.notnull().any(groups)
            if route == "zero_sum":
                key, total = "admissions_to_move", 0.5 * abs(change).sum(groups).where(there)
            else:
                key, total = "total_change", change.sum(groups).where(there)
            yield Measure(key, key, with_all(total).drop_attrs(), route=route, scope=scope, unit="admissions")


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
