"""A level: a shift of every group alike."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.vocabulary import group_dim

KIND = EffectKind(
    name="level",
    statement="a shift of the log ratio, the same for every group",
    compared="ratio to expected",
    basis=lambda cells: np.ones((cells.sizes[group_dim(cells.dims)], 1)),
)
