"""What equality costs in admissions under a capacity: a frontier in each draw, and how far inside it a plan lies."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy.optimize import minimize_scalar

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.decision.fair_allocation import check_capacity, rates_within
from equitymodel.decision.social_welfare import ATKINSON_OF_PUBLIC
from equitymodel.errors import OptionError
from equitymodel.estimands.summary import summarise
from equitymodel.vocabulary import PROCEDURE, group_dim

AVERSION = "aversion"
AVERSIONS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.5, ATKINSON_OF_PUBLIC, float("inf"))
"""0 = most admissions, inf = equal rates."""
ROUNDING = 0.1
"""Per cent: an interval narrower than what is printed is none, as what it is worked out from was taken as known."""
TAKEN_AS_KNOWN = "with need and the capacity of an admission taken as known: how unsure they are is not in this figure"
LITTLE = 0.01
"""A price of equality, as a share of all admissions, that is little."""
HALVINGS = 60
SAME = 1e-9


@refuses_other_types
@on_same_labels
def frontier(
    need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float, *,
    aversions: Sequence[float] = AVERSIONS,
) -> xr.Dataset:  # fmt: skip
    """Trace total admissions against equality under a capacity, in each draw.

    Parameters
    ----------
    need, per_admission, capacity
        As for `alpha_fair`. Groups, perhaps by ``procedure``, share one capacity.
    aversions
        Aversions to inequality, from the least to the most.

    Returns
    -------
    xarray.Dataset
        With the dimension ``aversion``: ``admissions`` (the plan), ``total``, ``ratio`` (rate of the first group over
        that of the last: the most over the least deprived), ``equality`` (the lowest rate over the highest, of all
        between which capacity is shared: 1 = equal), ``price`` (the share of admissions lost against aversion 0) and
        ``given_up``: admissions that others lose for each that the most deprived gain, from the aversion before;
        missing where they gain none.

    Raises
    ------
    OptionError
        As for `alpha_fair`, or when aversions do not rise.

    Notes
    -----
    Reading it: along the frontier totals fall and equality rises. Where groups take the same capacity per admission,
    equality costs nothing, and the frontier is one point. The ratio of two groups rises too, unless those between them
    take what one of the two had. It prices only what treatment itself takes; finding people and persuading them has
    a price of its own. With several procedures, equal rates are asked between them too: for equality within each,
    see `most_admissions`.

    References
    ----------
    Bertsimas D, Farias VF, Trichakis N (2011) The price of fairness. Operations Research 59:17. 10.1287/opre.1100.0865

    Examples
    --------
    >>> need = xr.DataArray([100.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> per_admission = xr.DataArray([1.25, 1.0], {"deprivation": [1, 5]}, "deprivation")
    >>> frontier(need, per_admission, 100, aversions=(0, 1))[["ratio", "price"]].to_dataframe().round(2).values.tolist()
    [[0.0, 0.0], [0.8, 0.1]]
    """
    if not aversions or any(after <= before for before, after in itertools.pairwise(aversions)):
        raise OptionError("name aversions from the least to the most, each once, such as (0, 1, 10.95)")
    over = shared_between(need)
    check_capacity(need, per_admission, capacity, over)
    steps = xr.DataArray([0.0, *aversions], dims=AVERSION)
    plans = _plan(need, per_admission, capacity, steps)
    admissions = plans.isel({AVERSION: slice(1, None)}).assign_coords({AVERSION: list(aversions)})
    total, most_productive = admissions.sum(over), plans.isel({AVERSION: 0}).sum(over)
    return xr.Dataset({
        "admissions": admissions, "total": total, **_equality(admissions, need),
        "price": (1 - total / most_productive.where(most_productive > 0)).clip(min=0),
        "given_up": _given_up(admissions, over),
    })  # fmt: skip


def _plan(
    need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float, aversion: xr.DataArray
) -> xr.DataArray:  # fmt: skip
    """Give the plans of `alpha_fair` at several aversions at once."""
    need, per_admission = xr.broadcast(need, per_admission)
    full = need * per_admission
    return need * rates_within(-np.log(per_admission), full, capacity, aversion=aversion, over=shared_between(need))


def shared_between(need: xr.DataArray) -> list[str]:
    """Name the dims between which a capacity is shared: groups, and procedures where there are several."""
    return [group_dim(need.dims), *((PROCEDURE,) if PROCEDURE in need.dims else ())]


def _equality(admissions: xr.DataArray, need: xr.DataArray) -> dict[str, xr.DataArray]:
    """Compare the first and the last group, all procedures together; and the lowest rate of all with the highest."""
    over = shared_between(need)
    rate = admissions.sum(over[1:]) / need.sum(over[1:])
    most, least = (rate.isel({over[0]: end}, drop=True) for end in (0, -1))
    rates = admissions / need.where(need > 0)
    highest = rates.max(over)
    return {"ratio": most / least.where(least > 0), "equality": rates.min(over) / highest.where(highest > 0)}


def _given_up(admissions: xr.DataArray, over: Sequence[str]) -> xr.DataArray:
    """Give what all others lose for each admission that the most deprived gain, from one aversion to the next."""
    most = admissions.isel({over[0]: 0}, drop=True).sum(over[1:])
    gained = most - most.shift({AVERSION: 1})
    elsewhere = admissions.sum(over) - most
    lost = elsewhere.shift({AVERSION: 1}) - elsewhere
    return lost / gained.where(gained > SAME * np.maximum(most, 1.0))


@on_same_labels
def place_on_frontier(
    admissions: xr.DataArray,
    need: xr.DataArray,
    per_admission: xr.DataArray,
    capacity: xr.DataArray | float,
) -> xr.Dataset:
    """Say where a plan, or today, lies: how many more admissions could be had with no loss of equality.

    Parameters
    ----------
    admissions
        Today's, or those of a route; further dims, such as ``route``, stay.
    need, per_admission, capacity
        As for `frontier`.

    Returns
    -------
    xarray.Dataset
        ``total``, ``ratio`` and ``equality`` as for `frontier`; ``used`` (capacity); ``inside``: admissions on the
        frontier at this equality or more, less those of the plan. Below 0: it takes more than the capacity.

    Raises
    ------
    OptionError
        As for `alpha_fair`.

    Examples
    --------
    >>> need = xr.DataArray([100.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> per_admission = xr.DataArray([1.25, 1.0], {"deprivation": [1, 5]}, "deprivation")
    >>> today = xr.DataArray([32.0, 40.0], {"deprivation": [1, 5]}, "deprivation")
    >>> round(place_on_frontier(today, need, per_admission, 100)["inside"].item(), 6)
    18.0
    """
    over = shared_between(need)
    check_capacity(need, per_admission, capacity, over)
    here = _equality(admissions, need)
    best = _most_at(here["equality"].fillna(0.0), need, per_admission, capacity)
    total = admissions.sum(over)
    return xr.Dataset({
        "total": total, **here, "used": (admissions * per_admission).sum(over), "inside": best - total,
    })  # fmt: skip


def _most_at(
    equality: xr.DataArray, need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float
) -> xr.DataArray:
    """Find the total of the frontier at an equality, by halving the inverse of aversion, which runs from 0 to inf."""
    over = shared_between(need)
    low, high = xr.zeros_like(equality), xr.ones_like(equality)

    def plan(share: xr.DataArray) -> xr.DataArray:
        aversion = (1 - share) / share.where(share > 0, 1.0)
        return _plan(need, per_admission, capacity, aversion.where(share > 0, np.inf))

    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = _equality(plan(middle), need)["equality"].fillna(1.0) >= equality
        low, high = xr.where(enough, middle, low), xr.where(enough, high, middle)
    productive = plan(xr.ones_like(equality))
    at_once = _equality(productive, need)["equality"].fillna(1.0) >= equality
    return xr.where(at_once, productive.sum(over), plan(low).sum(over))


def price_bound(groups: int, aversion: float) -> float:
    r"""Give the largest price that an aversion can have, where each group alone could reach as much as any other.

    .. math:: 1 - \min_{1 \le x \le n} \frac{x^{1 + 1/\varepsilon} + n - x}{x^{1 + 1/\varepsilon} + (n - x)\,x}

    Parameters
    ----------
    groups
        How many share the capacity, :math:`n`.
    aversion
        :math:`\varepsilon`, above 0.

    Returns
    -------
    float
        A share of the most admissions; :math:`1 - (2\sqrt n - 1)/n` at 1 and :math:`1 - 4n/(n+1)^2` at ``inf``.

    Raises
    ------
    OptionError
        When a number has no meaning.

    Notes
    -----
    Assumes groups of the same need whose best outcomes alone are equal: see `bound_holds`.

    References
    ----------
    Bertsimas D, Farias VF, Trichakis N (2012), as for `alpha_fair`.

    Examples
    --------
    >>> round(price_bound(5, 1), 4), round(price_bound(5, float("inf")), 4)
    (0.3056, 0.4444)
    """
    if groups < 1 or not aversion > 0:
        raise OptionError("a bound needs one group or more, and an aversion above 0")
    power = 1 + 1 / aversion
    least = minimize_scalar(
        lambda x: (x**power + groups - x) / (x**power + (groups - x) * x), bounds=(1.0, groups), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    return float(1 - least.fun)


@on_same_labels
def bound_holds(
    need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float
) -> xr.DataArray:  # fmt: skip
    """Say in which draws the assumption of `price_bound` holds: the same need, which each group alone could have met.

    Parameters
    ----------
    need, per_admission, capacity
        As for `alpha_fair`.

    Returns
    -------
    xarray.DataArray
        True or false.

    Examples
    --------
    >>> need = xr.DataArray([100.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> per_admission = xr.DataArray([1.25, 1.0], {"deprivation": [1, 5]}, "deprivation")
    >>> bool(bound_holds(need, per_admission, 100)), bool(bound_holds(need, per_admission, 125))
    (False, True)
    """
    over = shared_between(need)
    need, alone = xr.broadcast(need, capacity / per_admission)
    reached = np.minimum(need, alone)
    same = [values.max(over) - values.min(over) <= SAME * values.max(over) for values in (need, reached)]
    return same[0] & same[1]


def price_words(price: xr.DataArray) -> str:
    """Say what equality costs, and that it is little where the interval holds 1 % or lies below it.

    Parameters
    ----------
    price
        Share of admissions lost; dims ``chain, draw``.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> price = xr.DataArray(np.linspace(0.005, 0.015, 101)[None], dims=("chain", "draw"))
    >>> price_words(price)
    'Equity here costs little: equal rates would take 1.0 % (0.5 to 1.5 %) of admissions under this capacity.'
    >>> price_words(xr.full_like(price, 0.013))
    'Equal rates would take 1.3 % of admissions under this capacity, with need and the capacity of an admission taken as
    known: how unsure they are is not in this figure.'
    """
    estimate, lower, upper = (100 * summarise(price, unit="share")[name].iloc[0]
                              for name in ("estimate", "lower", "upper"))  # fmt: skip
    opening = "Equity here costs little: equal" if lower <= 100 * LITTLE else "Equal"
    if upper - lower < ROUNDING:
        return f"{opening} rates would take {estimate:.1f} % of admissions under this capacity, {TAKEN_AS_KNOWN}."
    return (
        f"{opening} rates would take {estimate:.1f} % ({lower:.1f} to {upper:.1f} %) of admissions under this capacity."
    )
