"""Admissions shared out under a capacity and further limits, by linear programming: the most for a least equality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import align_fields, on_same_labels
from equitymodel.decision.fair_allocation import check_capacity
from equitymodel.errors import ComputationError, OptionError
from equitymodel.vocabulary import PROCEDURE, group_dim

AT_ONCE = 50
"""Draws that are solved in one programme, as blocks that share nothing: the solver starts once for all of them."""


@dataclass(frozen=True)
class SideLimit:
    """A linear limit on a plan beside its capacity: at most so many beds, at least so many of a procedure.

    Attributes
    ----------
    name
        What is limited, for messages.
    of_each
        What an admission counts towards it; dims among those of the plan. Cells of 0 do not count.
    at_most, at_least
        The limits; one of them or both.

    Raises
    ------
    OptionError
        When there is no limit, or the least is above the most.

    Examples
    --------
    >>> SideLimit("beds", xr.DataArray([2.0, 3.0], {"deprivation": [1, 5]}, "deprivation"), at_most=300).at_least
    -inf
    """

    name: str
    of_each: xr.DataArray
    at_most: float = float("inf")
    at_least: float = float("-inf")

    def __post_init__(self) -> None:
        """Refuse a limit that limits nothing, or that no plan can keep."""
        align_fields(self)
        if not self.at_least <= self.at_most:
            raise OptionError(f"{self.name}: at least {self.at_least:g} is more than at most {self.at_most:g}")
        if np.isinf(self.at_most) and np.isinf(self.at_least):
            raise OptionError(f"{self.name}: give at_most, at_least or both")


@refuses_other_types
@on_same_labels
def most_admissions(
    need: xr.DataArray, per_admission: xr.DataArray, capacity: xr.DataArray | float, *, equality: float = 0.0,
    limits: Sequence[SideLimit] = (), value: xr.DataArray | None = None,
) -> xr.DataArray:  # fmt: skip
    r"""Give the plan with most admissions, or most value, whose rates are at least so equal, draw by draw.

    .. math:: \max_x \sum v_{gp} x_{gp}, \quad \sum c_{gp} x_{gp} \le C, \quad 0 \le x_{gp} \le m_{gp},
              \quad \min_g x_{gp}/m_{gp} \ge \rho \max_g x_{gp}/m_{gp} \text{ for each } p

    Parameters
    ----------
    need, per_admission, capacity
        As for `alpha_fair`; groups, perhaps by ``procedure``, share one capacity.
    equality
        :math:`\rho`: the lowest rate of a group over the highest, at the least, 0 to 1.
    limits
        Further limits.
    value
        What an admission is worth, such as quality-adjusted life years; 1 each by default.

    Returns
    -------
    xarray.DataArray
        Admissions.

    Raises
    ------
    OptionError
        When a number has no meaning.
    ComputationError
        When no plan keeps all limits in some draw; it says in how many.

    Examples
    --------
    >>> need = xr.DataArray([100.0, 100.0], {"deprivation": [1, 5]}, "deprivation")
    >>> per_admission = xr.DataArray([1.25, 1.0], {"deprivation": [1, 5]}, "deprivation")
    >>> [round(most_admissions(need, per_admission, 100, equality=e).sum().item(), 4) for e in (0, 0.8, 1)]
    [100.0, 90.0, 88.8889]
    """
    over = [group_dim(need.dims), *((PROCEDURE,) if PROCEDURE in need.dims else ())]
    check_capacity(need, per_admission, capacity, over)
    if not 0 <= equality <= 1:
        raise OptionError(f"equality is a share between 0 and 1, not {equality}")
    value = xr.ones_like(need) if value is None else value
    sides = [need, per_admission, value, *(limit.of_each for limit in limits)]
    laid = xr.broadcast(*sides, *([capacity] if isinstance(capacity, xr.DataArray) else []))
    cells = [array.transpose(..., *over).values for array in laid[: len(sides)]]
    sizes = cells[0].shape[-len(over) :]
    flat = [array.reshape(-1, *sizes) for array in cells]
    within = np.broadcast_to(_along(capacity, laid[0], over), len(flat[0]))
    plans = _solve(flat, within, equality, limits)
    return laid[0].transpose(..., *over).copy(data=plans.reshape(cells[0].shape)).transpose(*laid[0].dims)


def _along(capacity: xr.DataArray | float, need: xr.DataArray, over: Sequence[str]) -> np.ndarray:
    """Lay capacity along the draws, and whatever else a plan is made for."""
    if not isinstance(capacity, xr.DataArray):
        return np.array([float(capacity)])
    alone = need.isel(dict.fromkeys(over, 0), drop=True)
    return np.asarray(capacity.broadcast_like(alone).transpose(*alone.dims).values.reshape(-1))


def _solve(
    cells: Sequence[np.ndarray], capacity: np.ndarray, equality: float, limits: Sequence[SideLimit]
) -> np.ndarray:
    """Solve every draw, many in one programme; where one of them has no plan, one by one to say how many."""
    found = [
        _programme([array[part] for array in cells], capacity[part], equality, limits)
        for part in _parts(len(capacity), AT_ONCE)
    ]
    if all(plan is not None for plan in found):
        return np.asarray(np.concatenate([plan for plan in found if plan is not None]))
    one = [_programme([array[part] for array in cells], capacity[part], equality, limits)
           for part in _parts(len(capacity), 1)]  # fmt: skip
    without = sum(plan is None for plan in one)
    names = ", ".join(limit.name for limit in limits) or "the capacity"
    raise ComputationError(
        f"no plan keeps every limit ({names}; equality {equality:g}) in {without:,} of {len(one):,} draws; relax a "
        "limit, or raise the capacity"
    )


def _parts(size: int, step: int) -> Iterator[slice]:
    return (slice(start, start + step) for start in range(0, size, step))


def _programme(
    cells: Sequence[np.ndarray], capacity: np.ndarray, equality: float, limits: Sequence[SideLimit]
) -> np.ndarray | None:
    """Solve one programme over several draws; none where some draw has no plan."""
    need, per_admission, value, *counted = cells
    procedures = need[0].size // need.shape[1]
    blocks = [
        _block([array[draw] for array in (need, per_admission, *counted)], capacity[draw], equality, limits)
        for draw in range(len(need))
    ]
    top = np.ones((len(need), procedures))
    solved = linprog(
        -np.hstack([value.reshape(len(need), -1), 0 * top]).ravel(),
        A_ub=block_diag([block for block, _ in blocks], format="csr"),
        b_ub=np.concatenate([bound for _, bound in blocks]),
        bounds=np.column_stack([np.zeros(blocks[0][0].shape[1] * len(need)),
                                np.hstack([need.reshape(len(need), -1), top]).ravel()]),
        method="highs",
    )  # fmt: skip
    if solved.status != 0:
        return None
    plan = solved.x.reshape(len(need), -1)[:, : need[0].size]
    return np.asarray(plan.reshape(need.shape))


def _block(
    cells: Sequence[np.ndarray], capacity: float, equality: float, limits: Sequence[SideLimit]
) -> tuple[csr_array, np.ndarray]:
    """Lay out the limits of one draw; beside its cells stands the highest rate of each procedure."""
    need, per_admission, *counted = (array.reshape(array.shape[0], -1) for array in cells)
    size, procedures = need.size, need.shape[1]
    own, highest = np.eye(size), np.tile(np.eye(procedures), (need.shape[0], 1)) * need.reshape(-1, 1)
    rows = [np.hstack([per_admission.ravel(), np.zeros(procedures)])[None],
            np.hstack([own, -highest]), np.hstack([-own, equality * highest])]  # fmt: skip
    bounds = [np.array([capacity]), np.zeros(size), np.zeros(size)]
    for limit, counts in zip(limits, counted, strict=True):
        row = np.hstack([counts.ravel(), np.zeros(procedures)])[None]
        finite = [(sign * row, sign * bound) for sign, bound in ((1, limit.at_most), (-1, limit.at_least))
                  if np.isfinite(bound)]  # fmt: skip
        rows += [row for row, _ in finite]
        bounds += [np.array([bound]) for _, bound in finite]
    return csr_array(np.vstack(rows)), np.concatenate(bounds)
