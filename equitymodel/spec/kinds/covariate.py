"""A covariate of areas, or of groups in areas: what use follows beside need, such as supply, waits or distance."""

from __future__ import annotations

from dataclasses import replace

from equitymodel.data.cells.area_covariates import standardised
from equitymodel.spec.kinds.level import KIND as LEVEL

KIND = replace(
    LEVEL,
    name="covariate",
    named=standardised,
    symbol=" x covariate",
    statement="use rises in a straight line with the covariate; one unit is its standard deviation",
    compared="use one standard deviation above the mean of the covariate against use at its mean",
)
