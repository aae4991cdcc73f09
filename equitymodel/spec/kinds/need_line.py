"""A power of need: use rises in a straight line with log need."""

from __future__ import annotations

from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.kinds.level import KIND as LEVEL

KIND = EffectKind(
    name="need_line",
    statement="a power of need: the log ratio rises in a straight line with log need",
    compared="use at a need of e against a need of 1",
    basis=LEVEL.basis,
    symbol=" x log need",
    covariate=lambda cells: cells["need_line"],
    added_by="fit_elasticity",
)
