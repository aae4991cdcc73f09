"""Routes to equity: how many additional or fewer admissions each would take, draw by draw."""

from __future__ import annotations

from typing import Literal, cast

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.fitted import FitOrDraws, admissions_of, as_fit
from equitymodel.estimands.rates import REFERENCES, Reference, distance_to, ratio_where_expected, reference_ratio
from equitymodel.estimands.reading import ADMISSIONS, Reading, read_as
from equitymodel.vocabulary import ICS, PROCEDURE, ROUTES, SCOPES, Route, group_dim, nearest

Scope = Literal["ics", "region", "england"]
type Target = Reference | xr.DataArray | float
CHANGE = Reading(
    ADMISSIONS, 0, above="more admissions than now", below="fewer admissions than now", stated="above", sign="more"
)


@refuses_other_types
@on_same_labels
def route_change(
    fitted: FitOrDraws,
    expected: xr.DataArray | None = None,
    *,
    route: Route,
    scope: Scope = "ics",
    target: Target | None = None,
    closure: float = 1.0,
) -> xr.DataArray:
    r"""Give the change in admissions that a route to equity takes, for every group.

    With need :math:`m`, fitted admissions :math:`n`, their ratio :math:`r = n/m`, a target
    ratio :math:`t` and the ratio :math:`R` of the whole scope:

    .. math:: \text{level up: } \max(0, t - r)\,m \qquad \text{level down: } \min(0, t - r)\,m
              \qquad \text{zero sum: } (R - r)\,m

    Parameters
    ----------
    fitted
        A fit; or mean admissions, dims ``ics, deprivation`` and any others.
    expected
        Need-adjusted expected admissions, same cells; by default those of the fit.
    route
        ``no_change``, ``level_up``, ``level_down`` or ``zero_sum``.
    scope
        Where the target is found, or the total kept: ``ics``, ``region`` (the coordinate
        ``region``) or ``england`` (all ICSs together).
    target
        For levelling: a named reference, ratios, or a number set by policy. By default the last
        group of the scope, as modelled: the least deprived, or, where groups have no order, the
        reference group. ``"ics_average"`` aims at the average of all groups. A target that is given replaces the one
        of the scope, so the scope then plays no part.
    closure
        The fraction of the way to go, between 0 and 1.

    Returns
    -------
    xarray.DataArray
        Additional (positive) or fewer (negative) admissions, dims of `fitted`. Under
        ``zero_sum`` they sum to 0 in the scope in every draw. Missing where the scope has
        nothing to aim at.

    Raises
    ------
    OptionError
        When the route or scope is not known, `closure` is not between 0 and 1, a target is
        given to ``zero_sum``, there is no coordinate ``region``, or draws come without expected
        admissions.

    Notes
    -----
    ``level_up`` counts only what is missing, so noise alone makes it positive: report it with
    the signed `shortfall` and `change_without_gap`.

    References
    ----------
    The Strategy Unit (2022) Strategies to reduce inequalities in access to planned hospital
    procedures. Midlands Decision Support Network.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 140.0]], dims=("ics", "deprivation"))
    >>> expected = xr.full_like(fitted, 50.0)
    >>> route_change(fitted, expected, route="zero_sum").values
    array([[ 40., -40.]])
    >>> route_change(fitted, expected, route="level_up").values
    array([[80.,  0.]])
    """
    _check(route, scope, target, closure)
    fitted, expected = in_regions(fitted, expected)
    if route == "no_change":
        return read_as(xr.zeros_like(fitted).where(fitted.notnull()), CHANGE, "change")
    if route == "zero_sum":
        change = distance_to(_at_scope(fitted, expected, scope, last=False), fitted, expected)
    else:
        change = part_of_route(distance_to(_target(fitted, expected, scope, target), fitted, expected), route)
    return read_as((closure * change).transpose(*fitted.dims), CHANGE, "change")


def part_of_route(distance: xr.DataArray, route: Route) -> xr.DataArray:
    """Cut off what a route does not do: levelling up takes nobody down, and levelling down brings nobody up.

    Examples
    --------
    >>> distance = xr.DataArray([20.0, -10.0])
    >>> [part_of_route(distance, route).values.tolist() for route in ("level_up", "level_down", "zero_sum")]
    [[20.0, 0.0], [0.0, -10.0], [20.0, -10.0]]
    """
    if route == "level_up":
        return distance.clip(min=0.0)
    return distance.clip(max=0.0) if route == "level_down" else distance


def in_regions(fitted: FitOrDraws, expected: xr.DataArray | None = None) -> tuple[xr.DataArray, xr.DataArray]:
    """Take fitted and expected admissions; those of a fit with the region of each ICS.

    Examples
    --------
    >>> pair = in_regions(xr.DataArray(80.0), xr.DataArray(100.0))
    >>> [values.item() for values in pair]
    [80.0, 100.0]
    """
    pair = admissions_of(fitted, expected)
    if isinstance(fitted, xr.DataArray):
        return pair
    region = as_fit(fitted).cells["region"]
    return pair[0].assign_coords(region=region), pair[1].assign_coords(region=region)


def _check(route: str, scope: str, target: object, closure: float) -> None:
    if route not in ROUTES:
        raise OptionError(f"no route '{route}'. {nearest(route, ROUTES)}")
    if scope not in SCOPES:
        raise OptionError(f"no scope '{scope}'. {nearest(scope, SCOPES)}")
    if isinstance(target, str) and target not in REFERENCES:
        raise OptionError(f"no target '{target}'. {nearest(target, REFERENCES)}")
    if not 0 <= closure <= 1:
        raise OptionError(f"closure is a fraction between 0 and 1, not {closure}")
    if route == "zero_sum" and target is not None:
        raise OptionError("zero_sum moves what there is to the average rate of its scope; it takes no target")


