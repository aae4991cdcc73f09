"""A bend in the line of log use over log need."""

from __future__ import annotations

from dataclasses import replace

from equitymodel.spec.kinds.need_line import KIND as LINE

KIND = replace(
    LINE,
    name="need_curve",
    statement="a bend in that line: the log ratio over the squared distance of log need from its mean",
    compared="use one log unit from the mean need against the straight line",
    symbol=" x squared log need",
    covariate=lambda cells: cells["need_curve"],
)
