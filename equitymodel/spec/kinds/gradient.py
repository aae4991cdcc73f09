"""A gradient: a straight line over the positions of deprivation groups."""

from __future__ import annotations

import numpy as np

from equitymodel.spec.kinds.effect_kind import EffectKind

KIND = EffectKind(
    name="gradient",
    statement="a slope of the log ratio over deprivation, from -1/2 (most deprived) to +1/2 (least)",
    compared="least against most deprived, end to end of the scale",
    basis=lambda cells: np.asarray(cells["position"].values - 0.5)[:, None],
    symbol=" x position",
    ordered=True,
)
