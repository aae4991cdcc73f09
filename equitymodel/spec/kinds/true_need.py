"""True need: a latent variable that admissions follow, and that the need table reports with error."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.vocabulary import group_dim

KIND = EffectKind(
    name="true_need",
    statement="the log of the true need of every group, which the need table tells with error",
    compared="need ratio",
    basis=lambda cells: np.eye(cells.sizes[group_dim(cells.dims)]),
    shape_count=lambda groups: groups,
    shape_dim="need_of_group",
    measured=True,
    spreads_freely=True,
    added_by="NeedError(..., feedback=True)",
)
