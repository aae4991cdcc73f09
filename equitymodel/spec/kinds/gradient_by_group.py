"""How the gradient over deprivation differs between main groups."""

from __future__ import annotations

from dataclasses import replace

from equitymodel.spec.kinds.gradient import KIND as GRADIENT
from equitymodel.spec.kinds.main_contrast import KIND as MAIN_CONTRAST
from equitymodel.spec.kinds.main_contrast import main_basis

KIND = replace(
    MAIN_CONTRAST,
    name="gradient_by_group",
    statement="differences between main groups in their gradient over deprivation, which sum to zero",
    compared="least against most deprived of a main group, relative to that of all main groups",
    basis=lambda cells: main_basis(cells) * GRADIENT.basis(cells),
    symbol=" x main group x position",
    shape_dim="gradient_contrast",
)
