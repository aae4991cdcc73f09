"""What routes would show if there were no gap, and whether what they show can be told apart from that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from equitymodel.data.cells.same_labels import align_fields, on_same_labels
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.draw_quantiles import draw_quantiles
from equitymodel.estimands.fitted import FitOrDraws
from equitymodel.estimands.reading import ADMISSIONS, Reading, read_as
from equitymodel.estimands.routes import CHANGE, Scope, Target, level_shortfall, part_of_route, route_change
from equitymodel.vocabulary import SAMPLE_DIMS, Route, group_dim

HELD_BELOW = 0.975
"""The share of draws without a gap that the best estimate must exceed to be told apart: one in forty by chance."""


@dataclass(frozen=True)
class WithoutGap:
    """What a quantity that noise alone makes large would be if there were no gap.

    Attributes
    ----------
    draws
        The quantity in the same draws with the gap taken out; dims ``chain, draw`` and the labels of the rows.
    of_means
        The quantity at the posterior means, dims the labels of the rows: what is held against `draws`.
    """

    draws: xr.DataArray
    of_means: xr.DataArray

    def __post_init__(self) -> None:
        align_fields(self)

    @property
    def told_apart(self) -> xr.DataArray:
        """Whether the quantity is larger, whatever its sign, than no gap would show, but once in forty by chance.

        Examples
        --------
        >>> draws = xr.DataArray([[0.0, 1.0, 2.0]], dims=("chain", "draw"))
        >>> [bool(WithoutGap(draws, xr.DataArray(size)).told_apart) for size in (1.5, 3.0, -3.0)]
        [False, True, True]
        """
        (highest,) = draw_quantiles(abs(self.draws), [HELD_BELOW])
        return abs(self.of_means) > highest

    def each(self, change: Callable[[xr.DataArray], xr.DataArray]) -> WithoutGap:
        """Do the same to the draws and to what is held against them: choose rows, or add them up.

        Examples
        --------
        >>> draws = xr.DataArray([[[1.0, -1.0]]], dims=("chain", "draw", "deprivation"))
        >>> WithoutGap(draws, draws.mean(["chain", "draw"])).each(total_of).of_means.item()
        0.0
        """
        return WithoutGap(change(self.draws), change(self.of_means))


def total_of(change: xr.DataArray, *, halved: bool = False) -> xr.DataArray:
    """Add changes up over groups, or take half of their absolute sum; missing where all groups are.

    Examples
    --------
    >>> change = xr.DataArray([3.0, -1.0, -2.0], dims="deprivation")
    >>> total_of(change).item(), total_of(change, halved=True).item()
    (0.0, 3.0)
    """
    groups = group_dim(change.dims)
    return 0.5 * add_up(abs(change), groups, min_count=1) if halved else add_up(change, groups, min_count=1)


@on_same_labels
def change_without_gap(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, route: Route, scope: Scope = "ics"
) -> WithoutGap:
    r"""Give the changes that a route would take in the same draws if there were no gap.

    .. math:: D - \bar D \text{ in place of } D

    where :math:`D` is the signed distance of a cell to its target and :math:`\bar D` its posterior mean; what the
    route cuts off at 0 is cut off after that.

    Parameters
    ----------
    fitted, expected, route, scope
        As for `route_change`, with the target of the scope; draws are along ``chain`` and ``draw``.

    Returns
    -------
    WithoutGap
        Changes in admissions: draws with the gap taken out, and the change at the posterior means.

    Raises
    ------
    OptionError
        As for `route_change`.

    Notes
    -----
    Draws differ from their mean as estimates differ from the truth, so that without a gap the route at the
    posterior means is one more value like those of `WithoutGap.draws`. Where estimates of ICSs are drawn towards
    their average it is smaller, and told apart more rarely. The mean of the route over draws is no such value: it
    carries the uncertainty twice.

    Examples
    --------
    >>> fitted = xr.DataArray([[[[79.0, 100]], [[81.0, 100]]]], dims=("chain", "draw", "ics", "deprivation"))
    >>> expected = xr.DataArray([[100.0, 100]], dims=("ics", "deprivation"))
    >>> without = change_without_gap(fitted, expected, route="level_up")
    >>> without.of_means.values, without.told_apart.values
    (array([[20.,  0.]]), array([[ True, False]]))
    >>> without.draws.max("draw").values.round(6)
    array([[[1., 0.]]])
    """
    return change_and_without_gap(fitted, expected, route=route, scope=scope)[1]


def change_and_without_gap(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, route: Route, scope: Scope = "ics"
) -> tuple[xr.DataArray, WithoutGap]:
    """Give the changes that a route takes, and those without a gap: `route_change` and `change_without_gap` at once.

    Examples
    --------
    >>> fitted = xr.DataArray([[[[99.0, 100]], [[97.0, 100]]]], dims=("chain", "draw", "ics", "deprivation"))
    >>> expected = xr.DataArray([[100.0, 100]], dims=("ics", "deprivation"))
    >>> change, without = change_and_without_gap(fitted, expected, route="level_up")
    >>> change.sum("deprivation").values.round(6).ravel(), without.draws.sum("deprivation").values.round(6).ravel()
    (array([1., 3.]), array([0., 1.]))
    """
    if route in ("level_up", "level_down"):
        signed = level_shortfall(fitted, expected, scope=scope)
    else:
        signed = route_change(fitted, expected, route=route, scope=scope)
    mean = signed.mean(SAMPLE_DIMS)
    change, noise, of_means = (
        read_as(part_of_route(distance, route), CHANGE, "change") for distance in (signed, signed - mean, mean)
    )
    return change, WithoutGap(noise, of_means)


@on_same_labels
def level_up_under_no_gap(
    fitted: FitOrDraws, expected: xr.DataArray | None = None, *, scope: Scope = "ics", target: Target | None = None
) -> xr.DataArray:
    r"""Give the level-up total that uncertainty alone would show if there were no gap.

    .. math:: \mathbb{E} \max(0, D - \bar D)

    where :math:`\bar D` is the posterior mean of the signed shortfall of a group.

    Parameters
    ----------
    fitted, expected, scope, target
        As for `route_change`; draws are along ``chain`` and ``draw``.

    Returns
    -------
    xarray.DataArray
        Admissions, without ``chain`` and ``draw``. The draws behind it, and whether the level-up can be told
        apart from them, are given by `change_without_gap`.

    Raises
    ------
    OptionError
        As for `route_change`.

    Examples
    --------
    >>> fitted = xr.DataArray([[[[99.0, 100]], [[101.0, 100]]]], dims=("chain", "draw", "ics", "deprivation"))
    >>> expected = xr.DataArray([[100.0, 100]], dims=("ics", "deprivation"))
    >>> level_up_under_no_gap(fitted, expected).values
    array([[0.5, 0. ]])
    """
    signed = level_shortfall(fitted, expected, scope=scope, target=target)
    noise = part_of_route(signed - signed.mean(SAMPLE_DIMS), "level_up")
    return read_as(noise.mean(SAMPLE_DIMS), Reading(ADMISSIONS), "level_up_under_no_gap")
