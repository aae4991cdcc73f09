"""A covariate of areas, or of groups in areas: what use follows beside need, such as supply, waits or distance."""

from __future__ import annotations

from equitymodel.data.cells.area_covariates import standardised
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.kinds.level import KIND as LEVEL

KIND = EffectKind(
    name="covariate",
    statement="use rises in a straight line with the covariate; one unit is its standard deviation",
    compared="use one standard deviation above the mean of the covariate against use at its mean",
    basis=LEVEL.basis,
    symbol=" x covariate",
    named=standardised,
)
