"""What a kind of effect says of itself: its design over the groups, its limits and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr


@dataclass(frozen=True)
class EffectKind:
    """A kind of effect: how its values enter the log ratio of a cell, and how it is said.

    Whatever fits, predicts or checks a model reads these, and knows no kind by its name.

    Attributes
    ----------
    name
        Its word in a model file.
    statement
        What it does, in words.
    compared
        What the ratios compare that its prior implies.
    basis
        From cells to its design over the groups: a matrix, groups by shapes.
    symbol
        What follows an effect of this kind in the formula of a model.
    ordered
        Whether it means something only where groups have an order.
    shape_count
        From a number of groups to its number of shapes, for a kind whose values among the draws are one for each
        group, made from a weight for each shape. None for a kind with one value, which multiplies its only column.
    shape_dim
        The dimension of its shapes in the PyMC model.
    covariate
        From cells to what multiplies the basis in each cell; 1 if not given. For kinds with one value.
    named
        From cells and a name to that covariate, for a kind of which each effect names one; see `of`.
    measured
        Whether its values add up to the log of true need, which the need table reports with error.
    spreads_freely
        Whether several shapes may have standard deviations that vary over a grouping.
    sums_freely
        Whether several shapes may each sum to zero over a grouping.
    crossed
        Whether it means something only where there are groups of deprivation within other groups.
    added_by
        What adds it to a model, for a kind that is not written into a file.

    Examples
    --------
    >>> from equitymodel.spec.kinds.registry import KINDS
    >>> KINDS["gradient"].ordered, KINDS["departure"].count(5)
    (True, 3)
    """

    name: str
    statement: str
    compared: str
    basis: Callable[[xr.Dataset], np.ndarray]
    symbol: str = ""
    ordered: bool = False
    shape_count: Callable[[int], int] | None = None
    shape_dim: str = "shape"
    covariate: Callable[[xr.Dataset], xr.DataArray] | None = None
    named: Callable[[xr.Dataset, str], xr.DataArray] | None = None
    measured: bool = False
    spreads_freely: bool = False
    sums_freely: bool = False
    crossed: bool = False
    added_by: str = ""

    @property
    def shaped(self) -> bool:
        """Whether its values are weights of several shapes over the groups."""
        return self.shape_count is not None

    @property
    def centrable(self) -> bool:
        """Whether a crude value can be had from the counts, so that it may be sampled centred."""
        return not self.shaped and not self.by_cell

    @property
    def by_cell(self) -> bool:
        """Whether a covariate multiplies its values, which may differ in every cell."""
        return self.covariate is not None or self.named is not None

    def of(self, name: str | None) -> EffectKind:
        """Give the kind with the covariate of this name; the kind as it is where none is named."""
        named = self.named
        return self if name is None or named is None else replace(self, covariate=lambda cells: named(cells, name))

    def count(self, groups: int) -> int:
        """Count its shapes over so many groups."""
        return 1 if self.shape_count is None else self.shape_count(groups)

    def refuse(self, *, sums_to_zero: bool, spreads: bool) -> str | None:
        """Say why it does not take a sum to zero, or standard deviations that vary; None where it does."""
        if not self.shaped:
            return None
        if sums_to_zero and not self.sums_freely:
            return f"a {self.name} takes no sum_to_zero"
        return f"a {self.name} takes no spread_over" if spreads and not self.spreads_freely else None