def _target(fitted: xr.DataArray, expected: xr.DataArray, scope: Scope, target: Target | None) -> xr.DataArray | float:
    if target is None:
        return _at_scope(fitted, expected, scope, last=True)
    return reference_ratio(fitted, expected, reference=cast(Reference, target)) if isinstance(target, str) else target


def _at_scope(fitted: xr.DataArray, expected: xr.DataArray, scope: Scope, *, last: bool) -> xr.DataArray:
    """Give the ratio of a scope: of its last group, to which others are compared, or of all its groups."""
    groups = group_dim(fitted.dims)
    if last:
        fitted, expected = (array.isel({groups: -1}, drop=True) for array in (fitted, expected))
    else:
        fitted, expected = add_up(fitted, groups), add_up(expected, groups)
    if scope == "england":
        fitted, expected = add_up(fitted, ICS), add_up(expected, ICS)
    if scope == "region":
        fitted, expected = (_over_region(array) for array in (fitted, expected))
    return ratio_where_expected(fitted, expected)


def _over_region(values: xr.DataArray) -> xr.DataArray:
    """Add up within regions, and give each ICS its region's sum."""
    if "region" not in values.coords:
        raise OptionError("scope 'region' needs a coordinate 'region' along ics")
    region = values["region"]
    sums = values.groupby("region").sum(ICS)
    return sums.sel(region=region).drop_vars("region").assign_coords(region=region)


@on_same_labels
def level_shortfall(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, scope: Scope = "ics", target: Target | None = None
) -> xr.DataArray:
    """Give the signed distance to the target of a levelling route, in admissions.

    Parameters
    ----------
    fitted, expected, scope, target
        As for `route_change`, which says when they are refused.

    Returns
    -------
    xarray.DataArray
        Positive = fewer admissions than at the target; dims of `fitted`.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 50.0]], dims=("ics", "deprivation"))
    >>> level_shortfall(fitted, xr.full_like(fitted, 50.0)).values
    array([[-10.,   0.]])
    """
    _check("level_up", scope, target, 1.0)
    fitted, expected = in_regions(fitted, expected)
    return distance_to(_target(fitted, expected, scope, target), fitted, expected)


@on_same_labels
def constant_budget(
    fitted: FitOrDraws,
    expected: xr.DataArray | None = None,
    *,
    unit_cost: xr.DataArray,
    scope: Scope = "ics",
    pooled: bool = False,
) -> xr.DataArray:
    r"""Move admissions to equal rates while spending stays the same.

    .. math:: \Delta_q = \kappa E_q - \mu_q, \qquad \kappa = \frac{\sum c\,\mu}{\sum c\,E}

    Parameters
    ----------
    fitted, expected, scope
        As for `route_change`.
    unit_cost
        Cost of an admission by procedure, and by deprivation group if it differs.
    pooled
        One budget for all procedures together, which moves money between specialties.

    Returns
    -------
    xarray.DataArray
        Additional or fewer admissions; their cost sums to 0 in every draw.

    Raises
    ------
    OptionError
        When a unit cost is not above 0, or the scope is not known.

    Examples
    --------
    >>> fitted = xr.DataArray([[60.0, 140.0]], dims=("ics", "deprivation"))
    >>> cost = xr.DataArray([2.0, 1.0], dims="deprivation")
    >>> change = constant_budget(fitted, xr.full_like(fitted, 50.0), unit_cost=cost)
    >>> float((change * cost).sum().round(9))
    0.0
    """
    _check("zero_sum", scope, None, 1.0)
    if not bool((unit_cost > 0).all()):
        raise OptionError("unit costs must all be above 0")
    fitted, expected = in_regions(fitted, expected)
    spent, needed = unit_cost * fitted, unit_cost * expected
    if pooled:
        spent, needed = spent.sum(PROCEDURE), needed.sum(PROCEDURE)
    rate = _at_scope(spent, needed, scope, last=False)
    return read_as((rate * expected - fitted).transpose(*fitted.dims), CHANGE, "change")


@on_same_labels
def growth_only(need_for_more: xr.DataArray, growth: xr.DataArray | float) -> xr.Dataset:
    r"""Share planned growth among groups that fall short, so that nobody is cut.

    .. math:: \Delta_q = \min\!\left(D_q^+,\; G \frac{D_q^+}{\sum D^+}\right), \qquad
              \text{years} = \frac{\sum D^+}{G}

    Parameters
    ----------
    need_for_more
        Signed shortfalls, dims ``deprivation`` and any others, in admissions.
    growth
        Planned additional admissions a year in each ICS and procedure.

    Returns
    -------
    xarray.Dataset
        ``change`` in the first year, in admissions, and ``years`` until equity.

    Raises
    ------
    OptionError
        When growth is not above 0.

    Notes
    -----
    ``years`` takes need and current admissions to stay as they are, and uses the positive part
    of a noisy shortfall, so it is somewhat too long.

    Examples
    --------
    >>> plan = growth_only(xr.DataArray([30.0, 10.0, -5.0], dims="deprivation"), 20.0)
    >>> plan["change"].values, float(plan["years"])
    (array([15.,  5.,  0.]), 2.0)
    """
    growth = xr.DataArray(growth)
    if not bool((growth > 0).all()):
        raise OptionError("planned growth must be above 0")
    wanted = need_for_more.clip(min=0.0)
    total = wanted.sum(group_dim(wanted.dims), min_count=1)
    share = (growth / total.where(total > 0)).clip(max=1.0).fillna(0.0)
    change = read_as((wanted * share).transpose(*wanted.dims), CHANGE, "change")
    return xr.Dataset({"change": change, "years": read_as(total / growth, Reading("years"), "years")})
